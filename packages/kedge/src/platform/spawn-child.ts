import type { ChildProcess } from "node:child_process";
import type { Duplex, Readable, Writable } from "node:stream";
import { lazyNode } from "./node-modules.ts";
import type { StartRequest } from "./program-file.ts";
import { explainStartFailure, findTextWithoutInterpreter, type StartFailure } from "./start-failure.ts";

/** What to start, and what it gets. */
export interface SpawnRequest extends StartRequest {
  /** Written whole, then closed. Empty without it. */
  readonly stdin?: Uint8Array | undefined;
  /** Leaves its stdin open, to be written by whoever started it, in place of `stdin`. Default: false. */
  readonly keepsStdin?: boolean | undefined;
  /** Gives it one more pipe, for both directions, as descriptor 3. Default: false. */
  readonly hasChannel?: boolean;
}

/** How the process itself ended, whatever its children do. */
export interface ExitStatus {
  /** Null when a signal ended it. */
  readonly exitCode: number | null;
  /** As in `SIGTERM`. */
  readonly signal: string | null;
}

/** A process that runs, or has just ended. */
export interface SpawnedChild {
  readonly pid: number;
  /** Where it was left open. */
  readonly stdin: Writable | null;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Descriptor 3 of the child, where it has one. */
  readonly channel: Duplex | null;
  readonly exited: Promise<ExitStatus>;
  /** Whether its end was seen; from then on its number may belong to somebody else. */
  isReaped(): boolean;
  /** SIGKILL to its group, at once. */
  kill(): void;
  closePipes(): void;
  /** Lets this process end before it: for one that cannot be ended. */
  abandon(): void;
}

/** A process, or why there is none. */
export type Spawning =
  | { readonly ok: true; readonly spawned: SpawnedChild }
  | { readonly ok: false; readonly failure: Promise<StartFailure> };

/** Starts a program now. Nothing else in Kedge does. */
export function spawnChild(request: SpawnRequest): Spawning {
  const { file, args, cwd, env, stdin, keepsStdin = false, hasChannel = false } = request;
  const text = findTextWithoutInterpreter(request);
  if (text !== null) return { ok: false, failure: Promise.resolve({ code: "ENOEXEC", message: text }) };
  let child: ChildProcess;
  try {
    // A group and session of its own: its tree can be ended at once, and a terminal's signals do not reach it.
    child = lazyNode.childProcess.spawn(file, args, {
      ...{ cwd, env, windowsHide: true, detached: process.platform !== "win32" },
      stdio: [
        keepsStdin || stdin?.byteLength ? "pipe" : "ignore",
        "pipe",
        "pipe",
        ...(hasChannel ? ["pipe" as const] : []),
      ],
    });
  } catch (error) {
    return { ok: false, failure: Promise.resolve(explain(error as NodeJS.ErrnoException, request)) };
  }
  const { pid, stdout, stderr } = child;
  if (pid === undefined || !stdout || !stderr) return { ok: false, failure: explainError(child, request) };
  // A child that ended, or closed its stdin, did not want the rest.
  child.stdin?.on("error", () => {});
  if (!keepsStdin) writeInput(child, stdin);
  const channel = (child.stdio[3] ?? null) as Duplex | null;
  channel?.on("error", () => {}); // of a child that is gone, as its end tells
  const exited = new Promise<ExitStatus>((resolve) => {
    child.once("exit", (exitCode, signal) => resolve({ exitCode, signal }));
  });
  const isReaped = (): boolean => child.exitCode !== null || child.signalCode !== null;
  return {
    ok: true,
    spawned: {
      ...{ pid, stdin: keepsStdin ? child.stdin : null, stdout, stderr, channel, exited, isReaped },
      kill() {
        if (!isReaped()) killGroup(pid);
      },
      closePipes: () => closePipes(child),
      abandon: () => child.unref(),
    },
  };
}

function killGroup(pid: number): void {
  try {
    process.kill(process.platform === "win32" ? pid : -pid, "SIGKILL");
  } catch {
    // it has just ended
  }
}

function writeInput({ stdin }: ChildProcess, input: Uint8Array | undefined): void {
  if (!stdin || !input) return;
  stdin.end(Buffer.from(input.buffer, input.byteOffset, input.byteLength));
}

function closePipes({ stdio }: { readonly stdio?: ChildProcess["stdio"] }): void {
  // Of a child that could not even get its pipes, Node leaves this out.
  for (const pipe of stdio ?? []) pipe?.destroy();
}

/** The errors of a missing or forbidden program come as an event. */
function explainError(child: ChildProcess, request: StartRequest): Promise<StartFailure> {
  return new Promise((resolve) => {
    child.once("error", (error) => {
      resolve(explain(error, request));
      closePipes(child);
    });
  });
}

function explain(error: NodeJS.ErrnoException, request: StartRequest): StartFailure {
  return { code: error.code ?? error.name, message: explainStartFailure(error, request) };
}
