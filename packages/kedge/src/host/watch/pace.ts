/** A file that is written in pieces has changed once. */
const SETTLE_MS = 100;

/** Changes of one file that are told at once between two prompts. */
const FREE_CHANGES = 8;

const MAX_DELAY_MS = 30_000;

/**
 * Milliseconds between a change of a file and telling of it. After some changes each waits twice as long as the one before: a handler may
 * write the file that it is told of.
 *
 * @param told changes of the file that were told since the last prompt
 */
export function delayBefore(told: number): number {
  return Math.min(SETTLE_MS * 2 ** Math.max(0, told - FREE_CHANGES), MAX_DELAY_MS);
}
