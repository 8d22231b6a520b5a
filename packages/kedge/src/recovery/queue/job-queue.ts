import type { JobKeeper } from "./job-keeper.ts";
import type { JobReader } from "./job-reader.ts";
import type { JobRunner } from "./job-runner.ts";

/**
 * The work of agents' sessions that is to be done, kept until it ends. An engine keeps what it acknowledged, whatever is killed, and is held
 * to `test/recovery/queue-conformance.ts`.
 */
export interface JobQueue extends JobKeeper, JobRunner, JobReader {
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}
