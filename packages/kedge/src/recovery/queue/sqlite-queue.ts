import type { Redactor } from "../../redact/index.ts";
import type { Statements } from "../ledger/statements.ts";
import { addJobs } from "./add-jobs.ts";
import { cancelJobs, wakeJobs, wakeOwnedJobs } from "./change-jobs.ts";
import {
  checkFilter,
  checkJobs,
  checkLease,
  checkMs,
  checkName,
  checkNames,
  checkObject,
  checkReady,
  checkWhole,
} from "./check-input.ts";
import { checkFail, checkFinish, checkPark, checkRequeue, checkWords } from "./check-leaving.ts";
import { checkNews } from "./check-news.ts";
import { claimJob, readReady } from "./claim-job.ts";
import { forgetJobs } from "./forget-jobs.ts";
import { extendLease, type Leaving, leaveJob } from "./held-job.ts";
import type { Job, JobLease } from "./job.ts";
import type { JobQueue } from "./job-queue.ts";
import { type QueueTime, readQueueMs, tick } from "./queue-clock.ts";
import { openQueueDatabase } from "./queue-database.ts";
import { readQueueStats } from "./queue-stats.ts";
import { listJobs, readAttempts, readJob, readRunning, readSpent } from "./read-jobs.ts";
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
    async wakeOwned(given) {
      const wish = checkObject(given, "wish");
      const owner = checkName(wish.owner, "wish.owner");
      const batch = wish.batch === undefined ? null : checkName(wish.batch, "wish.batch");
      const why = wish.why === undefined ? null : checkWords(wish.why, redactor, "wish.why");
      return change((statements, time) => wakeOwnedJobs(statements, { owner, batch }, { why, time }));
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
    async forget(given) {
      const beforeMs = checkMs(given, "beforeMs");
      return database.write((statements) => forgetJobs(statements, beforeMs));
    },
    async claim(given) {
      const holder = checkName(checkObject(given, "options").holder, "options.holder");
      const wanted = checkReady(given, "options");
      return change((statements, time) => claimJob(statements, { holder, wanted }, time));
    },
    async extend(given, said = {}) {
      const lease = checkLease(given);
      const news = checkNews(checkObject(said, "news"));
      return change((statements, time) => extendLease(statements, lease, { time, news }));
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
      const limit = checkLimit(options.limit, "limit");
      const after = checkWhole(options.after ?? 0, { min: 0, max: Number.MAX_SAFE_INTEGER }, "after");
      return database.read((statements) => listJobs(statements, filter, { limit, after }));
    },
    async ready(given = {}) {
      const wanted = checkReady(given, "filter");
      const limit = checkLimit(given.limit, "filter.limit");
      return database.read((statements) => readReady(statements, { ...wanted, limit }, timeOf(statements)));
    },
    async running(given = {}) {
      const filter = checkFilter(given);
      return database.read((statements) => readRunning(statements, filter));
    },
    async spent(given) {
      const query = checkObject(given, "query");
      const account = checkName(query.account, "query.account");
      const sinceMs = checkMs(query.sinceMs, "query.sinceMs");
      return database.read((statements) => readSpent(statements, { account, sinceMs }));
    },
    async stats(given = {}) {
      const filter = checkFilter(given);
      return database.read((statements) => readQueueStats(statements, filter, timeOf(statements)));
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

function checkLimit(given: unknown, where: string): number {
  return checkWhole(given ?? DEFAULT_LIMIT, { min: 1, max: MAX_LIMIT }, where);
}
