import { everyWitness, groupWitnesses, nameGroups } from "../group.ts";
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
}

/** What has to be written so that the ledger says what all witnesses say. */
export interface JudgedSession {
  readonly inserted: readonly StoredWitness[];
  /** Witnesses that are known, and turn out to speak of another failure. */
  readonly moved: readonly StoredWitness[];
  readonly changed: readonly { readonly before?: FailureRow; readonly after: FailureRow }[];
  /** Failures that were one with another. */
  readonly gone: readonly FailureRow[];
}

/** Joins all witnesses of a session into failures, judges each in its order, and compares with what the ledger has. Pure. */
export function judgeSession({ fresh, stored, before, nowMs, zone }: SessionCase): JudgedSession {
  const named = nameGroups(groupWitnesses([...stored, ...fresh]), knownIds(stored));
  const failureOf = new Map(named.flatMap((group) => everyWitness(group).map(({ id }) => [id, group.id])));
  const failureId = (id: string): string | null => failureOf.get(id) ?? null;
  const rest = new Map(before.map((row) => [row.id, row]));
  const changed: { before?: FailureRow; after: FailureRow }[] = [];
  let previous: Verdict | undefined;
  for (const group of named) {
    const evidence = group.witnesses.map((each) => each.evidence);
    const verdict = judgeFailure(evidence, { nowMs, zone, ...(previous ? { previous } : {}) });
    previous = verdict;
    const row = toFailureRow(group, verdict);
    const old = rest.get(row.id);
    rest.delete(row.id);
    if (!old) changed.push({ after: row });
    // What was seen first stays: a failure is not seen later because more is known of it.
    else if (!isSame(old, row))
      changed.push({ before: old, after: { ...row, seen_ms: Math.min(old.seen_ms, row.seen_ms) } });
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

function knownIds(stored: readonly StoredWitness[]): ReadonlyMap<string, string> {
  return new Map(stored.flatMap(({ id, failureId }) => (failureId === null ? [] : [[id, failureId]])));
}

function isSame(a: FailureRow, b: FailureRow): boolean {
  const { seen_ms: _a, ...own } = a;
  const { seen_ms: _b, ...other } = b;
  return Object.entries(other).every(([key, value]) => own[key as keyof typeof own] === value);
}
