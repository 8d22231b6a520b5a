import { sql } from "kysely";
import type { Statements } from "../ledger/statements.ts";
import { unexplain } from "./explain-incidents.ts";
import type { Resolution } from "./incident.ts";
import type { IncidentContext, StoredIncident } from "./incident-context.ts";
import { planResolved } from "./plan-alerts.ts";

/** How an incident ends. Times are epoch ms. */
interface Ending {
  readonly as: Resolution;
  /** Default: now. */
  readonly atMs?: number;
  /** When it was over, at the latest: what failed after that is something new. Default: `atMs`. */
  readonly overMs?: number;
  readonly note?: string;
}

/** Ends an incident, and plans the all-clear. */
export function resolveIncident(
  statements: Statements,
  incident: StoredIncident,
  { as, atMs, overMs, note }: Ending,
  context: IncidentContext,
): StoredIncident {
  const { build, run } = statements;
  const resolvedMs = Math.min(atMs ?? context.nowMs, context.nowMs);
  const change = {
    ...{ resolved_ms: resolvedMs, resolution: as, note: note ?? null },
    over_ms: Math.min(overMs ?? resolvedMs, resolvedMs),
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
