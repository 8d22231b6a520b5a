import { setTimeout as sleep } from "node:timers/promises";
import { type ChildStream, createSilenceWatch, startChildStream } from "../../platform/index.ts";
import type { AgentCommand } from "./command.ts";
import type { Observed } from "./observed.ts";
import { createObserver } from "./observer.ts";
import { sessionEnvironment } from "./session-environment.ts";
import type { SessionLine } from "./session-lines.ts";
import { createSessionReader } from "./session-reader.ts";

export interface SessionRunOptions {
  /** From `startArgs` or `resumeArgs`. */
  readonly argv: readonly string[];
  readonly cwd: string;
  /** Of whoever starts it; what another session left in it is taken out. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Written whole, then closed. Without it stdin is empty, so that no agent waits for more. */
  readonly stdin?: Uint8Array;
  /**
   * The last part of `KEDGE_CHILD` in the session's environment, by which `endMarked` finds it and what came from it: 1 to 64 letters, digits, `_`,
   * `.` and `-`. Default: a random one. Who wants to find it after a crash of its own keeps it before the start.
   */
  readonly mark?: string;
  /**
   * Called when the process is there, and can be found by its mark, but the agent's program has not begun. It begins, with the same number, when
   * the promise resolves; when it rejects, or when our own process dies, it never does. On Windows it is called before there is a process.
   */
  readonly beforeStart?: () => Promise<void>;
  /** Called when the agent's program begins, with the number of its process. When it throws, the session is ended. */
  readonly onStart?: (pid: number) => void;
  /** Ends the session and everything that came from it. A session that waits for `beforeStart` is ended without waiting for that. */
  readonly signal?: AbortSignal;
  /** Between SIGTERM and SIGKILL; default 5,000. An agent writes its transcript meanwhile. */
  readonly graceMs?: number;
  /**
   * Milliseconds without a line after which the session is ended, as by an abort. Time in which `onLine` holds the reading up does not count, nor
   * does time in which the machine, or this process, was stopped. Default: none.
   */
  readonly stallAfterMs?: number;
  /** Lets the session run again the turn that was cut. Default: false. */
  readonly resumesTurn?: boolean;
  /** Bytes of a line that are kept; default 32 MiB. */
  readonly maxLineBytes?: number;
  /** The answer before, as the observer needs it. */
  readonly previousAnswerId?: string;
  /** Epoch ms; default `Date.now`. */
  readonly now?: () => number;
  /** Gets what the session showed so far: after each line, before `onLine` gets it. When it throws, the session is ended. */
  readonly onObserved?: (observed: Observed) => void;
  /**
   * Gets each line, in order. No further byte is read until what it returns is settled, so that a slow reader slows the agent and costs no
   * memory. When it throws, the session is ended.
   */
  readonly onLine?: (line: SessionLine) => void | Promise<void>;
  /** Gets what the agent writes to standard error, as it comes. */
  readonly onStderr?: (chunk: Uint8Array) => void;
}

/** How a run of a session ended. */
export interface SessionRun {
  /** What came first. */
  readonly cause: "exit" | "signal" | "aborted" | "stalled" | "start_failed";
  readonly exitCode: number | null;
  /** As in `SIGTERM`. */
  readonly signal: string | null;
  readonly observed: Observed;
  /** The end of standard error, at most 64 KiB. */
  readonly stderr: string;
  /** Epoch ms. */
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly durationMs: number;
  /** Processes that could not be ended, normally 0. */
  readonly survivors: number;
  /** One sentence, and the system's code such as `ENOENT`, with `start_failed` only. `ECANCELED`: it was ended before it began. */
  readonly message?: string;
  readonly code?: string;
}

const DEFAULT_GRACE_MS = 5_000;
/** How long lines are still passed on after an abort, when the process has ended. */
const LAST_MS = 300;

/**
 * Runs a session in a process group of its own until its process ends, and watches it.
 *
 * What lives on in the background after a normal end is left alone; at an abort, and after a stall, all of it is ended.
 *
 * @param command what is run, for the observer
 * @returns how it ended; rejects only with what `beforeStart` rejected with or one of the other functions threw, when everything is over
 * @throws {TypeError} for what is no mark
 */
export async function runSession(command: AgentCommand, options: SessionRunOptions): Promise<SessionRun> {
  const { signal, now = Date.now, previousAnswerId } = options;
  const observer = createObserver({
    agent: command.agent,
    ...(previousAnswerId === undefined ? {} : { previousAnswerId }),
  });
  const startedAtMs = now();
  const startedAt = performance.now();
  const report = (ending: Pick<SessionRun, "cause"> & Partial<SessionRun>): SessionRun => ({
    ...{ exitCode: null, signal: null, stderr: "", survivors: 0, observed: observer.observed },
    ...{ startedAtMs, endedAtMs: now(), durationMs: performance.now() - startedAt },
    ...ending,
  });
  if (signal?.aborted) return report({ cause: "aborted" });
  const env = sessionEnvironment(options.env, { resumesTurn: options.resumesTurn ?? false });
  const [file = "", ...args] = options.argv;
  const start = await startChildStream({ ...options, file, args, env });
  if (start.status === "cancelled") return report({ cause: "aborted" });
  if (start.status === "failed")
    return report({ cause: "start_failed", message: explainStart(start), code: start.code });
  const observe = (line: SessionLine): void => {
    observer.take(line.event, now());
    options.onObserved?.(observer.observed);
  };
  return report(await follow(start.child, options, observe));
}

/** Why a session is ended before it ends by itself. */
type Stop = { readonly cause: "aborted" | "stalled" } | { readonly error: unknown };

/** Reads a process until it has ended, by itself or because it was told to. */
async function follow(
  running: ChildStream,
  options: SessionRunOptions,
  observe: (line: SessionLine) => void,
): Promise<Pick<SessionRun, "cause" | "exitCode" | "signal" | "survivors" | "stderr">> {
  const { signal, graceMs = DEFAULT_GRACE_MS } = options;
  const { promise: stopped, resolve: stop } = Promise.withResolvers<Stop>();
  const abort = (): void => stop({ cause: "aborted" });
  signal?.addEventListener("abort", abort, { once: true });
  if (signal?.aborted) abort();
  const reader = readSession(running, options, { observe, stop });
  tellStart(running.pid, options.onStart, stop);
  const first = await Promise.race([running.exited.then(() => null), stopped]);
  reader.stopWatch();
  const survivors = first === null ? 0 : (await running.end(graceMs)).length;
  const gone = survivors > 0 ? { exitCode: null, signal: null } : await running.exited;
  // Whoever stops it may have stopped taking lines as well.
  const last = await Promise.race([
    reader.drain().then(() => null),
    stopped.then((why) => sleep(LAST_MS, why)),
  ]);
  reader.close();
  signal?.removeEventListener("abort", abort);
  const why = first ?? last;
  if (why && "error" in why) throw why.error;
  const cause = first !== null && "cause" in first ? first.cause : gone.signal === null ? "exit" : "signal";
  return { cause, ...gone, survivors, stderr: reader.stderr() };
}

/** Reads, and watches for silence. */
function readSession(
  running: ChildStream,
  options: SessionRunOptions,
  { observe, stop }: { readonly observe: (line: SessionLine) => void; readonly stop: (why: Stop) => void },
) {
  const { onLine, onStderr, maxLineBytes, stallAfterMs: afterMs } = options;
  const reader = createSessionReader(running, {
    onLine(line) {
      watch?.note();
      observe(line);
      return onLine?.(line);
    },
    ...(onStderr === undefined ? {} : { onStderr }),
    ...(maxLineBytes === undefined ? {} : { maxLineBytes }),
    onFailure: (error) => stop({ error }),
  });
  const isBusy = (): boolean => reader.isDelivering;
  const onSilence = (): void => stop({ cause: "stalled" });
  const watch = afterMs === undefined ? null : createSilenceWatch({ afterMs, isBusy, onSilence });
  return { ...reader, stopWatch: () => watch?.stop() };
}

function tellStart(pid: number, onStart: SessionRunOptions["onStart"], stop: (why: Stop) => void): void {
  try {
    onStart?.(pid);
  } catch (error) {
    stop({ error });
  }
}

function explainStart({ code, message }: { readonly code: string; readonly message: string }): string {
  return message.includes(code) ? `${message}.` : `${message} (${code}).`;
}
