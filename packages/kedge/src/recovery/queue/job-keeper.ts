import type { NewJob } from "./job.ts";

/** How often somebody has to call {@link JobKeeper.sweep}, in ms. */
export const SWEEP_EVERY_MS = 1_000;

/** Within this time a job whose holder has died can be claimed again, in ms, while somebody sweeps. */
export const TAKEOVER_MS = 15_000;

/** So many holders in a row that end without a word, and the job is given up. */
export const MAX_DEATHS = 5;

/** So many jobs are forgotten in one call at most. */
export const MAX_FORGOTTEN = 1_000;

/** What {@link JobKeeper.add} did with one job. */
export interface Added {
  readonly key: string;
  /** False: there is a job of this key, which was left as it is. */
  readonly isNew: boolean;
}

/** What became of the wish to wake or cancel a job. `running`: see there. `ended`: too late, nothing changed. */
export type ChangeResult = "changed" | "running" | "ended" | "unknown";

/** A key with what became of it. */
export interface Changed {
  readonly key: string;
  readonly result: ChangeResult;
}

/** What a sweep did: keys of jobs whose holders had died. */
export interface Swept {
  readonly requeued: readonly string[];
  /** Given up, because holder after holder died. */
  readonly failed: readonly string[];
  /** Somebody had wanted them no more. */
  readonly cancelled: readonly string[];
}

/** Puts jobs in and out, and sees to those that nobody runs. */
export interface JobKeeper {
  /**
   * Adds jobs, all or none. One whose key is known changes nothing.
   *
   * @returns one entry for each job, in their order
   * @throws {RecoveryError} `JOB_INVALID`, `LEDGER_NOT_USABLE`
   */
  add(jobs: readonly NewJob[]): Promise<readonly Added[]>;
  /**
   * Makes jobs that wait, queued or parked, due at another time, and queued. One that runs is left to its holder: `running`.
   *
   * @param options.notBeforeMs epoch ms; default now
   * @throws {RecoveryError} `JOB_INVALID`, `LEDGER_NOT_USABLE`
   */
  wake(
    keys: readonly string[],
    options?: { readonly notBeforeMs?: number; readonly why?: string },
  ): Promise<readonly Changed[]>;
  /**
   * Makes every job that is parked for an owner due now, and queued.
   *
   * @param wish.batch of this batch alone
   * @returns how many there were
   * @throws {RecoveryError} `JOB_INVALID`, `LEDGER_NOT_USABLE`
   */
  wakeOwned(wish: {
    readonly owner: string;
    readonly batch?: string;
    readonly why?: string;
  }): Promise<number>;
  /**
   * Ends jobs that nobody wants any more. One that runs ends when its holder says how, or has died: `running`. Until then its session is taken,
   * because its agent works.
   *
   * @throws {RecoveryError} `JOB_INVALID`, `LEDGER_NOT_USABLE`
   */
  cancel(keys: readonly string[], why: string): Promise<readonly Changed[]>;
  /**
   * Lets the queue's time go on, and takes jobs from holders whose lease has run out. To be called every {@link SWEEP_EVERY_MS} by whoever waits
   * for jobs; several may do so.
   *
   * @throws {RecoveryError} `LEDGER_NOT_USABLE`
   */
  sweep(): Promise<Swept>;
  /**
   * Removes jobs that ended before an instant, with their attempts and what these cost. A key that was forgotten may be added again.
   *
   * @param beforeMs epoch ms
   * @returns keys, of those that ended first; {@link MAX_FORGOTTEN} of them when there are more to come
   * @throws {RecoveryError} `JOB_INVALID`, `LEDGER_NOT_USABLE`
   */
  forget(beforeMs: number): Promise<readonly string[]>;
}
