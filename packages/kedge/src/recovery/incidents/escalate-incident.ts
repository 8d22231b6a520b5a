import type { Statements } from "../ledger/statements.ts";
import { explain } from "./explain-incidents.ts";
import type { IncidentContext, StoredIncident } from "./incident-context.ts";
import { expiryMs } from "./incident-expiry.ts";
import { planAlerts } from "./plan-alerts.ts";
import { readIncident } from "./refresh-incident.ts";
import { reopenIncident } from "./reopen-incident.ts";

/** Makes the incident of a failure a person's, who is told now: its work does not go on by itself any more. */
export function escalateIncident(statements: Statements, failureId: string, context: IncidentContext): void {
  const found = incidentOf(statements, failureId);
  if (found === undefined) return;
  const isOver = found.resolved_ms !== null;
  if (isOver ? isTaken(statements, found.key) : found.owner === "person") return;
  const { seq } = found;
  // Whatever proved it over: work of it stands still, and nothing goes on with that.
  if (isOver) reopenIncident(statements, found, context.nowMs);
  const before = readIncident(statements, seq);
  if (before === undefined) return;
  const owner = "person";
  // Nothing more fails that could say that it lasts: it has the time that a person has, from now on.
  const ends_ms = Math.max(before.ends_ms, expiryMs({ until_ms: before.until_ms, owner }, context.nowMs));
  const { build, run } = statements;
  run(build.updateTable("incident").set({ owner, ends_ms }).where("seq", "=", seq));
  const after = explain(statements, { ...before, owner, ends_ms }, context);
  const isUnheard = before.explained_by !== null;
  planAlerts(statements, { before: { ...before, owner: "kedge" }, after, isUnheard }, context);
}

function incidentOf({ build, run }: Statements, failureId: string): StoredIncident | undefined {
  return run(
    build
      .selectFrom("incident")
      .innerJoin("failure", "failure.incident_seq", "incident.seq")
      .selectAll("incident")
      .where("failure.id", "=", failureId),
  )[0];
}

/** Whether another incident of that key is open: of one key there is one. */
function isTaken({ build, run }: Statements, key: string): boolean {
  const open = build
    .selectFrom("incident")
    .select("seq")
    .where("key", "=", key)
    .where("resolved_ms", "is", null);
  return run(open.limit(1)).length > 0;
}
