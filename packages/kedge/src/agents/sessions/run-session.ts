import { setTimeout as sleep } from "node:timers/promises";
import type { AgentCommand } from "./command.ts";
import type { Observed } from "./observed.ts";
import { createObserver } from "./observer.ts";
import { sessionEnvironment } from "./session-environment.ts";
import type { SessionLine } from "./session-lines.ts";
import { type SessionProcess, startSessionProcess } from "./session-process.ts";
import { createSessionReader } from "./session-reader.ts";

export interface SessionRunOptions {
  /** From `startArgs` or `resumeArgs`. */
  readonly argv: readonly string[];
  readonly cwd: string;
  /** Of whoever starts it; what another session left in it is taken out. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Written whole, then closed. Without it stdin is empty, so that no agent waits for more. */
  readonly stdin?: Uint8Array;
  /** Ends the session and everything that came from it. */
  readonly signal?: AbortSignal;
  /** Between SIGTERM and SIGKILL; default 5,000. An agent writes its transcript meanwhile. */
  readonly graceMs?: number;
  /** Lets the session run again the turn that was cut. Default: false. */
  readonly resumesTurn?: boolean;
  /** Bytes of a line that are kept; default 32 MiB. */
  readonly maxLineBytes?: number;
  /** The answer before, as the observer needs it. */
  readonly previousAnswerId?: string;
  /** Epoch ms; default `Date.now`. */
  readonly now?: () => number;
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
  readonly cause: "exit" | "signal" | "aborted" | "start_failed";
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
  /** One sentence, with `start_failed` only. */
  readonly message?: string;
}

const DEFAULT_GRACE_MS = 5_000;
/** How long lines are still passed on after an abort, when the process has ended. */
const LAST_MS = 300;

/**
 * Runs a session in a process group of its own until its process ends, and watches it.
 *
 * What lives on in the background after a normal end is left alone; at an abort all of it is ended.
 *
 * @param command what is run, for the observer
 * @returns how it ended; rejects only with what `onLine` or `onStderr` threw, when everything is over
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
  let running: SessionProcess;
  try {
    running = await startSessionProcess({ ...options, env });
  } catch (error) {
    return report({ cause: "start_failed", message: explainStart(options.argv[0] ?? "", error) });
  }
  return report(await follow(running, options, (line) => observer.take(line.event, now())));
}

/** Reads a process until it has ended, by itself or because it was told to. */
async function follow(
  running: SessionProcess,
  options: SessionRunOptions,
  observe: (line: SessionLine) => void,
): Promise<Pick<SessionRun, "cause" | "exitCode" | "signal" | "survivors" | "stderr">> {
  const { signal, onLine, onStderr, maxLineBytes, graceMs = DEFAULT_GRACE_MS } = options;
  const { promise: stopped, resolve: stop } = Promise.withResolvers<{ readonly error?: unknown }>();
  const abort = (): void => stop({});
  signal?.addEventListener("abort", abort, { once: true });
  if (signal?.aborted) abort();
  const reader = createSessionReader(running, {
    onLine(line) {
      observe(line);
      return onLine?.(line);
    },
    ...(onStderr === undefined ? {} : { onStderr }),
    ...(maxLineBytes === undefined ? {} : { maxLineBytes }),
    onFailure: (error) => stop({ error }),
  });
  const first = await Promise.race([running.exited.then(() => null), stopped]);
  const survivors = first === null ? 0 : await running.end(graceMs);
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
  const cause = first !== null ? "aborted" : gone.signal === null ? "exit" : "signal";
  return { cause, ...gone, survivors, stderr: reader.stderr() };
}

function explainStart(file: string, error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code ?? (error instanceof Error ? error.name : "");
  return `Expected ${JSON.stringify(file)} to start, got ${code}.`;
}
