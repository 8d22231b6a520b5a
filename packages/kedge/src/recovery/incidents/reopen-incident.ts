import type { Statements } from "../ledger/statements.ts";
import { dropWaiting } from "./alert-rows.ts";
import { followClockOf } from "./follow-clock.ts";
import type { StoredIncident } from "./incident-context.ts";

/**
 * Opens an incident again that was never over. An all-clear that was not sent yet is none; and the clock may have been put back since it was
 * closed.
 */
export function reopenIncident(statements: Statements, incident: StoredIncident, nowMs: number): void {
  const { build, run } = statements;
  const { seq } = incident;
  dropWaiting(statements, { seq, why: "it was not over" }, { nowMs });
  run(
    build
      .updateTable("incident")
      .set({
        ...{ resolved_ms: null, over_ms: null, resolution: null, note: null },
        ...{ acknowledged_ms: null, acknowledged_by: null },
      })
      .where("seq", "=", seq),
  );
  followClockOf(statements, incident, nowMs);
}
