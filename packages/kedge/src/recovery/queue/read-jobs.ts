import { sql } from "kysely";
import type { Statements } from "../ledger/statements.ts";
import type { Attempt, Job } from "./job.ts";
import type { JobFilter, JobPage } from "./job-reader.ts";
import { toAttempt, toJob } from "./job-row.ts";

export function readJob({ build, run }: Statements, key: string): Job | null {
  const [row] = run(build.selectFrom("job").selectAll().where("key", "=", key));
  return row === undefined ? null : toJob(row);
}

/** Every start of a job, the first one first. */
export function readAttempts({ build, run }: Statements, key: string): readonly Attempt[] {
  const rows = run(
    build
      .selectFrom("job_attempt")
      .selectAll()
      .where("job_seq", "=", (eb) => eb.selectFrom("job").select("seq").where("key", "=", key))
      .orderBy("number"),
  );
  return rows.map(toAttempt);
}

/** What attempts of an account cost that began at or after an instant, in US dollars. */
export function readSpent(
  { build, run }: Statements,
  { account, sinceMs }: { readonly account: string; readonly sinceMs: number },
): number {
  const [row] = run(
    build
      .selectFrom("job_attempt as attempt")
      .select((eb) => eb.fn.sum<number | null>("attempt.cost_usd").as("usd"))
      .where("attempt.started_ms", ">=", sinceMs)
      .where("attempt.cost_usd", "is not", null)
      // Joined, SQLite would begin with all jobs of the account, however old.
      .where(({ exists, selectFrom }) =>
        exists(
          selectFrom("job")
            .select("job.seq")
            .whereRef("job.seq", "=", "attempt.job_seq")
            .where("job.account", "=", account),
        ),
      ),
  );
  return row?.usd ?? 0;
}

/** Keys of jobs that run, in the order in which they were added. */
export function readRunning(
  { build, run }: Statements,
  { account }: Pick<JobFilter, "account">,
): readonly string[] {
  // Few jobs run. Were the account or the order asked for, SQLite would take another index, and read all jobs of the account.
  const rows = run(
    build.selectFrom("job").select(["seq", "key", "account"]).where(sql<boolean>`state = 'running'`),
  );
  return rows
    .filter((row) => account === undefined || row.account === account)
    .toSorted((a, b) => a.seq - b.seq)
    .map(({ key }) => key);
}

/** Jobs that match, in the order in which they were added. */
export function listJobs(
  { build, run }: Statements,
  { states, account, batch, sessionKey, owner }: JobFilter,
  { limit, after }: { readonly limit: number; readonly after: number },
): JobPage {
  const rows = run(
    build
      .selectFrom("job")
      .selectAll()
      .where("seq", ">", after)
      .$if(states !== undefined, (query) => query.where("state", "in", states ?? []))
      .$if(account !== undefined, (query) => query.where("account", "=", account ?? ""))
      .$if(batch !== undefined, (query) => query.where("batch", "=", batch ?? ""))
      .$if(sessionKey !== undefined, (query) => query.where("session_key", "=", sessionKey ?? ""))
      .$if(owner !== undefined, (query) => query.where("owner", "=", owner ?? ""))
      .orderBy("seq")
      .limit(limit + 1),
  );
  return { jobs: rows.slice(0, limit).map(toJob), hasMore: rows.length > limit };
}
