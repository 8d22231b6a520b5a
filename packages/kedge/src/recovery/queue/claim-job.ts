import { sql } from "kysely";
import type { JobAttemptRow } from "../ledger/schema.ts";
import type { Statements } from "../ledger/statements.ts";
import type { Job } from "./job.ts";
import type { ReadyFilter } from "./job-reader.ts";
import { toJob } from "./job-row.ts";
import { type ClaimedJob, JOB_LEASE_MS } from "./job-runner.ts";
import type { QueueTime } from "./queue-clock.ts";

/** Which jobs may be taken. */
type Wanted = Omit<ReadyFilter, "limit">;

/** Takes the job that is to run next, with one statement, and notes the attempt. Within a transaction. */
export function claimJob(
  statements: Statements,
  { holder, wanted }: { readonly holder: string; readonly wanted: Wanted },
  time: QueueTime,
): ClaimedJob | null {
  const { build, run } = statements;
  const [row] = run(
    build
      .updateTable("job")
      .set((eb) => ({
        ...{ state: "running", holder, lease_queue_ms: time.queueMs + JOB_LEASE_MS, changed_ms: time.nowMs },
        ...{ due_ms: null, due_queue_ms: null, why: null, owner: null },
        token: eb("token", "+", 1),
        claims: eb("claims", "+", 1),
      }))
      .where("seq", "=", readyJobs(statements, wanted, time).select("next.seq").limit(1))
      .returningAll(),
  );
  if (row === undefined) return null;
  const { seq, key, token, claims } = row;
  const attempt: JobAttemptRow = {
    ...{ job_seq: seq, number: claims, holder, token, started_ms: time.nowMs, is_charged: 0 },
    ...{ ended_ms: null, outcome: null, why: null, failure_id: null, session_id: null },
    ...{ cost_usd: null, cause: null, action: null },
  };
  run(build.insertInto("job_attempt").values(attempt));
  return { job: toJob(row), lease: { key, holder, token } };
}

/** The jobs that could be taken now, the next one first. */
export function readReady(
  statements: Statements,
  { limit, ...wanted }: Wanted & { readonly limit: number },
  time: QueueTime,
): readonly Job[] {
  return statements.run(readyJobs(statements, wanted, time).selectAll("next").limit(limit)).map(toJob);
}

/** States stand in the text, not as parameters: only so SQLite sees that its partial indexes fit. */
function readyJobs(
  { build }: Statements,
  { key, batch, closedAccounts: closed = [] }: Wanted,
  { nowMs, queueMs }: QueueTime,
) {
  return build
    .selectFrom("job as next")
    .where(sql<boolean>`next.state IN ('queued', 'parked')`)
    .where((eb) => eb.or([eb("next.due_ms", "<=", nowMs), eb("next.due_queue_ms", "<=", queueMs)]))
    .$if(key !== undefined, (query) => query.where("next.key", "=", key ?? ""))
    .$if(batch !== undefined, (query) => query.where("next.batch", "=", batch ?? ""))
    .$if(closed.length > 0, (query) => query.where("next.account", "not in", closed))
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom("job as other")
            .select("other.seq")
            .whereRef("other.session_key", "=", "next.session_key")
            .where(sql<boolean>`other.state = 'running'`),
        ),
      ),
    )
    .orderBy("next.priority", "desc")
    .orderBy("next.due_ms")
    .orderBy("next.seq");
}
