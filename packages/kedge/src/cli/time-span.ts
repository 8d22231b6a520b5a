import { addDays, type WallTime } from "../recovery/index.ts";
import { CommandError, EXIT } from "./command-error.ts";
import type { Moment } from "./moment.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Times back from now, by the first letter of their unit. */
const UNITS: Readonly<Record<string, number>> = { m: MINUTE_MS, h: HOUR_MS, d: DAY_MS, w: 7 * DAY_MS };

const AGO = /^(\d{1,6}) ?(m|min|minutes?|h|hours?|d|days?|w|weeks?)$/i;
const LOCAL = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d))?)?$/;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)$/i;

/** How an option that takes a time is read. */
export interface TimeOption {
  /** The option, for messages: `--since`. */
  readonly option: string;
  /** Whether a bare date means the end of its day: `--until 2026-11-20` holds all of the 20th. Default false. */
  readonly endsDay?: boolean;
}

/**
 * Reads a time since 1970 as people type it, to epoch ms: `90m`, `24h`, `7d`, `2w` back from now, `today`, `yesterday`, a date, a date and a time on
 * this user's clock, or an instant with its zone.
 *
 * @throws {CommandError} for anything else, days that no month has included
 */
export function readTime(text: string, { option, endsDay = false }: TimeOption, moment: Moment): number {
  const found = readInstant(text.trim(), endsDay, moment);
  if (found !== undefined && Number.isFinite(found) && found >= 0) return found;
  throw new CommandError(
    EXIT.usage,
    `expected a time after ${option}, got ${JSON.stringify(text.slice(0, 80))}. Give 24h, 7d, today, 2026-11-20 or "2026-11-20 14:00".`,
  );
}

function readInstant(text: string, endsDay: boolean, { now, zone }: Moment): number | undefined {
  const [, count, unit = ""] = AGO.exec(text) ?? [];
  if (count !== undefined) return now() - Number(count) * (UNITS[unit.charAt(0).toLowerCase()] ?? 0);
  if (INSTANT.test(text)) return Date.parse(text);
  const today: WallTime = { ...zone.wallAt(now()), hour: 0, minute: 0, second: 0 };
  const word = text.toLowerCase();
  const named = word === "today" ? today : word === "yesterday" ? addDays(today, -1) : readLocal(text);
  if (named === undefined) return undefined;
  const isDay = word === "today" || word === "yesterday" || text.length === 10;
  // Days are not always 24 hours long: the end of one is the beginning of the next.
  const wall = isDay && endsDay ? addDays(named, 1) : named;
  return zone.instantsOf(wall)[0];
}

function readLocal(text: string): WallTime | undefined {
  const parts = LOCAL.exec(text)
    ?.slice(1)
    .map((part) => Number(part ?? 0));
  if (parts === undefined) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts;
  const date = new Date(Date.UTC(year, month - 1, day));
  const isReal = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return isReal && hour < 24 && minute < 60 && second < 60
    ? { year, month, day, hour, minute, second }
    : undefined;
}
