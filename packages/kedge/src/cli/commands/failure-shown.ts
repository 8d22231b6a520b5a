import { cleanText } from "../../protocol/index.ts";
import {
  type Advice,
  adviceFor,
  type Evidence,
  type FailureRow,
  groupWitnesses,
  type SessionFacts,
  type Verdict,
  type WitnessRecord,
  type WitnessRow,
} from "../../recovery/index.ts";
import type { Redactor } from "../../redact/index.ts";

/** A failure as it may be shown: clean, redacted, with its verdict read and what to do about it. */
export interface ShownFailure {
  readonly row: Omit<FailureRow, "verdict">;
  readonly verdict: Verdict;
  readonly advice: Advice;
}

/** One witness of a failure as it may be shown. */
export interface ShownWitness {
  readonly evidence: Evidence;
  readonly session: SessionFacts;
  /** It says again what another one of the same kind has said. */
  readonly isDuplicate: boolean;
}

/** Makes a failure fit to be shown. */
export function showFailure({ verdict: json, ...row }: FailureRow, redactor: Redactor): ShownFailure {
  const verdict = showValue(readVerdict(json, row), redactor);
  return { row: showValue(row, redactor), verdict, advice: adviceFor(verdict) };
}

/** What the witnesses of a failure said, in the order of their instants. */
export function showWitnesses(rows: readonly WitnessRow[], redactor: Redactor): readonly ShownWitness[] {
  const records = rows.flatMap(readWitness);
  const duplicates = new Set(
    groupWitnesses(records).flatMap((group) => group.duplicates.map(({ id }) => id)),
  );
  return records
    .toSorted((a, b) => a.evidence.atMs - b.evidence.atMs)
    .map(({ id, evidence, session }) => ({
      ...showValue({ evidence, session }, redactor),
      isDuplicate: duplicates.has(id),
    }));
}

/**
 * Cleans and redacts every text of a value, in this order: an invisible character within a secret would hide it from the redactor, and
 * show it once it is gone.
 */
export function showValue<Value>(value: Value, redactor: Redactor): Value {
  return redactor.value(cleanValue(value));
}

function cleanValue<Value>(value: Value): Value {
  if (typeof value === "string") return oneLine(value) as Value;
  if (Array.isArray(value)) return value.map(cleanValue) as Value;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [oneLine(key), cleanValue(item)]),
  ) as Value;
}

/** A text on one line, without what a terminal would obey or not show. */
function oneLine(text: string): string {
  return cleanText(text).replace(/\s+/g, " ").trim();
}

function readWitness({ id, evidence }: WitnessRow): readonly WitnessRecord[] {
  const read = readJson(evidence) as Partial<WitnessRecord> | null;
  return read?.evidence && read.session ? [{ id, evidence: read.evidence, session: read.session }] : [];
}

/** The verdict is written by us; of one that cannot be read the columns of the failure say the most. */
function readVerdict(json: string, row: Omit<FailureRow, "verdict">): Verdict {
  const read = readJson(json) as Partial<Verdict> | null;
  return {
    ...read,
    kind: row.kind,
    cause: row.cause,
    confidence: read?.confidence ?? "guess",
    basis: read?.basis ?? { words: "The verdict cannot be read any more." },
    isTransient: row.is_transient === 1,
    scope: read?.scope ?? "session",
    isSubagent: row.subagent_id !== null,
    isGreenExit: read?.isGreenExit ?? false,
    isRepeat: read?.isRepeat ?? false,
    atMs: row.at_ms,
  };
}

function readJson(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" ? value : null;
  } catch {
    return null; // said by what is missing
  }
}
