import { sql } from "kysely";
import type { FailureRow } from "../ledger/schema.ts";
import type { Statements } from "../ledger/statements.ts";

/** At most so many are looked at, the oldest first. */
const LOOKED_AT = 200;

/**
 * The failures with which sessions ended that Kedge did not start, and that nobody has gone on with: neither their user nor a job.
 *
 * A process that died leaves no word of its end; that it is gone is what its failure says.
 *
 * @param sinceMs epoch ms: what happened before is left alone
 */
export function findStranded({ build, run }: Statements, sinceMs: number): readonly FailureRow[] {
  return run(
    build
      .selectFrom("failure")
      .innerJoin("session", (join) =>
        join
          .onRef("session.agent", "=", "failure.agent")
          .onRef("session.session_id", "=", "failure.session_id"),
      )
      .selectAll("failure")
      .where("failure.at_ms", ">=", sinceMs)
      .where("failure.subagent_id", "is", null)
      .where((eb) =>
        eb.or([
          eb("session.ended_ms", ">=", eb.ref("failure.at_ms")),
          eb("failure.cause", "=", "dead_process"),
        ]),
      )
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom("failure as later")
              .select("later.id")
              .whereRef("later.session_id", "=", "failure.session_id")
              .whereRef("later.agent", "=", "failure.agent")
              .where("later.subagent_id", "is", null)
              .where(sql<boolean>`(later.at_ms, later.id) > (failure.at_ms, failure.id)`),
          ),
        ),
      )
      .where((eb) =>
        eb.or([
          eb("session.started_ms", "is", null),
          eb("session.started_ms", "<=", eb.ref("failure.at_ms")),
        ]),
      )
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom("job_attempt")
              .select("job_attempt.job_seq")
              .whereRef("job_attempt.session_id", "=", "failure.session_id")
              .where(sql<boolean>`coalesce(job_attempt.ended_ms, failure.at_ms) >= failure.at_ms - 1000`),
          ),
        ),
      )
      .orderBy("failure.at_ms")
      .limit(LOOKED_AT),
  );
}
