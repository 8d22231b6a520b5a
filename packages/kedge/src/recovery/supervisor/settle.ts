import type { Plan } from "../policy/index.ts";
import { decide } from "../policy/index.ts";
import type { Job } from "../queue/job.ts";
import type { AttemptReport, ClaimedJob } from "../queue/job-runner.ts";
import type { Verdict } from "../verdict.ts";
import { costOf, type JobProgress, type NextStep, storedProgress } from "./job-progress.ts";
import type { SupervisorPorts } from "./ports.ts";
import { spentToday } from "./spent-today.ts";

/** Who lets a parked job go on: a person who looked at it. */
export const PERSON = "person";

/** Who lets the jobs of a stopped account go on. */
export function accountOwner(account: string): string {
  return `account:${account}`;
}

/** A failure, as the ledger has it. */
export interface SettledFailure {
  readonly verdict: Verdict;
  readonly failureId: string | null;
}

/** What is known at the end of an attempt that failed. */
export interface FailedAttempt extends SettledFailure {
  readonly claimed: ClaimedJob;
  /** Name of the account in the policy. */
  readonly account: string | undefined;
  /** As it stands after the attempt. */
  readonly progress: JobProgress;
  /** US dollars of this attempt. */
  readonly costUsd: number;
}

/** Decides what is done about a failure, and does it: the account, the job, and whoever looks on hear of it. */
export async function settleFailure(failed: FailedAttempt, ports: SupervisorPorts): Promise<Job> {
  const { claimed, verdict, failureId, progress } = failed;
  const { governor, policy, now, onEvent } = ports;
  const { job } = claimed;
  const { account, key } = job;
  await governor.refused({ account, sessionId: key, verdict: refusalOf(verdict) });
  const plan = decide(policy, {
    verdict,
    job: {
      attempts: Object.values(progress.tries).reduce((sum, tries) => sum + tries, 0),
      attemptsByCause: progress.tries,
      startedMs: progress.startedMs,
      costUsd: costOf(progress),
      continues: progress.continues,
    },
    account: {
      ...(failed.account === undefined ? {} : { name: failed.account }),
      costTodayUsd: await spentToday(account, ports),
    },
    nowMs: now(),
    random: ports.random,
  });
  if (plan.stopsAccount) await governor.stop({ account, why: verdict.cause });
  onEvent({ type: "failed", key, atMs: now(), attempt: job.claims, failureId, verdict, plan });
  const left = await carryOut(plan, failed, ports);
  if (failureId !== null && (plan.action === "hold" || plan.action === "give_up"))
    await ports.incidents.needsPerson(failureId);
  const view = await governor.view(account);
  if (view !== undefined) onEvent({ type: "account", atMs: now(), account, view });
  return left;
}

/** What the governor of an account is told of a failure. */
export function refusalOf(verdict: Verdict) {
  const { cause, model, window, reset, isRepeat, isSubagent } = verdict;
  return {
    ...{ cause, isRepeat, isSubagent },
    ...(model === undefined ? {} : { model }),
    ...(window === undefined ? {} : { window }),
    ...(reset === undefined ? {} : { reset }),
  };
}

/** Gives the job back, or ends it, as the plan says. */
async function carryOut(plan: Plan, failed: FailedAttempt, { queue }: SupervisorPorts): Promise<Job> {
  const { claimed, verdict, failureId, costUsd } = failed;
  const { lease, job } = claimed;
  const progress = afterPlan(failed, plan);
  const report: AttemptReport = {
    ...{
      why: plan.why,
      cause: verdict.cause,
      action: plan.action,
      sessionId: failed.progress.sessionId,
      costUsd,
    },
    ...(failureId === null ? {} : { failureId }),
    progress: storedProgress(progress),
  };
  switch (plan.action) {
    case "nothing":
      return queue.finish(lease, { ...report, state: "degraded" });
    case "give_up":
      return queue.fail(lease, report);
    case "hold":
      return queue.park(lease, {
        ...report,
        untilMs: null,
        owner: plan.stopsAccount ? accountOwner(job.account) : PERSON,
      });
    case "wait":
      return queue.park(lease, { ...report, untilMs: plan.notBeforeMs ?? 0 });
    default:
      return queue.requeue(lease, {
        ...{ ...report, isCharged: plan.chargesAttempt },
        ...(plan.notBeforeMs === null ? {} : { notBeforeMs: plan.notBeforeMs }),
      });
  }
}

/** What the next holder has to know. */
export function afterPlan(
  { progress, verdict, failureId }: Pick<FailedAttempt, "progress" | "verdict" | "failureId">,
  plan: Plan,
): JobProgress {
  const { tries, continues } = progress;
  const { cause } = verdict;
  const next: NextStep | null =
    plan.action === "nothing" || plan.action === "hold" || plan.action === "give_up"
      ? null
      : {
          action: plan.action,
          nudge: plan.nudge ?? "",
          ...(plan.model === undefined ? {} : { model: plan.model }),
        };
  return {
    ...progress,
    next,
    tries: plan.chargesAttempt
      ? { ...tries, [cause]: (Object.hasOwn(tries, cause) ? (tries[cause] ?? 0) : 0) + 1 }
      : tries,
    continues: continues + (plan.action === "smaller_steps" ? 1 : 0),
    ...(failureId === null ? {} : { failureId }),
  };
}
