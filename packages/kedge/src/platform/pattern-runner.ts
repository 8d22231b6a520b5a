import type { Worker } from "node:worker_threads";
import { lazyNode } from "./node-modules.ts";

/** Runs regular expressions that may never end, each with a limit. Fits the protocol's `PatternRunner` port. */
export interface PatternRunner {
  /**
   * Answers whether `pattern` matches somewhere in `value`. Blocks its caller until there is an answer, at most until this process has
   * worked for `limitMs` on it: on a machine that is busy with something else, that takes longer by the clock, 40 times at most.
   *
   * @returns `timed_out` at the limit, or when the pattern used up the engine's stack, and at once from then on for the same
   *   pattern; `unavailable` after `close()`, or when no worker can be started
   */
  test(pattern: string, value: string, limitMs: number): boolean | "timed_out" | "unavailable";
  /** Ends the worker. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** How a worker's start is waited for, 5 seconds in all; on a busy machine it takes some hundred milliseconds. */
const START = { lookMs: 100, mostLooks: 50 } as const;

/** By the clock, the limit may be this many times as long for a worker that waits for a processor. */
const MOST_WAITING = 40;

/** Patterns remembered for running out of time. */
const MAX_REMEMBERED = 1_000;

const IDLE = 0;
const RUNNING = 1;
const NO_MATCH = 2;
const MATCH = 3;
const FAILED = 4;

// The state is shared memory, because the caller waits without an event loop. A pattern that cannot be compiled is the
// caller's mistake and matches nothing; one that fails as it runs has used up the engine's stack, and nobody knows.
const WORKER_SOURCE = `
const { parentPort, workerData } = require("node:worker_threads");
const state = new Int32Array(workerData);
const judge = ({ pattern, value }) => {
  let compiled;
  try { compiled = new RegExp(pattern); } catch { return ${NO_MATCH}; }
  try { return compiled.test(value) ? ${MATCH} : ${NO_MATCH}; } catch { return ${FAILED}; }
};
parentPort.on("message", (question) => {
  const say = (what) => { Atomics.store(state, 0, what); Atomics.notify(state, 0); };
  say(${RUNNING});
  say(judge(question));
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
  if (!leaves(state, IDLE, START.lookMs, (looks) => looks >= START.mostLooks)) return "unavailable";
  // This thread waits, so what the process works meanwhile is the worker's.
  const before = process.cpuUsage();
  const isOver = (looks: number): boolean => {
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1_000 >= limitMs || looks > MOST_WAITING;
  };
  if (!leaves(state, RUNNING, limitMs, isOver)) return "timed_out";
  const said = Atomics.load(state, 0);
  return said === FAILED ? "timed_out" : said === MATCH;
}

/**
 * Waits until the state is another one. Only the state itself tells: the worker stores first and wakes second, so the call that
 * should have woken somebody for the answer before may come as late as in the middle of this question.
 *
 * @param isOver asked every `lookMs` milliseconds, with how often it was: a process that is held for a minute has waited once
 */
function leaves(
  state: Int32Array<SharedArrayBuffer>,
  from: number,
  lookMs: number,
  isOver: (looks: number) => boolean,
): boolean {
  let looks = 0;
  let nextLook = performance.now() + lookMs;
  while (Atomics.load(state, 0) === from) {
    Atomics.wait(state, 0, from, Math.max(nextLook - performance.now(), 0));
    if (performance.now() < nextLook) continue;
    if (isOver(++looks)) return Atomics.load(state, 0) !== from;
    nextLook = performance.now() + lookMs;
  }
  return true;
}
