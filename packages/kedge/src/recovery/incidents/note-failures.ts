import { randomBytes } from "node:crypto";
import type { FailureRow } from "../ledger/schema.ts";
import type { Statements } from "../ledger/statements.ts";
import { dropWaiting } from "./alert-rows.ts";
import { type CountedFailure, countFailure } from "./counted-failure.ts";
import type { IncidentContext, StoredIncident } from "./incident-context.ts";
import { addFailures, readLinks, removeFailures } from "./incident-links.ts";
import { refreshIncident } from "./refresh-incident.ts";

/** A failure that is new, of which more is known, or that turned out to be none. */
export interface FailureChange {
  readonly before?: FailureRow;
  readonly after?: FailureRow;
}

/**
 * Counts failures into the incidents that they are of, opens those that are new, and plans what is to be told. Within the transaction that
 * writes the failures: an incident is known exactly when its failures are.
 */
export function noteFailures(
  statements: Statements,
  changes: readonly FailureChange[],
  context: IncidentContext,
): void {
  const known = changes.flatMap(({ before }) => (before === undefined ? [] : [before.id]));
  const links = readLinks(statements, known);
  const touched = new Map<number, CountedFailure[]>();
  const touch = (seq: number, counted?: CountedFailure): void => {
    const own = touched.get(seq) ?? [];
    touched.set(seq, counted === undefined ? own : [...own, counted]);
  };
  const fresh: CountedFailure[] = [];
  for (const { before, after } of changes) {
    const counted = after && countFailure(after, context);
    const link = before && links.get(before.id);
    if (link !== undefined && counted?.key === link.key) touch(link.seq, counted);
    else {
      if (link !== undefined) {
        removeFailures(statements, link);
        touch(link.seq);
      }
      if (counted !== undefined) fresh.push(counted);
    }
  }
  for (const own of Map.groupBy(fresh, ({ key }) => key).values())
    for (const [seq, members] of assign(statements, own, context)) {
      addFailures(statements, seq, members);
      touched.set(seq, [...(touched.get(seq) ?? []), ...members]);
    }
  for (const [seq, counted] of touched) refreshIncident(statements, seq, counted, context);
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
  const last = lastOf(statements, first.key);
  const overMs = last?.resolved_ms ?? null;
  const isLate = ({ row }: CountedFailure): boolean => overMs !== null && row.at_ms <= overMs;
  const late = failures.filter(isLate);
  const current = failures.filter((each) => !isLate(each));
  const assigned = new Map<number, readonly CountedFailure[]>();
  if (last !== undefined && late.length > 0) assigned.set(last.seq, late);
  if (current.length === 0) return assigned;
  const isBack = overMs !== null && nowMs - overMs < rules.groupIntervalMs;
  if (last !== undefined && isBack) reopen(statements, last.seq, nowMs);
  const seq = last !== undefined && (overMs === null || isBack) ? last.seq : open(statements, current, nowMs);
  assigned.set(seq, [...(assigned.get(seq) ?? []), ...current]);
  return assigned;
}

function lastOf({ build, run }: Statements, key: string): StoredIncident | undefined {
  const [row] = run(
    build.selectFrom("incident").selectAll().where("key", "=", key).orderBy("seq", "desc").limit(1),
  );
  return row;
}

/** An all-clear that was not sent yet is none. */
function reopen(statements: Statements, seq: number, nowMs: number): void {
  const { build, run } = statements;
  dropWaiting(statements, { seq, why: "it was not over" }, { nowMs });
  run(
    build
      .updateTable("incident")
      .set({ resolved_ms: null, resolution: null, note: null, acknowledged_ms: null, acknowledged_by: null })
      .where("seq", "=", seq),
  );
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
        ...{ id: newId(), key, account, cause: verdict.cause, scope: verdict.scope, severity },
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

/** Short enough to be typed. */
function newId(): string {
  return `inc-${BigInt(`0x${randomBytes(8).toString("hex")}`)
    .toString(36)
    .slice(-8)
    .padStart(8, "0")}`;
}
