import type { Statements } from "../ledger/statements.ts";
import { channelsOf } from "./alert-channels.ts";
import {
  addAlert,
  alertsOf,
  idOf,
  isWaiting,
  lastEndMs,
  nextMs,
  openAnew,
  type ToldAlerts,
} from "./alert-rows.ts";
import type { IncidentContext, StoredAlert, StoredIncident } from "./incident-context.ts";
import { isToldOver, openDueMs, remindEveryMs } from "./plan-alerts.ts";

/**
 * Plans to tell of an open incident whoever should know of it and was told nothing, or that it is over: who was no channel when it opened or came
 * back, or while the policy could not be read; and who could not be told then, as often as others are reminded.
 */
export function planUntold(statements: Statements, incident: StoredIncident, context: IncidentContext): void {
  const everyMs = remindEveryMs(incident, context);
  for (const each of untold(statements, incident, context)) {
    const deadMs = lastEndMs(each.own, ["dead"]);
    const isDue = deadMs === null || (everyMs !== null && context.nowMs - deadMs >= everyMs);
    if (!isDue) continue;
    if (isToldOver(each.own)) {
      const update = idOf(incident, each.channel, "update", each.own);
      addAlert(statements, { ...update, due_ms: nextMs(each.own, context) }, context);
    } else {
      const due_ms = deadMs === null ? openDueMs(incident, context) : context.nowMs;
      openAnew(statements, incident, { ...each, due_ms }, context);
    }
  }
}

/** Plans once more what a channel could not be told of incidents that are open still: it is another one now. */
export function planRevived(statements: Statements, channel: string, context: IncidentContext): void {
  const { build, run } = statements;
  const open = run(
    build
      .selectFrom("incident")
      .selectAll()
      .where("resolved_ms", "is", null)
      .where((eb) =>
        eb.exists(
          eb
            .selectFrom("alert")
            .select("alert.seq")
            .whereRef("alert.incident_seq", "=", "incident.seq")
            .where("alert.channel", "=", channel)
            .where("alert.state", "=", "dead"),
        ),
      ),
  );
  // Two processes with two policies take turns in changing it.
  for (const incident of open)
    for (const each of untold(statements, incident, context))
      if (each.channel === channel)
        openAnew(statements, incident, { ...each, due_ms: nextMs(each.own, context) }, context);
}

/** Channels of an incident that have heard nothing of it, or that it is over, and are about to hear nothing. */
function untold(
  statements: Statements,
  incident: StoredIncident,
  { rules }: IncidentContext,
): readonly ToldAlerts[] {
  if (incident.explained_by !== null) return [];
  const alerts = alertsOf(statements, incident.seq);
  return channelsOf(incident, rules)
    .map((channel) => ({ channel, own: alerts.filter((alert) => alert.channel === channel) }))
    .filter(({ own }) => !own.some(isWaiting) && (isToldOver(own) || !own.some(isSent)));
}

function isSent({ state }: StoredAlert): boolean {
  return state === "sent";
}
