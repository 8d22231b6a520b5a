import { everyWitness, groupWitnesses, type NamedGroup, nameGroups } from "../group.ts";
import type { Verdict } from "../verdict.ts";
import { judgeFailure } from "../verdict-judge.ts";
import type { WitnessRecord } from "../witness.ts";
import { toFailureRow } from "./failure-row.ts";
import type { FailureRow } from "./schema.ts";
import type { StoredWitness } from "./witness-row.ts";

/** One session, as the ledger has it and with what is new. */
export interface SessionCase {
  readonly fresh: readonly WitnessRecord[];
  readonly stored: readonly StoredWitness[];
  readonly before: readonly FailureRow[];
  /** Epoch ms. */
  readonly nowMs: number;
  readonly zone: string;
  /** Whether a failure of that id was purged. */
  readonly isGone?: (id: string) => boolean;
}

/** What has to be written so that the ledger says what all witnesses say. */
export interface JudgedSession {
  readonly inserted: readonly StoredWitness[];
  /** Witnesses that are known, and turn out to speak of another failure. */
  readonly moved: readonly StoredWitness[];
  readonly changed: readonly JudgedFailure[];
  /** Failures that were one with another. */
  readonly gone: readonly FailureRow[];
}

/** A failure that was judged, with the verdict that its row has as a text. */
interface JudgedFailure {
  readonly before?: FailureRow;
  readonly after: FailureRow;
  readonly verdict: Verdict;
}

/** Joins all witnesses of a session into failures, judges each in its order, and compares with what the ledger has. Pure. */
export function judgeSession({ fresh, stored, before, nowMs, zone, isGone }: SessionCase): JudgedSession {
  const named = nameGroups(groupWitnesses([...stored, ...fresh]), knownIds(stored), isGone);
  const failureOf = new Map(named.flatMap((group) => everyWitness(group).map(({ id }) => [id, group.id])));
  const failureId = (id: string): string | null => failureOf.get(id) ?? null;
  const rest = new Map(before.map((row) => [row.id, row]));
  const isKnown = knownGroups(stored);
  const changed: JudgedFailure[] = [];
  let previous: Before | undefined;
  let waitedUntilMs = 0;
  for (const group of named) {
    const old = rest.get(group.id);
    rest.delete(group.id);
    // What is known of it is what was known, and so is what came before: it was judged. Its first witnesses may be gone since.
    if (old && isKnown(group) && previous?.isNew !== true) {
      if (old.subagent_id === null) previous = { row: old, isNew: false };
      waitedUntilMs = Math.max(waitedUntilMs, old.reset_at_ms ?? 0);
      continue;
    }
    const evidence = group.witnesses.map((each) => each.evidence);
    const last = previous && (previous.verdict ?? verdictOf(previous.row));
    const verdict = judgeFailure(evidence, { nowMs, zone, ...(last ? { previous: last } : {}) });
    const row = toFailureRow(group, verdict, waitedUntilMs);
    waitedUntilMs = Math.max(waitedUntilMs, row.reset_at_ms ?? 0);
    const isNew = !old || !isSame(old, row);
    // A subagent has a history of its own: it says nothing of the main loop.
    if (!verdict.isSubagent) previous = { row, verdict, isNew };
    if (!old) changed.push({ after: row, verdict });
    // What was seen first stays: a failure is not seen later because more is known of it.
    else if (isNew)
      changed.push({
        ...{ before: old, verdict },
        after: { ...row, seen_ms: Math.min(old.seen_ms, row.seen_ms) },
      });
  }
  return {
    inserted: fresh.map((each) => ({ ...each, failureId: failureId(each.id) })),
    moved: stored
      .filter((each) => each.failureId !== failureId(each.id))
      .map((each) => ({ ...each, failureId: failureId(each.id) })),
    changed,
    gone: [...rest.values()],
  };
}

/** The failure of the main loop before, and whether it was judged anew. */
interface Before {
  readonly row: FailureRow;
  /** Of one that was judged just now. */
  readonly verdict?: Verdict;
  readonly isNew: boolean;
}

function verdictOf(row: FailureRow): Verdict {
  return JSON.parse(row.verdict) as Verdict;
}

/** Whether the ledger has exactly these witnesses of a failure. */
function knownGroups(stored: readonly StoredWitness[]): (group: NamedGroup) => boolean {
  if (stored.length === 0) return () => false;
  const counts = new Map<string, number>();
  for (const { failureId } of stored)
    if (failureId !== null) counts.set(failureId, (counts.get(failureId) ?? 0) + 1);
  const failureOf = new Map(stored.map(({ id, failureId }) => [id, failureId]));
  return (group) => {
    const witnesses = everyWitness(group);
    return (
      counts.get(group.id) === witnesses.length && witnesses.every(({ id }) => failureOf.get(id) === group.id)
    );
  };
}

function knownIds(stored: readonly StoredWitness[]): ReadonlyMap<string, string> {
  return new Map(stored.flatMap(({ id, failureId }) => (failureId === null ? [] : [[id, failureId]])));
}

function isSame(a: FailureRow, b: FailureRow): boolean {
  const { seen_ms: _a, incident_seq: _of, ...own } = a;
  const { seen_ms: _b, incident_seq: _in, ...other } = b;
  return Object.entries(other).every(([key, value]) => own[key as keyof typeof own] === value);
}
