import { isPlausible } from "../reset-window.ts";
import type { RefusalFacts } from "./governor-api.ts";

const SECOND_MS = 1_000;
const DAY_MS = 86_400_000;

/** Less than this is no wait: it would be a loop. */
export const SHORTEST_MS = SECOND_MS;

/** How long to wait for a limit whose end nobody knows. */
export interface Backoff {
  readonly baseMs: number;
  readonly capMs: number;
}

/**
 * Reads the settings of a backoff.
 *
 * @throws {RangeError} base below 1,000 ms, cap above 24 h, or base above cap
 */
export function readBackoff({ baseMs = 30_000, capMs = 900_000 }: Partial<Backoff>): Backoff {
  if (!(baseMs >= SHORTEST_MS && baseMs <= capMs && capMs <= DAY_MS))
    throw new RangeError(
      `Expected 1000 <= backoffBaseMs <= backoffCapMs <= ${DAY_MS}, got ${baseMs} and ${capMs}`,
    );
  return { baseMs, capMs };
}

/**
 * Draws the wait before the next look: capped exponential backoff with full jitter (AWS Builders' Library, "Timeouts, retries and
 * backoff with jitter").
 *
 * @param misses looks in a row that were in vain
 * @param random from 0 up to, and without, 1
 * @returns whole ms, at least 1,000
 */
export function drawBackoff({ baseMs, capMs }: Backoff, misses: number, random: () => number): number {
  // 2^30 times the base is beyond every cap; the power itself must not become infinite after years of misses
  const most = Math.min(capMs, baseMs * 2 ** Math.min(misses, 30));
  return Math.round(Math.max(SHORTEST_MS, random() * most));
}

/** Whether an instant is past, or near enough that some limit can last until then. */
export function isInReach(atMs: number, nowMs: number): boolean {
  return atMs <= nowMs || isPlausible("monthly", atMs - nowMs);
}

/** When a limit is said to end, with the jitter that its statement asks for. It may be past. */
export interface Statement {
  /** Epoch ms, jitter included. */
  readonly untilMs: number;
  /** Whether a machine stated the instant itself. A delay and a clock time in a text are counted from our clock, which may be wrong. */
  readonly isAbsolute: boolean;
}

/**
 * Reads when a limit is said to end. Nothing is said by a reset that is not plausible, by a clock time that is past, nor by a delay
 * that is not a positive number or that no window of a plan can last. A machine's instant that is past is still read: our clock may
 * be the wrong one.
 *
 * People's clocks get 60 to 120 s more: minutes are rounded, resets have been late, and an agent that continues by itself acts first.
 * A machine's instant gets 0 to 2 s. What is stated is never shortened.
 */
export function readStatement(
  { reset, retryAfterMs }: RefusalFacts,
  nowMs: number,
  random: () => number,
): Statement | undefined {
  if (reset?.isPlausible === true && Number.isFinite(reset.atMs)) {
    const isOfPeople = reset.from === "text" || reset.precision !== "exact";
    const isAbsolute = !isOfPeople && !/^retry[-_]after/.test(reset.from) && isInReach(reset.atMs, nowMs);
    const jitterMs = isOfPeople ? 60_000 + random() * 60_000 : random() * 2_000;
    if (isAbsolute || reset.atMs > nowMs) return { untilMs: Math.ceil(reset.atMs + jitterMs), isAbsolute };
  }
  if (retryAfterMs === undefined || !(retryAfterMs > 0) || !isPlausible(undefined, retryAfterMs))
    return undefined;
  return { untilMs: Math.ceil(nowMs + retryAfterMs + random() * 2_000), isAbsolute: false };
}
