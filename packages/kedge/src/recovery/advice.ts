import { type Action, ADVICE, type AdviceRow, LATER } from "./advice-sentences.ts";
import { CAUSES, type KnownCause, type Verdict } from "./verdict.ts";

export type { Action } from "./advice-sentences.ts";

/** What to do about a failure by default. Whether it may be done is the policy's to say. */
export interface Advice {
  readonly action: Action;
  /** What to do where the action is not possible or has not helped. */
  readonly otherwise?: Action;
  /** One or two plain sentences. Without times, names and texts of the failure: whoever shows it adds those. */
  readonly forPeople: string;
  /** Whether nothing goes on without a person. */
  readonly needsPerson: boolean;
}

/** Actions that are worth one try: when the same failure comes again, the other one follows. */
const ONCE: readonly Action[] = ["one_fresh_process", "retry_once"];

/**
 * Says what to do about a failure by default: total over causes, and a cause that is not known is treated as `unknown`.
 *
 * Waiting for a reset is advised only for a plausible one; without it the work is parked without a time. A failed subagent whose main
 * loop goes on needs nothing, unless the account is what failed.
 */
export function adviceFor(verdict: Verdict): Advice {
  const { isSubagent, scope, isRepeat, isTransient } = verdict;
  if (isSubagent && scope !== "account") return toAdvice(LATER.subagent);
  const cause: KnownCause = CAUSES.find((known) => known === verdict.cause) ?? "unknown";
  const row = ADVICE[cause];
  if (cause === "connection" && !isTransient) return toAdvice(LATER.brokenConnection);
  const isTimed = verdict.reset?.isPlausible === true;
  if (row.action === "wait_until_reset" && !isTimed) return toAdvice(LATER.withoutTime);
  if (row.otherwise === "wait_until_reset" && !isTimed)
    return toAdvice({ ...row, otherwise: "wait_without_time" });
  if (isRepeat && ONCE.includes(row.action))
    return toAdvice(LATER.again[cause] ?? LATER.again.unknown ?? row);
  return toAdvice(row);
}

function toAdvice({ action, otherwise, sentence }: AdviceRow): Advice {
  return {
    action,
    ...(otherwise !== undefined && { otherwise }),
    forPeople: sentence,
    needsPerson: ["ask_person", "stop_account", "stop_session"].includes(action),
  };
}
