import { type AccountFacts, decide, type JobFacts, type Plan, type Policy } from "../policy/index.ts";
import type { KnownCause, Verdict } from "../verdict.ts";

/** Whatever a policy allows, no waiter waits for longer, ms. */
export const LONGEST_WAIT_MS = 86_400_000;

/** What is asked about a session that is open at a terminal and has failed. */
export interface LiveInput {
  readonly verdict: Verdict;
  readonly job: JobFacts;
  readonly account: AccountFacts;
  /** Epoch ms. */
  readonly nowMs: number;
  readonly random: () => number;
}

/** What becomes of the session. */
export type LivePlan =
  | {
      readonly kind: "wake";
      /** Epoch ms: not before. */
      readonly notBeforeMs: number;
      /** Whether it is a try, and not the end of a limit. */
      readonly isTry: boolean;
      readonly nudge: string;
      readonly why: string;
    }
  | { readonly kind: "stop"; readonly why: string };

/**
 * Decides about a session that can only be woken as it is: in its process, with its login and its model. What takes another process, another model
 * or another session is left to the person in front of it.
 */
export function planLive(policy: Policy, input: LiveInput): LivePlan {
  // Without models that stand in, the policy's rule says what is done in place of them.
  const plan = decide({ ...policy, models: {} }, input);
  if (plan.notBeforeMs === null || plan.needsPerson || plan.stopsAccount || plan.stopsSession)
    return { kind: "stop", why: plan.why };
  if (needsProcess(plan, input.verdict))
    return { kind: "stop", why: "It would take a new process or another session, and this one is open." };
  return {
    kind: "wake",
    notBeforeMs: plan.notBeforeMs,
    isTry: plan.chargesAttempt,
    nudge: plan.nudge ?? policy.nudge,
    why: plan.why,
  };
}

/** A login that was refused is read anew by a new process only; the same one would send the same again. */
function needsProcess({ action }: Plan, { cause }: Verdict): boolean {
  const isLogin = cause === "auth" || cause === "cloud_credential";
  return isLogin || (action !== "resume" && action !== "smaller_steps" && action !== "wait");
}

/** What a session is told after a failure, as the policy has it for its first try. */
export function liveNudge(policy: Policy, cause: KnownCause): string {
  const verdict: Verdict = {
    ...{ cause, confidence: "certain", basis: { words: "" }, kind: "unknown", isTransient: true },
    ...{ scope: "session", isSubagent: false, isGreenExit: false, isRepeat: false, atMs: 0 },
  };
  const job: JobFacts = { attempts: 0, attemptsByCause: {}, startedMs: 0, costUsd: 0, continues: 0 };
  const plan = planLive(policy, { verdict, job, account: { costTodayUsd: 0 }, nowMs: 0, random: () => 0 });
  return plan.kind === "wake" ? plan.nudge : policy.nudge;
}
