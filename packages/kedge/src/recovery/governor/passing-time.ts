import { type Account, release } from "./state.ts";

/**
 * Takes notice of the time. When the clock was put back, everything that was counted from our own clock goes back with it: a wait of
 * ten minutes that began in a wrong year is one of ten minutes still. A clock time from a text goes with it, since it was resolved by
 * that clock; an instant that a machine stated stays where it is.
 *
 * A clock that jumps forward cannot be told from time that passed, and need not be: all that is due then is one canary, or a few starts.
 */
export function noticeTime(account: Account, nowMs: number): void {
  const backMs = account.seenAtMs - nowMs;
  account.seenAtMs = nowMs;
  if (backMs <= 0) return;
  account.pace.tokensAtMs -= backMs;
  account.pace.rateAtMs -= backMs;
  account.pace.sinceMs -= backMs;
  for (const session of account.sessions.values()) session.atMs -= backMs;
  for (const lane of [account.whole, ...account.models.values()]) {
    lane.sinceMs -= backMs;
    lane.untilMs -= backMs;
  }
}

/** An admission whose process does not begin within this is none: the supervisor may have died between the two. */
const START_WITHIN_MS = 180_000;
/** A canary that says nothing for this long is one session among others: the time in which the API answers one request at most. */
const CANARY_WITHIN_MS = 600_000;

/** Lets admissions lapse that nothing was heard of, so that no word that is lost can hold an account for good. */
export function letLapse(account: Account, nowMs: number): void {
  for (const [sessionId, { isStarted, atMs }] of account.sessions)
    if (!isStarted && nowMs >= atMs + START_WITHIN_MS) release(account, sessionId);
  if (nowMs >= canaryLapsesAt(account)) account.canary = null;
}

/** Epoch ms at which the canary is one no longer; infinite without one. */
export function canaryLapsesAt({ canary, sessions }: Account): number {
  const session = canary === null ? undefined : sessions.get(canary);
  if (session === undefined) return Number.POSITIVE_INFINITY;
  return session.atMs + (session.isStarted ? CANARY_WITHIN_MS : START_WITHIN_MS);
}

/** Epoch ms at which the next place falls free by itself; infinite when all processes have begun. */
export function placeLapsesAt({ sessions }: Account): number {
  let atMs = Number.POSITIVE_INFINITY;
  for (const session of sessions.values())
    if (!session.isStarted) atMs = Math.min(atMs, session.atMs + START_WITHIN_MS);
  return atMs;
}
