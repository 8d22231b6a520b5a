/** A queue with a clock that tests move, which any number of connections share, as processes would. */
import type { NewJob } from "../../src/recovery/queue/job.ts";
import { SWEEP_EVERY_MS } from "../../src/recovery/queue/job-keeper.ts";
import type { JobQueue } from "../../src/recovery/queue/job-queue.ts";
import type { ClaimedJob } from "../../src/recovery/queue/job-runner.ts";
import { openSqliteQueue } from "../../src/recovery/queue/sqlite-queue.ts";
import { createRedactor } from "../../src/redact/index.ts";
import { makeRecovery } from "../support/recovery-world.ts";

/** What an engine has to give to be held to the conformance suite. */
export interface QueueWorld {
  /** Epoch ms: what the clock says to every connection. */
  nowMs: number;
  /** Another connection to the same, at first empty, queue. Whoever opens it closes it. */
  open(): Promise<JobQueue>;
  /** A value that every engine has to take out of reasons. */
  readonly secret: string;
}

export type MakeQueueWorld = () => QueueWorld;

export const START_MS = Date.UTC(2026, 10, 20, 10, 0, 0);

export function makeSqliteWorld(): QueueWorld & { readonly stateDir: string } {
  const { stateDir } = makeRecovery();
  const secret = "my-own-company-password-123";
  const redactor = createRedactor({ known: [{ name: "TEST_TOKEN", value: secret }] });
  const world = {
    ...{ nowMs: START_MS, stateDir, secret },
    open: () => openSqliteQueue({ stateDir, redactor, now: () => world.nowMs }),
  };
  return world;
}

let count = 0;

/** A job of its own session, due at once. */
export function job(more: Partial<NewJob> = {}): NewJob {
  count++;
  return {
    ...{ key: `job-${count}`, account: "a-1", sessionKey: `session-${count}` },
    ...{ payload: { prompt: `do ${count}` }, notBeforeMs: 0, ...more },
  };
}

/** Lets time go by, with somebody who sweeps as often as is asked for; returns the keys that were taken from their holders. */
export async function pass(world: QueueWorld, queue: JobQueue, ms: number): Promise<readonly string[]> {
  const swept: string[] = [];
  for (let leftMs = ms; leftMs > 0; leftMs -= SWEEP_EVERY_MS) {
    world.nowMs += Math.min(leftMs, SWEEP_EVERY_MS);
    const { requeued, failed, cancelled } = await queue.sweep();
    swept.push(...requeued, ...failed, ...cancelled);
  }
  return swept;
}

/** Takes the next job, which has to be there. */
export async function claim(queue: JobQueue, holder = "w-1"): Promise<ClaimedJob> {
  const claimed = await queue.claim({ holder });
  if (claimed === null) throw new Error("Expected a job to claim, got none");
  return claimed;
}

/** Keys in the order in which they can be claimed, each ended at once. */
export async function drain(queue: JobQueue, closedAccounts: readonly string[] = []): Promise<string[]> {
  const keys: string[] = [];
  for (;;) {
    const claimed = await queue.claim({ holder: "drain", closedAccounts });
    if (claimed === null) return keys;
    keys.push(claimed.job.key);
    await queue.finish(claimed.lease);
  }
}
