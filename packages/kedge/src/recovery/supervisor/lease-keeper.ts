import { isRecoveryError } from "../errors.ts";
import type { JobQueue } from "../queue/job-queue.ts";
import { type ClaimedJob, EXTEND_EVERY_MS } from "../queue/job-runner.ts";
import { type JobProgress, storedProgress } from "./job-progress.ts";

/** Why work on a job is to stop at once. */
type Halt =
  /** Another process has the job: nothing may be written, and nothing may run. */
  | { readonly kind: "lost"; readonly words: string }
  /** Somebody wants it no more. */
  | { readonly kind: "cancelled"; readonly words: string };

/** Keeps the lease of a job for as long as it is worked on. */
export interface LeaseKeeper {
  /** Aborted when work is to stop; says why in {@link LeaseKeeper.halt}. */
  readonly signal: AbortSignal;
  readonly halt: Halt | null;
  /**
   * Says that the job is worked on, and stores what is known; settles when it is stored.
   *
   * @throws {RecoveryError} `LEASE_LOST`: another process has the job; `LEDGER_NOT_USABLE`
   */
  keep(progress?: JobProgress): Promise<void>;
  close(): void;
}

/**
 * Starts to keep a lease. A database that cannot be used for a while is no loss: nobody else can take the job from it either, so work
 * goes on and is said of again.
 */
export function createLeaseKeeper({ lease }: ClaimedJob, queue: JobQueue): LeaseKeeper {
  const abort = new AbortController();
  let halt: Halt | null = null;
  const stop = (why: Halt): void => {
    halt ??= why;
    abort.abort();
  };
  const extend = async (progress?: JobProgress): Promise<void> => {
    try {
      const options = progress && { sessionId: progress.sessionId, progress: storedProgress(progress) };
      const job = await queue.extend(lease, options);
      if (job.cancelWhy !== null) stop({ kind: "cancelled", words: job.cancelWhy });
    } catch (error) {
      if (isRecoveryError(error) && error.code === "LEASE_LOST") stop({ kind: "lost", words: error.message });
      throw error;
    }
  };
  // One after the other: what was said later is stored later.
  let last: Promise<unknown> = Promise.resolve();
  const keep = (progress?: JobProgress): Promise<void> => {
    const next = last.then(() => extend(progress));
    last = next.catch(() => {});
    return next;
  };
  let isUnderWay = false;
  const beat = async (): Promise<void> => {
    if (isUnderWay) return;
    isUnderWay = true;
    await keep().catch(() => {});
    isUnderWay = false;
  };
  const timer = setInterval(() => void beat(), EXTEND_EVERY_MS);
  return {
    signal: abort.signal,
    get halt() {
      return halt;
    },
    keep,
    close: () => clearInterval(timer),
  };
}
