import { sql } from "kysely";
import type { Statements } from "../ledger/statements.ts";
import type { CountedFailure } from "./counted-failure.ts";
import { resolveIncident } from "./end-incidents.ts";
import { explain } from "./explain-incidents.ts";
import { followClockOf } from "./follow-clock.ts";
import { SEVERITIES, type Severity } from "./incident.ts";
import type { IncidentContext, StoredIncident } from "./incident-context.ts";
import { expiryMs } from "./incident-expiry.ts";
import { dropSessions, type SessionChange } from "./incident-sessions.ts";
import { planAlerts } from "./plan-alerts.ts";

/** What all failures and sessions of an incident come to. */
interface Sums {
  readonly failures: number;
  readonly cost_usd: number;
  readonly sessions: number;
  readonly recovered: number;
  readonly opened_ms: number;
  readonly last_ms: number;
  readonly project: string | null;
}

/** What is new of an incident. */
export interface IncidentRefresh extends SessionChange {
  readonly seq: number;
  /** Failures that are new in it. */
  readonly added: readonly CountedFailure[];
  /** Failures that are in it already, and of which more is known. */
  readonly known: readonly CountedFailure[];
  /** What those that are in it already cost more than was known before, in US dollars. */
  readonly costGrewUsd: number;
  /** Whether failures were taken out. */
  readonly isReduced: boolean;
}

/** Brings an incident to what is known of it now, and plans what is to be told of that. */
export function refreshIncident(
  statements: Statements,
  news: IncidentRefresh,
  context: IncidentContext,
): void {
  const { build, run } = statements;
  const { seq, added, known, isReduced } = news;
  const before = readNow(statements, seq, context.nowMs);
  if (before === undefined) return;
  // What was taken out may be anything, and is rare; what comes is added up, however many there are.
  const sums = isReduced ? sumUp(statements, seq) : addUp(before, news);
  if (sums === null) {
    const none = { failures: 0, sessions: 0, recovered: 0, cost_usd: 0 };
    run(build.updateTable("incident").set(none).where("seq", "=", seq));
    if (before.resolved_ms === null) resolveIncident(statements, before, { as: "other_cause" }, context);
    return;
  }
  const counted = [...added, ...known];
  const newest = newestOf(counted);
  const until = latestReset(before, counted);
  const isTransient = newest === undefined ? before.owner === "kedge" : newest.verdict.isTransient;
  const owner = before.owner === "person" || !isTransient ? "person" : "kedge";
  const lastMs = Math.min(sums.last_ms, context.nowMs);
  const after: StoredIncident = {
    ...before,
    ...sums,
    ...{ opened_ms: Math.min(sums.opened_ms, context.nowMs), last_ms: lastMs, owner },
    ...{ until_ms: until?.atMs ?? null, until_from: until?.from ?? null },
    severity: worst([before.severity, ...counted.map(({ severity }) => severity)]),
    verdict: newest !== undefined && newest.row.at_ms >= before.last_ms ? newest.row.verdict : before.verdict,
    ends_ms: expiryMs({ until_ms: until?.atMs ?? null, owner }, lastMs),
  };
  const { seq: _seq, ...columns } = after;
  run(build.updateTable("incident").set(columns).where("seq", "=", seq));
  // Of one that is over, more is known now; nobody is told of it again.
  if (after.resolved_ms !== null) return;
  const explained = explain(statements, after, context);
  const isUnheard = before.explained_by !== null;
  planAlerts(statements, { before, after: explained, isUnheard }, context);
}

function addUp(
  before: StoredIncident,
  { added, costGrewUsd, sessionsAdded, fellBack }: IncidentRefresh,
): Sums {
  let { opened_ms, last_ms, cost_usd, project } = before;
  cost_usd += costGrewUsd;
  for (const { row } of added) {
    opened_ms = Math.min(opened_ms, row.at_ms);
    last_ms = Math.max(last_ms, row.at_ms);
    cost_usd += row.cost_usd ?? 0;
    if (row.project !== project) project = null;
  }
  return {
    ...{ opened_ms, last_ms, cost_usd, project },
    failures: before.failures + added.length,
    sessions: before.sessions + sessionsAdded,
    recovered: before.recovered - fellBack,
  };
}

/** As it is by the clock of now, which may have been put back since something was heard of it. */
function readNow(statements: Statements, seq: number, nowMs: number): StoredIncident | undefined {
  const incident = readIncident(statements, seq);
  if (incident === undefined || incident.resolved_ms !== null || incident.last_ms <= nowMs) return incident;
  followClockOf(statements, incident, nowMs);
  return readIncident(statements, seq);
}

/** @returns undefined for one that is not there */
export function readIncident({ build, run }: Statements, seq: number): StoredIncident | undefined {
  return run(build.selectFrom("incident").selectAll().where("seq", "=", seq))[0];
}

/** Counts anew what is in it; null without a failure. */
function sumUp(statements: Statements, seq: number): Sums | null {
  dropSessions(statements, seq);
  const { build, run } = statements;
  const [failures] = run(
    build
      .selectFrom("failure")
      .select([sql<number>`count(*)`.as("failures"), sql<number>`coalesce(sum(cost_usd), 0)`.as("cost_usd")])
      .where("incident_seq", "=", seq),
  );
  const [sessions] = run(
    build
      .selectFrom("incident_session")
      .select([
        sql<number>`count(*)`.as("sessions"),
        sql<number>`count(recovered_ms)`.as("recovered"),
        sql<number>`min(first_ms)`.as("opened_ms"),
        sql<number>`max(last_ms)`.as("last_ms"),
        sql<string | null>`CASE WHEN min(project) = max(project) THEN min(project) END`.as("project"),
      ])
      .where("incident_seq", "=", seq),
  );
  return failures === undefined || sessions === undefined || failures.failures === 0
    ? null
    : { ...failures, ...sessions };
}

/** The last that happened; of those of one instant the one that came last. */
function newestOf([first, ...others]: readonly CountedFailure[]): CountedFailure | undefined {
  return first && others.reduce((a, b) => (b.row.at_ms >= a.row.at_ms ? b : a), first);
}

/** Of several limits the latest counts: they all must end first. */
function latestReset(
  { until_ms, until_from }: StoredIncident,
  counted: readonly CountedFailure[],
): { readonly atMs: number; readonly from: string } | null {
  const known = until_ms === null ? [] : [{ atMs: until_ms, from: until_from ?? "" }];
  const stated = counted.flatMap(({ row, verdict: { reset } }) =>
    // The row has it as a whole number.
    reset?.isPlausible === true && row.reset_at_ms !== null
      ? [{ atMs: row.reset_at_ms, from: reset.from }]
      : [],
  );
  const [first, ...others] = [...known, ...stated];
  return first === undefined ? null : others.reduce((a, b) => (b.atMs > a.atMs ? b : a), first);
}

function worst(severities: readonly Severity[]): Severity {
  return SEVERITIES.find((each) => severities.includes(each)) ?? "info";
}
