import { sql } from "kysely";
import {
  type AlertFacts,
  type AlertMessage,
  createAlertMessage,
  createDigest,
  createTestMessage,
} from "../incidents/alert-message.ts";
import { addAlert, alertsOf, isWaiting } from "../incidents/alert-rows.ts";
import type { AlertRules } from "../incidents/alert-rules.ts";
import type { IncidentContext, StoredAlert, StoredIncident } from "../incidents/incident-context.ts";
import { readIncident } from "../incidents/refresh-incident.ts";
import { readLedgerId } from "../ledger/ledger-id.ts";
import type { Statements } from "../ledger/statements.ts";
import type { Moment } from "../time-words.ts";
import { type ChannelFacts, pausedUntil, readChannelState } from "./channel-state.ts";
import { readOutlook, readSessionIds } from "./outlook.ts";
import { quietUntil } from "./quiet-hours.ts";
import { renewChannel } from "./renew-channel.ts";
import { silentUntil } from "./silences.ts";

/** A message that this process is to deliver now. */
export interface ClaimedAlert {
  readonly seq: number;
  readonly token: number;
  readonly holder: string;
  readonly channel: ChannelFacts;
  readonly message: AlertMessage;
}

/** Who asks, and by which rules. */
export interface ClaimContext {
  readonly holder: string;
  readonly moment: Moment;
  readonly rules: AlertRules;
}

/** Longer than a try takes: whoever has not settled it by then has died, and another one tells the same again. */
const ALERT_LEASE_MS = 60_000;

/**
 * Takes the next message of a channel that is due, in the order in which things happened. Of one channel one message is under way at a time,
 * whoever sends it: a receiver that is slow or down is asked by nobody else meanwhile.
 *
 * @returns null when nothing is to be sent now. Within a transaction
 */
export function claimAlert(
  statements: Statements,
  channel: ChannelFacts,
  context: ClaimContext,
): ClaimedAlert | null {
  const { moment } = context;
  const nowMs = moment.now();
  renewChannel(statements, channel, { nowMs: Math.floor(nowMs), rules: context.rules });
  takeFromDead(statements, channel, nowMs);
  const state = readChannelState(statements, channel);
  if (pausedUntil(state, nowMs) > 0 || state.gone_ms !== null || isBusy(statements, channel)) return null;
  for (const alert of readDue(statements, channel, nowMs)) {
    const incident = alert.incident_seq === null ? undefined : readIncident(statements, alert.incident_seq);
    const step = judge(statements, { alert, incident }, context);
    if (step === "send") return claim(statements, { alert, incident, channel }, context);
  }
  return null;
}

/**
 * What waits of a channel and is due, the earliest first; before all that a test, for which somebody waits at a terminal. What its receiver has failed
 * at again and again comes last: others may be taken.
 */
function readDue({ build, run }: Statements, { name }: ChannelFacts, nowMs: number): readonly StoredAlert[] {
  return run(
    build
      .selectFrom("alert")
      .selectAll()
      .where("channel", "=", name)
      .where("state", "=", "waiting")
      .where("due_ms", "<=", nowMs)
      .orderBy(sql`kind <> 'test'`)
      .orderBy(sql`attempts >= ${PATIENCE}`)
      .orderBy("seq")
      .limit(LOOKED_AT),
  );
}

const LOOKED_AT = 100;
/** Tries after which a message lets the others of its channel go first. */
const PATIENCE = 5;

function isBusy({ build, run }: Statements, { name }: ChannelFacts): boolean {
  const rows = run(
    build
      .selectFrom("alert")
      .select("seq")
      .where("channel", "=", name)
      .where("state", "=", "sending")
      .limit(1),
  );
  return rows.length > 0;
}

/** A message whose holder said nothing in time is told again, with the same id. */
function takeFromDead({ build, run }: Statements, { name }: ChannelFacts, nowMs: number): void {
  run(
    build
      .updateTable("alert")
      .set({ state: "waiting", holder: null, lease_ms: null })
      .where("channel", "=", name)
      .where("state", "=", "sending")
      // A clock that was put back must not make a lease much longer; set right by a little, it takes nothing from the living.
      .where((eb) => eb.or([eb("lease_ms", "<=", nowMs), eb("lease_ms", ">", nowMs + 2 * ALERT_LEASE_MS)])),
  );
}

interface Case {
  readonly alert: StoredAlert;
  readonly incident: StoredIncident | undefined;
}

/** Whether a message is to be sent now; where not, it is put off or dropped here. */
function judge(
  statements: Statements,
  { alert, incident }: Case,
  { moment, rules }: ClaimContext,
): "send" | "later" {
  const { build, run } = statements;
  const nowMs = moment.now();
  const drop = (why: string): "later" => {
    run(
      build
        .updateTable("alert")
        .set({ state: "dropped", ended_ms: nowMs, error: why })
        .where("seq", "=", alert.seq),
    );
    return "later";
  };
  if (incident === undefined) return "send";
  if (hasEarlier(statements, alert)) return "later";
  if (hasLater(statements, alert)) return drop("what came later was told already");
  const isOver = incident.resolved_ms !== null;
  if (isOver && alert.kind !== "resolve") return drop("it was over before this could be told");
  if (alert.kind === "resolve" && !isOver) {
    if (alert.attempts > 0) planCorrection(statements, alert, { nowMs, rules });
    return drop("it was not over");
  }
  // What comes and goes would otherwise be told to be over each time that it goes.
  if (alert.kind === "resolve" && isToldOver(statements, alert))
    return drop("it was told before that it is over");
  if (alert.kind === "acknowledge") {
    if (!mayBeKnown(statements, alert)) return drop("nobody was told of it");
  } else if (alert.kind !== "resolve" && alert.attempts === 0 && incident.explained_by !== null)
    return drop(`explained by ${incident.explained_by}`);
  const quietMs = incident.severity === "critical" ? null : quietUntil(rules.quiet, nowMs);
  const untilMs = Math.max(quietMs ?? 0, silentUntil(statements, incident, nowMs) ?? 0);
  if (untilMs <= nowMs) return "send";
  run(build.updateTable("alert").set({ due_ms: untilMs }).where("seq", "=", alert.seq));
  return "later";
}

/** One that was given up and is tried again must not come after what is newer. */
function hasLater({ build, run }: Statements, { seq, channel, incident_seq }: StoredAlert): boolean {
  const rows = run(
    build
      .selectFrom("alert")
      .select("seq")
      .where("incident_seq", "=", incident_seq)
      .where("channel", "=", channel)
      .where("state", "=", "sent")
      .where("seq", ">", seq)
      .limit(1),
  );
  return rows.length > 0;
}

/** An all-clear that was tried may have come through, though it was wrong: whoever has it hears that it is not over. */
function planCorrection(
  statements: Statements,
  { seq: wrong, incident_seq: seq, channel }: StoredAlert,
  { nowMs, rules }: IncidentContext,
): void {
  const incident = seq === null ? undefined : readIncident(statements, seq);
  if (incident === undefined) return;
  const own = alertsOf(statements, incident.seq).filter((each) => each.channel === channel);
  // Whatever is told of it next says so too, but for a word that somebody sees to it, which is none to those who take it to be over.
  if (own.some((each) => each.seq > wrong && isWaiting(each) && each.kind !== "acknowledge")) return;
  const id = `${incident.id}.${own.length + 1}.${channel}`;
  const due_ms = nowMs + rules.groupIntervalMs;
  addAlert(statements, { id, incident_seq: seq, channel, kind: "update", due_ms }, { nowMs });
}

/** Of one incident nothing is told before what happened earlier. */
function hasEarlier({ build, run }: Statements, { seq, channel, incident_seq }: StoredAlert): boolean {
  const rows = run(
    build
      .selectFrom("alert")
      .select("seq")
      .where("incident_seq", "=", incident_seq)
      .where("channel", "=", channel)
      .where("state", "in", ["waiting", "sending"])
      .where("seq", "<", seq)
      .limit(1),
  );
  return rows.length > 0;
}

function claim(
  statements: Statements,
  { alert, incident, channel }: Case & { readonly channel: ChannelFacts },
  { holder, moment }: ClaimContext,
): ClaimedAlert {
  const { build, run } = statements;
  const message =
    alert.body === null
      ? putIntoWords(statements, { alert, incident }, moment)
      : (JSON.parse(alert.body) as AlertMessage);
  const token = alert.token + 1;
  run(
    build
      .updateTable("alert")
      .set({
        ...{ state: "sending", holder, token, lease_ms: moment.now() + ALERT_LEASE_MS },
        ...{ attempts: alert.attempts + 1, body: JSON.stringify(message) },
      })
      .where("seq", "=", alert.seq),
  );
  return { seq: alert.seq, token, holder, channel, message };
}

/** What is told is what is known now. An all-clear of which nobody can know the alarm is no news, but something to be known afterwards. */
function putIntoWords(statements: Statements, { alert, incident }: Case, moment: Moment): AlertMessage {
  const { id, kind, channel } = alert;
  if (incident === undefined || kind === "digest" || kind === "test")
    return createTestMessage(id, channel, moment);
  if (kind === "resolve" && !mayBeKnown(statements, alert)) {
    const late = [incident, ...takeLate(statements, alert, moment.now())];
    return createDigest(
      late.map((each) => factsOf(statements, each, kind)),
      id,
      moment,
    );
  }
  return createAlertMessage(factsOf(statements, incident, kind), id, moment);
}

function factsOf(statements: Statements, incident: StoredIncident, kind: AlertFacts["kind"]): AlertFacts {
  const sessionIds = readSessionIds(statements, incident.seq);
  const ledgerId = readLedgerId(statements);
  return { kind, incident, ledgerId, sessionIds, outlook: readOutlook(statements, incident) };
}

/** Takes along the other all-clears of which nobody can know the alarm: after days they come in one message. */
function takeLate(statements: Statements, first: StoredAlert, nowMs: number): readonly StoredIncident[] {
  const { build, run } = statements;
  return readDue(statements, { name: first.channel, rule: "" }, nowMs).flatMap((alert) => {
    if (alert.seq === first.seq || alert.kind !== "resolve" || alert.incident_seq === null) return [];
    if (hasEarlier(statements, alert) || mayBeKnown(statements, alert)) return [];
    const incident = readIncident(statements, alert.incident_seq);
    if (incident === undefined || incident.resolved_ms === null) return [];
    if (silentUntil(statements, incident, nowMs) !== null) return [];
    run(
      build
        .updateTable("alert")
        .set({ state: "dropped", ended_ms: nowMs, error: `told in ${first.id}` })
        .where("seq", "=", alert.seq),
    );
    return [incident];
  });
}

/** An alarm that was tried may have come through, whatever was heard of it: a receiver that has it open needs an all-clear of its own. */
function mayBeKnown(statements: Statements, alert: StoredAlert): boolean {
  return lastTried(statements, alert) !== undefined;
}

/** Whether the last that was told of its incident is that it is over. What was refused since is known to nobody. */
function isToldOver(statements: Statements, alert: StoredAlert): boolean {
  const last = lastTried(statements, alert, { isRefusedToo: false });
  return last?.kind === "resolve" && last.state === "sent";
}

/** What was told last of the same incident before, or may have been. */
function lastTried(
  { build, run }: Statements,
  { channel, incident_seq, seq }: StoredAlert,
  { isRefusedToo = true } = {},
): StoredAlert | undefined {
  return run(
    build
      .selectFrom("alert")
      .selectAll()
      .where("incident_seq", "=", incident_seq)
      .where("channel", "=", channel)
      .where("attempts", ">", (eb) => (isRefusedToo ? eb.val(0) : eb.ref("refusals")))
      .where("seq", "<", seq)
      .orderBy("seq", "desc")
      .limit(1),
  )[0];
}
