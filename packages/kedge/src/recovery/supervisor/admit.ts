import { isJsonObject } from "../../protocol/index.ts";
import type { WaitReason } from "../governor/governor-api.ts";
import type { Policy } from "../policy/index.ts";
import type { Job } from "../queue/job.ts";
import type { ClaimedJob } from "../queue/job-runner.ts";
import { policyName } from "./account-name.ts";
import { readProgress } from "./job-progress.ts";
import type { SupervisorPorts } from "./ports.ts";
import { moneylessUntil } from "./spent-today.ts";

/** Which jobs a supervisor works on. */
export type WorkScope = { readonly key: string } | { readonly batch: string };

/** A job that may begin, with the right to run it. */
export interface Admitted {
  readonly claimed: ClaimedJob;
  readonly isCanary: boolean;
}

/** Why an account lets nobody in, and until when. */
export interface AccountWait {
  readonly account: string;
  /** `money`: what the policy allows it a day is spent. */
  readonly why: WaitReason | "money";
  /** Epoch ms; null: until something is heard of it. */
  readonly untilMs: number | null;
}

/** Lets jobs in, one at a time. */
export interface Admissions {
  /** @returns the next job that may begin; null when none may now */
  next(): Promise<Admitted | null>;
  /** Something was heard of an account, so that asking again may be answered otherwise. */
  heard(account: string): void;
  /** What stands in the way of jobs that could begin otherwise, as far as it was asked lately. */
  waits(): readonly AccountWait[];
}

/** Other processes hear things as well: an account is asked for again after this time, whatever it answered. */
const ASK_AGAIN_MS = 5_000;
/** The same where sessions of this process are in the way: each of their answers may let one more in. */
const ASK_SOON_MS = 1_000;
/** Jobs that are looked at to find one that may begin. */
const LOOKED_AT = 200;

/**
 * Finds jobs that may begin: ready in the queue, and let in by the governor of their account. The governor is asked before the job is
 * claimed, so that a job which has to wait is not started and put back over and over.
 */
export function createAdmissions(scope: WorkScope, ports: SupervisorPorts): Admissions {
  const { queue, governor, policy, now, holder } = ports;
  const held = new Map<string, AccountWait & { readonly askAgainMs: number }>();
  const isHeld = (lane: string): boolean => {
    const wait = held.get(lane);
    // A clock that was put back must not make a wait longer.
    return wait !== undefined && now() < wait.askAgainMs && wait.askAgainMs - now() <= ASK_AGAIN_MS;
  };
  const admit = async (job: Job): Promise<Admitted | null> => {
    const { account, key } = job;
    const model = modelOf(job);
    const lane = laneName(account, model);
    if (isHeld(lane)) return null;
    const hold = (why: AccountWait["why"], untilMs: number | null): null => {
      const afterMs = why === "concurrency" || why === "canary" ? ASK_SOON_MS : ASK_AGAIN_MS;
      const soonMs = Math.min(untilMs ?? Number.POSITIVE_INFINITY, now() + afterMs);
      held.set(lane, { account, why, untilMs, askAgainMs: soonMs });
      return null;
    };
    const moneyMs = await moneylessUntil(account, ports);
    if (moneyMs !== null) return hold("money", moneyMs);
    const most = mostOf(account, policy);
    const answer = await governor.ask({
      ...{ account, sessionId: key },
      ...(model === undefined ? {} : { model }),
      ...(most === undefined ? {} : { most }),
    });
    if (!answer.ok) return hold(answer.why, answer.notBeforeMs);
    held.delete(lane);
    const claimed = await queue.claim({ holder, key });
    if (claimed !== null) return { claimed, isCanary: answer.isCanary };
    // Somebody else was faster, and has been let in as the same.
    const current = await queue.get(key);
    if (current?.state !== "running") await governor.ended({ account, sessionId: key });
    return null;
  };
  return {
    async next() {
      const closedAccounts = new Set<string>();
      for (;;) {
        const jobs = await queue.ready({ ...scope, limit: LOOKED_AT, closedAccounts: [...closedAccounts] });
        for (const job of jobs) {
          const admitted = await admit(job);
          if (admitted !== null) return admitted;
        }
        if (jobs.length < LOOKED_AT) return null;
        // Many jobs of one account that has to wait do not stand in the way of those of another.
        for (const { account } of jobs) closedAccounts.add(account);
      }
    },
    heard(account) {
      for (const [lane, wait] of held) if (wait.account === account) held.delete(lane);
    },
    waits: () =>
      [...held.values()]
        .filter(({ askAgainMs }) => now() < askAgainMs + ASK_AGAIN_MS)
        .map(({ account, why, untilMs }) => ({ account, why, untilMs })),
  };
}

function laneName(account: string, model: string | undefined): string {
  return JSON.stringify([account, model ?? null]);
}

/** Sessions at once that the policy allows an account; undefined where it says nothing. */
function mostOf(account: string, policy: Policy): number | undefined {
  const name = policyName(account, policy);
  return name === undefined ? undefined : policy.accounts[name]?.sessions;
}

/** The model that a job's session asks for. */
function modelOf({ progress, payload }: Job): string | undefined {
  const left = readProgress(progress);
  const stated = isJsonObject(payload) && typeof payload.model === "string" ? payload.model : undefined;
  return left?.next?.model ?? left?.model ?? stated;
}
