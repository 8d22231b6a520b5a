import type { JobState } from "../queue/job.ts";

/** One failure on the way. */
export interface ItemFailure {
  /** In the ledger. */
  readonly id: string;
  readonly cause: string;
  /** Epoch ms. */
  readonly atMs: number;
  /** What was done about it; null for nothing yet. */
  readonly action: string | null;
}

/** What became of one item of a batch. */
export interface ItemOutcome {
  readonly key: string;
  readonly state: JobState;
  /** Why it is in this state; null where that says everything. */
  readonly why: string | null;
  /** What really went wrong last, as a verdict says it; null where nothing did. */
  readonly cause: string | null;
  /** Attempts that count. Parks are none. */
  readonly attempts: number;
  readonly parks: number;
  /** Epoch ms; null while it has not happened. */
  readonly startedMs: number | null;
  readonly endedMs: number | null;
  /** Epoch ms: when it may go on. */
  readonly dueMs: number | null;
  /** Nothing goes on until a person acts. */
  readonly needsPerson: boolean;
  /** The agent's session. */
  readonly sessionId: string | null;
  /** US dollars; null where nobody said. */
  readonly costUsd: number | null;
  /** What the agent answered last. */
  readonly answer?: string;
  readonly failures: readonly ItemFailure[];
}

/** How an item counts in a report. */
export type ItemStanding = "done" | "failed" | "no_result" | "remaining";

/**
 * How an item counts, whichever way a report is written:
 * - `done`: the work is done
 * - `failed`: it was tried and given up, or is done in part only
 * - `no_result`: nobody works on it any more, though nothing was given up: it was cancelled, or waits for a person
 * - `remaining`: it goes on later by itself
 */
export function standingOf({ state, needsPerson }: Pick<ItemOutcome, "state" | "needsPerson">): ItemStanding {
  return needsPerson && isOpen(state) ? "no_result" : STANDINGS[state];
}

const STANDINGS: Readonly<Record<JobState, ItemStanding>> = {
  done: "done",
  degraded: "failed",
  failed: "failed",
  cancelled: "no_result",
  parked: "remaining",
  queued: "remaining",
  running: "remaining",
};

function isOpen(state: JobState): boolean {
  return STANDINGS[state] === "remaining";
}
