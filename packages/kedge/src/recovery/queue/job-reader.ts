import type { Attempt, Job, JobState } from "./job.ts";

/** Which jobs; what is missing does not matter. */
export interface JobFilter {
  readonly states?: readonly JobState[];
  readonly account?: string;
  readonly batch?: string;
  readonly sessionKey?: string;
  readonly owner?: string;
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
  stats(filter?: Pick<JobFilter, "account" | "batch">): Promise<QueueStats>;
  /** Every start of a job, the first one first; empty for a key that is not known. */
  attempts(key: string): Promise<readonly Attempt[]>;
}
