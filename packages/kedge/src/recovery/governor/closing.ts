import { isInReach, SHORTEST_MS, type Statement } from "./delay.ts";
import { type Lane, opensAt } from "./state.ts";

/** Why and until when a lane closes. */
export interface Closing {
  readonly why: string;
  readonly window: string | null;
  readonly nowMs: number;
  readonly statement: Statement | undefined;
  /** Number of the newest admission. */
  readonly lastSeq: number;
  /** Number of the admission that was refused; undefined for a session that was never let in by us. */
  readonly seq: number | undefined;
  /** Draws the wait, in ms, after so many canaries in vain. */
  readonly draw: (misses: number) => number;
}

/**
 * Closes a lane, or keeps it closed.
 *
 * Where a canary was refused, the next one waits for what is stated, and longer each time: a statement that keeps being wrong must
 * not make a loop. Sessions that were let in before can only make it later: of several limits the latest counts.
 */
export function closeLane(lane: Lane, closing: Closing): void {
  const { why, window, nowMs, statement, lastSeq, seq, draw } = closing;
  const isMiss = isAfterClosing(lane, seq);
  if (lane.state === "closed" && !isMiss) {
    if (statement !== undefined && holdUntil(lane, statement, nowMs)) Object.assign(lane, { why, window });
    return;
  }
  if (lane.state === "closed") {
    lane.misses++;
    lane.closedSeq = Math.max(lane.closedSeq, seq ?? 0);
  } else {
    Object.assign(lane, { state: "closed", sinceMs: nowMs, misses: 0, closedSeq: lastSeq });
  }
  Object.assign(lane, { why, window });
  const isStated = statement !== undefined && statement.untilMs > nowMs;
  lane.untilMs = nowMs + SHORTEST_MS;
  if (statement !== undefined) holdUntil(lane, statement, nowMs);
  if (!isStated || lane.misses > 1) lane.untilMs = Math.max(lane.untilMs, nowMs + draw(lane.misses));
}

/** Notes that a canary brought neither a proof nor a refusal: the next one waits longer. */
export function missLane(lane: Lane, nowMs: number, draw: (misses: number) => number): void {
  lane.misses++;
  lane.untilMs = Math.max(lane.untilMs, nowMs + draw(lane.misses));
}

/** Whether a session was let in after the lane was closed, so that what it meets is how things are now. */
export function isAfterClosing(lane: Lane, seq: number | undefined): boolean {
  return lane.state === "closed" && seq !== undefined && seq > lane.closedSeq;
}

/** Opens a lane that was proved to be. */
export function openLane(lane: Lane, nowMs: number): void {
  Object.assign(lane, { state: "open", sinceMs: nowMs, untilMs: nowMs, statedMs: 0, misses: 0 });
}

/** Lets nobody in before what was stated; returns whether that is later than what held so far. */
export function holdUntil(lane: Lane, { untilMs, isAbsolute }: Statement, nowMs: number): boolean {
  const isLater = untilMs > opensAt(lane, nowMs);
  // what holds nobody any more does not stand before what does
  if (!isInReach(lane.statedMs, nowMs)) lane.statedMs = 0;
  if (isAbsolute) lane.statedMs = Math.max(lane.statedMs, untilMs);
  lane.untilMs = Math.max(lane.untilMs, untilMs);
  return isLater;
}
