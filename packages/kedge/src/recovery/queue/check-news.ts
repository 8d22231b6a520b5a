import type { JobAttemptRow } from "../ledger/schema.ts";
import { checkCost, checkJson, checkName } from "./check-input.ts";
import { MAX_PROGRESS_CHARS } from "./job.ts";
import type { StoredJob } from "./job-row.ts";

/** What a holder said, as it is stored. What it did not say is missing, so that it stays as it was. */
export interface CheckedNews {
  readonly job: Partial<Pick<StoredJob, "progress">>;
  readonly attempt: Partial<
    Pick<JobAttemptRow, "session_id" | "cost_usd" | "failure_id" | "cause" | "action">
  >;
}

type Given = Readonly<Record<string, unknown>>;

/** What may be said while a job runs. Throws `JOB_INVALID`, as everything here. */
export function checkNews({ sessionId, progress, costUsd }: Given): CheckedNews {
  return {
    job: progress === undefined ? {} : { progress: checkProgress(progress) },
    attempt: {
      ...(sessionId !== undefined && { session_id: checkName(sessionId, "sessionId") }),
      ...(costUsd !== undefined && { cost_usd: checkCost(costUsd, "costUsd") }),
    },
  };
}

/** What may be said as well at the end of an attempt. */
export function checkLastNews(given: Given): CheckedNews {
  const { failureId, cause, action } = given;
  const { job, attempt } = checkNews(given);
  return {
    job,
    attempt: {
      ...attempt,
      ...(failureId !== undefined && { failure_id: checkName(failureId, "failureId") }),
      ...(cause !== undefined && { cause: checkName(cause, "cause") }),
      ...(action !== undefined && { action: checkName(action, "action") }),
    },
  };
}

function checkProgress(progress: unknown): string | null {
  return progress === null ? null : checkJson(progress, MAX_PROGRESS_CHARS, "progress");
}
