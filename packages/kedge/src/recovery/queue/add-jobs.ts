import type { Insertable } from "kysely";
import type { JobRow } from "../ledger/schema.ts";
import type { Statements } from "../ledger/statements.ts";
import type { CheckedJob } from "./check-input.ts";
import { firstToken } from "./forget-jobs.ts";
import type { Added } from "./job-keeper.ts";
import { dueAt, type QueueTime } from "./queue-clock.ts";

/** Rows of one statement; SQLite takes 32,766 values. */
const ROWS_AT_ONCE = 500;

/** Adds those jobs whose keys are not known. Within a transaction. */
export function addJobs(
  statements: Statements,
  jobs: readonly CheckedJob[],
  time: QueueTime,
): readonly Added[] {
  const { build, run } = statements;
  const token = firstToken(statements);
  const fresh = new Set<string>();
  for (let at = 0; at < jobs.length; at += ROWS_AT_ONCE) {
    const rows = jobs.slice(at, at + ROWS_AT_ONCE).map((job) => newRow(job, token, time));
    const added = run(
      build
        .insertInto("job")
        .values(rows)
        .onConflict((conflict) => conflict.column("key").doNothing())
        .returning("key"),
    );
    for (const { key } of added) fresh.add(key);
  }
  // Of two of one key in one call, the first is the new one.
  return jobs.map(({ key }) => ({ key, isNew: fresh.delete(key) }));
}

function newRow(job: CheckedJob, token: number, time: QueueTime): Insertable<JobRow> {
  return {
    key: job.key,
    batch: job.batch,
    account: job.account,
    session_key: job.sessionKey,
    payload: job.payload,
    priority: job.priority,
    state: "queued",
    ...dueAt(job.notBeforeMs, time),
    ...{ attempts: 0, claims: 0, deaths: 0, token },
    ...{ added_ms: time.nowMs, changed_ms: time.nowMs },
  };
}
