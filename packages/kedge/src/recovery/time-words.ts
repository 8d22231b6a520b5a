import { addDays, asUtc, type WallTime, type Zone } from "./reset-zone.ts";

/** A clock on a wall. */
export interface Moment {
  /** Epoch ms. */
  readonly now: () => number;
  readonly zone: Zone;
}

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const UNITS = [
  [DAY_MS, "d"],
  [HOUR_MS, "h"],
  [MINUTE_MS, "min"],
  [SECOND_MS, "s"],
] as const;

const WEEKDAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"] as const;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"] as const;

/**
 * An instant on this user's clock, as short as it is clear: `15:12`, `yesterday 15:12`, `Mon 15:12`, `3 Nov 15:12`, `2025-11-03 15:12`.
 *
 * @param moment.isTerse days of the week in place of `yesterday` and `tomorrow`, and no clock with other years; default false
 */
export function shortTime(
  atMs: number,
  { now, zone, isTerse = false }: Moment & { readonly isTerse?: boolean },
): string {
  const [wall, today] = [zone.wallAt(atMs), zone.wallAt(now())];
  const days = Math.round((startOf(wall) - startOf(today)) / DAY_MS);
  const clock = clockOf(wall);
  if (days === 0) return clock;
  if (days === -1 && !isTerse) return `yesterday ${clock}`;
  if (days === 1 && !isTerse) return `tomorrow ${clock}`;
  if (Math.abs(days) < 7) return `${weekdayOf(wall)} ${clock}`;
  if (wall.year === today.year) return `${wall.day} ${MONTHS[wall.month - 1]} ${clock}`;
  return isTerse ? dateOf(wall) : `${dateOf(wall)} ${clock}`;
}

/** A time of {@link shortTime} as it stands in a sentence: `at 15:45`, `tomorrow 00:00`. */
export function atTime(time: string): string {
  return /^\d\d:\d\d/.test(time) ? `at ${time}` : time;
}

/** An instant with everything: `Sat 21 Nov 2026, 15:12:07`. */
export function fullTime(atMs: number, { zone }: Pick<Moment, "zone">): string {
  const wall = zone.wallAt(atMs);
  const { day, month, year, second } = wall;
  return `${weekdayOf(wall)} ${day} ${MONTHS[month - 1]} ${year}, ${clockOf(wall)}:${two(second)}`;
}

/** The day of a wall time: `Sat 21 Nov`. */
export function wallDay(wall: WallTime): string {
  return `${weekdayOf(wall)} ${wall.day} ${MONTHS[wall.month - 1]}`;
}

/** `3 min ago`, `in 2 h`, `now`. */
export function fromNow(atMs: number, { now }: Pick<Moment, "now">): string {
  const away = atMs - now();
  if (Math.abs(away) < SECOND_MS) return "now";
  const words = roughly(Math.abs(away));
  return away < 0 ? `${words} ago` : `in ${words}`;
}

/** A duration in its two greatest units: `1 h 20 min`, `45 s`, `3 d 4 h`; `0 s` for none. */
export function durationWords(ms: number): string {
  if (ms >= 1 && ms < SECOND_MS) return `${Math.round(ms)} ms`;
  const grain = ms >= DAY_MS ? HOUR_MS : ms >= HOUR_MS ? MINUTE_MS : SECOND_MS;
  let rest = Math.round(ms / grain) * grain;
  const parts: string[] = [];
  for (const [unit, name] of UNITS) {
    const count = Math.floor(rest / unit);
    rest -= count * unit;
    if (count > 0) parts.push(`${count} ${name}`);
  }
  return parts.join(" ") || "0 s";
}

/** Clock of a wall time: `15:12`. */
export function clockOf({ hour, minute }: WallTime): string {
  return `${two(hour)}:${two(minute)}`;
}

/** Start of the day of a wall time, as a number of which differences are days. */
function startOf(wall: WallTime): number {
  return asUtc({ ...addDays(wall, 0), hour: 0, minute: 0, second: 0 });
}

function roughly(ms: number): string {
  if (ms < MINUTE_MS) return `${Math.round(ms / SECOND_MS)} s`;
  if (ms < HOUR_MS) return `${Math.round(ms / MINUTE_MS)} min`;
  if (ms < 2 * DAY_MS) return `${Math.round(ms / HOUR_MS)} h`;
  return `${Math.round(ms / DAY_MS)} days`;
}

function weekdayOf(wall: WallTime): string {
  return WEEKDAYS[new Date(asUtc(wall)).getUTCDay()] ?? "";
}

function dateOf({ year, month, day }: WallTime): string {
  return `${year}-${two(month)}-${two(day)}`;
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}
