import { sql } from "kysely";
import type { Statements } from "../ledger/statements.ts";
import { unexplain } from "./explain-incidents.ts";
import type { Resolution } from "./incident.ts";
import type { IncidentContext, StoredIncident } from "./incident-context.ts";
import { planReminder, planResolved } from "./plan-alerts.ts";

/** Ends an incident, and plans the all-clear. */
export function resolveIncident(
  statements: Statements,
  incident: StoredIncident,
  { as, atMs, note }: { readonly as: Resolution; readonly atMs?: number; readonly note?: string },
  context: IncidentContext,
): StoredIncident {
  const { build, run } = statements;
  const resolvedMs = Math.min(atMs ?? context.nowMs, context.nowMs);
  const change = {
    ...{ resolved_ms: resolvedMs, resolution: as, note: note ?? null },
    lost_ms: lostMs(statements, incident.seq, resolvedMs),
  };
  run(build.updateTable("incident").set(change).where("seq", "=", incident.seq));
  const after = { ...incident, ...change };
  planResolved(statements, after, context);
  unexplain(statements, after, context);
  return after;
}

/** How long sessions stood still, summed up: each until it went on, or until now. */
export function lostMs({ build, run }: Statements, seq: number, untilMs: number): number {
  const [row] = run(
    build
      .selectFrom("incident_session")
      .select(sql<number>`coalesce(sum(max(0, coalesce(recovered_ms, ${untilMs}) - first_ms)), 0)`.as("ms"))
      .where("incident_seq", "=", seq),
  );
  return row?.ms ?? 0;
}

/**
 * Looks after incidents that last: whoever was to be reminded is, and one of which nothing was heard for too long is ended as expired, so that
 * none stays for good.
 */
export function sweepIncidents(statements: Statements, context: IncidentContext): void {
  const { build, run } = statements;
  for (const incident of run(build.selectFrom("incident").selectAll().where("resolved_ms", "is", null)))
    if (incident.ends_ms <= context.nowMs) resolveIncident(statements, incident, { as: "expired" }, context);
    else planReminder(statements, incident, context);
}
