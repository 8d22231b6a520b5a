import type { AlertRow } from "../ledger/schema.ts";
import type { Statements } from "../ledger/statements.ts";
import type { AlertFacts } from "./alert-message.ts";
import type { IncidentContext, StoredAlert, StoredIncident } from "./incident-context.ts";

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

/** Whether an alert is still to be told. */
export function isWaiting({ state }: StoredAlert): boolean {
  return state === "waiting" || state === "sending";
}

/** Epoch ms: when the last of them came to such an end. An older one that was tried again by hand may have ended after newer ones. */
export function lastEndMs(
  own: readonly StoredAlert[],
  states: readonly StoredAlert["state"][],
): number | null {
  const ends = own.flatMap(({ state, ended_ms }) =>
    states.includes(state) && ended_ms !== null ? [ended_ms] : [],
  );
  return ends.length === 0 ? null : Math.max(...ends);
}

/** Epoch ms: when there may be another one, since the last is old enough. */
export function nextMs(own: readonly StoredAlert[], { nowMs, rules }: IncidentContext): number {
  const lastMs = own.reduce((most, { ended_ms, due_ms }) => Math.max(most, ended_ms ?? due_ms), 0);
  return Math.max(nowMs, lastMs + rules.groupIntervalMs);
}

/** What the next alert of an incident to a channel is called: its number is how many there were before. */
export function idOf(
  { id, seq }: StoredIncident,
  channel: string,
  kind: AlertFacts["kind"],
  own: readonly StoredAlert[],
) {
  return { id: `${id}.${own.length + 1}.${channel}`, incident_seq: seq, channel, kind };
}

/** A channel, and what was planned for it of one incident. */
export interface ToldAlerts {
  readonly channel: string;
  readonly own: readonly StoredAlert[];
}

/**
 * Plans the first alert of an incident to a channel, once more where it was given up: that is told in this one, so that nobody who tries it by hand
 * tells the same twice.
 */
export function openAnew(
  statements: Statements,
  incident: StoredIncident,
  { channel, own, due_ms }: ToldAlerts & { readonly due_ms: number },
  context: IncidentContext,
): void {
  const { build, run } = statements;
  const alert = { ...idOf(incident, channel, "open", own), due_ms };
  for (const { seq, state, error } of own)
    if (state === "dead")
      run(
        build
          .updateTable("alert")
          .set({ state: "dropped", error: `tried again as ${alert.id}: ${error}` })
          .where("seq", "=", seq),
      );
  addAlert(statements, alert, context);
}
