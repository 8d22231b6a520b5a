import { decide } from "../policy/index.ts";
import type { Verdict } from "../verdict.ts";
import type { JobProgress } from "./job-progress.ts";
import type { SupervisorPorts } from "./ports.ts";
import type { Work } from "./prepare.ts";

/**
 * How work goes on that a person lets go on: by what the policy of today says of the last failure, where that is another way than to
 * resume. Somebody who lets it go on may have changed the policy for it.
 */
export async function stepAfterRenewal(
  progress: JobProgress,
  { launch }: Work,
  { ledger, policy, now, random }: SupervisorPorts,
): Promise<JobProgress> {
  const found = progress.failureId === undefined ? null : await ledger.failure(progress.failureId);
  if (found === null) return { ...progress, next: null };
  const plan = decide(policy, {
    verdict: JSON.parse(found.failure.verdict) as Verdict,
    job: { attempts: 0, attemptsByCause: {}, startedMs: progress.startedMs, costUsd: 0, continues: 0 },
    account: { ...(launch.account === undefined ? {} : { name: launch.account }), costTodayUsd: 0 },
    nowMs: now(),
    random,
  });
  const { action, nudge = policy.nudge, model } = plan;
  const isOther = ["restart", "smaller_steps", "fallback_model", "fork"].includes(action);
  return {
    ...progress,
    next: isOther
      ? ({ action, nudge, ...(model === undefined ? {} : { model }) } as JobProgress["next"])
      : null,
  };
}
