import { describeCause, isKnownCause } from "../../recovery/index.ts";
import { failureJson, timeJson } from "./failure-json.ts";
import type { ShownFailure, ShownWitness } from "./failure-shown.ts";
import { witnessWords } from "./failure-words.ts";

/** Everything of one failure, as `kedge explain --json` prints it: what lists have, and what stands behind it. */
export function explainJson(
  failure: ShownFailure,
  witnesses: readonly ShownWitness[],
): Record<string, unknown> {
  const { verdict, advice } = failure;
  const { reset, basis, cause } = verdict;
  return {
    ...failureJson(failure),
    meaning: isKnownCause(cause) ? describeCause(cause).meaning : null,
    because: basis.words,
    decidedBy: basis.witness === undefined ? null : { witness: basis.witness, field: basis.field ?? null },
    isRepeat: verdict.isRepeat,
    isGreenExit: verdict.isGreenExit,
    reset:
      reset === undefined
        ? null
        : {
            ...timeJson("at", reset.atMs),
            from: reset.from,
            precision: reset.precision,
            isPlausible: reset.isPlausible,
            zone: reset.zone ?? null,
            unknownZone: reset.unknownZone ?? null,
            text: reset.text ?? null,
          },
    advice: { ...advice, otherwise: advice.otherwise ?? null },
    evidence: witnesses.map(witnessJson),
  };
}

/** One witness: who, when, and what it said by the fields of evidence. */
export function witnessJson({ evidence, isDuplicate }: ShownWitness): Record<string, unknown> {
  const { witness, atMs, seenAtMs, agent: _agent, sessionId: _sessionId, ...said } = evidence;
  return {
    witness,
    who: witnessWords(witness),
    ...timeJson("at", atMs),
    ...timeJson("seenAt", seenAtMs),
    isDuplicate,
    said,
  };
}
