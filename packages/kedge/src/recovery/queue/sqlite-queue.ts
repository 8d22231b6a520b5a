import type { Redactor } from "../../redact/index.ts";
import { addJobs } from "./add-jobs.ts";
import { cancelJobs, wakeJobs } from "./change-jobs.ts";
import {
  checkFilter,
  checkJobs,
  checkLease,
  checkMs,
  checkName,
  checkNames,
  checkObject,
  checkWhole,
} from "./check-input.ts";
import { checkFail, checkFinish, checkPark, checkRequeue, checkWords } from "./check-leaving.ts";
import { claimJob } from "./claim-job.ts";
import { extendLease, type Leaving, leaveJob } from "./held-job.ts";
import type { Job, JobLease } from "./job.ts";
import type { JobQueue } from "./job-queue.ts";
import { type QueueTime, readQueueMs, tick } from "./queue-clock.ts";
import { openQueueDatabase, type Statements } from "./queue-database.ts";
import { readQueueStats } from "./queue-stats.ts";
import { listJobs, readAttempts, readJob } from "./read-jobs.ts";
import { sweepJobs } from "./sweep-jobs.ts";

/** How a queue is opened. */
export interface SqliteQueueOptions {
  /** Folder of Kedge's state; jobs are in the ledger's file, `ledger.sqlite` in it. */
  readonly stateDir: string;
  /** Reasons pass it before they are stored. Payloads do not: what is changed in them would be run. */
  readonly redactor: Redactor;
  /** Epoch ms; it may be set in both directions. */
  readonly now: () => number;
}

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1_000;

/**
 * Opens the job queue of one machine, and makes it when there is none. Many processes may have it open at once.
 *
 * @throws {RecoveryError} `LEDGER_NEWER`, `LEDGER_NOT_USABLE`
 */
export async function openSqliteQueue({ stateDir, redactor, now }: SqliteQueueOptions): Promise<JobQueue> {
  const database = await openQueueDatabase(stateDir);
  const clock = (): number => checkMs(Math.floor(now()), "now");
  const timeOf = (statements: Statements): QueueTime => ({
    nowMs: clock(),
    queueMs: readQueueMs(statements),
  });
  /** Work that writes, with the time as it is once nobody else writes. */
  const change = <T>(work: (statements: Statements, time: QueueTime) => T): Promise<T> =>
    database.write((statements) => work(statements, timeOf(statements)));
  const leave = (given: JobLease, check: (time: QueueTime) => Leaving): Promise<Job> => {
    const lease = checkLease(given);
    return change((statements, time) => leaveJob(statements, lease, { leaving: check(time), time }));
  };
  const close = async (): Promise<void> => database.close();
  return {
    async add(given) {
      const jobs = checkJobs(given);
      return change((statements, time) => addJobs(statements, jobs, time));
    },
    async wake(given, options = {}) {
      const keys = checkNames(given, "keys");
      const why = options.why === undefined ? null : checkWords(options.why, redactor);
      const notBeforeMs =
        options.notBeforeMs === undefined ? null : checkMs(options.notBeforeMs, "notBeforeMs");
      return change((statements, time) => wakeJobs(statements, keys, { notBeforeMs, why, time }));
    },
    async cancel(given, words) {
      const keys = checkNames(given, "keys");
      const why = checkWords(words, redactor);
      return change((statements, time) => cancelJobs(statements, keys, { why, time }));
    },
    sweep: () =>
      database.write((statements) => {
        tick(statements, clock());
        return sweepJobs(statements, timeOf(statements));
      }),
    async claim(given) {
      const options = checkObject(given, "options");
      const holder = checkName(options.holder, "options.holder");
      const closedAccounts = checkNames(options.closedAccounts ?? [], "options.closedAccounts");
      return change((statements, time) => claimJob(statements, { holder, closedAccounts }, time));
    },
    async extend(given, options = {}) {
      const lease = checkLease(given);
      const sessionId = options.sessionId === undefined ? null : checkName(options.sessionId, "sessionId");
      return change((statements, time) => extendLease(statements, lease, { time, sessionId }));
    },
    park: async (lease, park) => leave(lease, checkPark(park, redactor)),
    requeue: async (lease, requeue) => leave(lease, checkRequeue(requeue, redactor)),
    finish: async (lease, finish = {}) => leave(lease, checkFinish(finish, redactor)),
    fail: async (lease, report) => leave(lease, checkFail(report, redactor)),
    async get(given) {
      const key = checkName(given, "key");
      return database.read((statements) => readJob(statements, key));
    },
    async attempts(given) {
      const key = checkName(given, "key");
      return database.read((statements) => readAttempts(statements, key));
    },
    async list(given = {}, options = {}) {
      const filter = checkFilter(given);
      const limit = checkWhole(options.limit ?? DEFAULT_LIMIT, { min: 1, max: MAX_LIMIT }, "limit");
      const after = checkWhole(options.after ?? 0, { min: 0, max: Number.MAX_SAFE_INTEGER }, "after");
      return database.read((statements) => listJobs(statements, filter, { limit, after }));
    },
    async stats(given = {}) {
      const filter = checkFilter(given);
      return database.read((statements) => readQueueStats(statements, filter, timeOf(statements)));
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
