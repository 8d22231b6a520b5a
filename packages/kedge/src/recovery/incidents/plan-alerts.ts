import type { Statements } from "../ledger/statements.ts";
import { channelsOf } from "./alert-channels.ts";
import type { AlertMessage } from "./alert-message.ts";
import {
  addAlert,
  alertsOf,
  dropWaiting,
  hasten,
  idOf,
  isWaiting,
  lastEndMs,
  nextMs,
  openAnew,
  type ToldAlerts,
} from "./alert-rows.ts";
import { alertOf } from "./alert-rules.ts";
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
export function planAlerts(statements: Statements, change: IncidentChange, context: IncidentContext): void {
  const { after } = change;
  if (after.resolved_ms !== null || after.explained_by !== null) return;
  const alerts = alertsOf(statements, after.seq);
  const dueMs = openDueMs(after, context);
  // Who has heard of it hears how it goes on, though its route may be another one since it has come to more projects.
  const told = alerts.filter(({ state }) => state === "sent").map(({ channel }) => channel);
  for (const channel of new Set([...channelsOf(after, context.rules), ...told])) {
    const own = alerts.filter((alert) => alert.channel === channel);
    const openAlert = own.findLast(({ kind, state }) => kind === "open" && state !== "dropped");
    if (openAlert === undefined)
      addAlert(statements, { ...idOf(after, channel, "open", own), due_ms: dueMs }, context);
    else if (openAlert.state === "waiting") {
      if (dueMs < openAlert.due_ms && openAlert.attempts === 0) hasten(statements, openAlert.seq, dueMs);
    } else if (!own.some(isWaiting)) planNews(statements, change, { channel, own }, context);
  }
}

/** Plans to tell a channel what is new of an incident. One that knows nothing of it, since it could not be told, hears when a person has to act. */
function planNews(
  statements: Statements,
  change: IncidentChange,
  told: ToldAlerts,
  context: IncidentContext,
): void {
  const { before, after, isUnheard = false } = change;
  const { channel, own } = told;
  const due_ms = nextMs(own, context);
  if (!own.some(({ state }) => state === "sent")) {
    if (after.owner === "person" && before.owner !== "person")
      openAnew(statements, after, { ...told, due_ms }, context);
  } else if (isNews(change) || isToldOver(own) || (isUnheard && hasGrown(own, after)))
    addAlert(statements, { ...idOf(after, channel, "update", own), due_ms }, context);
}

/** Epoch ms: when an incident is told first, after the time in which others come that belong to it. */
export function openDueMs(
  { owner, cause, opened_ms }: StoredIncident,
  { nowMs, rules }: IncidentContext,
): number {
  // What waits for a person does not pass by itself.
  const afterMs = owner === "person" ? 0 : alertOf(rules, cause).afterMs;
  return Math.max(nowMs + rules.groupWaitMs, opened_ms + afterMs);
}

/** Plans to tell those who know of an incident, or are about to hear of it, that somebody sees to it. */
export function planAcknowledged(
  statements: Statements,
  incident: StoredIncident,
  context: IncidentContext,
): void {
  const alerts = alertsOf(statements, incident.seq);
  for (const [channel, own] of Map.groupBy(alerts, (alert) => alert.channel)) {
    const waiting = own.filter(isWaiting);
    if (waiting.length === 0 && !own.some(({ attempts }) => attempts > 0)) continue;
    // Not before what it answers, which may never have to be told.
    const due_ms = Math.max(context.nowMs, ...waiting.map((alert) => alert.due_ms));
    addAlert(statements, { ...idOf(incident, channel, "acknowledge", own), due_ms }, context);
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
  const { nowMs } = context;
  const everyMs = remindEveryMs(incident, context);
  if (everyMs === null || incident.explained_by !== null) return;
  const alerts = alertsOf(statements, incident.seq);
  for (const [channel, own] of Map.groupBy(alerts, (alert) => alert.channel)) {
    const isTold = own.some(({ state }) => state === "sent");
    // One that was refused was a reminder as well: the next is not due at once.
    const lastMs = lastEndMs(own, ["sent", "dead"]);
    if (!isTold || lastMs === null || nowMs - lastMs < everyMs || own.some(isWaiting)) continue;
    addAlert(statements, { ...idOf(incident, channel, "reminder", own), due_ms: nowMs }, context);
  }
}

/** How often an incident that lasts is told again, ms; null for never. */
export function remindEveryMs(
  { severity, acknowledged_ms }: StoredIncident,
  { rules: { repeatMs, remindMs } }: Pick<IncidentContext, "rules">,
): number | null {
  return severity === "critical" && acknowledged_ms === null ? (repeatMs ?? remindMs) : remindMs;
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
export function isToldOver(own: readonly StoredAlert[]): boolean {
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
