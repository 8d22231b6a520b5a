import type { Statements } from "../ledger/statements.ts";
import { VALUES_AT_ONCE } from "../ledger/values.ts";

/**
 * Takes failures that are removed for good out of their incidents. What is left of an incident stays as it was told; one of which nothing is
 * left goes, with its alerts.
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
  }
}
