import { type Child, endWithoutStart, startChild } from "./child.ts";
import { lazyNode } from "./node-modules.ts";
import { MARK_VARIABLE } from "./process-table.ts";
import { createTreeEnder, type TreeEnder } from "./process-tree.ts";
import { createPace } from "./start-pace.ts";

/** A program to run, without a shell. */
export interface ChildOptions {
  /** A path, from `cwd` when it is relative, or a name that is looked for in the `PATH` of `env`. */
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** The whole environment. `KEDGE_CHILD` is added to it, by which descendants are found. */
  readonly env: Readonly<Record<string, string>>;
  /**
   * Written whole, then closed; a child that does not read it is no error. Without it, stdin is empty. It is not copied, so
   * it must not change before the end; many children may get the same one.
   */
  readonly stdin?: Uint8Array;
  /** From the start of the process. No limit without it; `Infinity` is none either. */
  readonly timeoutMs?: number;
  /** Between SIGTERM and SIGKILL; default 1,000. All is over 1,000 ms after it. */
  readonly graceMs?: number;
  /** Kept of each of stdout and stderr, default 32 MiB. What is over is read and dropped, so that the child is not stopped. */
  readonly maxOutputBytes?: number;
  /** Cancels. */
  readonly signal?: AbortSignal;
}

/** How a child ended, and what it wrote. */
export interface ChildEnding {
  /** What came first. A child that ends by itself after its time-out is `timeout`. */
  readonly cause: "exit" | "signal" | "timeout" | "cancelled" | "start_failed";
  /** Null when a signal ended it, when it never started, or when it could not be ended. */
  readonly exitCode: number | null;
  /** As in `SIGTERM`. */
  readonly signal: string | null;
  /** Decoded once, at the end, as UTF-8 with U+FFFD. A byte order mark is kept. */
  readonly stdout: string;
  readonly stderr: string;
  /** Whether there was more than `maxOutputBytes`. */
  readonly isStdoutCut: boolean;
  readonly isStderrCut: boolean;
  /** All that was read, dropped bytes too. */
  readonly stdoutBytes: number;
  readonly stderrBytes: number;
  /** From the start until this ending was complete, its process tree dead where that was to be. */
  readonly durationMs: number;
  /** One sentence, with `start_failed` only. */
  readonly message?: string;
  /** Processes of the tree that could not be ended, normally none. */
  readonly survivors: readonly number[];
}

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
  const family = lazyNode.crypto.randomBytes(9).toString("base64url");
  const runs = new Set<Promise<ChildEnding>>();
  const children = new Set<Child>();
  let count = 0;
  let isClosed = false;

  const start = (options: ChildOptions): Promise<ChildEnding> => {
    if (isClosed || options.signal?.aborted) return Promise.resolve(endWithoutStart("cancelled"));
    const mark = `${family}.${++count}`;
    const outer = options.env[MARK_VARIABLE];
    const env = { ...options.env, [MARK_VARIABLE]: outer ? `${outer}/${mark}` : mark };
    const child = startChild({ ...options, env }, { mark, ender });
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
    get running() {
      return runs.size;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
