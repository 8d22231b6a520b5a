import { asUtc, type Stats, type WallTime, type Zone } from "../../recovery/index.ts";

/** One column of a chart: some hours on this user's clock. */
export interface ChartBar {
  /** When it begins, on the clock. */
  readonly wall: WallTime;
  readonly failures: number;
  readonly quotaStops: number;
}

/** Columns of a chart. */
export interface ChartBars {
  readonly bars: readonly ChartBar[];
  /** Hours of one; all of them begin where the hour of the day is a multiple of it. */
  readonly hours: number;
}

const HOUR_MS = 3_600_000;
const DAY_HOURS = 24;

/** Hours that one column may have: what divides a day, then days, weeks and more. */
const SIZES = [1, 2, 3, 4, 6, 24, 7 * 24, 28 * 24, 91 * 24, 364 * 24, 3_640 * 24];

/** A range that is longer begins with its first failure: nobody asks for years without any. */
const LONG_MS = 400 * DAY_HOURS * HOUR_MS;

/**
 * Puts the hours of a range into so many columns at most, whole hours of the clock each. In the nights that clocks change, one column has
 * an hour more or less.
 */
export function toBars(
  stats: Pick<Stats, "fromMs" | "untilMs" | "byHour">,
  zone: Zone,
  maxBars: number,
): ChartBars {
  const { byHour } = stats;
  const isLong = stats.untilMs - stats.fromMs > LONG_MS;
  const [first, last] = [byHour[0]?.hourMs ?? stats.fromMs, byHour.at(-1)?.hourMs ?? stats.fromMs];
  const fromMs = isLong ? Math.max(stats.fromMs, first) : stats.fromMs;
  const untilMs = isLong ? Math.min(stats.untilMs, last + HOUR_MS) : stats.untilMs;
  const count = Math.max(1, Math.ceil((untilMs - fromMs) / HOUR_MS));
  for (const size of SIZES) {
    // Nights in which clocks change make one more.
    if (count / size > maxBars + 1) continue;
    const hours = size < DAY_HOURS ? everyHour(fromMs, count, { byHour, zone }) : known(byHour, zone);
    const bars = size < DAY_HOURS ? group(hours, size) : groupDays(hours, size, [fromMs, untilMs], zone);
    if (bars.length <= maxBars) return { bars, hours: size };
  }
  return { bars: [], hours: 1 };
}

function everyHour(
  fromMs: number,
  count: number,
  { byHour, zone }: { readonly byHour: Stats["byHour"]; readonly zone: Zone },
): readonly ChartBar[] {
  const counts = new Map(byHour.map((hour) => [hour.hourMs, hour]));
  return Array.from({ length: count }, (_, index) => {
    const hourMs = fromMs + index * HOUR_MS;
    return { wall: zone.wallAt(hourMs), ...(counts.get(hourMs) ?? { failures: 0, quotaStops: 0 }) };
  });
}

function known(byHour: Stats["byHour"], zone: Zone): readonly ChartBar[] {
  return byHour.map(({ hourMs, failures, quotaStops }) => ({
    wall: zone.wallAt(hourMs),
    ...{ failures, quotaStops },
  }));
}

/** Columns of whole days, those without a failure included. Hours are not gone through, of which there may be millions. */
function groupDays(
  hours: readonly ChartBar[],
  size: number,
  [fromMs, untilMs]: readonly [number, number],
  zone: Zone,
): readonly ChartBar[] {
  const begin = zone.wallAt(fromMs);
  const [first, end] = [placeOf(begin, size), placeOf(zone.wallAt(Math.max(fromMs, untilMs - 1)), size)];
  const columns = new Map(group(hours, size).map((bar) => [placeOf(bar.wall, size), bar]));
  return Array.from({ length: end - first + 1 }, (_, index) => {
    const place = first + index;
    const { failures, quotaStops } = columns.get(place) ?? { failures: 0, quotaStops: 0 };
    return { wall: index === 0 ? begin : wallOf(place, size), failures, quotaStops };
  });
}

function wallOf(place: number, size: number): WallTime {
  const date = new Date(place * size * HOUR_MS);
  return {
    ...{ year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() },
    ...{ hour: date.getUTCHours(), minute: 0, second: 0 },
  };
}

function group(hours: readonly ChartBar[], size: number): readonly ChartBar[] {
  return [...Map.groupBy(hours, ({ wall }) => placeOf(wall, size)).values()].map((own) => ({
    wall: own[0]?.wall ?? { year: 0, month: 1, day: 1, hour: 0, minute: 0, second: 0 },
    failures: own.reduce((sum, each) => sum + each.failures, 0),
    quotaStops: own.reduce((sum, each) => sum + each.quotaStops, 0),
  }));
}

/** The number of the column that an hour belongs to, the same for all of its hours. */
function placeOf(wall: WallTime, size: number): number {
  return Math.floor(asUtc({ ...wall, minute: 0, second: 0 }) / HOUR_MS / size);
}
