import { dollars, durationWords, numberWords } from "../../recovery/index.ts";
import { cutText } from "../cut-text.ts";
import type { Glyphs } from "../glyphs.ts";
import type { Style } from "../terminal.ts";
import { textWidth } from "../text-width.ts";

/** One row: its name, its count, and what else is known of it. */
export interface TableRow {
  readonly name: string;
  readonly failures: number;
  readonly costUsd?: number;
  readonly timeLostMs?: number;
  readonly quotaStops?: number;
}

/** How a table is drawn. */
export interface TableOptions {
  readonly title: string;
  /** Rows at most; what is left out is said. */
  readonly most: number;
  readonly width: number;
  readonly style: Style;
  readonly glyphs: Glyphs;
  /** All failures: a full bar. */
  readonly total: number;
  /** What shows all rows. */
  readonly more: string;
}

const NAME_WIDTH = 24;
const BAR_WIDTH = 16;
/** Columns without name and bar: counts, money, time, and the gaps; and without the money, which narrow terminals do without. */
const REST_WIDTH = 38;
const NARROW_REST = 25;
const NARROW = 60;
const LEAST_BAR = 6;

/** Counts as rows with bars; on a narrow terminal the bars go first, then names are cut. */
export function statsTable(rows: readonly TableRow[], options: TableOptions): string {
  const { title, most, width, style, glyphs, total, more } = options;
  const shown = rows.slice(0, most);
  const cells = shown.map((row) => ({
    row,
    count: numberWords(row.failures),
    details: detailsOf(row, width),
  }));
  const countWidth = Math.max(...cells.map(({ count }) => count.length));
  const room = width - (width < NARROW ? NARROW_REST : REST_WIDTH);
  const nameWidth = Math.max(10, Math.min(NAME_WIDTH, room));
  const barWidth = Math.min(BAR_WIDTH, room - nameWidth);
  const lines = cells.map(({ row, count, details }) => {
    const name = pad(cutText(row.name, nameWidth), nameWidth);
    const bar = barWidth < LEAST_BAR ? "" : barOf(row.failures / total, barWidth, glyphs);
    const front = `  ${name}  ${style.strong(count.padStart(countWidth))}`;
    if (details === "") return bar === "" ? front : `${front}  ${style.bad(bar)}`;
    const padded = barWidth < LEAST_BAR ? "" : `  ${style.bad(pad(bar, barWidth))}`;
    return `${front}${padded}  ${style.faint(details)}`;
  });
  const rest = rows.length - shown.length;
  const note = rest > 0 ? [style.faint(`  … and ${numberWords(rest)} more: ${more}`)] : [];
  return [style.strong(title), ...lines, ...note].join("\n");
}

function detailsOf({ costUsd, timeLostMs, quotaStops }: TableRow, width: number): string {
  if (quotaStops !== undefined)
    return quotaStops === 0
      ? ""
      : `${numberWords(quotaStops)} ${quotaStops === 1 ? "quota stop" : "quota stops"}`;
  const cost = (costUsd ? dollars(costUsd) : "").padStart(9);
  const time = timeLostMs ? `${durationWords(timeLostMs)} lost` : "";
  return (width < NARROW ? time : `${cost}  ${time}`).trimEnd();
}

/** A bar as long as a share of its room; the least is still seen. */
function barOf(share: number, room: number, { growing }: Glyphs): string {
  const parts = Math.max(1, Math.round(share * room * growing.length));
  const whole = Math.floor(parts / growing.length);
  const rest = parts % growing.length;
  return (growing.at(-1) ?? "").repeat(whole) + (rest === 0 ? "" : (growing[rest - 1] ?? ""));
}

function pad(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - textWidth(text)));
}
