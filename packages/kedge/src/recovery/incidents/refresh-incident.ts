import { sql } from "kysely";
import type { Statements } from "../ledger/statements.ts";
import type { CountedFailure } from "./counted-failure.ts";
import { resolveIncident } from "./end-incidents.ts";
import { explain } from "./explain-incidents.ts";
import { SEVERITIES, type Severity } from "./incident.ts";
import type { IncidentContext, StoredIncident } from "./incident-context.ts";
import { planAlerts } from "./plan-alerts.ts";

const HOUR_MS = 3_600_000;
/** After the stated end, and after the last failure where none is stated: what nobody speaks of for so long is over, or nobody's. */
const SILENT_MS = 24 * HOUR_MS;
/** The same where a person has to act first: weekends and holidays pass. */
const SILENT_PERSON_MS = 14 * 24 * HOUR_MS;

/** What all failures and sessions of an incident come to. */
interface Sums {
  readonly failures: number;
  readonly costUsd: number;
  readonly sessions: number;
  readonly recovered: number;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly project: string | null;
}

/**
 * Brings an incident to what is known of it now, after failures were counted in or taken out, and plans what is to be told of that.
 *
 * @param counted failures that are new, or of which more is known
 */
export function refreshIncident(
  statements: Statements,
  seq: number,
  counted: readonly CountedFailure[],
  context: IncidentContext,
): void {
  const { build, run } = statements;
  const before = readIncident(statements, seq);
  if (before === undefined) return;
  const sums = sumUp(statements, seq);
  if (sums === null) {
    if (before.resolved_ms === null) resolveIncident(statements, before, { as: "other_cause" }, context);
    return;
  }
  const newest = counted.toSorted((a, b) => a.row.at_ms - b.row.at_ms).at(-1);
  const until = latestReset(before, counted);
  const isTransient = newest === undefined ? before.owner === "kedge" : newest.verdict.isTransient;
  const owner = before.owner === "person" || !isTransient ? "person" : "kedge";
  const lastMs = Math.min(sums.lastMs, context.nowMs);
  const after: StoredIncident = {
    ...before,
    ...{
      failures: sums.failures,
      cost_usd: sums.costUsd,
      sessions: sums.sessions,
      recovered: sums.recovered,
    },
    ...{ opened_ms: Math.min(sums.firstMs, context.nowMs), last_ms: lastMs, project: sums.project, owner },
    ...{ until_ms: until?.atMs ?? null, until_from: until?.from ?? null },
    severity: worst([before.severity, ...counted.map(({ severity }) => severity)]),
    verdict: newest !== undefined && newest.row.at_ms >= before.last_ms ? newest.row.verdict : before.verdict,
    ends_ms: Math.max(until?.atMs ?? 0, lastMs) + (owner === "person" ? SILENT_PERSON_MS : SILENT_MS),
  };
  const { seq: _seq, ...columns } = after;
  run(build.updateTable("incident").set(columns).where("seq", "=", seq));
  // Of one that is over, more is known now; nobody is told of it again.
  if (after.resolved_ms !== null) return;
  planAlerts(statements, { before, after: explain(statements, after, context) }, context);
}

/** @returns undefined for one that is not there */
export function readIncident({ build, run }: Statements, seq: number): StoredIncident | undefined {
  return run(build.selectFrom("incident").selectAll().where("seq", "=", seq))[0];
}

/** Null without a failure. */
function sumUp({ build, run }: Statements, seq: number): Sums | null {
  const [failures] = run(
    build
      .selectFrom("incident_failure")
      .select([sql<number>`count(*)`.as("count"), sql<number>`coalesce(sum(cost_usd), 0)`.as("costUsd")])
      .where("incident_seq", "=", seq),
  );
  const [sessions] = run(
    build
      .selectFrom("incident_session")
      .select([
        sql<number>`count(*)`.as("count"),
        sql<number>`count(recovered_ms)`.as("recovered"),
        sql<number>`min(first_ms)`.as("firstMs"),
        sql<number>`max(last_ms)`.as("lastMs"),
        sql<string | null>`CASE WHEN min(project) = max(project) THEN min(project) END`.as("project"),
      ])
      .where("incident_seq", "=", seq),
  );
  if (failures === undefined || sessions === undefined || failures.count === 0) return null;
  const { recovered, firstMs, lastMs, project } = sessions;
  return {
    ...{ failures: failures.count, costUsd: failures.costUsd, sessions: sessions.count },
    ...{ recovered, firstMs, lastMs, project },
  };
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
