import type { Job, JobLease, JsonValue } from "./job.ts";

/** How long a job stays with a holder that says nothing, in ms of the queue's own time: see {@link JobRunner.extend}. */
export const JOB_LEASE_MS = 10_000;

/** How often a holder has to call {@link JobRunner.extend}, in ms: one may get lost. */
export const EXTEND_EVERY_MS = 3_000;

/** Which job to take. */
export interface ClaimOptions {
  /** Names who asks, for people who look; the token is what counts. */
  readonly holder: string;
  /** Accounts of which nothing is to start. */
  readonly closedAccounts?: readonly string[];
  /** This job and no other. */
  readonly key?: string;
  /** Jobs of this batch and no others. */
  readonly batch?: string;
}

/** A job with the right to run it. */
export interface ClaimedJob {
  readonly job: Job;
  readonly lease: JobLease;
}

/** What the holder of a job knows while it runs. What is missing stays as it was said last. */
export interface HolderNews {
  /** The agent's session that it runs in. */
  readonly sessionId?: string;
  /** For the next holder, in place of what was kept so far; at most 65,536 characters as JSON. It is stored as it is, so it holds no secret. */
  readonly progress?: JsonValue;
  /** US dollars that this attempt has cost so far, all together. */
  readonly costUsd?: number;
}

/** What the holder of a job knows at the end of an attempt. */
export interface AttemptReport extends HolderNews {
  /** In words, for people; cut to {@link MAX_WHY_CHARS}. */
  readonly why: string;
  /** The failure in the ledger that ended it. */
  readonly failureId?: string;
  /** Cause of the verdict that ended it: a name. */
  readonly cause?: string;
  /** What was decided: a name. */
  readonly action?: string;
}

/** Characters of a reason that are kept. */
export const MAX_WHY_CHARS = 1_000;

/** How long a job is put aside: until an instant, or until an owner wakes it. */
export type Park = AttemptReport &
  (
    | { readonly untilMs: number; readonly owner?: string }
    | { readonly untilMs: null; readonly owner: string }
  );

/** How a job is put back: at once or later, and whether the attempt counts. */
export interface Requeue extends AttemptReport {
  readonly isCharged: boolean;
  /** Epoch ms; default now. */
  readonly notBeforeMs?: number;
}

/** How a job ends well, or because somebody wanted it no more. */
export type Finish = Omit<AttemptReport, "why"> &
  (
    | { readonly state?: "done"; readonly why?: string }
    | { readonly state: "degraded" | "cancelled"; readonly why: string }
  );

/**
 * Runs jobs. All but `claim` write only for whoever has the lease still, and return the job as it stands then. A job that is to be cancelled is
 * `cancelled` after `park` and `requeue`, too.
 *
 * @throws {RecoveryError} `LEASE_LOST`: nothing was written, somebody else has the job or it has ended; `JOB_INVALID`; `LEDGER_NOT_USABLE`
 */
export interface JobRunner {
  /**
   * Takes the one job that is to run next: due, of an open account, with no other of its session running; of the greatest priority, then the
   * one that is due longest.
   *
   * @returns null when there is none; of a job that is asked for by its key, when it cannot start now for whatever reason
   */
  claim(options: ClaimOptions): Promise<ClaimedJob | null>;
  /**
   * Says that the job is being worked on, and keeps it. Whether somebody wants it cancelled is in `cancelWhy`: then stop the agent, and
   * {@link JobRunner.finish} it as cancelled.
   *
   * A lease runs out in the queue's own time, which goes on only as somebody sweeps, and by two seconds at most each time: however
   * the clock is set, and however long the machine sleeps, who extends in time keeps the job.
   *
   * @param news outlives the holder, should it die
   */
  extend(lease: JobLease, news?: HolderNews): Promise<Job>;
  /** Puts the job aside. No attempt is charged. */
  park(lease: JobLease, park: Park): Promise<Job>;
  /** Puts the job back, to be run again. */
  requeue(lease: JobLease, requeue: Requeue): Promise<Job>;
  /** Ends the job. The attempt is charged, unless the job was cancelled. */
  finish(lease: JobLease, finish?: Finish): Promise<Job>;
  /** Gives the job up. The attempt is charged. */
  fail(lease: JobLease, report: AttemptReport): Promise<Job>;
}
