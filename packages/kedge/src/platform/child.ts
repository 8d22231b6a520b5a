import { createBoundedOutput } from "./bounded-output.ts";
import type { ChildEnding, ChildOptions } from "./child-run.ts";
import { startTimer } from "./long-timer.ts";
import { createOutputPipe, drainPipes, type OutputPipe } from "./output-pipe.ts";
import type { TreeEnder } from "./process-tree.ts";
import { type ExitStatus, type SpawnedChild, spawnChild } from "./spawn-child.ts";

/** A child process, or one that could not be started. */
export interface Child {
  /** Never rejects. */
  readonly ending: Promise<ChildEnding>;
  /** Ends its whole tree, unless something else came first. */
  cancel(): void;
  /** SIGKILL to its group, at once. */
  kill(): void;
}

const DEFAULT_GRACE_MS = 1_000;
const DEFAULT_MAX_OUTPUT_BYTES = 32 * 1_024 * 1_024;

/** Starts a child now. Its mark must be in `env` already. */
export function startChild(
  options: ChildOptions,
  tree: { readonly mark: string; readonly ender: TreeEnder },
): Child {
  const startedAt = performance.now();
  const spawning = spawnChild(options);
  if (!spawning.ok) return failToStart(spawning.failure.then(({ message }) => message));
  const { spawned } = spawning;
  const maxBytes = options.maxOutputBytes ?? DEFAULT_MAX_OUTPUT_BYTES;
  const pipes: Pipes = {
    stdout: createOutputPipe(spawned.stdout, createBoundedOutput(maxBytes)),
    stderr: createOutputPipe(spawned.stderr, createBoundedOutput(maxBytes)),
  };
  return followChild({ spawned, pipes, options, startedAt, ...tree });
}

interface Pipes {
  readonly stdout: OutputPipe;
  readonly stderr: OutputPipe;
}

interface StartedChild {
  readonly spawned: SpawnedChild;
  readonly pipes: Pipes;
  readonly options: ChildOptions;
  readonly startedAt: number;
  readonly mark: string;
  readonly ender: TreeEnder;
}

function followChild({ spawned, pipes, options, startedAt, mark, ender }: StartedChild): Child {
  const { pid, isReaped } = spawned;
  const { promise: caused, resolve: setCause } = Promise.withResolvers<ChildEnding["cause"]>();
  let exit: ExitStatus = { exitCode: null, signal: null };
  const exited = spawned.exited.then((status) => {
    exit = status;
    setCause(status.signal === null ? "exit" : "signal");
  });
  const cancel = (): void => setCause("cancelled");
  options.signal?.addEventListener("abort", cancel, { once: true });
  // An end that is known already, but not told because this process was busy, came before the time-out.
  const stopTimer = startTimer(options.timeoutMs ?? Number.POSITIVE_INFINITY, () =>
    setImmediate(setCause, "timeout"),
  );

  const follow = async (): Promise<ChildEnding> => {
    const cause = await caused;
    stopTimer();
    options.signal?.removeEventListener("abort", cancel);
    let survivors: readonly number[] = [];
    if (cause === "timeout" || cause === "cancelled") {
      const graceMs = Math.max(0, options.graceMs ?? DEFAULT_GRACE_MS);
      survivors = await ender.end({ pid, mark, isReaped }, graceMs);
      if (survivors.includes(pid)) spawned.abandon();
      else await exited;
    }
    await drainPipes([pipes.stdout, pipes.stderr]);
    spawned.closePipes();
    return { cause, ...exit, ...readPipes(pipes), durationMs: performance.now() - startedAt, survivors };
  };
  return { ending: follow(), cancel, kill: () => spawned.kill() };
}

function readPipes({ stdout, stderr }: Pipes) {
  return {
    stdout: stdout.output.decode(),
    stderr: stderr.output.decode(),
    isStdoutCut: stdout.output.isCut,
    isStderrCut: stderr.output.isCut,
    stdoutBytes: stdout.output.totalBytes,
    stderrBytes: stderr.output.totalBytes,
  };
}

function failToStart(message: Promise<string>): Child {
  return { ending: message.then((text) => endWithoutStart("start_failed", text)), cancel() {}, kill() {} };
}

/** The ending of what was never a process. */
export function endWithoutStart(cause: "cancelled" | "start_failed", message?: string): ChildEnding {
  return {
    cause,
    exitCode: null,
    signal: null,
    stdout: "",
    stderr: "",
    isStdoutCut: false,
    isStderrCut: false,
    stdoutBytes: 0,
    stderrBytes: 0,
    durationMs: 0,
    ...(message === undefined ? {} : { message }),
    survivors: [],
  };
}
