import type { Statements } from "../ledger/statements.ts";
import type { IncidentContext, StoredIncident } from "./incident-context.ts";
import { planAcknowledged } from "./plan-alerts.ts";

/**
 * Notes that somebody sees to an open incident, and plans to tell it to whoever knows of the incident.
 *
 * @param by name of that somebody
 * @returns the incident, as it is stored now
 */
export function acknowledgeIncident(
  statements: Statements,
  incident: StoredIncident,
  by: string,
  context: IncidentContext,
): StoredIncident {
  const { build, run } = statements;
  const own = { acknowledged_ms: context.nowMs, acknowledged_by: by };
  run(build.updateTable("incident").set(own).where("seq", "=", incident.seq));
  const after = { ...incident, ...own };
  // Who says so twice has nothing new to say.
  if (incident.acknowledged_by !== by) planAcknowledged(statements, after, context);
  return after;
}
