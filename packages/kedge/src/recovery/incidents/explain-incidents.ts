import type { Statements } from "../ledger/statements.ts";
import type { Cause, KnownCause } from "../verdict.ts";
import { channelsOf } from "./alert-channels.ts";
import { dropWaiting } from "./alert-rows.ts";
import type { AlertRules } from "./alert-rules.ts";
import type { IncidentContext, StoredIncident } from "./incident-context.ts";
import { planAlerts } from "./plan-alerts.ts";

/** What a session dies of when the real trouble is its account's, its provider's or its machine's. */
const CONSEQUENCES: readonly KnownCause[] = [
  "stall",
  "dead_process",
  "lost_result",
  "false_success",
  "unknown",
];
/** Limits of a part, while the whole is closed. */
const PARTS: readonly KnownCause[] = ["model_limit", "request_rate"];

/** Of which other incidents one is the reason, as long as it is open. */
const EXPLAINS: Readonly<Partial<Record<KnownCause, readonly KnownCause[]>>> = {
  plan_window: [...PARTS, ...CONSEQUENCES],
  model_limit: CONSEQUENCES,
  spend: ["plan_window", ...PARTS, ...CONSEQUENCES],
  billing: ["spend", "plan_window", ...PARTS, ...CONSEQUENCES],
  organisation: ["auth", "billing", "spend", ...PARTS, ...CONSEQUENCES],
  account_state: ["auth", "billing", "spend", ...PARTS, ...CONSEQUENCES],
  auth: CONSEQUENCES,
  cloud_credential: CONSEQUENCES,
  overload: ["server", "server_throttle", ...CONSEQUENCES],
  server: CONSEQUENCES,
  connection: ["server", "overload", "server_throttle", ...CONSEQUENCES],
  lost_writes: CONSEQUENCES,
};

/** Causes that reach beyond one account. */
const WHOLE: readonly string[] = ["provider", "machine"];

/** Whether one incident is the reason for another one, and whoever would hear of the other hears of the one. */
function doesExplain(one: StoredIncident, other: StoredIncident, rules: AlertRules): boolean {
  const causes: readonly Cause[] = EXPLAINS[one.cause as KnownCause] ?? [];
  const isNear = WHOLE.includes(one.account) || one.account === other.account;
  if (one.seq === other.seq || !isNear || !causes.includes(other.cause)) return false;
  // Nobody comes for what passes by itself: what waits for a person is not over with it.
  if (other.owner === "person" && one.owner !== "person") return false;
  const told = channelsOf(one, rules);
  return channelsOf(other, rules).every((channel) => told.includes(channel));
}

/**
 * Finds out what explains an incident, and what it explains: alerts that wait to be sent of incidents that are explained are dropped. What was
 * told already is told to its end.
 *
 * @returns the incident, as it is stored now
 */
export function explain(
  statements: Statements,
  incident: StoredIncident,
  context: IncidentContext,
): StoredIncident {
  const others = readOpen(statements).filter(({ seq }) => seq !== incident.seq);
  const { rules } = context;
  const reason = others.find((other) => other.explained_by === null && doesExplain(other, incident, rules));
  const own = setReason(statements, incident, reason?.id ?? null, context);
  if (own.explained_by === null)
    for (const other of others)
      if (other.explained_by === null && doesExplain(own, other, rules))
        setReason(statements, other, own.id, context);
  return own;
}

/** When an incident is over, what it explained has to speak for itself, unless another one explains it as well. */
export function unexplain(statements: Statements, { id }: StoredIncident, context: IncidentContext): void {
  const open = readOpen(statements);
  // What it explained itself may be the reason of others of them from now on.
  const isReason = ({ explained_by }: StoredIncident): boolean =>
    explained_by === null || explained_by === id;
  for (const other of open)
    if (other.explained_by === id) {
      const reason = open.find((each) => isReason(each) && doesExplain(each, other, context.rules));
      giveReason(statements, other, reason, context);
    }
}

/** What is explained by an incident that is not there any more, or of which others are told than by the rules of before, speaks for itself. */
export function reviewReasons(statements: Statements, context: IncidentContext): void {
  const open = readOpen(statements);
  const byId = new Map(open.map((each) => [each.id, each]));
  for (const other of open) {
    if (other.explained_by === null) continue;
    const known = byId.get(other.explained_by);
    if (known !== undefined && doesExplain(known, other, context.rules)) continue;
    const reason = open.find((each) => each.explained_by === null && doesExplain(each, other, context.rules));
    giveReason(statements, other, reason, context);
  }
}

/** Notes the next reason of an incident that was explained; without one it is told what nobody has heard meanwhile. */
function giveReason(
  statements: Statements,
  before: StoredIncident,
  reason: StoredIncident | undefined,
  context: IncidentContext,
): void {
  const after = setReason(statements, before, reason?.id ?? null, context);
  planAlerts(statements, { before, after, isUnheard: true }, context);
}

function readOpen({ build, run }: Statements): readonly StoredIncident[] {
  return run(build.selectFrom("incident").selectAll().where("resolved_ms", "is", null));
}

function setReason(
  statements: Statements,
  incident: StoredIncident,
  id: string | null,
  context: IncidentContext,
): StoredIncident {
  if (incident.explained_by === id) return incident;
  const { build, run } = statements;
  run(build.updateTable("incident").set({ explained_by: id }).where("seq", "=", incident.seq));
  if (id !== null) dropWaiting(statements, { seq: incident.seq, why: `explained by ${id}` }, context);
  return { ...incident, explained_by: id };
}
