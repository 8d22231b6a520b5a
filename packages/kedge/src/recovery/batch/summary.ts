import { JOB_STATES, type JobState } from "../queue/job.ts";
import { type ItemOutcome, standingOf } from "./outcome.ts";

/** How a batch as a whole stands. */
export type BatchState = "done" | "degraded" | "failed" | "parked";

/** A batch in numbers. */
export interface BatchSummary {
  /**
   * - `done`: every item is done
   * - `parked`: something remains that goes on later by itself
   * - `degraded`: nothing remains, and some work is done, or done in part
   * - `failed`: nothing remains, and nothing is done
   */
  readonly state: BatchState;
  /** Items that are done. */
  readonly done: number;
  readonly total: number;
  /** Items by state; they add up to `total`. */
  readonly counts: Readonly<Record<JobState, number>>;
  /** Items that go on later by themselves. */
  readonly remaining: number;
  /** Items that nothing but a person gets going again. Together with `remaining` they are the open ones of `counts`. */
  readonly waiting: number;
  /** US dollars of all items that told; null where none did. */
  readonly costUsd: number | null;
  /** From the first start to the last end so far; null where there is none of them. */
  readonly durationMs: number | null;
  /** Epoch ms: when something goes on by itself; null where nothing remains, or nobody knows. */
  readonly nextDueMs: number | null;
  /** 0 done, 75 (EX_TEMPFAIL) parked, 1 otherwise. */
  readonly exitCode: 0 | 1 | 75;
}

const EXIT_CODES = { done: 0, degraded: 1, failed: 1, parked: 75 } as const;
const MICRO_USD = 1_000_000;

/** Sums up what became of the items of a batch. A batch without items is done. */
export function summarise(outcomes: readonly ItemOutcome[]): BatchSummary {
  const counts = Object.fromEntries(
    JOB_STATES.map((state) => [state, outcomes.filter((item) => item.state === state).length]),
  ) as Record<JobState, number>;
  const open = counts.parked + counts.queued + counts.running;
  const remaining = outcomes.filter((item) => standingOf(item) === "remaining");
  const state = stateOf(counts, { total: outcomes.length, remaining: remaining.length });
  const starts = known(outcomes.map(({ startedMs }) => startedMs));
  const ends = known(outcomes.map(({ endedMs }) => endedMs));
  const costs = known(outcomes.map(({ costUsd }) => costUsd));
  const cost = costs.reduce((sum, each) => sum + each, 0);
  return {
    ...{ state, done: counts.done, total: outcomes.length, counts },
    ...{ remaining: remaining.length, waiting: open - remaining.length },
    // Sums of tenths and hundredths have endless fractions.
    costUsd: costs.length === 0 ? null : Math.round(cost * MICRO_USD) / MICRO_USD,
    // The clock may have been set back in between.
    durationMs: starts.length === 0 || ends.length === 0 ? null : Math.max(0, most(ends) - least(starts)),
    nextDueMs: leastOrNull(known(remaining.map(({ dueMs }) => dueMs))),
    exitCode: EXIT_CODES[state],
  };
}

function stateOf(
  counts: Readonly<Record<JobState, number>>,
  { total, remaining }: { readonly total: number; readonly remaining: number },
): BatchState {
  if (counts.done === total) return "done";
  if (remaining > 0) return "parked";
  return counts.done + counts.degraded > 0 ? "degraded" : "failed";
}

/** Says in one sentence how a batch stands, such as `degraded: 6 of 8 done, 1 failed, 1 waits for a person`. */
export function describeBatch(summary: BatchSummary): string {
  const { state, done, total, counts, remaining, waiting } = summary;
  const parts = [
    `${done} of ${total} done`,
    ...countWords(counts.degraded, "done in part"),
    ...countWords(counts.failed, "failed"),
    ...countWords(counts.cancelled, "cancelled"),
    ...countWords(remaining, remaining === 1 ? "goes on later" : "go on later"),
    ...countWords(waiting, waiting === 1 ? "waits for a person" : "wait for a person"),
  ];
  return `${state}: ${parts.join(", ")}`;
}

function countWords(count: number, words: string): readonly string[] {
  return count === 0 ? [] : [`${count} ${words}`];
}

function known(values: readonly (number | null)[]): readonly number[] {
  return values.filter((value): value is number => Number.isFinite(value));
}

// Not Math.min: there may be more values than a call takes arguments.
function least(values: readonly number[]): number {
  return values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
}

function most(values: readonly number[]): number {
  return values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
}

function leastOrNull(values: readonly number[]): number | null {
  return values.length === 0 ? null : least(values);
}
