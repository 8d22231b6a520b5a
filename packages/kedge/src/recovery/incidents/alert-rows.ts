import type { AlertRow } from "../ledger/schema.ts";
import type { Statements } from "../ledger/statements.ts";
import type { IncidentContext, StoredAlert } from "./incident-context.ts";

/** Alerts of an incident, in the order in which they were planned. */
export function alertsOf({ build, run }: Statements, seq: number): readonly StoredAlert[] {
  return run(build.selectFrom("alert").selectAll().where("incident_seq", "=", seq).orderBy("seq"));
}

/** Plans an alert. Its id says of what it is, so that none is planned twice. */
export function addAlert(
  { build, run }: Statements,
  alert: Pick<AlertRow, "id" | "incident_seq" | "channel" | "kind" | "due_ms">,
  { nowMs }: Pick<IncidentContext, "nowMs">,
): void {
  run(
    build
      .insertInto("alert")
      .values({ ...alert, state: "waiting", created_ms: nowMs, attempts: 0, token: 0 })
      .onConflict((conflict) => conflict.column("id").doNothing()),
  );
}

/** Drops alerts of an incident that nobody has begun to send. */
export function dropWaiting(
  { build, run }: Statements,
  { seq, why, channel }: { readonly seq: number; readonly why: string; readonly channel?: string },
  { nowMs }: Pick<IncidentContext, "nowMs">,
): void {
  run(
    build
      .updateTable("alert")
      .set({ state: "dropped", ended_ms: nowMs, error: why })
      .where("incident_seq", "=", seq)
      .where("state", "=", "waiting")
      .where("attempts", "=", 0)
      .$if(channel !== undefined, (query) => query.where("channel", "=", channel ?? "")),
  );
}

/** Makes what waits due earlier. */
export function hasten({ build, run }: Statements, seq: number, dueMs: number): void {
  run(build.updateTable("alert").set({ due_ms: dueMs }).where("seq", "=", seq));
}
