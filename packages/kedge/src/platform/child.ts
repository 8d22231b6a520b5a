import type { ChildProcess } from "node:child_process";
import { createBoundedOutput } from "./bounded-output.ts";
import type { ChildEnding, ChildOptions } from "./child-run.ts";
import { startTimer } from "./long-timer.ts";
import { lazyNode } from "./node-modules.ts";
import { createOutputPipe, drainPipes, type OutputPipe } from "./output-pipe.ts";
import type { TreeEnder } from "./process-tree.ts";
import { explainStartFailure, findTextWithoutInterpreter } from "./start-failure.ts";

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
  const refusal = findTextWithoutInterpreter(options);
  if (refusal !== null) return failToStart(Promise.resolve(refusal));
  const startedAt = performance.now();
  const hasInput = options.stdin !== undefined && options.stdin.byteLength > 0;
  let child: ChildProcess;
  try {
    // A group and session of its own: its tree can be ended at once, and a terminal's signals do not reach it.
    child = lazyNode.childProcess.spawn(options.file, options.args, {
      cwd: options.cwd,
      env: options.env,
      detached: process.platform !== "win32",
      windowsHide: true,
      stdio: [hasInput ? "pipe" : "ignore", "pipe", "pipe"],
    });
  } catch (error) {
    return failToStart(Promise.resolve(explainStartFailure(error as NodeJS.ErrnoException, options)));
  }
  const { pid, stdout, stderr } = child;
  if (pid === undefined || !stdout || !stderr) return failToStart(explainError(child, options));
  writeInput(child, options.stdin);
  const maxBytes = options.maxOutputBytes ?? DEFAULT_MAX_OUTPUT_BYTES;
  const pipes: Pipes = {
    stdout: createOutputPipe(stdout, createBoundedOutput(maxBytes)),
    stderr: createOutputPipe(stderr, createBoundedOutput(maxBytes)),
  };
  return followChild({ child, pid, pipes, options, startedAt, ...tree });
}

interface Pipes {
  readonly stdout: OutputPipe;
  readonly stderr: OutputPipe;
}

interface StartedChild {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly pipes: Pipes;
  readonly options: ChildOptions;
  readonly startedAt: number;
  readonly mark: string;
  readonly ender: TreeEnder;
}

function followChild({ child, pid, pipes, options, startedAt, mark, ender }: StartedChild): Child {
  const { promise: caused, resolve: setCause } = Promise.withResolvers<ChildEnding["cause"]>();
  const { promise: exited, resolve: setExited } = Promise.withResolvers<void>();
  let isReaped = false;
  child.once("exit", (_code, signal) => {
    isReaped = true;
    setCause(signal === null ? "exit" : "signal");
    setExited();
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
      survivors = await ender.end({ pid, mark, isReaped: () => isReaped }, graceMs);
      if (survivors.includes(pid)) child.unref();
      else await exited;
    }
    await drainPipes([pipes.stdout, pipes.stderr]);
    closePipes(child);
    return {
      cause,
      exitCode: child.exitCode,
      signal: child.signalCode,
      ...readPipes(pipes),
      durationMs: performance.now() - startedAt,
      survivors,
    };
  };
  const kill = (): void => {
    // Once reaped, the number may be somebody else's.
    if (!isReaped) killGroup(pid);
  };
  return { ending: follow(), cancel, kill };
}

function killGroup(pid: number): void {
  try {
    process.kill(process.platform === "win32" ? pid : -pid, "SIGKILL");
  } catch {
    // it has just ended
  }
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

function writeInput({ stdin }: ChildProcess, input: Uint8Array | undefined): void {
  if (!stdin || !input) return;
  // A child that ended, or closed its stdin, did not want the rest.
  stdin.on("error", () => {});
  stdin.end(Buffer.from(input.buffer, input.byteOffset, input.byteLength));
}

function closePipes(child: ChildProcess): void {
  child.stdin?.destroy();
  child.stdout?.destroy();
  child.stderr?.destroy();
}

/** The errors of a missing or forbidden program come as an event. */
function explainError(child: ChildProcess, options: ChildOptions): Promise<string> {
  return new Promise((resolve) => {
    child.once("error", (error) => {
      closePipes(child);
      resolve(explainStartFailure(error, options));
    });
  });
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
