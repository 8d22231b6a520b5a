import type { Statements } from "../ledger/statements.ts";
import { JOB_STATES, type JobState } from "./job.ts";
import type { JobCounts, JobFilter, QueueStats, StateCounts } from "./job-reader.ts";
import type { QueueTime } from "./queue-clock.ts";

/** Jobs that are alike, counted. */
interface Group {
  readonly account: string;
  readonly batch: string | null;
  readonly state: JobState;
  readonly jobs: number;
  readonly due_ms: number | null;
  readonly due_queue_ms: number | null;
}

/** Counts jobs, with one statement, so that all of it is of one moment. */
export function readQueueStats(
  { build, run }: Statements,
  { account, batch }: Pick<JobFilter, "account" | "batch">,
  time: QueueTime,
): QueueStats {
  const groups: readonly Group[] = run(
    build
      .selectFrom("job")
      .select((eb) => [
        ...(["account", "batch", "state"] as const),
        eb.fn.countAll<number>().as("jobs"),
        eb.fn.min("due_ms").as("due_ms"),
        eb.fn.min("due_queue_ms").as("due_queue_ms"),
      ])
      .$if(account !== undefined, (query) => query.where("account", "=", account ?? ""))
      .$if(batch !== undefined, (query) => query.where("batch", "=", batch ?? ""))
      .groupBy(["account", "batch", "state"]),
  );
  const by = <Name extends string | null>(nameOf: (group: Group) => Name) =>
    [...Map.groupBy(groups, nameOf)]
      .map(([name, own]) => ({ name, counts: count(own, time) }))
      .toSorted((a, b) => compare(a.name ?? "", b.name ?? ""));
  return {
    ...count(groups, time),
    byAccount: by((group) => group.account).map(({ name, counts }) => ({ account: name, ...counts })),
    byBatch: by((group) => group.batch).map(({ name, counts }) => ({ batch: name, ...counts })),
  };
}

function count(groups: readonly Group[], { nowMs, queueMs }: QueueTime): JobCounts {
  const counts = Object.fromEntries(JOB_STATES.map((state) => [state, 0])) as Record<JobState, number>;
  const dues: number[] = [];
  for (const { state, jobs, due_ms, due_queue_ms } of groups) {
    counts[state] += jobs;
    if (due_ms !== null) dues.push(due_ms);
    // Earlier than the clock says only when the clock was set back.
    if (due_queue_ms !== null) dues.push(nowMs + due_queue_ms - queueMs);
  }
  const states: StateCounts = counts;
  return { states, nextDueMs: dues.length === 0 ? null : Math.min(...dues) };
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
