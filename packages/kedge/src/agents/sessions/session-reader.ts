import { setTimeout as sleep } from "node:timers/promises";
import type { ChildStream } from "../../platform/index.ts";
import { createLineSplitter, type SessionLine } from "./session-lines.ts";
import { createTail } from "./text-tail.ts";

/** Where a session writes to. */
type SessionPipes = Pick<ChildStream, "stdout" | "stderr">;

export interface SessionReaderOptions {
  readonly maxLineBytes?: number;
  /** The next byte is read when it is settled. */
  readonly onLine: (line: SessionLine) => void | Promise<void>;
  readonly onStderr?: (chunk: Uint8Array) => void;
  /** One of the two has thrown; nothing is passed on any more. */
  readonly onFailure: (error: unknown) => void;
}

/** Reads what a session's process writes. */
export interface SessionReader {
  /**
   * Waits, after the end of the process, until all that it wrote has been passed on. What others write that hold its pipes is not waited for.
   */
  drain(): Promise<void>;
  /** Whether a line has been passed on and whoever got it is not done with it. */
  readonly isDelivering: boolean;
  /** Passes nothing on any more. */
  close(): void;
  /** The end of standard error. */
  stderr(): string;
}

/** Silence after which a pipe that others hold has nothing more of the process. */
const QUIET_MS = 300;
const POLL_MS = 100;
/** More than this is in no pipe, so that others must have written it. */
const MAX_LATE_BYTES = 2 * 1024 * 1024;

export function createSessionReader(process: SessionPipes, options: SessionReaderOptions): SessionReader {
  const { onLine, onStderr, onFailure } = options;
  let isClosed = false;
  let isDelivering = false;
  let steps = 0;
  let bytes = 0;
  const pass = async (line: SessionLine): Promise<void> => {
    if (isClosed) return;
    isDelivering = true;
    try {
      await onLine(line);
    } catch (error) {
      isClosed = true;
      onFailure(error);
    }
    isDelivering = false;
    steps++;
  };
  const read = readLines(process, {
    pass,
    note: (count) => {
      steps++;
      bytes += count;
    },
    maxLineBytes: options.maxLineBytes,
  });
  const tail = createTail();
  process.stderr.on("data", (chunk: Buffer) => {
    tail.add(chunk);
    if (isClosed) return;
    try {
      onStderr?.(chunk);
    } catch (error) {
      isClosed = true;
      onFailure(error);
    }
  });
  process.stderr.on("error", () => {}); // of a pipe that is gone: nobody says anything any more
  const streamsEnd = Promise.all([
    read,
    new Promise<void>((resolve) => {
      if (process.stderr.closed)
        resolve(); // it ended before there was a reader
      else process.stderr.once("close", resolve);
    }),
  ]);
  return {
    async drain() {
      const isRead = streamsEnd.then(() => true);
      const most = bytes + MAX_LATE_BYTES;
      for (let quietMs = 0, before = steps; quietMs < QUIET_MS && bytes <= most; before = steps) {
        if (await Promise.race([isRead, sleep(POLL_MS, false)])) return;
        // Who takes the lines has all the time there is.
        quietMs = isDelivering || steps !== before ? 0 : quietMs + POLL_MS;
      }
    },
    get isDelivering() {
      return isDelivering;
    },
    close() {
      isClosed = true;
      process.stdout.destroy();
      process.stderr.destroy();
    },
    stderr: () => tail.text(),
  };
}

async function readLines(
  { stdout }: SessionPipes,
  how: {
    readonly pass: (line: SessionLine) => Promise<void>;
    readonly note: (bytes: number) => void;
    readonly maxLineBytes: number | undefined;
  },
): Promise<void> {
  const lines = createLineSplitter(how.maxLineBytes);
  try {
    // The next chunk is asked for when this one is done with: the pipe fills meanwhile, and the agent waits.
    for await (const chunk of stdout) {
      how.note((chunk as Buffer).length);
      for (const line of lines.add(chunk as Buffer)) await how.pass(line);
    }
  } catch {
    // Destroyed while somebody else still held it: what came until then counts.
  }
  const last = lines.end();
  if (last) await how.pass(last);
}
