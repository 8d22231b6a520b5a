import { sql } from "kysely";
import { readLedgerId } from "../ledger/ledger-id.ts";
import type { FailureRow } from "../ledger/schema.ts";
import type { Statements } from "../ledger/statements.ts";
import type { Verdict } from "../verdict.ts";
import { alertsOf, isWaiting } from "./alert-rows.ts";
import type { StoredIncident } from "./incident-context.ts";
import { NOTHING_LEFT } from "./incident-expiry.ts";
import { forgottenKey } from "./incident-key.ts";
import { dropSessions } from "./incident-sessions.ts";
import { readIncident } from "./refresh-incident.ts";

/**
 * Takes failures that were removed for good out of their incidents. An incident of which nothing is left goes, with its alerts; one that
 * somebody has to be told the end of stays until that was told, without a word of what was removed. One of which something is left keeps its numbers.
 */
export function forgetFailures(statements: Statements, removed: readonly FailureRow[]): void {
  for (const seq of new Set(removed.flatMap(({ incident_seq }) => incident_seq ?? []))) {
    dropSessions(statements, seq);
    const incident = readIncident(statements, seq);
    if (incident !== undefined) forgetWords(statements, incident);
  }
}

/** What an incident says is what its other failures say; what was told of it is not kept. */
function forgetWords(statements: Statements, incident: StoredIncident): void {
  const { build, run } = statements;
  const { seq } = incident;
  const [last] = run(
    build
      .selectFrom("failure")
      .select("verdict")
      .where("incident_seq", "=", seq)
      .orderBy("at_ms", "desc")
      .limit(1),
  );
  if (last === undefined) {
    forgetIncident(statements, incident);
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
  forgetTold(statements, seq);
}

/**
 * Removes an incident without failures. Where somebody was told of it and not yet that it is over, it stays until then, without a word of what
 * it was about.
 */
export function forgetIncident(statements: Statements, incident: StoredIncident): void {
  const { build, run } = statements;
  const { seq, scope, key, resolved_ms } = incident;
  const alerts = alertsOf(statements, seq);
  const isOver = resolved_ms !== null;
  const isTold = alerts.some((alert) => alert.attempts > 0 && (!isOver || alerts.some(isWaiting)));
  if (!isTold) {
    run(build.deleteFrom("incident").where("seq", "=", seq));
    return;
  }
  // In the key of what a session suffers by itself stands its project.
  const hidden = scope === "session" ? { key: forgottenKey(key, readLedgerId(statements)) } : {};
  run(
    build
      .updateTable("incident")
      .set({ ...hidden, project: "", note: null, verdict: JSON.stringify(bareVerdict(incident)) })
      .$if(!isOver, (query) => query.set({ ends_ms: NOTHING_LEFT }))
      .where("seq", "=", seq),
  );
  forgetTold(statements, seq);
}

function forgetTold({ build, run }: Statements, seq: number): void {
  run(build.updateTable("alert").set({ body: null }).where("incident_seq", "=", seq));
}

/** What its columns say of it, and no more. */
function bareVerdict({ cause, scope, last_ms }: StoredIncident): Verdict {
  return {
    ...{ cause, confidence: "likely", basis: { words: "What it was known by is not kept any more." } },
    ...{ kind: "unknown", isTransient: false, scope: scope as Verdict["scope"] },
    ...{ isSubagent: false, isGreenExit: false, isRepeat: false, atMs: last_ms },
  };
}
