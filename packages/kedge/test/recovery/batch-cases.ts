import type { Batch, BatchProblem, ItemOutcome } from "../../src/recovery/batch/index.ts";
import { parseBatch } from "../../src/recovery/batch/parse-batch.ts";

/** The batch of a value that has to be sound, and what is noted about it. */
export function batchOf(value: unknown): { readonly batch: Batch; readonly notes: readonly BatchProblem[] } {
  const reading = parseBatch(value);
  if (!reading.ok) throw new Error(JSON.stringify(reading.problems));
  return reading;
}

/** A batch with the items, and an agent. */
export function withAgent(...items: readonly unknown[]): object {
  return { agent: ["claude", "-p"], items };
}

/** What became of an item, done without any trouble unless said otherwise. */
export function outcome(given: Partial<ItemOutcome> = {}): ItemOutcome {
  return {
    key: "fix-login",
    state: "done",
    why: null,
    cause: null,
    attempts: 1,
    parks: 0,
    startedMs: Date.UTC(2026, 2, 3, 4, 5, 6),
    endedMs: Date.UTC(2026, 2, 3, 4, 6, 7, 500),
    dueMs: null,
    needsPerson: false,
    sessionId: null,
    costUsd: null,
    failures: [],
    ...given,
  };
}
