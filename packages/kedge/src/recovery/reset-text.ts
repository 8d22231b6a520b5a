import { cleanText } from "../protocol/index.ts";
import { isPlausible, PAST_MS, readWindowWords } from "./reset-window.ts";
import { readStatedTime, type Stated, type StatedTime } from "./reset-words.ts";
import { addDays, asUtc, createZone, type WallTime, type Zone } from "./reset-zone.ts";
import type { Reset } from "./verdict.ts";

/** What resolving a text's clock times needs. */
export interface ResetTextOptions {
  /** When the text was written: epoch ms. Clock times are the next such after it, however late it is read. */
  readonly messageAtMs: number;
  /** IANA name of the machine's zone at the time of the message, for times without a zone. */
  readonly zone: string;
  /** Epoch ms; gives `isDue`. */
  readonly nowMs?: number;
}

/** When a text says that a limit ends. */
export interface TextReset extends Reset {
  readonly from: "text";
  readonly text: string;
  /** Which window the words around it name: `five_hour`, `seven_day`, `daily`, `monthly`. */
  readonly window?: string;
  /** Whether it is past by `nowMs`; without that undefined. */
  readonly isDue?: boolean;
}

const MAX_TEXT_LENGTH = 4096;
const MAX_TIMES = 8;
const MAX_WORDS_LENGTH = 160;
const MAX_INSTANT_MS = 200_000_000_000_000; // the year 8307: dates are four digits, and nothing overflows
const MINUTE_MS = 60_000;
const LEAP_CYCLE = 8; // years to the next 29 February, over a century that has none

// What stands before a time, or the bar before an epoch
const ANCHOR =
  /\b(?:resets?|resetting|regain access|available again|try again|retry)\b:? ?|limit reached ?\| ?(?=\d)/gi;

/**
 * Reads when a limit ends from a message for people.
 *
 * Understood: epochs after `limit reached|`, clock times in 12 and 24 hours, with a day of the week, a date, `today`, `tomorrow`,
 * with a zone in brackets or behind, ISO dates, and delays (`in 3h 20m`). A clock time counts in the named zone, else in `zone`, and
 * is the next such after the message; one that ended up to 2 minutes before it is due now. A time to the minute is the end
 * of that minute. In a night with two such times it is the first after the message. Of several times the latest
 * wins, since all limits must end. A date that has passed is that of the next year, and never plausible; a day
 * that is over, and a text without a time, give nothing: no time is made up.
 *
 * Looks at the first 4096 characters and 8 times; never throws.
 *
 * @returns undefined when the text names no time that lies after the message
 */
export function readResetText(text: string, options: ResetTextOptions): TextReset | undefined {
  const { messageAtMs, nowMs } = options;
  if (!(messageAtMs >= 0 && messageAtMs <= MAX_INSTANT_MS)) return undefined;
  const line = cleanText(text.slice(0, MAX_TEXT_LENGTH)).replace(/\s+/g, " ");
  let latest: TextReset | undefined;
  let end = 0;
  let count = 0;
  for (const anchor of line.matchAll(ANCHOR)) {
    if (++count > MAX_TIMES) break;
    const start = anchor.index + anchor[0].length;
    const stated = readStatedTime(line.slice(start, start + MAX_WORDS_LENGTH));
    if (stated === undefined) continue;
    const before = line.slice(end, start);
    end = start + stated.words.length;
    const found = resolve(stated, { options, window: readWindowWords(before) ?? readWindowWords(line) });
    if (found === undefined || (latest !== undefined && latest.atMs >= found.atMs)) continue;
    latest = { ...found, text: `${anchor[0]}${stated.words}`.trim() };
  }
  return latest && { ...latest, ...(nowMs !== undefined && { isDue: latest.atMs <= nowMs }) };
}

interface Context {
  readonly options: ResetTextOptions;
  readonly window: string | undefined;
}

function resolve({ time, words }: Stated, { options, window }: Context): TextReset | undefined {
  const { messageAtMs } = options;
  const choice = time.type === "clock" ? chooseZone(time.zone, options.zone) : undefined;
  const atMs = instantOf(time, messageAtMs, choice?.zone);
  if (atMs === undefined || atMs < messageAtMs - PAST_MS || atMs > MAX_INSTANT_MS) return undefined;
  return {
    atMs,
    from: "text",
    precision: time.precision,
    isPlausible: isPlausible(window, atMs - messageAtMs),
    text: words,
    ...(window !== undefined && { window }),
    ...(choice && { zone: choice.zone.name }),
    ...(choice?.unknown !== undefined && { unknownZone: choice.unknown }),
  };
}

interface ZoneChoice {
  readonly zone: Zone;
  readonly unknown?: string;
}

/** The first zone that is known: the named one, the machine's, UTC. */
function chooseZone(named: string | undefined, machine: string): ZoneChoice {
  const wanted = [named, machine, "UTC"].filter((name) => name !== undefined);
  const zones = wanted.map((name) => createZone(name));
  const zone = zones.find((known) => known !== undefined);
  if (zone === undefined) throw new Error("Expected the platform to know the zone UTC");
  const first = wanted[0];
  return { zone, ...(zones[0] === undefined && first !== undefined && { unknown: first.slice(0, 64) }) };
}

/** The instant by which the stated time is over: a time to the minute ends with its minute. */
function instantOf(time: StatedTime, messageAtMs: number, zone: Zone | undefined): number | undefined {
  const roundMs = time.precision === "exact" ? 0 : MINUTE_MS;
  if (time.type === "instant") return time.atMs;
  if (time.type === "delay") return messageAtMs + time.delayMs + roundMs;
  if (zone === undefined) return undefined;
  return candidates(time, zone.wallAt(messageAtMs))
    .flatMap((wall) => zone.instantsOf(wall))
    .map((instant) => instant + roundMs)
    .sort((a, b) => a - b)
    .find((instant) => instant >= messageAtMs - PAST_MS);
}

type ClockTime = Extract<StatedTime, { type: "clock" }>;

/** The dates that a clock time can mean, near the message's own date `here`. */
function candidates(time: ClockTime, here: WallTime): readonly WallTime[] {
  const { year, month, day, weekday, daysAhead, hour, minute, second } = time;
  const at = { hour, minute, second };
  if (month !== undefined && day !== undefined) {
    const years = year === undefined ? range(-1, LEAP_CYCLE).map((add) => here.year + add) : [year];
    return years.map((one) => ({ ...at, year: one, month, day })).filter(isRealDate);
  }
  const today = { ...here, ...at };
  if (daysAhead !== undefined) return [addDays(today, daysAhead)];
  // a day back, for a time just before midnight in a message of just after; two weeks hold every day of the week
  const days = range(-1, 8).map((add) => addDays(today, add));
  return weekday === undefined ? days : days.filter((date) => weekdayOf(date) === weekday);
}

function range(first: number, last: number): readonly number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

function isRealDate(wall: WallTime): boolean {
  return new Date(asUtc(wall)).getUTCDate() === wall.day;
}

function weekdayOf(wall: WallTime): number {
  return new Date(asUtc(wall)).getUTCDay();
}
