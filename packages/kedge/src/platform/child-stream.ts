import { PassThrough, pipeline, type Readable, type Writable } from "node:stream";
import { addMark, createMark, requireMark } from "./child-mark.ts";
import type { ChildOptions } from "./child-run.ts";
import { createTreeEnder } from "./process-tree.ts";
import type { StartRequest } from "./program-file.ts";
import { type ExitStatus, type SpawnedChild, spawnChild } from "./spawn-child.ts";
import { explainStartFailure, foreseeStartFailure, type StartFailure } from "./start-failure.ts";
import { gateRequest, openGate } from "./start-gate.ts";

/** A program that may run for days, and whose output is read as it comes. */
export interface ChildStreamOptions
  extends Pick<ChildOptions, "file" | "args" | "cwd" | "env" | "stdin" | "signal"> {
  /** By which it and its descendants are found: 1 to 64 letters, digits, `_`, `.` and `-`. Default: a random one. */
  readonly mark?: string;
  /** Leaves its stdin open, to be written with {@link ChildStream.stdin}; without `beforeStart` only. */
  readonly keepsStdin?: boolean;
  /**
   * Called when the process is there, and can be found by its mark and its number, but its program has not begun. The program begins when the
   * promise resolves. When it rejects, when `signal` aborts, or when this process dies, it never does. An abort does not wait for the promise.
   *
   * On Windows it is called before there is a process.
   */
  readonly beforeStart?: () => Promise<void>;
}

/** A program that has begun. */
export interface ChildStream {
  readonly pid: number;
  /** Where it was left open; errors of a program that does not read it are nobody's. */
  readonly stdin: Writable | null;
  /** Both must be read: who does not take them stops the program. They are the reader's to destroy. */
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Resolves when the process itself has ended, whatever its children do. */
  readonly exited: Promise<ExitStatus>;
  /**
   * Ends the process and all that came from it, as {@link TreeEnder} does: SIGTERM, and SIGKILL to what is left after `graceMs`.
   *
   * @returns the processes that could not be ended, normally none
   */
  end(graceMs: number): Promise<readonly number[]>;
  /** SIGKILL to its group, at once: for a program that exits in the next moment. */
  kill(): void;
}

/** What came of a start. */
export type ChildStreamStart =
  | { readonly status: "started"; readonly child: ChildStream }
  | ({ readonly status: "failed" } & StartFailure)
  /** `signal` came first, and nothing is left. */
  | { readonly status: "cancelled" };

/**
 * Starts a program as the leader of its own group and session without a terminal. What it writes is not read before somebody reads it, so that a
 * slow reader slows it and costs no memory. `signal` counts until it has begun; from then on there is {@link ChildStream.end}.
 *
 * @returns when the program has begun, or never will; rejects with what `beforeStart` rejected with, when nothing is left
 * @throws {TypeError} for what is no mark
 */
export async function startChildStream(options: ChildStreamOptions): Promise<ChildStreamStart> {
  const { file, args, cwd, stdin, keepsStdin, signal, beforeStart, mark = createMark() } = options;
  requireMark(mark);
  if (signal?.aborted) return { status: "cancelled" };
  const request = { file, args, cwd, env: addMark(options.env, mark) };
  if (beforeStart === undefined) return startNow(request, { mark, stdin, keepsStdin });
  if (process.platform === "win32") {
    if (await isAbortedDuring(beforeStart, signal)) return { status: "cancelled" };
    return startNow(request, { mark, stdin });
  }
  const failure = foreseeStartFailure(request);
  if (failure !== null) return { status: "failed", ...failure };
  return startGated(request, { mark, stdin, signal, beforeStart });
}

interface Start {
  readonly mark: string;
  readonly stdin: Uint8Array | undefined;
  readonly keepsStdin?: boolean | undefined;
}

async function startNow(
  request: StartRequest,
  { mark, stdin, keepsStdin }: Start,
): Promise<ChildStreamStart> {
  const spawning = spawnChild({ ...request, stdin, keepsStdin });
  if (!spawning.ok) return { status: "failed", ...(await spawning.failure) };
  const { spawned } = spawning;
  return { status: "started", child: toStream(spawned, keepOutput(spawned), mark) };
}

interface GatedStart extends Start {
  readonly signal: AbortSignal | undefined;
  readonly beforeStart: () => Promise<void>;
}

async function startGated(request: StartRequest, start: GatedStart): Promise<ChildStreamStart> {
  const { mark, stdin, signal, beforeStart } = start;
  const spawning = spawnChild({ ...gateRequest(request), stdin, hasChannel: true });
  if (!spawning.ok) return { status: "failed", ...(await spawning.failure) };
  const { spawned } = spawning;
  const output = keepOutput(spawned);
  let hasBegun = false;
  try {
    if (await isAbortedDuring(beforeStart, signal)) return { status: "cancelled" };
    const failure = await open(spawned, request, signal);
    if (failure !== null) return { status: "failed", ...failure };
    hasBegun = true;
    return { status: "started", child: toStream(spawned, output, mark) };
  } finally {
    if (!hasBegun) await discard(spawned);
  }
}

/** Null when the program has begun, or may have. */
async function open(
  spawned: SpawnedChild,
  request: StartRequest,
  signal: AbortSignal | undefined,
): Promise<StartFailure | null> {
  const { channel, exited } = spawned;
  if (!channel) throw new Error("Expected a process at the gate to have a channel");
  const opening = openGate(channel, request);
  // A process that was stopped never answers. Whether it goes on is for whoever ends it, since nobody can tell.
  if (await isAbortedDuring(() => opening, signal)) return null;
  const came = await opening;
  if (came.status === "begun") return null;
  if (came.status === "failed") return { code: came.code, message: explainStartFailure(came, request) };
  const { signal: by, exitCode } = await exited;
  const file = JSON.stringify(request.file);
  const message = `Expected ${file} to begin, its process was ended before, by ${by ?? `exit code ${exitCode}`}`;
  return { code: "ECANCELED", message };
}

/** Ends a process at the gate, which has no children. */
async function discard(spawned: SpawnedChild): Promise<void> {
  spawned.kill();
  await spawned.exited;
  spawned.closePipes();
}

/** Whether the signal came before the work was done. Then its result is nobody's. */
async function isAbortedDuring(
  work: () => Promise<unknown>,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const { promise: aborted, resolve } = Promise.withResolvers<void>();
  const abort = (): void => resolve();
  signal?.addEventListener("abort", abort, { once: true });
  try {
    const isAborted = await Promise.race([work().then(() => false), aborted.then(() => true)]);
    return isAborted || signal?.aborted === true;
  } finally {
    signal?.removeEventListener("abort", abort);
  }
}

type Output = Pick<ChildStream, "stdout" | "stderr">;

/**
 * Keeps what is written until somebody reads it: of a process that has ended, Node itself reads what nobody has begun to read, and drops it
 * (`flushStdio` in its `child_process`). To be called before it can have ended.
 */
function keepOutput({ stdout, stderr }: SpawnedChild): Output {
  return { stdout: keepPipe(stdout), stderr: keepPipe(stderr) };
}

function keepPipe(pipe: Readable): Readable {
  const kept = new PassThrough();
  kept.on("error", () => {}); // of a pipe that is gone: nobody says anything any more
  // Destroying either destroys both.
  pipeline(pipe, kept, () => {});
  return kept;
}

function toStream(spawned: SpawnedChild, output: Output, mark: string): ChildStream {
  const { pid, stdin, exited, isReaped } = spawned;
  return {
    ...{ pid, stdin, ...output, exited },
    kill: () => spawned.kill(),
    async end(graceMs) {
      const survivors = await createTreeEnder().end({ pid, mark, isReaped }, Math.max(0, graceMs));
      if (survivors.includes(pid)) spawned.abandon();
      return survivors;
    },
  };
}
