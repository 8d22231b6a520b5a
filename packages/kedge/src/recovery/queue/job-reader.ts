import type { Attempt, Job, JobState } from "./job.ts";

/** Which jobs; what is missing does not matter. */
export interface JobFilter {
  readonly states?: readonly JobState[];
  readonly account?: string;
  readonly batch?: string;
  readonly sessionKey?: string;
  readonly owner?: string;
}

/** Which of the jobs that can start; what is missing does not matter. */
export interface ReadyFilter {
  readonly key?: string;
  readonly batch?: string;
  /** Accounts of which nothing is to start. */
  readonly closedAccounts?: readonly string[];
  /** 1 to 1,000; default 100. */
  readonly limit?: number;
}

/** Jobs in the order in which they were added. */
export interface JobPage {
  readonly jobs: readonly Job[];
  readonly hasMore: boolean;
}

/** Jobs counted by state. */
export type StateCounts = Readonly<Record<JobState, number>>;

/** Counts of one account or batch, or of all. */
export interface JobCounts {
  readonly states: StateCounts;
  /** Epoch ms: when the first of those that wait is due; it may be past. Null when none has a time. */
  readonly nextDueMs: number | null;
}

/** The queue in numbers. */
export interface QueueStats extends JobCounts {
  /** Each sorted by name. */
  readonly byAccount: readonly (JobCounts & { readonly account: string })[];
  readonly byBatch: readonly (JobCounts & { readonly batch: string | null })[];
}

/** Looks at jobs, and changes nothing. */
export interface JobReader {
  /** Null for a key that is not known. */
  get(key: string): Promise<Job | null>;
  /**
   * @param options.limit 1 to 1,000; default 100
   * @param options.after position of the last job of the page before
   */
  list(filter?: JobFilter, options?: { readonly limit?: number; readonly after?: number }): Promise<JobPage>;
  /**
   * The jobs that {@link JobRunner.claim} could take now, in the order in which it would take them. Of jobs of one session each is among
   * them until one is taken.
   */
  ready(filter?: ReadyFilter): Promise<readonly Job[]>;
  /** Keys of all jobs that run, in the order in which they were added. */
  running(filter?: Pick<JobFilter, "account">): Promise<readonly string[]>;
  stats(filter?: Pick<JobFilter, "account" | "batch">): Promise<QueueStats>;
  /** Every start of a job, the first one first; empty for a key that is not known. */
  attempts(key: string): Promise<readonly Attempt[]>;
  /**
   * US dollars that attempts of an account cost, as far as their holders have said and the jobs are not forgotten.
   *
   * @param query.sinceMs epoch ms: of attempts that started then or later
   */
  spent(query: { readonly account: string; readonly sinceMs: number }): Promise<number>;
}
