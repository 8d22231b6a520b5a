import type { Statements } from "../ledger/statements.ts";
import type { Changed, ChangeResult } from "./job-keeper.ts";
import { isEnded, type StoredJob } from "./job-row.ts";
import { dueAt, type QueueTime } from "./queue-clock.ts";

/** Makes jobs that wait due at another time. Within a transaction, as everything here. */
export function wakeJobs(
  statements: Statements,
  keys: readonly string[],
  { notBeforeMs, why, time }: { notBeforeMs: number | null; why: string | null; time: QueueTime },
): readonly Changed[] {
  const due = dueAt(notBeforeMs ?? time.nowMs, time);
  const change = { state: "queued", ...due, why, owner: null, changed_ms: time.nowMs } as const;
  return keys.map((key) => ({ key, result: changeJob(statements, key, { waiting: change, running: null }) }));
}

/** Makes all jobs that are parked for an owner due now, with one statement; returns how many. */
export function wakeOwnedJobs(
  { build, run }: Statements,
  { owner, batch }: { readonly owner: string; readonly batch: string | null },
  { why, time }: { why: string | null; time: QueueTime },
): number {
  const due = dueAt(time.nowMs, time);
  const woken = run(
    build
      .updateTable("job")
      .set({ state: "queued", ...due, why, owner: null, changed_ms: time.nowMs })
      .where("owner", "=", owner)
      .where("state", "=", "parked")
      .$if(batch !== null, (query) => query.where("batch", "=", batch))
      .returning("seq"),
  );
  return woken.length;
}

/** Ends jobs that wait, and notes of those that run that nobody wants them. */
export function cancelJobs(
  statements: Statements,
  keys: readonly string[],
  { why, time }: { why: string; time: QueueTime },
): readonly Changed[] {
  const ended = { state: "cancelled", why, owner: null, due_ms: null, due_queue_ms: null } as const;
  const change = {
    waiting: { ...ended, changed_ms: time.nowMs, ended_ms: time.nowMs },
    running: { cancel_why: why },
  };
  return keys.map((key) => ({ key, result: changeJob(statements, key, change) }));
}

/** What is to change of a job, by what it does; null for nothing. */
interface Change {
  readonly waiting: Partial<StoredJob>;
  readonly running: Partial<StoredJob> | null;
}

function changeJob({ build, run }: Statements, key: string, change: Change): ChangeResult {
  const [job] = run(build.selectFrom("job").select(["seq", "state"]).where("key", "=", key));
  if (job === undefined) return "unknown";
  if (isEnded(job.state)) return "ended";
  const isRunning = job.state === "running";
  const own = isRunning ? change.running : change.waiting;
  if (own !== null) run(build.updateTable("job").set(own).where("seq", "=", job.seq));
  return isRunning ? "running" : "changed";
}
