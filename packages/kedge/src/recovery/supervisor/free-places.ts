import type { Swept } from "../queue/job-keeper.ts";
import type { AccountWait } from "./admit.ts";
import type { SupervisorPorts } from "./ports.ts";

/** Gives the places of dead holders' sessions back to their accounts. */
export async function freePlaces(
  swept: Swept,
  { queue, governor, onEvent, now }: SupervisorPorts,
): Promise<void> {
  const keys = [...swept.requeued, ...swept.failed, ...swept.cancelled];
  for (const key of keys) {
    const job = await queue.get(key);
    if (job === null) continue;
    await governor.ended({ account: job.account, sessionId: key });
    onEvent({ type: "changed", key, atMs: now(), state: job.state, why: job.why, dueMs: job.dueMs });
  }
}

/** A session that was let in is claimed within this time, ms. */
const CLAIMED_WITHIN_MS = 30_000;

/**
 * Looks whether sessions that are in the way are there at all: whoever swept a dead holder's job may have died before it could say so to
 * the account.
 */
export async function freeLostPlaces(
  waits: readonly AccountWait[],
  { queue, governor, now }: SupervisorPorts,
): Promise<void> {
  const full = waits.filter(({ why }) => why === "concurrency" || why === "canary");
  for (const account of new Set(full.map((wait) => wait.account))) {
    const sinceMs = Math.max(0, now() - CLAIMED_WITHIN_MS);
    const running = await queue.running({ account });
    await governor.reconcile({ account, running, sinceMs });
  }
}
