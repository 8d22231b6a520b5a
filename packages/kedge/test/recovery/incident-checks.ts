/** What has to hold of incidents and of what is told of them, whatever happens. */
import type { DatabaseSync } from "node:sqlite";
import { expect } from "vitest";
import type { ClaimedAlert } from "../../src/recovery/alerts/claim-alert.ts";
import { quietUntil } from "../../src/recovery/alerts/quiet-hours.ts";
import type { Delivery } from "../../src/recovery/channels/delivery.ts";
import { isAlarm } from "../../src/recovery/incidents/alarms.ts";
import { channelsOf } from "../../src/recovery/incidents/alert-channels.ts";
import type { AlertMessage } from "../../src/recovery/incidents/alert-message.ts";
import { type AlertRules, alertOf } from "../../src/recovery/incidents/alert-rules.ts";
import { SEVERITIES } from "../../src/recovery/incidents/incident.ts";
import type { StoredAlert, StoredIncident } from "../../src/recovery/incidents/incident-context.ts";
import type { FailureRow, IncidentSessionRow, SilenceRow } from "../../src/recovery/ledger/schema.ts";

/** One try to tell something. */
export interface Claim {
  readonly seq: number;
  readonly token: number;
  readonly id: string;
  readonly kind: string;
  readonly channel: string;
  /** Null for a test. */
  readonly incident: StoredIncident | null;
  readonly atMs: number;
  /** How often the clock had been set. */
  readonly jumps: number;
  readonly words: string;
  readonly isFirst: boolean;
  /** Whether the receiver has it, whatever it answered. */
  isTaken: boolean;
  isSettled: boolean;
  /** Whether the receiver said that it does not take it. */
  isRefused: boolean;
}

/** All that was seen so far. */
export interface Witnessed {
  readonly rules: AlertRules;
  readonly file: DatabaseSync;
  readonly claims: Claim[];
  /** Numbers of what a person wants to be told now, whatever was told just before. */
  readonly hurried: Set<number>;
  /** Channels that no route named for a while: of what they know they hear with the next news. */
  readonly away: Set<string>;
  jumps: number;
  now(): number;
}

function all<Row>({ file }: Witnessed, sql: string): readonly Row[] {
  return file.prepare(sql).all() as unknown as readonly Row[];
}

/** Looks at what is about to be told, and remembers it. */
export function checkClaim(
  seen: Witnessed,
  { seq, token, channel: { name: channel }, message }: ClaimedAlert,
  { isTaken }: Pick<Claim, "isTaken">,
): Claim {
  const [alert] = all<StoredAlert>(seen, `SELECT * FROM alert WHERE seq = ${seq}`);
  if (alert === undefined) throw new Error("Expected a claimed alert to be there");
  const [incident = null] = all<StoredIncident>(
    seen,
    `SELECT * FROM incident WHERE seq = ${alert.incident_seq ?? -1}`,
  );
  const nowMs = seen.now();
  const { claims, rules } = seen;
  const before = claims.filter((each) => each.seq === seq);
  const claim: Claim = {
    ...{ seq, token, channel, incident, atMs: nowMs, jumps: seen.jumps, isTaken },
    ...{ isSettled: false, isRefused: false },
    ...{ id: message.id, kind: message.kind, words: JSON.stringify(message), isFirst: before.length === 0 },
  };
  expect(alert).toMatchObject({
    id: message.id,
    channel,
    state: "sending",
    token,
    attempts: before.length + 1,
  });
  expect(
    before.some(({ isSettled }) => isSettled),
    "nothing that was delivered is told again",
  ).toBe(false);
  // A receiver knows a message by its id: under one id nothing else may come.
  for (const each of before) expect(claim.words).toBe(each.words);
  expect(claims.filter((each) => each.id === message.id && each.seq !== seq)).toEqual([]);
  claims.push(claim);
  if (incident === null) return claim;
  expect(alertOf(rules, incident.cause).severity).not.toBe("none");
  const own = claims.filter(
    (each) => each !== claim && each.channel === channel && each.incident?.seq === incident.seq,
  );
  for (const each of own)
    if (each.isSettled) expect(each.seq, "in the order in which things happened").toBeLessThan(seq);
  const told = own.filter((each) => each.seq < seq);
  const isOver = incident.resolved_ms !== null;
  expect(isOver, claim.kind).toBe(claim.kind === "resolve" || claim.kind === "digest");
  if (claim.kind === "acknowledge")
    expect(told.length, "nobody sees to what nobody knows of").toBeGreaterThan(0);
  if (claim.kind === "digest") expect(told.filter(({ kind }) => kind !== "digest")).toEqual([]);
  if (claim.kind === "resolve") {
    expect(told.length, "an all-clear of which somebody may know the alarm").toBeGreaterThan(0);
    const last = told.findLast(({ isRefused }) => !isRefused);
    expect(last?.kind === "resolve" && last.isSettled, "one all-clear for one alarm").toBe(false);
  }
  if (claim.isFirst) checkFirst(seen, claim, incident);
  const isSilent = silences(seen).some((silence) => isUnder(silence, incident) && silence.until_ms > nowMs);
  expect(isSilent, "nothing is told of what is silent").toBe(false);
  if (incident.severity !== "critical")
    expect(quietUntil(rules.quiet, nowMs), "only what is critical in quiet hours").toBeNull();
  return claim;
}

/** The first try of a message comes neither too often nor of what another incident explains. */
function checkFirst(
  seen: Witnessed,
  { kind, channel, seq, atMs, jumps }: Claim,
  incident: StoredIncident,
): void {
  if (["acknowledge", "resolve", "digest"].includes(kind) || isAlarm(incident.cause)) return;
  if (incident.explained_by !== null) {
    const [reason] = all<StoredIncident>(
      seen,
      `SELECT * FROM incident WHERE id = '${incident.explained_by}' AND resolved_ms IS NULL`,
    );
    expect(reason?.id, "the reason is told, and not what follows from it").toBeUndefined();
  }
  const last = seen.claims.findLast(
    (each) =>
      each.seq !== seq &&
      each.channel === channel &&
      each.incident?.key === incident.key &&
      !["acknowledge", "resolve", "digest"].includes(each.kind),
  );
  if (last === undefined || last.jumps !== jumps || seen.hurried.has(seq)) return;
  expect(atMs - last.atMs, "one alert of one key in an interval").toBeGreaterThanOrEqual(
    seen.rules.groupIntervalMs,
  );
}

/** Notes what the outbox made of an answer. */
export function checkTold(claim: Claim, delivery: Delivery, isOurs: boolean): void {
  if (isOurs && delivery.outcome === "delivered") claim.isSettled = true;
  if (isOurs && (delivery.outcome === "refused" || delivery.outcome === "gone")) claim.isRefused = true;
}

const silences = (seen: Witnessed): readonly SilenceRow[] => all(seen, "SELECT * FROM silence");

function isUnder(silence: SilenceRow, { id, account, cause, project }: StoredIncident): boolean {
  const own = { incident: id, account, cause, project: project ?? "" };
  return (["incident", "account", "cause", "project"] as const).every(
    (field) => silence[field] === null || silence[field] === own[field],
  );
}

/** Looks at everything that is stored. */
export function checkRows(seen: Witnessed, { isOver = false }: { readonly isOver?: boolean } = {}): void {
  const incidents = all<StoredIncident>(seen, "SELECT * FROM incident ORDER BY seq");
  const failures = all<FailureRow>(seen, "SELECT * FROM failure");
  const sessions = all<IncidentSessionRow>(seen, "SELECT * FROM incident_session");
  const alerts = all<StoredAlert>(seen, "SELECT * FROM alert ORDER BY seq");
  const open = incidents.filter(({ resolved_ms }) => resolved_ms === null);
  expect(new Set(open.map(({ key }) => key)).size, "one open incident of one key").toBe(open.length);
  expect(new Set(alerts.map(({ id }) => id)).size).toBe(alerts.length);
  const openIds = open.map(({ id }) => id);
  for (const incident of incidents) {
    // One that no failure opened has none.
    if (isAlarm(incident.cause)) continue;
    const own = failures.filter(({ incident_seq }) => incident_seq === incident.seq);
    const stopped = sessions.filter(({ incident_seq }) => incident_seq === incident.seq);
    const counted = {
      failures: own.length,
      sessions: stopped.length,
      recovered: stopped.filter(({ recovered_ms }) => recovered_ms !== null).length,
      ...(own.length === 0 ? {} : { cost_usd: own.reduce((sum, { cost_usd }) => sum + (cost_usd ?? 0), 0) }),
    };
    expect(incident, `counts of ${incident.cause}`).toMatchObject(counted);
    expect(new Set(own.map(({ session_id }) => session_id))).toEqual(
      new Set(stopped.map(({ session_id }) => session_id)),
    );
    expect(["kedge", "person"]).toContain(incident.owner);
    expect(SEVERITIES).toContain(incident.severity);
    if (incident.resolved_ms !== null) continue;
    expect(incident.failures, "an incident without a failure is over").toBeGreaterThan(0);
    expect(incident.ends_ms).toBeGreaterThan(incident.last_ms);
    if (incident.explained_by !== null) expect(openIds).toContain(incident.explained_by);
  }
  for (const { incident_seq, cause, subagent_id } of failures)
    if (alertOf(seen.rules, cause).severity === "none" || subagent_id !== null)
      expect(incident_seq).toBeNull();
    else expect(incident_seq).not.toBeNull();
  if (isOver) checkEnd(seen, { open, alerts });
}

/** When every receiver was there for a day: whoever is to know of an incident knows of all its sessions, and does not think that it is over. */
export function checkKnown(seen: Witnessed): void {
  const incidents = all<StoredIncident>(
    seen,
    "SELECT * FROM incident WHERE resolved_ms IS NULL AND explained_by IS NULL",
  );
  for (const incident of incidents)
    for (const channel of channelsOf(incident, seen.rules)) {
      const alerts = all<StoredAlert>(
        seen,
        `SELECT * FROM alert WHERE incident_seq = ${incident.seq} AND channel = '${channel}'`,
      );
      // What was refused is told again with the next reminder.
      if (alerts.some(({ state }) => state === "dead")) continue;
      if (alerts.some(({ state, due_ms }) => state === "waiting" && due_ms > seen.now())) continue;
      const told = seen.claims.findLast(
        (each) => each.channel === channel && each.incident?.seq === incident.seq && each.isTaken,
      );
      const words = alerts
        .map(({ seq, kind, state, error }) => `${seq} ${kind} ${state} ${error}`)
        .join("; ");
      const name = `${channel} of ${incident.id} (${incident.cause}): ${words}`;
      expect(["open", "update", "reminder", "acknowledge"], name).toContain(told?.kind);
      // A channel that was away knows of each incident, and of its sessions what it has heard.
      if (seen.away.has(channel)) continue;
      const { sessions } = (JSON.parse(told?.words ?? "{}") as AlertMessage).incident ?? { sessions: 0 };
      expect(sessions, `all sessions, ${name}`).toBeGreaterThanOrEqual(incident.sessions);
    }
}

/** When everything had its time: nothing is open, nothing waits, and whoever knows of an alarm knows of its end. */
function checkEnd(
  { claims }: Witnessed,
  { open, alerts }: { readonly open: readonly StoredIncident[]; readonly alerts: readonly StoredAlert[] },
): void {
  expect(open.map(({ cause, ends_ms }) => [cause, ends_ms])).toEqual([]);
  expect(alerts.filter(({ state }) => state === "waiting" || state === "sending")).toEqual([]);
  for (const alert of alerts) if (alert.state !== "sent") expect(alert.error, alert.id).not.toBeNull();
  const told = Map.groupBy(
    claims.filter(({ incident }) => incident !== null),
    ({ incident, channel }) => `${incident?.seq} ${channel}`,
  );
  for (const [name, own] of told) {
    const last = own.findLast(({ isTaken }) => isTaken);
    const isGivenUp = alerts.some(
      ({ state, seq, incident_seq, channel }) =>
        state === "dead" && `${incident_seq} ${channel}` === name && seq >= (last?.seq ?? 0),
    );
    if (last === undefined || isGivenUp) continue;
    expect(["resolve", "digest"], `the last word of ${last.incident?.id}`).toContain(last.kind);
  }
}
