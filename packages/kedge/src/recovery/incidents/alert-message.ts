import { accountWords } from "../account-words.ts";
import { causeWords, windowWords } from "../cause-words.ts";
import { countOf, dollars, numberWords } from "../number-words.ts";
import { durationWords, fromNow, fullTime, type Moment, shortTime } from "../time-words.ts";
import type { Verdict } from "../verdict.ts";
import { isAlarm } from "./alarms.ts";
import type { Severity } from "./incident.ts";
import type { StoredIncident } from "./incident-context.ts";
import { dedupKey } from "./incident-key.ts";
import { endingWords, incidentAdvice, leftAdvice } from "./incident-words.ts";
import { heldWords, nextWords, type Outlook } from "./outlook-words.ts";

/** Why a message is sent. */
export type AlertKind = "open" | "update" | "reminder" | "acknowledge" | "resolve" | "digest" | "test";

/** Of these nobody has to do anything now: they come softly. */
export const SOFT_KINDS: readonly AlertKind[] = ["acknowledge", "resolve"];

/** What an alert is made from. */
export interface AlertFacts {
  readonly kind: Exclude<AlertKind, "digest" | "test">;
  readonly incident: StoredIncident;
  /** By which its dedup key is told apart from those of other machines. */
  readonly ledgerId: string;
  /** Ids of some of its sessions. */
  readonly sessionIds: readonly string[];
  readonly outlook: Outlook;
}

/**
 * What a channel tells. Plain words and plain data: no prompts, no arguments of tools, no texts of the API, no paths, no credentials; accounts
 * by the name that the policy gives them, or by a digest.
 */
export interface AlertMessage {
  readonly version: 1;
  /** The same for every try: a receiver knows by it what it has already. */
  readonly id: string;
  readonly kind: AlertKind;
  readonly severity: Severity;
  /** Epoch ms: when it was put into words. */
  readonly atMs: number;
  /** One line. */
  readonly title: string;
  /** Each a label and a sentence: what stopped, what it is, since when, what comes next, what to do. */
  readonly lines: readonly (readonly [label: string, words: string])[];
  /** To be typed where Kedge runs; null for none. */
  readonly command: string | null;
  /** Null for a test and a digest. */
  readonly incident: IncidentFacts | null;
}

/** An incident as a message has it. Times are epoch ms. */
export interface IncidentFacts {
  readonly id: string;
  /** The same for as long as the incident lasts, and for the next one of the same cause on the same machine. */
  readonly dedupKey: string;
  readonly cause: string;
  readonly account: string;
  readonly project: string | null;
  readonly model: string | null;
  readonly window: string | null;
  readonly confidence: string;
  readonly failures: number;
  readonly sessions: number;
  readonly sessionIds: readonly string[];
  readonly openedMs: number;
  readonly untilMs: number | null;
  readonly untilFrom: string | null;
  readonly needsPerson: boolean;
  /** Who sees to it; absent while nobody has said so. */
  readonly acknowledgedBy?: string;
  readonly resolvedMs: number | null;
  readonly resolution: string | null;
  readonly lostMs: number;
  readonly costUsd: number;
}

/** Ids of sessions that a message names. */
const NAMED_SESSIONS = 5;
const ID_LENGTH = 8;

/** Puts into words what is known of an incident now. */
export function createAlertMessage(facts: AlertFacts, id: string, moment: Moment): AlertMessage {
  const { kind, incident } = facts;
  const [title, lines] = WORDS[kind];
  return {
    ...{ version: 1, id, kind, severity: incident.severity, atMs: moment.now() },
    title: title(facts),
    lines: lines(facts, moment),
    command: `kedge incidents show ${incident.id}`,
    incident: incidentFacts(facts, moment),
  };
}

/** Lines of a digest; what is more is counted. */
const DIGEST_LINES = 20;

/** Puts into words what began and ended while nobody could be told. */
export function createDigest(facts: readonly AlertFacts[], id: string, moment: Moment): AlertMessage {
  const lines = facts
    .slice(0, DIGEST_LINES)
    .map((each) => [shortTime(each.incident.opened_ms, moment), `${overTitle(each)}.`] as const);
  const more = facts.length - lines.length;
  return {
    ...{ version: 1, id, kind: "digest", severity: "info", atMs: moment.now() },
    title: `${countOf(facts.length, "incident")} began and ended before this could be told`,
    lines: more > 0 ? [...lines, ["more", `and ${numberWords(more)} more.`]] : lines,
    command: "kedge incidents --all",
    incident: null,
  };
}

/** What a channel tells when somebody tries it. */
export function createTestMessage(id: string, channel: string, { now }: Moment): AlertMessage {
  return {
    ...{ version: 1, id, kind: "test", severity: "info", atMs: now() },
    title: `This is a test of the channel ${channel}`,
    lines: [["Next", "Nothing: alerts of Kedge come here from now on."]],
    command: "kedge alerts list",
    incident: null,
  };
}

/** What it is, and of what: `5-hour limit used up on account team-a`. */
export function incidentName({
  key,
  cause,
  window,
  account,
  model,
  scope,
  project,
}: Pick<StoredIncident, "key" | "cause" | "window" | "account" | "model" | "scope" | "project">): string {
  if (isAlarm(cause)) return `${causeWords(cause)}${window === null ? "" : `: ${window}`}`;
  const kind = cause === "unknown" ? unknownKind(key) : null;
  const isLimit = window !== null && (cause === "plan_window" || cause === "model_limit");
  const what = isLimit
    ? `${windowWords(window)} used up`
    : `${causeWords(cause)}${kind === null ? "" : ` (${kind})`}`;
  const where =
    scope === "provider" || scope === "machine"
      ? model === null
        ? ""
        : ` for ${model}`
      : scope === "session"
        ? project === null || project === ""
          ? ""
          : ` in ${project}`
        : ` on ${account === "unknown" ? "an account that nobody knows" : accountWords(account)}`;
  return `${what}${where}`;
}

/** What the agent calls a failure that nobody knows, where that is a name. */
function unknownKind(key: string): string | null {
  const [, , kind] = JSON.parse(key) as readonly unknown[];
  return typeof kind === "string" && kind !== "unknown" && /^[\w.-]{1,48}$/.test(kind) ? kind : null;
}

function openTitle({ kind, incident }: AlertFacts): string {
  const still = kind === "open" ? "" : "still: ";
  if (isAlarm(incident.cause)) return capital(`${still}${incidentName(incident)}`);
  const stopped = countOf(incident.sessions - incident.recovered, "session");
  return capital(`${still}${incidentName(incident)}: ${stopped} stopped`);
}

function overTitle({ incident }: AlertFacts): string {
  const { resolution, opened_ms, resolved_ms } = incident;
  const after = durationWords((resolved_ms ?? opened_ms) - opened_ms);
  const how =
    resolution === "expired"
      ? `nothing heard since, closed after ${after}`
      : `${resolution === "gone" ? "closed" : "over"} after ${after}`;
  return capital(`${incidentName(incident)}: ${how}`);
}

function openLines(facts: AlertFacts, moment: Moment): AlertMessage["lines"] {
  const { incident, outlook } = facts;
  const verdict = verdictOf(incident);
  const { opened_ms: openedMs, failures, cause } = incident;
  const since = `${fullTime(openedMs, moment)}, ${fromNow(openedMs, moment)}`;
  if (isAlarm(cause))
    return [
      ["What", verdict.basis.words],
      ["Since", `${since}.`],
      ["You", incidentAdvice(verdict)],
    ];
  return [
    ["Stopped", stoppedWords(facts)],
    ["Verdict", `${capital(causeWords(incident.cause))} (${verdict.confidence}). ${verdict.basis.words}`],
    ["Since", `${since}; ${countOf(failures, "failure")}.`],
    ["Next", nextWords(incident, outlook, moment)],
    ["You", incident.owner === "person" || outlook.held > 0 ? leftAdvice(verdict) : "Nothing to do."],
  ];
}

function acknowledgedTitle({ incident }: AlertFacts): string {
  return capital(`${incidentName(incident)}: ${seesToIt(incident)}`);
}

function acknowledgedLines(facts: AlertFacts, moment: Moment): AlertMessage["lines"] {
  const { incident } = facts;
  const { opened_ms: openedMs, cause } = incident;
  return [
    ...(isAlarm(cause) ? [] : [["Stopped", stoppedWords(facts)] as const]),
    ["Since", `${fullTime(openedMs, moment)}, ${fromNow(openedMs, moment)}.`],
    ["You", `Nothing: ${seesToIt(incident)}.`],
  ];
}

function seesToIt({ acknowledged_by }: StoredIncident): string {
  return `${acknowledged_by ?? "somebody"} sees to it`;
}

function overLines(facts: AlertFacts, moment: Moment): AlertMessage["lines"] {
  const { incident } = facts;
  const { opened_ms: openedMs, resolved_ms: resolvedMs, cost_usd: costUsd, lost_ms, note } = incident;
  const isOfSessions = !isAlarm(incident.cause);
  return [
    ...(isOfSessions ? [["Stopped", stoppedWords(facts)] as const] : []),
    ["From", `${fullTime(openedMs, moment)} to ${shortTime(resolvedMs ?? moment.now(), moment)}.`],
    ...(isOfSessions ? [["Lost", lostWords(lost_ms, costUsd)] as const] : []),
    ["Ended", endingWords(incident)],
    ...(note === null ? [] : [["Note", note] as const]),
    ...(facts.outlook.held > 0 ? [["You", `${heldWords(facts.outlook)} See kedge status.`] as const] : []),
  ];
}

function lostWords(lostMs: number, costUsd: number): string {
  return `${durationWords(lostMs)} of the sessions' time${costUsd > 0 ? `, and ${dollars(costUsd)}` : ""}.`;
}

/** How many sessions, where, and which. */
function stoppedWords({ incident, sessionIds }: AlertFacts): string {
  const { sessions, recovered, project } = incident;
  const ids = sessionIds.slice(0, NAMED_SESSIONS).map((each) => each.slice(0, ID_LENGTH));
  const more = sessions > ids.length ? ", …" : "";
  const where = project === null ? " in several projects" : project === "" ? "" : ` in ${project}`;
  const back = recovered > 0 ? `; ${numberWords(recovered)} went on since` : "";
  return `${countOf(sessions, "session")}${where}${ids.length === 0 ? "" : ` (${ids.join(", ")}${more})`}${back}.`;
}

/** How each kind is put: its title, and its lines. */
const WORDS: Readonly<
  Record<AlertFacts["kind"], readonly [title: (facts: AlertFacts) => string, lines: typeof openLines]>
> = {
  open: [openTitle, openLines],
  update: [openTitle, openLines],
  reminder: [openTitle, openLines],
  acknowledge: [acknowledgedTitle, acknowledgedLines],
  resolve: [overTitle, overLines],
};

function incidentFacts({ incident, ledgerId, sessionIds }: AlertFacts, { now }: Moment): IncidentFacts {
  const { id, key, cause, account, project, model, window } = incident;
  const { failures, sessions, resolution } = incident;
  return {
    ...{ id, dedupKey: dedupKey(key, ledgerId), cause, account, project, model, window },
    ...{ failures, sessions, sessionIds: sessionIds.slice(0, NAMED_SESSIONS), resolution },
    confidence: verdictOf(incident).confidence,
    openedMs: incident.opened_ms,
    untilMs: incident.until_ms,
    untilFrom: incident.until_from,
    needsPerson: incident.owner === "person",
    ...(incident.acknowledged_by === null ? {} : { acknowledgedBy: incident.acknowledged_by }),
    resolvedMs: incident.resolved_ms,
    lostMs: incident.resolved_ms === null ? Math.max(0, now() - incident.opened_ms) : incident.lost_ms,
    costUsd: incident.cost_usd,
  };
}

function verdictOf({ verdict }: StoredIncident): Verdict {
  return JSON.parse(verdict) as Verdict;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
