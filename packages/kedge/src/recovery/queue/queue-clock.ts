import { sql } from "kysely";
import type { Statements } from "../ledger/statements.ts";

/**
 * The most that the queue's own time goes on with one sweep, in ms: as much as two sweeps in time. A clock that is set ahead, or a machine that
 * slept, is no more than that to those who hold a lease.
 */
export const MAX_STEP_MS = 2_000;

/** What time it is. */
export interface QueueTime {
  /** Epoch ms, which may be set in both directions at any time. */
  readonly nowMs: number;
  /** Ms that went by while somebody swept; it never goes back, and never faster than time does. */
  readonly queueMs: number;
}

/** Lets the queue's time go on to what the clock says, by one step at most. */
export function tick({ build, run }: Statements, nowMs: number): void {
  run(
    build.updateTable("queue_clock").set({
      queue_ms: sql<number>`queue_ms + max(0, min(${nowMs} - coalesce(seen_ms, ${nowMs}), ${MAX_STEP_MS}))`,
      // A little back is another process that read the clock earlier: that time was counted. Further back, the clock was set.
      seen_ms: sql<number>`CASE WHEN seen_ms > ${nowMs} AND seen_ms <= ${nowMs + MAX_STEP_MS} THEN seen_ms ELSE ${nowMs} END`,
    }),
  );
}

/** The queue's own time. */
export function readQueueMs({ build, run }: Statements): number {
  const [row] = run(build.selectFrom("queue_clock").select("queue_ms"));
  if (row === undefined) throw new RangeError("Expected the row of the queue's clock, found none");
  return row.queue_ms;
}

/**
 * When something is due that is to wait until an instant, in both times; it is due as soon as one of them has come. The clock knows of hours
 * in which nobody swept. The queue's time comes in no less than the wait that was asked for, and in no more whatever the clock is
 * set to. Without a step more it could come early: its last one may be a step ago.
 */
export function dueAt(
  untilMs: number,
  { nowMs, queueMs }: QueueTime,
): { readonly due_ms: number; readonly due_queue_ms: number } {
  const waitMs = untilMs - nowMs;
  return { due_ms: untilMs, due_queue_ms: waitMs <= 0 ? queueMs : queueMs + waitMs + MAX_STEP_MS };
}
