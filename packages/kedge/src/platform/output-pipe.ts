import type { Readable } from "node:stream";
import type { BoundedOutput } from "./bounded-output.ts";

/** The reading end of a child's stdout or stderr. */
export interface OutputPipe {
  readonly output: BoundedOutput;
  /** Whether nobody can write any more. */
  readonly isEnded: boolean;
  /** Resolves when nobody can write any more. */
  readonly ended: Promise<void>;
}

/** Milliseconds without output after which a child that ended is believed to have none under way, as through `tee`. */
const QUIET_MS = 100;
/** Milliseconds that output is read after the end of a child when others go on writing. */
const DRAIN_MS = 300;

/** Reads a stream to its end into `output`. */
export function createOutputPipe(stream: Readable, output: BoundedOutput): OutputPipe {
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  let isEnded = false;
  const end = (): void => {
    isEnded = true;
    resolve();
  };
  stream.on("data", (chunk: Buffer) => output.add(chunk));
  stream.once("end", end);
  // What cannot be read any more has ended too.
  stream.on("error", end);
  stream.once("close", end);
  return {
    output,
    ended,
    get isEnded() {
      return isEnded;
    },
  };
}

/**
 * Waits, after the end of their child, until the pipes end, are quiet, or have had their time. All that was written before
 * the call has been read then, however busy this process is.
 */
export async function drainPipes(pipes: readonly OutputPipe[]): Promise<void> {
  const areEnded = (): boolean => pipes.every(({ isEnded }) => isEnded);
  const countBytes = (): number => pipes.reduce((sum, { output }) => sum + output.totalBytes, 0);
  if (areEnded()) return;
  const allEnded = Promise.all(pipes.map(({ ended }) => ended));
  const deadline = performance.now() + DRAIN_MS;
  for (let bytes = -1; bytes !== countBytes(); ) {
    bytes = countBytes();
    await waitFor(allEnded, QUIET_MS);
    if (areEnded()) return;
    // Time may be over because this process was busy; a turn of the event loop reads what waits in the pipes meanwhile.
    await new Promise(setImmediate);
    await new Promise(setImmediate);
    if (areEnded() || performance.now() >= deadline) return;
  }
}

async function waitFor(promise: Promise<unknown>, limitMs: number): Promise<void> {
  const { promise: limit, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, limitMs);
  await Promise.race([promise, limit]);
  clearTimeout(timer);
}
