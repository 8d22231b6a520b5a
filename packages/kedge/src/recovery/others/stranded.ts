import { sql } from "kysely";
import type { FailureRow } from "../ledger/schema.ts";
import type { Statements } from "../ledger/statements.ts";

/** Failures that are read with one statement. */
const AT_ONCE = 200;

/** Which failures are read. */
export interface StrandedPage {
  /** Epoch ms: what happened before is left alone. */
  readonly sinceMs: number;
  /** The last one of the page before; null for the first page. */
  readonly after: Pick<FailureRow, "at_ms" | "id"> | null;
}

/** Some failures, those first that happened first. */
export interface Stranded {
  readonly failures: readonly FailureRow[];
  readonly hasMore: boolean;
}

/**
 * Reads the failures with which sessions ended that Kedge did not start, and that nobody has gone on with: neither their user nor a job.
 *
 * A process that died leaves no word of its end; that it is gone is what its failure says.
 */
export function findStranded({ build, run }: Statements, { sinceMs, after }: StrandedPage): Stranded {
  const failures = run(
    build
      .selectFrom("failure")
      .innerJoin("session", (join) =>
        join
          .onRef("session.agent", "=", "failure.agent")
          .onRef("session.session_id", "=", "failure.session_id"),
      )
      // All attempts at once: they have no index by session, and to look through them for each failure takes the product of both.
      .leftJoin(
        (eb) =>
          eb
            .selectFrom("job_attempt")
            .select(["session_id", sql<number>`max(coalesce(ended_ms, ${STILL_RUNS}))`.as("until_ms")])
            .where("session_id", "is not", null)
            .groupBy("session_id")
            .as("attempt"),
        (join) => join.onRef("attempt.session_id", "=", "failure.session_id"),
      )
      .selectAll("failure")
      .where("failure.at_ms", ">=", sinceMs)
      .$if(after !== null, (query) =>
        query.where(sql<boolean>`(failure.at_ms, failure.id) > (${after?.at_ms ?? 0}, ${after?.id ?? ""})`),
      )
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
      .where(sql<boolean>`coalesce(attempt.until_ms < failure.at_ms - 1000, 1)`)
      .orderBy("failure.at_ms")
      .orderBy("failure.id")
      .limit(AT_ONCE),
  );
  return { failures, hasMore: failures.length === AT_ONCE };
}

/** Later than everything, epoch ms: an attempt that has not ended. */
const STILL_RUNS = Number.MAX_SAFE_INTEGER;
