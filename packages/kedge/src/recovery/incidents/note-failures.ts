import { sql } from "kysely";
import type { FailureRow } from "../ledger/schema.ts";
import type { Statements } from "../ledger/statements.ts";
import { VALUES_AT_ONCE } from "../ledger/values.ts";
import type { Verdict } from "../verdict.ts";
import { type CountedFailure, countFailure } from "./counted-failure.ts";
import type { IncidentContext, StoredIncident } from "./incident-context.ts";
import { newIncidentId } from "./incident-id.ts";
import { addSessions } from "./incident-sessions.ts";
import { refreshIncident } from "./refresh-incident.ts";
import { reopenIncident } from "./reopen-incident.ts";

/** A failure that is new, of which more is known, or that turned out to be none. */
export interface FailureChange {
  readonly before?: FailureRow;
  readonly after?: FailureRow;
  /** The verdict that `after` has as a text, where it is at hand. */
  readonly verdict?: Verdict;
}

/** Failures with the incidents that they are of. */
export interface AssignedFailures {
  /** To be written as they are now; those that are gone are not among them. */
  readonly rows: readonly FailureRow[];
  /** Brings the incidents to what is known of them now, and plans what is to be told. To be called when the rows are written. */
  settle(): void;
}

/** What is to change of one incident. */
interface IncidentNews {
  readonly added: CountedFailure[];
  /** Known already, and judged anew. */
  readonly known: CountedFailure[];
  /** Witnesses that come later may know a cost: US dollars. */
  costGrewUsd: number;
  isReduced: boolean;
}

/**
 * Finds the incidents that failures are of, and opens those that are new. Within the transaction that writes the failures: an incident is known
 * exactly when its failures are.
 */
export function assignFailures(
  statements: Statements,
  changes: readonly FailureChange[],
  context: IncidentContext,
): AssignedFailures {
  const keys = keysOf(
    statements,
    changes.flatMap(({ before }) => before?.incident_seq ?? []),
  );
  const news = new Map<number, IncidentNews>();
  const newsOf = (seq: number): IncidentNews => {
    const own = news.get(seq) ?? { added: [], known: [], costGrewUsd: 0, isReduced: false };
    news.set(seq, own);
    return own;
  };
  const fresh: CountedFailure[] = [];
  const seqs = new Map<string, number>();
  for (const { before, after, verdict } of changes) {
    const counted = after && countFailure(after, context, verdict);
    const seq = before?.incident_seq ?? null;
    if (seq !== null && counted !== undefined && counted.key === keys.get(seq)) {
      seqs.set(counted.row.id, seq);
      newsOf(seq).known.push(counted);
      newsOf(seq).costGrewUsd += (counted.row.cost_usd ?? 0) - (before?.cost_usd ?? 0);
      continue;
    }
    if (seq !== null) newsOf(seq).isReduced = true;
    if (counted !== undefined) fresh.push(counted);
  }
  for (const own of Map.groupBy(fresh, ({ key }) => key).values())
    for (const [seq, members] of assign(statements, own, context)) {
      newsOf(seq).added.push(...members);
      for (const { row } of members) seqs.set(row.id, seq);
    }
  return {
    rows: changes.flatMap(({ after }) =>
      after === undefined ? [] : [{ ...after, incident_seq: seqs.get(after.id) ?? null }],
    ),
    settle() {
      for (const [seq, { added, ...own }] of news) {
        const change = addSessions(statements, seq, added);
        refreshIncident(statements, { seq, added, ...own, ...change }, context);
      }
    },
  };
}

/** What makes failures the same incident, by the incidents that they are in. */
function keysOf({ build, run }: Statements, seqs: readonly number[]): ReadonlyMap<number, string> {
  const all = [...new Set(seqs)];
  const keys = new Map<number, string>();
  for (let at = 0; at < all.length; at += VALUES_AT_ONCE)
    for (const { seq, key } of run(
      build
        .selectFrom("incident")
        .select(["seq", "key"])
        .where("seq", "in", all.slice(at, at + VALUES_AT_ONCE)),
    ))
      keys.set(seq, key);
  return keys;
}

/**
 * Finds or opens the incident of each failure of one key.
 *
 * What happened before the last incident of that key was over belongs to it still, however late it is heard of; and one that comes back
 * before anybody could have been told so was never over.
 */
function assign(
  statements: Statements,
  failures: readonly CountedFailure[],
  { nowMs, rules }: IncidentContext,
): ReadonlyMap<number, readonly CountedFailure[]> {
  const [first] = failures;
  if (first === undefined) return new Map();
  const last = lastOf(statements, first.key, nowMs);
  const resolvedMs = last?.resolved_ms ?? null;
  const overMs = last?.over_ms ?? null;
  // An end that lies ahead was written by a clock that was put back since: it says nothing of what was before it.
  const isLate = ({ row }: CountedFailure): boolean =>
    overMs !== null && overMs <= nowMs && row.at_ms <= overMs;
  const late = failures.filter(isLate);
  const current = failures.filter((each) => !isLate(each));
  const assigned = new Map<number, readonly CountedFailure[]>();
  if (last !== undefined && late.length > 0) assigned.set(last.seq, late);
  if (current.length === 0) return assigned;
  const isBack = resolvedMs !== null && nowMs - resolvedMs < rules.groupIntervalMs;
  if (last !== undefined && isBack) reopenIncident(statements, last, nowMs);
  const seq =
    last !== undefined && (resolvedMs === null || isBack) ? last.seq : open(statements, current, nowMs);
  assigned.set(seq, [...(assigned.get(seq) ?? []), ...current]);
  return assigned;
}

/**
 * The incident of a key that is open; else the one that was over last, which is not always the last that was opened. An end that lies ahead was
 * written by a clock that was put back since, and says nothing.
 */
function lastOf({ build, run }: Statements, key: string, nowMs: number): StoredIncident | undefined {
  const [row] = run(
    build
      .selectFrom("incident")
      .selectAll()
      .where("key", "=", key)
      .orderBy(sql`resolved_ms IS NOT NULL`)
      .orderBy(sql`CASE WHEN resolved_ms <= ${nowMs} THEN resolved_ms END DESC`)
      .orderBy("seq", "desc")
      .limit(1),
  );
  return row;
}

/** Opens an incident; what it is counted by comes with its failures. */
function open({ build, run }: Statements, failures: readonly CountedFailure[], nowMs: number): number {
  const inOrder = failures.toSorted((a, b) => a.row.at_ms - b.row.at_ms);
  const [first] = inOrder;
  if (first === undefined) throw new RangeError("Expected a failure to open an incident with");
  const { row, verdict, severity, key, account } = first;
  const openedMs = Math.min(row.at_ms, nowMs);
  // Elsewhere its failures may be of many models.
  const isOfModel = verdict.scope === "model" || verdict.cause === "overload";
  const [added] = run(
    build
      .insertInto("incident")
      .values({
        ...{ id: newIncidentId(), key, account, cause: verdict.cause, scope: verdict.scope, severity },
        ...{
          model: isOfModel ? (verdict.model ?? null) : null,
          window: verdict.window ?? null,
          project: row.project,
        },
        ...{ owner: "kedge", opened_ms: openedMs, last_ms: openedMs, ends_ms: nowMs },
        ...{ failures: 0, sessions: 0, recovered: 0, lost_ms: 0, cost_usd: 0, verdict: row.verdict },
      })
      .returning("seq"),
  );
  if (added === undefined) throw new RangeError("Expected an incident to be added");
  return added.seq;
}
