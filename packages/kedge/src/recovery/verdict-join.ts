import { readFailure } from "../protocol/index.ts";
import { type Evidence, WITNESSES, type Witness } from "./evidence.ts";
import { cleanEvidence } from "./verdict-clean.ts";

/** One field of the evidence, and the most trusted witness that gave it. */
export interface Said<T> {
  readonly value: T;
  readonly witness: Witness;
  /** When it happened, by that witness. */
  readonly atMs: number;
}

/** What is known of one failure, field by field. */
export type Facts = { readonly [K in keyof Evidence]?: Said<Exclude<Evidence[K], undefined>> };

/** The evidence that counts, most trusted first, and what it says together. */
export interface Joined {
  readonly believed: readonly Evidence[];
  readonly facts: Facts;
}

/**
 * Joins the evidence of one failure, field by field: the most trusted witness that gives a field has it, and of the same witness
 * the newest statement. The order of `evidence` does not matter; what an unknown witness says is not believed.
 *
 * An `api_retry` event tells of an attempt before the last. Where it contradicts how the turn ended, what it says of the failure is
 * left out, so that a passed 529 does not explain a 401.
 */
export function joinEvidence(evidence: readonly Evidence[]): Joined {
  const known = evidence
    .flatMap((one) => cleanEvidence(one) ?? [])
    .filter(({ witness }) => WITNESSES.some((name) => name === witness))
    .map((one) => ({ one, rank: rankOf(one) }))
    .sort(
      (a, b) =>
        a.rank - b.rank ||
        b.one.atMs - a.one.atMs ||
        b.one.seenAtMs - a.one.seenAtMs ||
        compare(JSON.stringify(a.one), JSON.stringify(b.one)),
    )
    .map(({ one }) => one);
  if (!known.some(isRetry)) return { believed: known, facts: merge(known) };
  const end = merge(known.filter((one) => !isRetry(one)));
  const believed = known.map((one) => (isRetry(one) && contradicts(one, end) ? forgetFailure(one) : one));
  return { believed, facts: merge(believed) };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** How much a witness is trusted: 0 is most. Earlier attempts come last. */
export function rankOf(evidence: Evidence): number {
  const names: readonly string[] = WITNESSES;
  const rank = names.indexOf(evidence.witness);
  return isRetry(evidence) || rank < 0 ? WITNESSES.length : rank;
}

function isRetry({ witness, event }: Evidence): boolean {
  return witness === "stream" && event === "api_retry";
}

function merge(sorted: readonly Evidence[]): Facts {
  const facts: Record<string, Said<unknown>> = {};
  for (const one of sorted) {
    for (const [field, value] of Object.entries(one)) {
      facts[field] ??= { value, witness: one.witness, atMs: one.atMs };
    }
  }
  return facts as Facts;
}

function contradicts({ status, kind }: Evidence, end: Facts): boolean {
  // a turn that went well, or was ended by somebody, was not ended by what had been tried before
  if (end.isError?.value === false || /^aborted_/.test(end.terminalReason?.value ?? "")) return true;
  if (end.status !== undefined) return status !== end.status.value;
  if (end.kind === undefined || kind === end.kind.value || status === undefined) return false;
  const read = readFailure({ type: "http", status, headers: {}, body: undefined }, { nowMs: 0 });
  return read?.kind !== end.kind.value && read?.recordedAgentKind !== end.kind.value;
}

function forgetFailure(evidence: Evidence): Evidence {
  const { kind, status, errorType, message, connection, requestId, ...rest } = evidence;
  return rest;
}
