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
