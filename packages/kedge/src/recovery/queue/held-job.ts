import { RecoveryError } from "../errors.ts";
import type { JobAttemptRow } from "../ledger/schema.ts";
import type { Statements } from "../ledger/statements.ts";
import type { CheckedNews } from "./check-news.ts";
import type { AttemptOutcome, Job, JobLease, JobState } from "./job.ts";
import { isEnded, type StoredJob, toJob } from "./job-row.ts";
import { JOB_LEASE_MS } from "./job-runner.ts";
import type { QueueTime } from "./queue-clock.ts";

/** How a holder gives its job back, or ends it. */
export interface Leaving {
  readonly state: Exclude<JobState, "running">;
  readonly outcome: AttemptOutcome;
  readonly isCharged: boolean;
  readonly why: string | null;
  readonly news: CheckedNews;
  /** Null where it is not for a time. */
  readonly due: { readonly due_ms: number; readonly due_queue_ms: number } | null;
  readonly owner: string | null;
}

/** Keeps a job with its holder for another lease. Within a transaction, as everything here. */
export function extendLease(
  statements: Statements,
  lease: JobLease,
  { time, news }: { readonly time: QueueTime; readonly news: CheckedNews },
): Job {
  const held = heldJob(statements, lease);
  if (Object.keys(news.attempt).length > 0) changeAttempt(statements, held, news.attempt);
  const lease_queue_ms = time.queueMs + JOB_LEASE_MS;
  return toJob(changeHeld(statements, held, { lease_queue_ms, ...news.job }));
}

/** Takes a job from its holder in the way the holder says. */
export function leaveJob(
  statements: Statements,
  lease: JobLease,
  { leaving, time }: { readonly leaving: Leaving; readonly time: QueueTime },
): Job {
  const held = heldJob(statements, lease);
  endAttempt(statements, held, { ...leaving, endedMs: time.nowMs });
  const isCancelled = held.cancel_why !== null && !isEnded(leaving.state);
  const state = isCancelled ? "cancelled" : leaving.state;
  return toJob(
    changeHeld(statements, held, {
      state,
      ...(isCancelled ? { owner: null } : { ...leaving.due, owner: leaving.owner }),
      why: isCancelled ? held.cancel_why : leaving.why,
      ...leaving.news.job,
      attempts: held.attempts + (leaving.isCharged ? 1 : 0),
      // Who gives a job back has survived it.
      deaths: 0,
      ...{ cancel_why: null, holder: null, lease_queue_ms: null },
      changed_ms: time.nowMs,
      ended_ms: isEnded(state) ? time.nowMs : null,
    }),
  );
}

/** How an attempt ended, of a job whose row says which one it is. */
export function endAttempt(
  statements: Statements,
  job: Pick<StoredJob, "seq" | "claims">,
  end: Pick<Leaving, "outcome" | "why" | "isCharged"> & {
    readonly news?: CheckedNews;
    readonly endedMs: number;
  },
): void {
  changeAttempt(statements, job, {
    ...end.news?.attempt,
    ...{ ended_ms: end.endedMs, outcome: end.outcome, why: end.why, is_charged: end.isCharged ? 1 : 0 },
  });
}

function changeAttempt(
  { build, run }: Statements,
  { seq, claims }: Pick<StoredJob, "seq" | "claims">,
  change: Partial<JobAttemptRow>,
): void {
  run(build.updateTable("job_attempt").set(change).where("job_seq", "=", seq).where("number", "=", claims));
}

/** The job of a lease, as long as it is the last one. */
function heldJob({ build, run }: Statements, lease: JobLease): StoredJob {
  const [row] = run(build.selectFrom("job").selectAll().where("key", "=", lease.key));
  if (row?.state === "running" && row.token === lease.token && row.holder === lease.holder) return row;
  throw new RecoveryError(
    "LEASE_LOST",
    `Expected ${lease.holder} to hold the job ${lease.key} with token ${lease.token}, found ${stands(row)}. Nothing was written`,
  );
}

function stands(row: StoredJob | undefined): string {
  if (row === undefined) return "no such job";
  if (row.state === "running") return `that ${row.holder ?? "nobody"} holds it with token ${row.token}`;
  return `that it is ${row.state} with token ${row.token}`;
}

function changeHeld({ build, run }: Statements, held: StoredJob, change: Partial<StoredJob>): StoredJob {
  const [row] = run(
    build
      .updateTable("job")
      .set(change)
      .where("seq", "=", held.seq)
      // Said again, so that an engine whose readers do not wait for writers is fenced as well.
      .where("token", "=", held.token)
      .where("state", "=", "running")
      .returningAll(),
  );
  if (row === undefined) throw new RecoveryError("LEASE_LOST", `The job ${held.key} was taken over`);
  return row;
}
