import type { Precision } from "./verdict.ts";

/** A stated time before it is resolved: what the words say, and no more. */
export type StatedTime =
  /** An instant, whatever the zone: epoch ms. */
  | { readonly type: "instant"; readonly atMs: number; readonly precision: Precision }
  /** So long after the message. */
  | { readonly type: "delay"; readonly delayMs: number; readonly precision: Precision }
  /** A time of the clock or a date, in the zone that is named or else in the machine's. */
  | {
      readonly type: "clock";
      readonly year?: number;
      readonly month?: number;
      readonly day?: number;
      /** 0 is Sunday. */
      readonly weekday?: number;
      /** Days after the message's own: `today` is 0, `tomorrow` 1. */
      readonly daysAhead?: number;
      readonly hour: number;
      readonly minute: number;
      readonly second: number;
      readonly precision: Precision;
      readonly zone?: string;
    };

/** A stated time and the words it was read from. */
export interface Stated {
  readonly time: StatedTime;
  readonly words: string;
}

type Groups = Readonly<Record<string, string | undefined>>;

const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const UNITS_MS: Readonly<Record<string, number>> = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000 };

// Every repetition is bounded and the texts are short, so no text takes long.
const WEEKDAY = "(?<weekday>mon|tue|wed|thu|fri|sat|sun)(?:day|s|sday|nesday|r|rs|rsday|urday)?(?![a-z])\\.?";
const MONTH_NAMES = "(?:(?:uary|ruary|ch|il|e|y|ust|t|tember|ober|ember)(?![a-z])|(?![a-z]))\\.?";
const MONTH = `(?<month>${MONTHS.join("|")})${MONTH_NAMES}`;
const DAY = "\\d{1,2})(?:st|nd|rd|th)?";
const DATE =
  `(?:${MONTH} (?<day>${DAY}(?!\\d|:)|(?<day2>${DAY} ${MONTH.replace("month", "month2")})` +
  "(?:,? (?<year>\\d{4})(?!\\d|:))?";
const CLOCK =
  "(?:(?<hour>\\d{1,2})(?:[:.](?<minute>\\d\\d))?(?::(?<second>\\d\\d))? ?(?<half>[ap])\\.? ?m\\b\\.?|" +
  "(?<hour24>\\d{1,2}):(?<minute24>\\d\\d)(?::(?<second24>\\d\\d))?(?!\\d))";
// Letters that people write behind a time; the platform knows few of them, and the others are said to be unknown.
const LETTERS = "[ecmp][sd]?t|[ecw]es?t|met|bst|ist|jst|kst|msk|sgt|hkt|a[ecw][sd]t|nz[sd]t|hst|akst|akdt";
const ZONE =
  "(?: ?\\((?<zone>[^()]{1,64})\\)| ?(?<bareZone>(?:utc|gmt)[+-]\\d{1,2}(?::?\\d\\d)?|utc|gmt|z|" +
  `[a-z]{3,20}/[a-z_+/-]{2,40}|[+-]\\d\\d:?\\d\\d|${LETTERS})(?![\\w/]))?`;
const SMALL_UNITS =
  "(?:(?<m>\\d{1,5}) ?m(?:in(?:ute)?s?)?)?,? ?(?:and )?(?:(?<s>\\d{1,7})(?:\\.\\d{1,9})? ?s(?:ec(?:ond)?s?)?)?";
const FORMS = {
  epoch: /^(?<digits>\d{13}|\d{10})(?![\d:.-])/,
  delay: new RegExp(
    `^(?:in|after) (?:(?<d>\\d{1,3}) ?d(?:ays?)?)?,? ?(?:(?<h>\\d{1,4}) ?h(?:(?:ou)?rs?)?)?,? ?(?:and )?${SMALL_UNITS}(?!\\w)`,
    "i",
  ),
  iso: new RegExp(
    "^(?:at |on )?(?<year>\\d{4})-(?<month>\\d\\d)-(?<day>\\d\\d)(?!\\d)" +
      "(?:(?: at |,? |t)(?<hour24>\\d\\d):(?<minute24>\\d\\d)(?::(?<second24>\\d\\d)(?:\\.\\d{1,9})?)?(?!\\d))?" +
      ZONE,
    "i",
  ),
  timeThenDate: new RegExp(
    `^(?:at )?${CLOCK}${ZONE},? (?:on )?(?:(?<ahead>today|tomorrow)\\b|${WEEKDAY}(?:,? ${DATE})?|${DATE.replaceAll(/\?<(\w+)>/g, "?<$1_>")})`,
    "i",
  ),
  dateThenTime: new RegExp(
    `^(?:at |on )?(?:(?<ahead>today|tomorrow)\\b,? ?)?(?:${WEEKDAY},? ?)?(?:(?:on )?${DATE},? ?)?(?:at )?${CLOCK}?${ZONE}`,
    "i",
  ),
};

/**
 * Reads a time at the beginning of a text.
 *
 * @param text bounded, with single spaces
 * @returns undefined for anything that names no time, or one that no clock shows
 */
export function readStatedTime(text: string): Stated | undefined {
  for (const [form, read] of READERS) {
    const match = form.exec(text);
    const time = match === null ? undefined : read(lowerGroups(match.groups ?? {}));
    if (match !== null && time !== undefined) return { time, words: match[0] };
  }
  return undefined;
}

const READERS: readonly (readonly [form: RegExp, read: (groups: Groups) => StatedTime | undefined])[] = [
  [FORMS.delay, readDelay],
  [FORMS.iso, readClock],
  [FORMS.epoch, readEpoch],
  [FORMS.timeThenDate, readClock],
  [FORMS.dateThenTime, readClock],
];

// A date may stand at two places of one pattern, and names of groups are unique: the second has a line behind its name.
function lowerGroups(groups: Groups): Groups {
  const found = Object.entries(groups).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    found.map(([name, value]) => [name.replace("_", ""), isZone(name) ? value : value?.toLowerCase()]),
  );
}

function isZone(name: string): boolean {
  return name === "zone" || name === "bareZone";
}

function readEpoch({ digits = "" }: Groups): StatedTime {
  const atMs = Number(digits) * (digits.length === 13 ? 1 : 1000);
  return { type: "instant", atMs, precision: "exact" };
}

function readDelay(groups: Groups): StatedTime | undefined {
  const units = (["d", "h", "m", "s"] as const).filter((unit) => groups[unit] !== undefined);
  const last = units.at(-1);
  if (last === undefined) return undefined;
  const delayMs = units.reduce((sum, unit) => sum + Number(groups[unit]) * (UNITS_MS[unit] ?? 0), 0);
  const precision = ({ d: "day", h: "hour", m: "minute", s: "exact" } as const)[last];
  return { type: "delay", delayMs, precision };
}

function readClock(groups: Groups): StatedTime | undefined {
  const { weekday, ahead } = groups;
  const [monthName, dayText] = [groups.month ?? groups.month2, groups.day ?? groups.day2];
  const time = readTimeOfDay(groups);
  const date = {
    ...(groups.year !== undefined && { year: Number(groups.year) }),
    ...(monthName !== undefined && { month: readMonth(monthName) }),
    ...(dayText !== undefined && { day: Number(dayText) }),
  };
  const isNamed = dayText !== undefined || weekday !== undefined || ahead !== undefined;
  if (time === undefined || !(isNamed || time.precision !== "day") || !isDate(date)) return undefined;
  const zone = groups.zone ?? groups.bareZone;
  return {
    type: "clock",
    ...date,
    ...(weekday !== undefined && { weekday: DAYS.indexOf(weekday) }),
    ...(ahead !== undefined && { daysAhead: ahead === "today" ? 0 : 1 }),
    ...time,
    ...(zone !== undefined && { zone: zone.trim() }),
  };
}

interface TimeOfDay {
  hour: number;
  minute: number;
  second: number;
  precision: Precision;
}

/** Undefined for what no clock shows; a date alone is midnight, to the day. */
function readTimeOfDay(groups: Groups): TimeOfDay | undefined {
  const { half } = groups;
  const stated = half === undefined ? groups.hour24 : groups.hour;
  if (stated === undefined) return { hour: 0, minute: 0, second: 0, precision: "day" };
  const [minuteText, secondText] = [groups.minute ?? groups.minute24, groups.second ?? groups.second24];
  const [minute, second] = [Number(minuteText ?? 0), Number(secondText ?? 0)];
  const precision = secondText !== undefined ? "exact" : minuteText !== undefined ? "minute" : "hour";
  const hour = half === undefined ? Number(stated) : toHour24(Number(stated), half);
  return hour <= 23 && minute <= 59 && second <= 59 ? { hour, minute, second, precision } : undefined;
}

/** 12am is midnight, 12pm noon; 13pm is no time, and NaN fails every comparison. */
function toHour24(hour: number, half: string): number {
  if (hour > 12 || (hour === 0 && half === "p")) return Number.NaN;
  return (hour % 12) + (half === "p" ? 12 : 0);
}

function readMonth(text: string): number {
  return /^\d/.test(text) ? Number(text) : MONTHS.indexOf(text) + 1;
}

/** Whether the calendar has the date; without a year the leap day counts. */
function isDate({ year = 2000, month, day }: { year?: number; month?: number; day?: number }): boolean {
  if (month === undefined || day === undefined) return month === day;
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCDate() === day && date.getUTCMonth() === month - 1 && year >= 1970 && year <= 9000;
}
