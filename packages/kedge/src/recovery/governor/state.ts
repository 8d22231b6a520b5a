import { isInReach } from "./delay.ts";

/** The start pace of one account, and the proofs it is learnt from. */
export interface Pace {
  /** Starts that may follow at once. */
  tokens: number;
  /** Epoch ms up to which tokens are counted. */
  tokensAtMs: number;
  /** Proofs per ms, averaged over the last half minute, as of `rateAtMs`. */
  rate: number;
  rateAtMs: number;
  /** Epoch ms: since when proofs are averaged. */
  sinceMs: number;
  /** Proofs per ms that it carried before it was last refused or closed. */
  learntRate: number | null;
}

/** An account as a whole, or one model's limits on it. */
export interface Lane {
  state: "open" | "closed" | "stopped";
  /** Epoch ms of the last change of `state`. */
  sinceMs: number;
  /** Epoch ms: nobody is let in before, open or closed. Counted from our own clock, so it goes back with it. */
  untilMs: number;
  /**
   * Epoch ms: nobody is let in before. A machine stated the instant itself, so it holds whatever our clock does, as long as a limit can last
   * until then. 0: none.
   */
  statedMs: number;
  why: string | null;
  window: string | null;
  /** Canaries in a row that brought no proof. */
  misses: number;
  /** The last admission before it was closed: later ones prove that it is open, and refusals of earlier ones may be old news. */
  closedSeq: number;
  /** Sessions that may be under way at once; the whole part counts. */
  limit: number;
  /** What it carried before the last refusal or closing. */
  level: number | null;
  /** The last admission before the last decrease: refusals of earlier ones are the same decrease. */
  decreaseSeq: number;
  /** The least that the last decrease may come to. */
  decreaseFloor: number;
  /** Whether anybody has proved since the last decrease. */
  hasProvedSince: boolean;
}

/** A session that was let in. */
export interface Admitted {
  readonly seq: number;
  readonly model: string | null;
  /** Epoch ms of its admission. */
  atMs: number;
  isStarted: boolean;
}

/** Everything known of one account. */
export interface Account {
  /** The latest `nowMs`: one before it shows that the clock was put back. */
  seenAtMs: number;
  /** Admissions so far. */
  seq: number;
  canary: string | null;
  readonly pace: Pace;
  readonly whole: Lane;
  readonly models: Map<string, Lane>;
  readonly sessions: Map<string, Admitted>;
}

/** Makes the state of an account that nothing has been heard of. */
export function createAccount(nowMs: number): Account {
  return {
    seenAtMs: nowMs,
    seq: 0,
    canary: null,
    pace: { tokens: 1, tokensAtMs: nowMs, rate: 0, rateAtMs: nowMs, sinceMs: nowMs, learntRate: null },
    whole: createLane(nowMs, FIRST_LIMIT),
    models: new Map(),
    sessions: new Map(),
  };
}

/** A few at once are let in before anything is known: a person's own sessions are no herd. */
export const FIRST_LIMIT = 4;

/** Makes a lane that is open. */
export function createLane(nowMs: number, limit: number): Lane {
  return {
    state: "open",
    sinceMs: nowMs,
    untilMs: nowMs,
    statedMs: 0,
    why: null,
    window: null,
    misses: 0,
    closedSeq: 0,
    limit,
    level: null,
    decreaseSeq: 0,
    decreaseFloor: 1,
    hasProvedSince: true,
  };
}

/** The lanes that a session of this model goes through, the account as a whole first. */
export function lanesFor(account: Account, model: string | null): Lane[] {
  const own = model === null ? undefined : account.models.get(model);
  return own === undefined ? [account.whole] : [account.whole, own];
}

/** Counts the sessions under way in a lane. */
export function countRunning(account: Account, lane: Lane): number {
  if (lane === account.whole) return account.sessions.size;
  let running = 0;
  for (const { model } of account.sessions.values())
    if (model !== null && account.models.get(model) === lane) running++;
  return running;
}

/**
 * Epoch ms before which a lane lets nobody in. An instant that is farther away than any limit lasts was stated before the clock was set
 * back by years: held to it, the account would be closed for years, so what our own clock has counted holds.
 */
export function opensAt({ untilMs, statedMs }: Lane, nowMs: number): number {
  return isInReach(statedMs, nowMs) ? Math.max(untilMs, statedMs) : untilMs;
}

/** Takes a session off what is under way, and its part as the canary with it. */
export function release(account: Account, sessionId: string): void {
  account.sessions.delete(sessionId);
  if (account.canary === sessionId) account.canary = null;
}
