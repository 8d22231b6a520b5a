import type { Lane } from "./state.ts";

/** Up to this many sessions nothing needs to be learnt: each proof lets one more in. */
const CAREFREE = 16;
/** What the first refusal takes: a bucket that refills carries nearly what it refused, so a half would leave much unused. */
const FIRST_CUT = 0.9;
/** Of what is still under way without a refusal: a bucket that has run empty must fill again. */
const SETTLED_SHARE = 0.9;
/** What the refusals of one decrease can take together. */
const DEEPEST_CUT = 0.5;
/** More sessions for each round of proofs, whatever their number, while nothing is known of where it ends. */
const UNKNOWN_STEP = 3;
/** The same just beyond the level learnt, where a refusal is near: few sessions are then too many. */
const CAREFUL_STEP = 0.25;
/** How much the step grows with the square of the way beyond the level, as a share of it. */
const CURVE = 20;
/** A level that lies so far behind without a refusal tells nothing any more: the limit was raised. */
const OUTGROWN = 1.35;
/** What is known to be carried when it closes, of what was under way: part of it was beyond the level on trial. */
const KEPT_SHARE = 0.85;
/** Where the ramp after a closing begins, of the level learnt before. */
const RAMP_SHARE = 0.75;

/** What one lane is judged by: the sessions under way in it, and the most that is allowed. */
export interface Load {
  readonly running: number;
  readonly most: number;
}

/**
 * Lets more sessions in by proven progress: fast up to the level learnt before, carefully beyond it, and faster again the farther the
 * old level lies behind without a refusal, since it then tells nothing any more.
 *
 * Proofs of an account that does not use what it may prove nothing about more.
 */
export function growLevel(lane: Lane, { running, most }: Load): void {
  const { limit, level } = lane;
  if (running + 1 < Math.floor(limit)) return;
  lane.limit = Math.min(most, limit + stepOf(limit, level));
}

function stepOf(limit: number, level: number | null): number {
  if (limit < (level ?? CAREFREE)) return 1;
  if (level === null || limit > level * OUTGROWN) return UNKNOWN_STEP / limit;
  return Math.min(UNKNOWN_STEP, CAREFUL_STEP + CURVE * (limit / level - 1) ** 2) / limit;
}

/**
 * Lets fewer in after a refusal. Refusals of sessions that were let in before the last decrease belong to that one: all together take
 * half at most, down to what is still under way without a refusal.
 *
 * @param seq number of the refused session's admission; `lastSeq` that of the newest
 */
export function cutLevel(lane: Lane, { running }: Load, seq: number, lastSeq: number): void {
  if (seq > lane.decreaseSeq) {
    // more may be under way than the limit allows, after a decrease, or fewer: what was carried counts
    const carried = Math.min(lane.limit, running + 1);
    lane.decreaseSeq = lastSeq;
    lane.decreaseFloor = Math.max(1, carried * DEEPEST_CUT);
    lane.hasProvedSince = false;
    lane.limit = carried * FIRST_CUT;
  }
  lane.limit = Math.max(lane.decreaseFloor, Math.min(lane.limit, running * SETTLED_SHARE));
  lane.level = lane.limit;
}

/** Keeps what was carried when it is closed. Who is closed while fewer had work to do has not learnt less. */
export function keepLevel(lane: Lane, running: number): void {
  lane.level = Math.max(lane.level ?? 1, Math.min(running, lane.limit) * KEPT_SHARE);
}

/** Begins the ramp after a closing near what was learnt. */
export function rampLevel(lane: Lane): void {
  lane.limit = Math.max(1, (lane.level ?? 1) * RAMP_SHARE);
}
