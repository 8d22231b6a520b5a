/** What a clock on the wall and the calendar beside it show. */
export interface WallTime {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

/** The clocks of one zone. */
export interface Zone {
  /** As it was asked for, offsets as `+05:30`. */
  readonly name: string;
  /** What the clocks show at an instant (epoch ms). */
  wallAt(instantMs: number): WallTime;
  /**
   * The instants, ascending, at which the clocks show a time: two in the night that the clocks go back. In the hour that they
   * skip it is the one instant that lies as long after the change as the time lies after the skipped hour's begin.
   */
  instantsOf(wall: WallTime): readonly number[];
}

const DAY_MS = 86_400_000;
/** Names are looked up by the platform, so they are short and of few characters. */
const ZONE_NAME = /^[A-Za-z+-][\w+:/-]{0,63}$/;
/** `UTC+2`, `GMT+5:30`: the platform knows them only without the letters. */
const OFFSET = /^(?:utc|gmt)?([+-])(\d{1,2})(?::?(\d\d))?$/i;
/** Three letters that are names of the IANA data base. The platform takes others too, and has Bangladesh for BST. */
const SHORT_NAMES = ["CET", "EET", "EST", "HST", "MET", "MST", "PRC", "ROC", "ROK", "UCT", "WET"];
/** Letters that mean one offset wherever they are written. */
const LETTER_OFFSETS: Readonly<Record<string, string>> = {
  EDT: "-04:00",
  CDT: "-05:00",
  MDT: "-06:00",
  PDT: "-07:00",
  PST: "-08:00",
  CEST: "+02:00",
  EEST: "+03:00",
  JST: "+09:00",
  KST: "+09:00",
};

/**
 * Makes the clocks of a zone; undefined when nobody knows the zone.
 *
 * @param name an IANA name in any case, `UTC`, `Z`, `GMT`, or an offset such as `+05:30` or `UTC+2`
 */
export function createZone(name: string): Zone | undefined {
  const timeZone = spell(name.trim());
  if (timeZone === undefined) return undefined;
  const clock = clockOf(timeZone);
  if (clock === undefined) return undefined;
  const offsetAt = (instantMs: number): number => offsetOf(clock, instantMs);
  const wallAt = (instantMs: number): WallTime => toWall(instantMs + offsetAt(instantMs));
  return { name: timeZone, wallAt, instantsOf: (wall) => solve(wall, offsetAt) };
}

/** The same date and time in UTC, in epoch ms; days beyond a month's end run into the next. */
export function asUtc({ year, month, day, hour, minute, second }: WallTime): number {
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/** A date some days later or earlier, at the same time of day. */
export function addDays(wall: WallTime, days: number): WallTime {
  const date = new Date(Date.UTC(wall.year, wall.month - 1, wall.day + days));
  return { ...wall, year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

const FIELDS: Intl.DateTimeFormatOptions = {
  calendar: "gregory",
  numberingSystem: "latn",
  hourCycle: "h23",
  year: "numeric",
  month: "numeric",
  day: "numeric",
  hour: "numeric",
  minute: "numeric",
  second: "numeric",
};

/** What answers for a zone, and what it has answered. */
interface Clock {
  readonly format: Intl.DateTimeFormat;
  /** Offsets in ms, by the number of the minute since 1970. */
  readonly offsets: Map<number, number>;
}

/** Making one takes longer than everything else that is done with a failure, and a machine meets few zones. */
const CLOCKS = new Map<string, Clock>();
const MAX_CLOCKS = 64;

function clockOf(timeZone: string): Clock | undefined {
  const known = CLOCKS.get(timeZone);
  if (known !== undefined) return known;
  try {
    const clock = { format: new Intl.DateTimeFormat("en-US", { ...FIELDS, timeZone }), offsets: new Map() };
    // Names come out of texts, so that there may be any number of spellings.
    if (CLOCKS.size >= MAX_CLOCKS) CLOCKS.clear();
    CLOCKS.set(timeZone, clock);
    return clock;
  } catch {
    return undefined; // the platform throws a RangeError for a zone that it does not know
  }
}

// The offsets a day before and a day after enclose every change of the clocks; no zone changes twice in two days.
function solve(wall: WallTime, offsetAt: (instantMs: number) => number): readonly number[] {
  const utc = asUtc(wall);
  const [before, after] = [offsetAt(utc - DAY_MS), offsetAt(utc + DAY_MS)];
  const found = [...new Set([before, after])]
    .map((offset) => utc - offset)
    .filter((instant) => utc - offsetAt(instant) === instant);
  return found.length > 0 ? found.sort((a, b) => a - b) : [utc - before];
}

/** An offset holds for a minute. Failures come in swarms, which ask for the same few. */
const MINUTE_MS = 60_000;
const MAX_OFFSETS = 4_096;
/** Since then clocks differ from UTC by whole minutes, and change on one. */
const WHOLE_SINCE_MS = Date.UTC(1973, 0);

function offsetOf({ format, offsets }: Clock, instantMs: number): number {
  if (!(instantMs >= WHOLE_SINCE_MS)) return askOffset(format, instantMs);
  const minute = Math.floor(instantMs / MINUTE_MS);
  const known = offsets.get(minute);
  if (known !== undefined) return known;
  const offset = askOffset(format, minute * MINUTE_MS);
  if (offsets.size >= MAX_OFFSETS) offsets.clear();
  offsets.set(minute, offset);
  return offset;
}

function askOffset(format: Intl.DateTimeFormat, instantMs: number): number {
  // `11/21/2026, 15:12:00`: taken apart by us, since the platform takes several times as long for its parts.
  const numbers = format.format(instantMs).match(/\d+/g) ?? [];
  const [month = Number.NaN, day = Number.NaN, year = Number.NaN, hour, minute, second] = numbers.map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, second) - wholeSecond(instantMs);
}

function toWall(shiftedMs: number): WallTime {
  const date = new Date(shiftedMs);
  return {
    ...{ year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() },
    ...{ hour: date.getUTCHours(), minute: date.getUTCMinutes(), second: date.getUTCSeconds() },
  };
}

function spell(name: string): string | undefined {
  if (/^(?:z|utc|gmt)$/i.test(name)) return "UTC";
  const offset = OFFSET.exec(name);
  if (offset !== null) return `${offset[1]}${(offset[2] ?? "").padStart(2, "0")}:${offset[3] ?? "00"}`;
  const letters = name.toUpperCase();
  if (Object.hasOwn(LETTER_OFFSETS, letters)) return LETTER_OFFSETS[letters];
  if (letters.length === 3 && !SHORT_NAMES.includes(letters)) return undefined;
  return ZONE_NAME.test(name) ? name : undefined;
}

function wholeSecond(instantMs: number): number {
  return Math.floor(instantMs / 1000) * 1000;
}
