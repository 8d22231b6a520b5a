import type { Evidence } from "../evidence.ts";
import type { SessionFacts, WitnessRecord } from "../witness.ts";
import type { WitnessRow } from "./schema.ts";

/** A witness with the failure that it speaks of. */
export interface StoredWitness extends WitnessRecord {
  /** Null when it speaks of none. */
  readonly failureId: string | null;
}

/** A witness as a row. */
export function toWitnessRow({ id, evidence, session, failureId }: StoredWitness): WitnessRow {
  return {
    id,
    agent: evidence.agent,
    session_id: evidence.sessionId,
    failure_id: failureId,
    at_ms: evidence.atMs,
    seen_ms: evidence.seenAtMs,
    evidence: JSON.stringify({ evidence, session }),
  };
}

/** A witness of a row, as {@link toWitnessRow} wrote it. */
export function fromWitnessRow({ id, evidence, failure_id: failureId }: WitnessRow): StoredWitness {
  return { id, failureId, ...(JSON.parse(evidence) as { evidence: Evidence; session: SessionFacts }) };
}
