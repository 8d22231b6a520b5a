import { type Child, endWithoutStart, startChild } from "./child.ts";
import { addMark, createMark } from "./child-mark.ts";
import type { ChildEnding, ChildOptions } from "./child-run.ts";
import { createLeftProcesses, type LeftProcesses } from "./left-processes.ts";
import { createTreeEnder, type TreeEnder } from "./process-tree.ts";
import { createPace } from "./start-pace.ts";

/** Runs programs and answers for all of them. */
export interface ChildProcesses {
  /**
   * Runs one program, as the leader of its own session without a terminal, until its own process ends. A child of it that
   * still holds its stdout does not keep it running, and lives on; what it writes within 100 ms still counts.
   *
   * At the time-out and when cancelled, all of its tree is ended, within `graceMs` and 1,000 ms: background children,
   * children in sessions of their own, and daemons that carry its environment. A daemon that cleared its environment and left
   * its parent before is not found. Without a `/proc`, as on macOS, the process group is ended and nothing more.
   *
   * @returns how it ended; never rejects. Once closed, `cancelled` without a start
   */
  run(options: ChildOptions): Promise<ChildEnding>;
  /** Runs whose ending is not known yet. */
  readonly running: number;
  /** Finds what runs that have ended left behind. */
  readonly left: LeftProcesses;
  /**
   * Kills the process groups of all runs and returns at once: for a program that exits in the next moment. Children in sessions of their
   * own are not looked for, as {@link ChildProcesses.close} does.
   */
  kill(): void;
  /** Cancels all runs and waits for their endings. What ended before is not touched, nor are daemons that it left behind. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Milliseconds that starting children may hold the event loop at a time. */
const START_SLICE_MS = 10;

/** Makes the one place that starts child processes. */
export function createChildProcesses(): ChildProcesses {
  const ender: TreeEnder = createTreeEnder();
  const pace = createPace(START_SLICE_MS);
  const family = createMark();
  const runs = new Set<Promise<ChildEnding>>();
  const children = new Set<Child>();
  let count = 0;
  let isClosed = false;

  const start = (options: ChildOptions): Promise<ChildEnding> => {
    if (isClosed || options.signal?.aborted) return Promise.resolve(endWithoutStart("cancelled"));
    const mark = `${family}.${++count}`;
    const child = startChild({ ...options, env: addMark(options.env, mark) }, { mark, ender });
    children.add(child);
    return child.ending.finally(() => children.delete(child));
  };
  const close = async (): Promise<void> => {
    isClosed = true;
    for (const child of children) child.cancel();
    await Promise.all(runs);
  };

  return {
    run(options) {
      const run = new Promise<ChildEnding>((resolve) => pace.enter(() => resolve(start(options))));
      runs.add(run);
      return run.finally(() => runs.delete(run));
    },
    left: createLeftProcesses(family),
    get running() {
      return runs.size;
    },
    kill() {
      isClosed = true;
      for (const child of children) child.kill();
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
