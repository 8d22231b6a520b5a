import {
  describeEvent,
  firstLine,
  type Handler,
  type HandlerEnding,
  type HandlerType,
} from "../protocol/index.ts";
import type { HandlerRun, RunReport } from "./handler-run.ts";

/** The longest delay of a timer; with a longer one it would fire at once. */
const MAX_DELAY_MS = 2_147_483_647;

/** Bytes that a handler has answered with so far, for reports of runs that are ended in the middle. */
export interface Tally {
  outputBytes: number;
}

/**
 * What a handler that is no process does. A rejection becomes a failure.
 *
 * @param signal aborted at the time limit and on cancelling; whatever the work does afterwards is not waited for
 */
export type Work = (signal: AbortSignal, tally: Tally) => Promise<HandlerEnding>;

/**
 * Runs the work of a handler until it ends, its time is over, or nobody wants the answer any more: the first of these
 * counts, also for work that ignores its signal. Never rejects, and leaves no timer and no listener. On an event that does
 * not take this type of handler, nothing is run.
 */
export async function runLimited(type: Handler["type"], run: HandlerRun, work: Work): Promise<RunReport> {
  const startedAt = performance.now();
  const tally: Tally = { outputBytes: 0 };
  const ending = takes(run, type)
    ? await firstEnding(type, run, (signal) => work(signal, tally))
    : failed(type, `${type} handlers are never run on ${run.event}`);
  return { ending, durationMs: performance.now() - startedAt, outputBytes: tally.outputBytes };
}

/** Functions of the embedding program may answer every event. */
function takes({ event }: HandlerRun, type: Handler["type"]): boolean {
  return type === "function" || describeEvent(event).handlers.includes(type);
}

/** A handler that answered; the text is read as the stdout of a process that exited with 0. */
export function answered(type: HandlerType, stdout: string): HandlerEnding {
  return { type, exitCode: 0, stdout, stderr: "" };
}

/** A handler that gave no usable answer, which by itself blocks nothing. */
export function failed(type: Handler["type"], failure: string, stderr = ""): HandlerEnding {
  return { ...named(type), exitCode: null, failure, stdout: "", stderr };
}

/** What a function returns is read as what a command prints. */
function named(type: Handler["type"]): Pick<HandlerEnding, "type"> {
  return type === "function" ? {} : { type };
}

async function firstEnding(
  type: Handler["type"],
  run: HandlerRun,
  work: (signal: AbortSignal) => Promise<HandlerEnding>,
): Promise<HandlerEnding> {
  const ended = { ...named(type), exitCode: null, stdout: "", stderr: "" };
  if (run.signal.aborted) return { ...ended, isCancelled: true };
  const controller = new AbortController();
  const { promise: cutShort, resolve } = Promise.withResolvers<HandlerEnding>();
  const end = (how: Partial<HandlerEnding>): void => {
    // In this order: the work that is aborted fails, and its failure must come second.
    resolve({ ...ended, ...how });
    controller.abort();
  };
  const cancel = (): void => end({ isCancelled: true });
  const timer = setTimeout(end, Math.min(run.timeoutMs, MAX_DELAY_MS), { isTimedOut: true });
  run.signal.addEventListener("abort", cancel, { once: true });
  try {
    return await Promise.race([cutShort, attempt(type, () => work(controller.signal))]);
  } finally {
    clearTimeout(timer);
    run.signal.removeEventListener("abort", cancel);
  }
}

/** Never rejects: nobody may be listening any more. */
async function attempt(type: Handler["type"], work: () => Promise<HandlerEnding>): Promise<HandlerEnding> {
  try {
    return await work();
  } catch (error) {
    return failed(type, describeError(error));
  }
}

function describeError(error: unknown): string {
  const message: unknown = error instanceof Error ? error.message : error;
  const line = typeof message === "string" ? firstLine(message) : "";
  return line === "" ? "it failed without a reason" : line;
}
