import type { Statements } from "../ledger/statements.ts";
import type { Cause, KnownCause } from "../verdict.ts";
import { dropWaiting } from "./alert-rows.ts";
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

/** Whether one incident is the reason for another one. */
function doesExplain(one: StoredIncident, other: StoredIncident): boolean {
  const causes: readonly Cause[] = EXPLAINS[one.cause as KnownCause] ?? [];
  const isNear = WHOLE.includes(one.account) || one.account === other.account;
  return one.seq !== other.seq && isNear && causes.includes(other.cause);
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
  const reason = others.find((other) => other.explained_by === null && doesExplain(other, incident));
  const own = setReason(statements, incident, reason?.id ?? null, context);
  if (own.explained_by === null)
    for (const other of others)
      if (other.explained_by === null && doesExplain(own, other))
        setReason(statements, other, own.id, context);
  return own;
}

/** When an incident is over, what it explained has to speak for itself, unless another one explains it as well. */
export function unexplain(statements: Statements, { id }: StoredIncident, context: IncidentContext): void {
  const open = readOpen(statements);
  // What it explained itself may be the reason of others of them from now on.
  const isReason = ({ explained_by }: StoredIncident): boolean =>
    explained_by === null || explained_by === id;
  for (const other of open) {
    if (other.explained_by !== id) continue;
    const reason = open.find((each) => isReason(each) && doesExplain(each, other));
    const after = setReason(statements, other, reason?.id ?? null, context);
    planAlerts(statements, { before: other, after, isUnheard: true }, context);
  }
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
