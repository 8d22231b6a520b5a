import { shortTime } from "../../recovery/index.ts";
import { cutText } from "../cut-text.ts";
import type { Moment } from "../moment.ts";
import type { Style, Terminal } from "../terminal.ts";
import { textWidth } from "../text-width.ts";
import type { ShownFailure } from "./failure-shown.ts";
import { failureWords, nextWords, shortId } from "./failure-words.ts";

interface Column {
  readonly title: string;
  /** The first to go where there is no room has the greatest. */
  readonly rank: number;
  /** Columns that it has at least, where its texts are longer: in comfort, and where there is not even room for that. */
  readonly comfort: number;
  readonly least: number;
  readonly cell: (failure: ShownFailure, moment: TableMoment) => string;
}

/** A moment, and whether its days are to be short. */
interface TableMoment extends Moment {
  readonly isTerse: boolean;
}

const ALL = Number.POSITIVE_INFINITY;

const COLUMNS: readonly Column[] = [
  {
    title: "WHEN",
    rank: 2,
    comfort: ALL,
    least: ALL,
    cell: ({ row }, moment) => shortTime(row.at_ms, moment),
  },
  { title: "ID", rank: 0, comfort: ALL, least: ALL, cell: ({ row }) => shortId(row.id) },
  { title: "PROJECT", rank: 4, comfort: 12, least: 8, cell: ({ row }) => row.project || "–" },
  { title: "WHAT", rank: 1, comfort: ALL, least: 13, cell: failureWords },
  { title: "KIND", rank: 6, comfort: ALL, least: 10, cell: ({ row }) => row.kind },
  { title: "STATUS", rank: 5, comfort: ALL, least: 6, cell: ({ row }) => String(row.status ?? "–") },
  { title: "SESSION", rank: 7, comfort: ALL, least: 8, cell: ({ row }) => row.session_id.slice(0, 8) },
  { title: "MODEL", rank: 8, comfort: 16, least: 10, cell: ({ row }) => row.model ?? "–" },
  { title: "NEXT", rank: 3, comfort: ALL, least: 12, cell: nextWords },
];

/** Columns of this rank and above go before any text is cut: `explain` has what they say. */
const FIRST_EXTRA = 5;

/** The columns that give way first where they are wider than they must be. */
const GIVING_WAY = ["MODEL", "PROJECT", "KIND", "NEXT", "WHAT"];

const GAP = 2;

/** A narrower terminal has days of the week in place of yesterday and tomorrow. */
const ROOMY = 100;

/**
 * Failures in a table that is no wider than the terminal: what has no room is cut, then left out, and that is said below.
 *
 * @param idLength characters of the ids; default: as all lists have them
 */
export function failureTable(
  failures: readonly ShownFailure[],
  terminal: Terminal,
  moment: Moment,
  idLength?: number,
): string {
  const { style, width } = terminal;
  const tableMoment = { ...moment, isTerse: width > 0 && width < ROOMY };
  const cells = COLUMNS.map(({ title, cell }) =>
    failures.map((failure) =>
      title === "ID" ? shortId(failure.row.id, idLength) : cell(failure, tableMoment),
    ),
  );
  const natural = COLUMNS.map(({ title }, at) => Math.max(title.length, ...(cells[at] ?? []).map(textWidth)));
  const widths = fit(natural, width);
  const shown = COLUMNS.keys()
    .filter((at) => widths.has(at))
    .toArray();
  const line = (texts: readonly string[]): string => texts.join(" ".repeat(GAP)).trimEnd();
  const last = shown.at(-1);
  const room = (at: number): number => (at === last ? 0 : (widths.get(at) ?? 0));
  const heading = line(shown.map((at) => style.faint(pad(COLUMNS[at]?.title ?? "", room(at)))));
  const lines = failures.map((failure, index) =>
    line(
      shown.map((at) => {
        const text = pad(cutText(cells[at]?.[index] ?? "", widths.get(at) ?? 0), widths.get(at) ?? 0);
        return dress(COLUMNS[at]?.title ?? "", text, { failure, style });
      }),
    ),
  );
  const missing = COLUMNS.filter((_, at) => !widths.has(at)).map(({ title }) => title.toLowerCase());
  const note = missing.length === 0 ? [] : [leftOut(missing, width, style)];
  return [heading, ...lines, ...note].join("\n");
}

/** The width of each column that is shown; all of them as they are with a width of 0. */
function fit(natural: readonly number[], width: number): ReadonlyMap<number, number> {
  const widths = new Map(natural.entries());
  if (width === 0) return widths;
  const total = (of: Iterable<number>): number => {
    const all = [...of];
    return all.reduce((sum, each) => sum + each, 0) + GAP * (all.length - 1);
  };
  const least = (at: number, how: "comfort" | "least"): number =>
    Math.min(natural[at] ?? 0, COLUMNS[at]?.[how] ?? 0);
  const rank = (at: number): number => COLUMNS[at]?.rank ?? 0;
  for (const at of [...COLUMNS.keys()].sort((a, b) => rank(b) - rank(a))) {
    const how = rank(at) >= FIRST_EXTRA ? "comfort" : "least";
    if (widths.size === 2 || total([...widths.keys()].map((each) => least(each, how))) <= width) continue;
    widths.delete(at);
  }
  for (const title of GIVING_WAY) {
    const at = COLUMNS.findIndex((column) => column.title === title);
    const own = widths.get(at);
    const over = total(widths.values()) - width;
    if (own !== undefined && over > 0) widths.set(at, Math.max(least(at, "least"), own - over));
  }
  return widths;
}

/** Colour says how bad it is: red waits for a person, yellow passes by itself. */
function dress(
  title: string,
  text: string,
  { failure, style }: { failure: ShownFailure; style: Style },
): string {
  if (title === "WHAT") return severityStyle(failure, style)(text);
  return title === "ID" ? style.strong(text) : text;
}

/** The style that says how bad a failure is. */
export function severityStyle({ advice, verdict }: ShownFailure, style: Style): (text: string) => string {
  if (advice.needsPerson || !verdict.isTransient)
    return advice.action === "nothing" ? style.faint : style.bad;
  return style.caution;
}

function leftOut(titles: readonly string[], width: number, style: Style): string {
  return style.faint(cutText(`No room here for ${titles.join(", ")}; kedge explain <id> has them.`, width));
}

function pad(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - textWidth(text)));
}
