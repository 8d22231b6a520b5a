import { clockOf, type Stats, type WallTime, wallDay, type Zone } from "../../recovery/index.ts";
import type { Glyphs } from "../glyphs.ts";
import type { Style } from "../terminal.ts";
import { type ChartBar, type ChartBars, toBars } from "./chart-bars.ts";

/** How a chart is drawn. */
export interface ChartOptions {
  /** Columns at most. */
  readonly width: number;
  readonly glyphs: Glyphs;
  readonly style: Style;
  readonly zone: Zone;
}

/** Lines above the axis. */
const HEIGHT = 6;

/** What one line of the greatest column stands for is never less: few failures are not drawn as many. */
const LEAST_TOP = 4;

/** A narrower chart has a shorter legend. */
const LEGEND_WIDTH = 60;

/** Columns of the terminal that one of the chart takes at most, its gap included. */
const MAX_PITCH = 4;

/** Draws failures over the hours of this user's clock, columns from left to right, with a mark where a limit stopped work. */
export function drawChart(
  stats: Pick<Stats, "fromMs" | "untilMs" | "byHour">,
  { width, glyphs, style, zone }: ChartOptions,
): string {
  // The scale on the left is as wide as the greatest count, which is not greater than that of everything.
  const digits = String(stats.byHour.reduce((sum, { failures }) => sum + failures, 0)).length;
  const room = Math.max(8, width - digits - 4);
  const columns = toBars(stats, zone, room);
  const { bars } = columns;
  const pitch = Math.min(MAX_PITCH, Math.max(1, Math.floor(room / bars.length)));
  const top = Math.max(LEAST_TOP, ...bars.map(({ failures }) => failures));
  const label = String(top).length;
  const { axis } = glyphs;
  const rows = Array.from({ length: HEIGHT }, (_, index) => {
    const scale = index === 0 ? `${top} ${axis.top}` : `${" ".repeat(label)} ${axis.side}`;
    const level = HEIGHT - index - 1;
    const cells = bars.map((bar) => columnCell(bar, { level, top, pitch, glyphs }));
    return `${style.faint(scale)}${style.bad(cells.join("").trimEnd())}`;
  });
  const floor = `${"0".padStart(label)} ${axis.corner}${axis.floor.repeat(bars.length * pitch)}`;
  const front = " ".repeat(label + 2);
  const marks = bars
    .map(({ quotaStops }) => (quotaStops > 0 ? glyphs.mark : " ").padEnd(pitch))
    .join("")
    .trimEnd();
  const below = [
    ...(marks === "" ? [] : [`${front}${style.caution(marks)}`]),
    ...labelLines(columns, { pitch, room }).map((line) => style.faint(`${front}${line}`.trimEnd())),
    ...(marks === ""
      ? []
      : [
          `${front}${style.caution(glyphs.mark)} ${style.faint(width < LEGEND_WIDTH ? "quota stop" : "quota stop: a limit of plan, model or spending")}`,
        ]),
  ];
  return [...rows, style.faint(floor), ...below].map((line) => `  ${line}`.trimEnd()).join("\n");
}

/** What one column shows at one line above the axis. */
function columnCell(
  { failures }: ChartBar,
  { level, top, pitch, glyphs }: { level: number; top: number; pitch: number; glyphs: Glyphs },
): string {
  const parts = glyphs.rising.length;
  const filled = failures === 0 ? 0 : Math.max(1, Math.round((failures / top) * HEIGHT * parts));
  const part = Math.min(parts, filled - level * parts);
  const glyph = part < 1 ? " " : (glyphs.rising[part - 1] ?? " ");
  return glyph.repeat(Math.max(1, pitch - 1)).padEnd(pitch);
}

/** Hours of the clock below the axis, and below them the days where they begin. */
function labelLines(
  { bars, hours }: ChartBars,
  { pitch, room }: { pitch: number; room: number },
): readonly string[] {
  const dayRoom = Math.max(1, 24 / hours) * pitch;
  const days = bars.map(({ wall }, at) => {
    if (at > 0 && !isNewDay(wall, bars[at - 1]?.wall)) return "";
    const [weekday, day, month] = wallDay(wall).split(" ");
    if (hours >= 24) return `${day} ${month}`;
    return dayRoom > wallDay(wall).length ? wallDay(wall) : `${weekday} ${day}`;
  });
  const dayLine = placeLabels(days, { pitch, room });
  const isWhole = bars.every(({ wall }) => wall.minute === 0);
  const wide = isWhole ? 3 : 6;
  const step = [1, 2, 3, 4, 6, 12].find((each) => each >= hours && (each / hours) * pitch >= wide);
  if (step === undefined) return [dayLine];
  const clocks = bars.map(({ wall }) =>
    wall.hour % step === 0 ? clockOf(wall).slice(0, isWhole ? 2 : 5) : "",
  );
  return [placeLabels(clocks, { pitch, room }), dayLine];
}

function isNewDay(wall: WallTime, before: WallTime | undefined): boolean {
  return wall.day !== before?.day || wall.month !== before.month;
}

/** Puts each label where its column begins, unless it would run into the one before or out of the room. */
function placeLabels(labels: readonly string[], { pitch, room }: { pitch: number; room: number }): string {
  let line = "";
  for (const [at, label] of labels.entries()) {
    const start = at * pitch;
    if (label === "" || (line !== "" && line.length + 1 > start) || start + label.length > room) continue;
    line = line.padEnd(start) + label;
  }
  return line;
}
