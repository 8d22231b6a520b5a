import type { Advice } from "../advice.ts";
import type { Verdict } from "../verdict.ts";
import type { PolicyAction } from "./policy.ts";

/** What has been done for a job so far. A number that is none counts as used up. */
export interface JobFacts {
  /** Attempts that were charged, whatever the cause. */
  readonly attempts: number;
  /** The same by the cause of the verdict that led to each. */
  readonly attemptsByCause: Readonly<Record<string, number>>;
  /** Epoch ms: when the job began. */
  readonly startedMs: number;
  /** US dollars that its sessions have cost. */
  readonly costUsd: number;
  /** How often its session was asked to go on in smaller steps. */
  readonly continues: number;
}

/** The account that pays. */
export interface AccountFacts {
  /** As `accounts` of the policy names it. */
  readonly name?: string;
  /** US dollars of all jobs since the day began in the policy's zone. */
  readonly costTodayUsd: number;
}

/** What a plan is made of. */
export interface PlanInput {
  readonly verdict: Verdict;
  /** Default: that of the verdict. It can only make a plan more careful. */
  readonly advice?: Advice;
  readonly job: JobFacts;
  readonly account: AccountFacts;
  /** Epoch ms. */
  readonly nowMs: number;
  /** Gives a number from 0 up to, and without, 1. */
  readonly random: () => number;
}

/** What to do about one failure, and when. */
export interface Plan {
  /** `nothing`: leave it as it ended. */
  readonly action: PolicyAction | "nothing";
  /** Epoch ms: not before. Null where nothing is woken. */
  readonly notBeforeMs: number | null;
  /** Whether it is a try, and not a park or an end. */
  readonly chargesAttempt: boolean;
  /** Whether all work on the credential stops, at once. */
  readonly stopsAccount: boolean;
  /** Whether the session gets no further request; with `fork` the copy goes on. */
  readonly stopsSession: boolean;
  /** Whether nothing goes on without a person. */
  readonly needsPerson: boolean;
  /** One plain sentence, without texts of the failure. */
  readonly why: string;
  /** With `fallback_model`. */
  readonly model?: string;
  /** What to tell the session, wherever one is woken. */
  readonly nudge?: string;
}
