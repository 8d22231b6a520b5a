import { isJsonObject } from "../../protocol/index.ts";
import {
  type AccountView,
  type Attempt,
  accountWords,
  causeWords,
  type ItemOutcome,
  type Job,
  type SupervisorPorts,
} from "../../recovery/index.ts";

/** Reads what became of one item. */
export async function readOutcome(
  key: string,
  id: string,
  { queue, files, governor }: Pick<SupervisorPorts, "queue" | "files" | "governor">,
): Promise<ItemOutcome> {
  const job = await queue.get(id);
  if (job === null) return missing(key);
  const attempts = await queue.attempts(id);
  const account = await governor.view(job.account);
  const result = job.state === "done" || job.state === "degraded" ? await files.readResult(id) : null;
  const answer = isJsonObject(result) && typeof result.text === "string" ? result.text : undefined;
  const costs = attempts.flatMap(({ costUsd }) => (costUsd === null ? [] : [costUsd]));
  const isOpen = job.endedMs === null;
  const isStopped = isOpen && job.state !== "running" && account?.state === "stopped";
  return {
    ...{ key, state: job.state, attempts: job.attempts },
    why: isStopped
      ? `${capital(accountWords(job.account))} is stopped: ${causeWords(account?.why ?? "")}.`
      : job.why,
    cause: attempts.findLast((each) => each.cause !== null)?.cause ?? null,
    parks: attempts.filter(({ outcome }) => outcome === "parked").length,
    startedMs: attempts[0]?.startedMs ?? null,
    endedMs: job.endedMs,
    dueMs: isOpen ? dueOf(job, account) : null,
    needsPerson: isStopped || (job.state === "parked" && job.dueMs === null),
    sessionId: attempts.findLast((each) => each.sessionId !== null)?.sessionId ?? null,
    costUsd: costs.length === 0 ? null : costs.reduce((sum, each) => sum + each, 0),
    ...(answer === undefined ? {} : { answer }),
    failures: attempts.flatMap(toFailure),
  };
}

/** When work goes on: with its account, where that is closed for longer. */
function dueOf({ state, dueMs }: Job, account: AccountView | undefined): number | null {
  const isHeldUp = state !== "running" && dueMs !== null && account?.state === "closed";
  return isHeldUp ? Math.max(dueMs, account.untilMs ?? 0) : dueMs;
}

function toFailure({ failureId, cause, action, endedMs, startedMs }: Attempt): ItemOutcome["failures"] {
  return failureId === null
    ? []
    : [{ id: failureId, cause: cause ?? "unknown", atMs: endedMs ?? startedMs, action }];
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Removed by somebody else while it was worked on. */
function missing(key: string): ItemOutcome {
  return {
    ...{ key, state: "cancelled", why: "Its job was removed.", cause: null, attempts: 0, parks: 0 },
    ...{
      startedMs: null,
      endedMs: null,
      dueMs: null,
      needsPerson: false,
      sessionId: null,
      costUsd: null,
      failures: [],
    },
  };
}

/** Every job of a batch, in the order in which they were added. */
export async function jobsOf(
  batch: string,
  { queue }: Pick<SupervisorPorts, "queue">,
): Promise<readonly Job[]> {
  const jobs: Job[] = [];
  for (let after = 0; ; ) {
    const page = await queue.list({ batch }, { limit: 1_000, after });
    jobs.push(...page.jobs);
    if (!page.hasMore) return jobs;
    after = page.jobs.at(-1)?.position ?? after;
  }
}
