import type { Statements } from "../ledger/statements.ts";
import type { AlertMessage } from "./alert-message.ts";
import { addAlert, alertsOf, dropWaiting, hasten } from "./alert-rows.ts";
import { alertOf, channelsFor } from "./alert-rules.ts";
import { SEVERITIES, type Severity } from "./incident.ts";
import type { IncidentContext, StoredAlert, StoredIncident } from "./incident-context.ts";

/** An incident before and after something became known of it. */
export interface IncidentChange {
  readonly before: StoredIncident;
  readonly after: StoredIncident;
  /** Something else explained it until now, and nobody heard what became known meanwhile. */
  readonly isUnheard?: boolean;
}

/**
 * Plans what is to be told of an open incident: an alert to each channel of its route, once, after the time in which others come that belong to
 * it; and later, not too often, that it has grown or that its end was stated anew.
 *
 * Rows only say that something is to be told and when: what is told is what is known when it is sent.
 */
export function planAlerts(
  statements: Statements,
  { before, after, isUnheard = false }: IncidentChange,
  context: IncidentContext,
): void {
  if (after.resolved_ms !== null || after.explained_by !== null) return;
  const { nowMs, rules } = context;
  const { severity, cause, account, project } = after;
  const alerts = alertsOf(statements, after.seq);
  for (const channel of channelsFor(rules, { severity, cause, account, project })) {
    // It would hear of its own end when it is back.
    if (cause === "gone_channel" && channel === after.window) continue;
    const own = alerts.filter((alert) => alert.channel === channel);
    const openAlert = own.findLast(({ kind, state }) => kind === "open" && state !== "dropped");
    // What waits for a person does not pass by itself.
    const afterMs = after.owner === "person" ? 0 : alertOf(rules, cause).afterMs;
    const dueMs = Math.max(nowMs + rules.groupWaitMs, after.opened_ms + afterMs);
    if (openAlert === undefined)
      addAlert(statements, { ...idOf(after, channel, "open", own), due_ms: dueMs }, context);
    else if (openAlert.state === "waiting") {
      if (dueMs < openAlert.due_ms && openAlert.attempts === 0) hasten(statements, openAlert.seq, dueMs);
    } else if (
      openAlert.state !== "dead" &&
      (isNews({ before, after }) || isToldOver(own) || (isUnheard && hasGrown(own, after))) &&
      !own.some(isWaiting)
    )
      addAlert(statements, { ...idOf(after, channel, "update", own), due_ms: nextMs(own, context) }, context);
  }
}

/** Plans the all-clear for whoever was told, and drops what nobody needs to be told any more. */
export function planResolved(
  statements: Statements,
  incident: StoredIncident,
  context: IncidentContext,
): void {
  const alerts = alertsOf(statements, incident.seq);
  for (const [channel, own] of Map.groupBy(alerts, (alert) => alert.channel)) {
    // One that was tried may have come through, whatever we heard of it; and what was due should have.
    const isTold = own.some(
      ({ state, attempts, due_ms }) =>
        state === "sent" ||
        state === "sending" ||
        attempts > 0 ||
        (state === "waiting" && due_ms <= context.nowMs),
    );
    dropWaiting(statements, { seq: incident.seq, channel, why: "it was over before" }, context);
    if (isTold)
      addAlert(statements, { ...idOf(incident, channel, "resolve", own), due_ms: context.nowMs }, context);
  }
}

/** Plans to tell once more of what lasts: what waits for a person, until somebody has acknowledged it; and all that lasts for days. */
export function planReminder(
  statements: Statements,
  incident: StoredIncident,
  context: IncidentContext,
): void {
  const { nowMs, rules } = context;
  const isUrgent = incident.severity === "critical" && incident.acknowledged_ms === null;
  const everyMs = isUrgent ? (rules.repeatMs ?? rules.remindMs) : rules.remindMs;
  if (everyMs === null || incident.explained_by !== null) return;
  const alerts = alertsOf(statements, incident.seq);
  for (const [channel, own] of Map.groupBy(alerts, (alert) => alert.channel)) {
    const isTold = own.some(({ state }) => state === "sent");
    // One that was refused was a reminder as well: the next is not due at once.
    const lastMs = own.findLast(({ state }) => state === "sent" || state === "dead")?.ended_ms ?? null;
    if (!isTold || lastMs === null || nowMs - lastMs < everyMs || own.some(isWaiting)) continue;
    addAlert(statements, { ...idOf(incident, channel, "reminder", own), due_ms: nowMs }, context);
  }
}

function isWaiting({ state }: StoredAlert): boolean {
  return state === "waiting" || state === "sending";
}

/** Whether something happened that somebody should know who has been told of it before. */
function isNews({ before, after }: IncidentChange): boolean {
  return (
    after.sessions > before.sessions ||
    (after.until_ms ?? 0) > (before.until_ms ?? 0) ||
    rank(after.severity) < rank(before.severity) ||
    after.owner !== before.owner
  );
}

/** Whether the last that was told is that it is over. */
function isToldOver(own: readonly StoredAlert[]): boolean {
  return own.findLast(({ state }) => state === "sent" || state === "sending")?.kind === "resolve";
}

/** Whether more is known than what was told last. */
function hasGrown(own: readonly StoredAlert[], { sessions, until_ms }: StoredIncident): boolean {
  const body = own.findLast(({ state }) => state === "sent" || state === "sending")?.body ?? null;
  const told = body === null ? null : (JSON.parse(body) as AlertMessage).incident;
  return told !== null && (sessions > told.sessions || (until_ms ?? 0) > (told.untilMs ?? 0));
}

function rank(severity: Severity): number {
  return SEVERITIES.indexOf(severity);
}

/** Not before the last one is old enough. */
function nextMs(own: readonly StoredAlert[], { nowMs, rules }: IncidentContext): number {
  const lastMs = own.reduce((most, { ended_ms, due_ms }) => Math.max(most, ended_ms ?? due_ms), 0);
  return Math.max(nowMs, lastMs + rules.groupIntervalMs);
}

function idOf(
  { id, seq }: StoredIncident,
  channel: string,
  kind: "open" | "update" | "reminder" | "resolve",
  own: readonly StoredAlert[],
) {
  return { id: `${id}.${own.length + 1}.${channel}`, incident_seq: seq, channel, kind };
}
