import { sql } from "kysely";
import type { FailureRow } from "../ledger/schema.ts";
import type { Statements } from "../ledger/statements.ts";
import { dropSessions } from "./incident-sessions.ts";

/**
 * Takes failures that were removed for good out of their incidents. An incident of which nothing is left goes, with its alerts; one of which
 * something is left keeps its numbers, and no word of what was removed.
 */
export function forgetFailures(statements: Statements, removed: readonly FailureRow[]): void {
  for (const seq of new Set(removed.flatMap(({ incident_seq }) => incident_seq ?? []))) {
    dropSessions(statements, seq);
    forgetWords(statements, seq);
  }
}

/** What an incident says is what its other failures say; what was told of it is not kept. */
function forgetWords({ build, run }: Statements, seq: number): void {
  const [last] = run(
    build
      .selectFrom("failure")
      .select("verdict")
      .where("incident_seq", "=", seq)
      .orderBy("at_ms", "desc")
      .limit(1),
  );
  if (last === undefined) {
    run(build.deleteFrom("incident").where("seq", "=", seq));
    return;
  }
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
