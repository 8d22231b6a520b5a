import type { Evidence } from "./evidence.ts";
import type { JudgeOptions, KnownCause, Verdict } from "./verdict.ts";
import { judgeApi } from "./verdict-api.ts";
import { describeCause } from "./verdict-causes.ts";
import { judgeEnd } from "./verdict-end.ts";
import type { Finding } from "./verdict-finding.ts";
import { type Facts, joinEvidence } from "./verdict-join.ts";
import { chooseReset } from "./verdict-reset.ts";
import { signAnswer } from "./verdict-signature.ts";
import { readStatusText } from "./verdict-texts.ts";

/** Causes that two identical answers turn into a broken history. Too large and refused requests stay what they are. */
const POISONABLE: readonly KnownCause[] = ["invalid_request", "unknown", "poisoned", "broken_content"];
/** Two failures of which nobody knows what came between are taken for the same one within this time. */
const SAME_MS = 3_600_000;
/** Ends that are what somebody wanted: exit 0 is no lie there. */
const WANTED: readonly KnownCause[] = ["none", "stopped_by_policy"];

/**
 * Concludes what one failure really was from everything that was said of it.
 *
 * The evidence is joined field by field: the result and the agent's events before headers, those before the transcript's flagged entry,
 * that before the hook's text; the order of the array does not matter, and a witness that is trusted less never changes what one that is
 * trusted more has said. Two identical 400s with no answer between them are a poisoned session. Never throws, whatever
 * the evidence holds, and never makes up a time.
 *
 * @param evidence of one failure of one session; without any the verdict is `unknown`, as a guess
 */
export function judgeFailure(evidence: readonly Evidence[], options: JudgeOptions): Verdict {
  const joined = joinEvidence(evidence);
  const { facts, believed } = joined;
  const atMs = believed[0]?.atMs ?? options.nowMs;
  const api = judgeApi(joined);
  const signature = api && sign(facts);
  const isRepeat = signature !== undefined && isSameAnswer(facts, signature, options.previous, atMs);
  const found = api ?? judgeEnd(joined, options);
  const finding = isRepeat ? poison(found, facts, options.previous) : found;
  const { isTransient, scope } = describeCause(finding.cause);
  const reset = chooseReset(believed, finding, options);
  const status = facts.status?.value;
  return {
    cause: finding.cause,
    confidence: finding.confidence,
    basis: finding.basis,
    kind: finding.kind ?? "unknown",
    ...(facts.kind && { agentKind: facts.kind.value }),
    isTransient: finding.isTransient ?? isTransient,
    scope,
    isSubagent: facts.subagent !== undefined,
    isGreenExit: facts.exitCode?.value === 0 && !WANTED.includes(finding.cause),
    isRepeat,
    atMs,
    ...(finding.window !== undefined && { window: finding.window }),
    ...(reset && { reset }),
    ...(status !== undefined && { status }),
    ...(facts.model && { model: facts.model.value }),
    ...(facts.lastAnswerId && { lastAnswerId: facts.lastAnswerId.value }),
    ...(signature !== undefined && { signature }),
  };
}

function sign(facts: Facts): string {
  const text = facts.message?.value;
  const what = facts.status?.value ?? readStatusText(text) ?? facts.kind?.value ?? "";
  return signAnswer(what, text ?? "");
}

/** What is known of whether an answer came since the failure before: undefined where nobody tells. */
function hasProgress(facts: Facts, previous: Verdict): boolean | undefined {
  if (facts.hasAnswerBefore !== undefined) return facts.hasAnswerBefore.value;
  const [before, now] = [previous.lastAnswerId, facts.lastAnswerId?.value];
  return before === undefined || now === undefined ? undefined : before !== now;
}

function isSameAnswer(facts: Facts, signature: string, previous: Verdict | undefined, atMs: number): boolean {
  if (previous?.signature !== signature || previous.isSubagent || facts.subagent !== undefined) return false;
  return !(hasProgress(facts, previous) ?? Math.abs(atMs - previous.atMs) > SAME_MS);
}

function poison(finding: Finding, facts: Facts, previous: Verdict | undefined): Finding {
  const status = facts.status?.value ?? readStatusText(facts.message?.value);
  if (status !== 400 || !POISONABLE.includes(finding.cause)) return finding;
  const isProved = previous !== undefined && hasProgress(facts, previous) === false;
  return {
    cause: "poisoned",
    confidence: isProved ? "certain" : "likely",
    basis: { ...finding.basis, words: "The same 400 came twice, with no answer between them." },
    kind: "invalid_request",
  };
}
