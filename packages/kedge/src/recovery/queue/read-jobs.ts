import type { Attempt, Job } from "./job.ts";
import type { JobFilter, JobPage } from "./job-reader.ts";
import { toAttempt, toJob } from "./job-row.ts";
import type { Statements } from "./queue-database.ts";

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
