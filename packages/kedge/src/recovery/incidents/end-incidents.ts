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
  followClock(statements, context.nowMs);
  for (const incident of run(build.selectFrom("incident").selectAll().where("resolved_ms", "is", null)))
    if (incident.ends_ms <= context.nowMs) resolveIncident(statements, incident, { as: "expired" }, context);
    else planReminder(statements, incident, context);
}

/**
 * What happened later than now was written by a clock that was put back since: it happened now. Otherwise an incident would be open, or its next
 * one part of it, until that clock's time comes.
 */
function followClock({ build, run }: Statements, nowMs: number): void {
  const later = run(
    build
      .selectFrom("incident")
      .select(["seq", "last_ms", "opened_ms", "until_ms", "ends_ms"])
      .where("resolved_ms", "is", null)
      .where("last_ms", ">", nowMs),
  );
  for (const { seq, last_ms, opened_ms, until_ms, ends_ms } of later) {
    const aheadMs = last_ms - nowMs;
    const change = {
      ...{ opened_ms: Math.min(opened_ms, nowMs), last_ms: nowMs },
      ...{ until_ms: until_ms === null ? null : until_ms - aheadMs, ends_ms: ends_ms - aheadMs },
    };
    run(build.updateTable("incident").set(change).where("seq", "=", seq));
    run(
      build
        .updateTable("incident_session")
        .set((eb) => ({
          first_ms: eb.fn<number>("min", ["first_ms", eb.val(nowMs)]),
          last_ms: nowMs,
        }))
        .where("incident_seq", "=", seq)
        .where("last_ms", ">", nowMs),
    );
    run(
      build
        .updateTable("alert")
        .set({ ended_ms: nowMs })
        .where("incident_seq", "=", seq)
        .where("ended_ms", ">", nowMs),
    );
  }
  run(build.updateTable("incident").set({ resolved_ms: nowMs }).where("resolved_ms", ">", nowMs));
}
