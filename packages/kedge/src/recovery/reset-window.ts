const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** A reset may lie this much before its message: a limit that has just ended is due, not a day or a week away. */
export const PAST_MS = 120_000;

/** The longest that a reset of each window can be away, with what the measured ones were late. */
const LONGEST_MS: Readonly<Record<string, number>> = {
  five_hour: 5 * HOUR_MS + 15 * 60_000,
  daily: 25 * HOUR_MS,
  seven_day: 7 * DAY_MS + HOUR_MS,
  monthly: 31 * DAY_MS + HOUR_MS,
};

const NAMES: readonly (readonly [name: RegExp, family: string])[] = [
  [/^(?:five_hour|5h|session)/, "five_hour"],
  [/^(?:seven_day|7d|weekly)/, "seven_day"],
  [/^(?:daily|day|one_day|1d)$/, "daily"],
  [/^(?:monthly|month|spend|billing)/, "monthly"],
];

/**
 * Says whether a window can end so long after a message.
 *
 * @param window as events, headers and texts name it; one that is unknown or not named counts as weekly, the longest of a plan
 * @param afterMs from the message to the reset
 */
export function isPlausible(window: string | undefined, afterMs: number): boolean {
  const family = NAMES.find(([name]) => window !== undefined && name.test(window))?.[1] ?? "seven_day";
  return afterMs >= -PAST_MS && afterMs <= (LONGEST_MS[family] ?? 0);
}

// The first that fits wins: "weekly session limit" is weekly, since every plan has both windows.
const WORDS: readonly (readonly [words: RegExp, window: string])[] = [
  [/\b(?:weekly|week|seven[- ]day|7[- ]?d(?:ay)?)\b/i, "seven_day"],
  [/\b(?:session|five[- ]hour|5[- ]?h(?:our)?)\b/i, "five_hour"],
  [/\b(?:daily|per day)\b/i, "daily"],
  [/\b(?:monthly|per month|spend|spending|api usage limits)\b/i, "monthly"],
];

/**
 * Reads which window a text speaks of: `five_hour`, `seven_day`, `daily`, `monthly`, or none of these.
 *
 * @param text bounded by the caller
 */
export function readWindowWords(text: string): string | undefined {
  return WORDS.find(([words]) => words.test(text))?.[1];
}
