import { sql } from "kysely";
import type { Statements } from "../ledger/statements.ts";
import { VALUES_AT_ONCE } from "../ledger/values.ts";

/**
 * Takes failures that are removed for good out of their incidents. An incident of which nothing is left goes, with its alerts; one of which
 * something is left keeps its numbers, and no word of what was removed.
 */
export function forgetFailures({ build, run }: Statements, failureIds: readonly string[]): void {
  const seqs = new Set<number>();
  for (let at = 0; at < failureIds.length; at += VALUES_AT_ONCE) {
    const removed = run(
      build
        .deleteFrom("incident_failure")
        .where("failure_id", "in", failureIds.slice(at, at + VALUES_AT_ONCE))
        .returning("incident_seq"),
    );
    for (const { incident_seq: seq } of removed) seqs.add(seq);
  }
  for (const seq of seqs) {
    run(
      build
        .deleteFrom("incident_session")
        .where("incident_seq", "=", seq)
        .where(({ not, exists, selectFrom }) =>
          not(
            exists(
              selectFrom("incident_failure")
                .select("failure_id")
                .whereRef("incident_failure.incident_seq", "=", "incident_session.incident_seq")
                .whereRef("incident_failure.agent", "=", "incident_session.agent")
                .whereRef("incident_failure.session_id", "=", "incident_session.session_id"),
            ),
          ),
        ),
    );
    run(
      build
        .deleteFrom("incident")
        .where("seq", "=", seq)
        .where(({ not, exists, selectFrom }) =>
          not(
            exists(
              selectFrom("incident_failure")
                .select("failure_id")
                .whereRef("incident_failure.incident_seq", "=", "incident.seq"),
            ),
          ),
        ),
    );
    forgetWords({ build, run }, seq);
  }
}

/** What an incident says is what its other failures say; what was told of it is not kept. */
function forgetWords({ build, run }: Statements, seq: number): void {
  const [last] = run(
    build
      .selectFrom("incident_failure")
      .innerJoin("failure", "failure.id", "incident_failure.failure_id")
      .select("failure.verdict")
      .where("incident_failure.incident_seq", "=", seq)
      .orderBy("failure.at_ms", "desc")
      .limit(1),
  );
  // Otherwise it went with the last of them.
  if (last === undefined) return;
  const [sessions] = run(
    build
      .selectFrom("incident_session")
      .select(sql<string | null>`CASE WHEN min(project) = max(project) THEN min(project) END`.as("project"))
      .where("incident_seq", "=", seq),
  );
  run(
    build
      .updateTable("incident")
      .set({ verdict: last.verdict, project: sessions?.project ?? null })
      .where("seq", "=", seq),
  );
  run(build.updateTable("alert").set({ body: null }).where("incident_seq", "=", seq));
}
