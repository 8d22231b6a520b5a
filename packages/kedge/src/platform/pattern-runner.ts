import type { Worker } from "node:worker_threads";
import { lazyNode } from "./node-modules.ts";

/** Runs regular expressions that may never end, each with a limit. Fits the protocol's `PatternRunner` port. */
export interface PatternRunner {
  /**
   * Answers whether `pattern` matches somewhere in `value`. Blocks its caller until there is an answer, at most until this process has
   * worked for `limitMs` on it: on a machine that is busy with something else, that takes longer by the clock, 40 times at most.
   *
   * @returns `timed_out` at the limit, and at once from then on for the same pattern; `unavailable` after `close()`, or when
   *   no worker can be started
   */
  test(pattern: string, value: string, limitMs: number): boolean | "timed_out" | "unavailable";
  /** Ends the worker. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Milliseconds that a worker may take to begin; on a busy machine it takes some hundred. */
const START_LIMIT_MS = 5_000;

/** By the clock, the limit may be this many times as long for a worker that waits for a processor. */
const MOST_WAITING = 40;

/** Patterns remembered for running out of time. */
const MAX_REMEMBERED = 1_000;

const IDLE = 0;
const RUNNING = 1;
const NO_MATCH = 2;
const MATCH = 3;

// The state is shared memory, because the caller waits without an event loop. A pattern that cannot be compiled is the
// caller's mistake and matches nothing.
const WORKER_SOURCE = `
const { parentPort, workerData } = require("node:worker_threads");
const state = new Int32Array(workerData);
parentPort.on("message", ({ pattern, value }) => {
  const say = (what) => { Atomics.store(state, 0, what); Atomics.notify(state, 0); };
  say(${RUNNING});
  try { say(new RegExp(pattern).test(value) ? ${MATCH} : ${NO_MATCH}); } catch { say(${NO_MATCH}); }
});`;

interface Helper {
  readonly worker: Worker;
  readonly state: Int32Array<SharedArrayBuffer>;
}

/**
 * Makes a runner. Its worker is started with the first test, holds no process open, and is replaced when a pattern had to be
 * ended.
 */
export function createPatternRunner(): PatternRunner {
  const hopeless = new Set<string>();
  const ending = new Set<Promise<unknown>>();
  let helper: Helper | null = null;
  let isClosed = false;

  const end = (): void => {
    if (!helper) return;
    const done = helper.worker.terminate().finally(() => ending.delete(done));
    ending.add(done);
    helper = null;
  };
  const close = async (): Promise<void> => {
    isClosed = true;
    end();
    await Promise.allSettled(ending);
  };

  return {
    test(pattern, value, limitMs) {
      if (isClosed) return "unavailable";
      if (hopeless.has(pattern)) return "timed_out";
      helper ??= startHelper();
      const answer = ask(helper, { pattern, value }, limitMs);
      if (typeof answer === "boolean") return answer;
      end();
      if (answer === "timed_out") {
        if (hopeless.size >= MAX_REMEMBERED) hopeless.clear();
        hopeless.add(pattern);
      }
      return answer;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

function startHelper(): Helper {
  const shared = new SharedArrayBuffer(4);
  const worker = new lazyNode.workerThreads.Worker(WORKER_SOURCE, {
    eval: true,
    workerData: shared,
    env: {},
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 8 },
  });
  // A worker that dies shows as one that does not answer; nobody waits for its events.
  worker.on("error", () => {});
  worker.unref();
  return { worker, state: new Int32Array(shared) };
}

/** Waits for the worker to begin, and then, from there, for its answer: neither a slow start nor a busy machine is a slow pattern. */
function ask(
  { worker, state }: Helper,
  question: { pattern: string; value: string },
  limitMs: number,
): boolean | "timed_out" | "unavailable" {
  Atomics.store(state, 0, IDLE);
  worker.postMessage(question);
  if (Atomics.wait(state, 0, IDLE, START_LIMIT_MS) === "timed-out") return "unavailable";
  // This thread waits, so what the process works meanwhile is the worker's.
  const before = process.cpuUsage();
  for (let waits = 0; Atomics.wait(state, 0, RUNNING, limitMs) === "timed-out"; waits++) {
    const { user, system } = process.cpuUsage(before);
    if ((user + system) / 1_000 >= limitMs || waits >= MOST_WAITING) return "timed_out";
  }
  return Atomics.load(state, 0) === MATCH;
}
