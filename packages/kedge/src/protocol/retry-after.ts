/** Response headers by lower-case name; a header that came more than once is joined with ", ". */
export type AnswerHeaders = Readonly<Record<string, string | undefined>>;

/** When a limit ends: the instant in epoch ms, and the name of the header that said so. */
export interface LimitReset {
  resetAtMs: number;
  resetFrom: string;
}

/** The shortest stated delay, in ms: a stated 0 would let a caller loop without a pause. */
export const MIN_RETRY_AFTER_MS = 1000;
/** The longest stated delay, in ms (24 h): timers overflow above 2^31 - 1 ms and then fire at once. */
export const MAX_RETRY_AFTER_MS = 86_400_000;

// A reset a little in the past is due now; one beyond the longest window (7 days) is nobody's.
const RESET_PAST_MS = 120_000;
const RESET_FUTURE_MS = 8 * 86_400_000;

const LIMITS = "anthropic-ratelimit-";
const UNIFIED = "anthropic-ratelimit-unified-";
const DIGITS = /^\d+$/;
const FRACTION = /^\d+(?:\.\d+)?$/;

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const MONTH = `(?<month>${MONTHS.join("|")})`;
const TIME = "(?<hour>\\d\\d):(?<minute>\\d\\d):(?<second>\\d\\d)";
// The three forms a recipient must accept (RFC 9110, 5.6.7). The day of the week is not checked.
const HTTP_DATES = [
  new RegExp(`^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (?<day>\\d\\d) ${MONTH} (?<year>\\d{4}) ${TIME} GMT$`),
  new RegExp(
    `^(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, (?<day>\\d\\d)-${MONTH}-(?<year>\\d\\d) ${TIME} GMT$`,
  ),
  new RegExp(`^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) ${MONTH} (?<day>[ \\d]\\d) ${TIME} (?<year>\\d{4})$`),
];
const RFC_3339 = new RegExp(
  `^(?<year>\\d{4})-(?<month>\\d\\d)-(?<day>\\d\\d)[Tt ]${TIME}(?<fraction>\\.\\d{1,9})?` +
    "(?:[Zz]|(?<sign>[+-])(?<offsetHour>\\d\\d):(?<offsetMinute>\\d\\d))$",
);

/**
 * Reads one header as a non-empty string without blanks around it.
 *
 * @param name the lower-case name; inherited properties of `headers` are not read
 */
export function readHeader(headers: AnswerHeaders, name: string): string | undefined {
  const value: unknown = Object.hasOwn(headers, name) ? headers[name] : undefined;
  return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;
}

/**
 * Reads how long the server asks to wait, in ms, always within 1 s and 24 h.
 *
 * `retry-after-ms` is the finer statement and wins when it can be read. Only digits or an HTTP date count: a
 * sign, a fraction, an exponent or a list is no statement. A stated 0 or a past date is 1 s.
 *
 * @param nowMs epoch ms; a date is measured from it
 * @returns undefined when nothing readable is stated, so that the caller's own backoff applies; never NaN
 * @source RFC 9110, 10.2.3 (`retry-after`); Anthropic SDKs (`retry-after-ms`)
 */
export function readRetryAfterMs(headers: AnswerHeaders, nowMs: number): number | undefined {
  const milliseconds = readHeader(headers, "retry-after-ms");
  if (milliseconds !== undefined && DIGITS.test(milliseconds)) return clampDelay(Number(milliseconds));
  const stated = readHeader(headers, "retry-after");
  if (stated === undefined) return undefined;
  if (DIGITS.test(stated)) return clampDelay(Number(stated) * 1000);
  const at = parseHttpDate(stated, nowMs);
  return at === undefined ? undefined : clampDelay(at - nowMs);
}

/** Reads `x-should-retry`, the server's own word on a retry; undefined when it is neither true nor false. */
export function readShouldRetry(headers: AnswerHeaders): boolean | undefined {
  const value = readHeader(headers, "x-should-retry")?.toLowerCase();
  return value === "true" ? true : value === "false" ? false : undefined;
}

/**
 * Says whether a window of the subscription plan refused the request.
 *
 * Overage is not such a window: its status says "rejected" on every account that may not buy more.
 */
export function isPlanRejected(headers: AnswerHeaders): boolean {
  if (readHeader(headers, `${UNIFIED}status`) === "rejected") return true;
  return Object.keys(headers).some(
    (name) =>
      name.startsWith(UNIFIED) &&
      name.endsWith("-status") &&
      name !== `${UNIFIED}overage-status` &&
      readHeader(headers, name) === "rejected",
  );
}

/**
 * Reads when the limits that refused a request end: the latest reset, since all of them must end first.
 *
 * Unified headers (epoch seconds) count when their window is rejected or, without a status, wholly used; the
 * overall one also when there is no overall status. The others (RFC 3339) count when nothing remains. A reset
 * more than 2 minutes ago or more than 8 days away is dropped; none is ever made up.
 *
 * @param headers those of an answer that reports a rate limit; on others they only describe the account
 * @param nowMs epoch ms
 * @returns undefined when no exhausted limit has a plausible reset
 * @source Claude API reference, "Rate limits"; observed `anthropic-ratelimit-unified-*` headers
 */
export function readLimitReset(headers: AnswerHeaders, nowMs: number): LimitReset | undefined {
  let latest: LimitReset | undefined;
  for (const name of Object.keys(headers)) {
    if (!name.startsWith(LIMITS) || !name.endsWith("-reset")) continue;
    const isUnified = name.startsWith(UNIFIED);
    if (!(isUnified ? isUnifiedExhausted(headers, name) : isBucketEmpty(headers, name))) continue;
    const stated = readHeader(headers, name) ?? "";
    const at = isUnified ? parseEpochSeconds(stated) : parseRfc3339(stated);
    if (at === undefined || !(at >= nowMs - RESET_PAST_MS && at <= nowMs + RESET_FUTURE_MS)) continue;
    if (latest === undefined || at > latest.resetAtMs) latest = { resetAtMs: at, resetFrom: name };
  }
  return latest;
}

function isUnifiedExhausted(headers: AnswerHeaders, resetName: string): boolean {
  // Spending beyond the plan: work goes on with the plan's own window, whenever the overage resets.
  if (resetName === `${UNIFIED}overage-reset`) return false;
  const limit = resetName.slice(0, -"reset".length);
  const status = readHeader(headers, `${limit}status`);
  if (status !== undefined) return status === "rejected";
  if (limit === UNIFIED) return true;
  const used = readHeader(headers, `${limit}utilization`) ?? "";
  return FRACTION.test(used) && Number(used) >= 1; // a share: 1 is all of it
}

function isBucketEmpty(headers: AnswerHeaders, resetName: string): boolean {
  const remaining = readHeader(headers, `${resetName.slice(0, -"reset".length)}remaining`) ?? "";
  return DIGITS.test(remaining) && Number(remaining) === 0;
}

function clampDelay(ms: number): number | undefined {
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, MIN_RETRY_AFTER_MS), MAX_RETRY_AFTER_MS);
}

function parseEpochSeconds(text: string): number | undefined {
  return DIGITS.test(text) ? Number(text) * 1000 : undefined;
}

function parseHttpDate(text: string, nowMs: number): number | undefined {
  for (const form of HTTP_DATES) {
    const groups = form.exec(text)?.groups;
    if (groups === undefined) continue;
    const month = MONTHS.indexOf(groups.month ?? "") + 1;
    return toInstant({ ...groups, month: String(month), year: fullYear(groups.year ?? "", nowMs) });
  }
  return undefined;
}

/** Gives a two-digit year its century: one that seems over 50 years ahead is past (RFC 9110, 5.6.7). */
function fullYear(year: string, nowMs: number): string {
  if (year.length !== 2) return year;
  const thisYear = new Date(nowMs).getUTCFullYear();
  const full = thisYear - (thisYear % 100) + Number(year);
  return String(full > thisYear + 50 ? full - 100 : full);
}

function parseRfc3339(text: string): number | undefined {
  const groups = RFC_3339.exec(text)?.groups;
  if (groups === undefined) return undefined;
  const local = toInstant(groups);
  const [hours, minutes] = [Number(groups.offsetHour ?? 0), Number(groups.offsetMinute ?? 0)];
  if (local === undefined || hours > 23 || minutes > 59) return undefined;
  const offsetMs = (hours * 60 + minutes) * 60_000 * (groups.sign === "-" ? -1 : 1);
  return local + Math.floor(Number(groups.fraction ?? 0) * 1000) - offsetMs;
}

/** Makes the instant of named date parts, in epoch ms; undefined when the calendar has no such one. */
function toInstant(parts: Readonly<Record<string, string>>): number | undefined {
  const read = (name: string): number => Number(parts[name] ?? Number.NaN);
  const [year, month, day] = [read("year"), read("month"), read("day")];
  const [hour, minute, second] = [read("hour"), read("minute"), read("second")];
  const midnight = Date.UTC(year, month - 1, day);
  // Date.UTC turns 30 February into 2 March
  if (new Date(midnight).getUTCDate() !== day || month < 1 || month > 12) return undefined;
  if (hour > 23 || minute > 59 || second > 60) return undefined; // 60 is a leap second
  return midnight + ((hour * 60 + minute) * 60 + second) * 1000;
}
