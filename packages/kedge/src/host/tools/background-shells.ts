import { open } from "node:fs/promises";
import { StringDecoder } from "node:string_decoder";
import type { ChildEnding, ChildProcesses } from "../../platform/index.ts";
import { type CommandStart, runStarted } from "./start-command.ts";

/** Commands in the background at once. */
const MAX_SHELLS = 16;

/** Bytes that are read of what a command printed, at a time: less than a model gets, for what is left out of a result is lost. */
const READ_BYTES = 24 * 1024;

/** A command that runs in the background, or did. */
interface BackgroundShell {
  readonly id: string;
  readonly command: string;
  readonly status: "running" | "ended" | "killed";
  readonly exitCode: number | null;
}

/** What a command is started with. */
interface ShellPlace {
  readonly children: ChildProcesses;
  readonly start: Extract<CommandStart, { ok: true }>;
  /** Where it prints to: a file can be read while the command runs, however much it prints. */
  readonly output: string;
  /** Is called when it has ended, however it did. */
  readonly onEnd?: () => void;
}

/** The background commands of one session. */
export interface BackgroundShells {
  /** @returns the id; null when as many run as may */
  start(command: string, place: ShellPlace): string | null;
  find(id: string): BackgroundShell | undefined;
  /** What it printed since the last look; null for an id that there is not. */
  read(id: string): Promise<string | null>;
  /** Ends one, its process tree included. False for one that does not run. */
  kill(id: string): Promise<boolean>;
  readonly running: readonly BackgroundShell[];
  /** Ends all. */
  close(): Promise<void>;
}

interface Entry {
  shell: BackgroundShell;
  readonly file: string;
  readonly ending: Promise<ChildEnding>;
  readonly stop: AbortController;
  at: number;
  /** Holds what has come of a character that is not complete. */
  readonly decoder: StringDecoder;
  /** The look before, for two at once must not see the same. */
  reading: Promise<string>;
}

/** Keeps the background commands of one session. */
export function createBackgroundShells(): BackgroundShells {
  const entries = new Map<string, Entry>();
  let count = 0;
  const running = (): BackgroundShell[] =>
    [...entries.values()].map(({ shell }) => shell).filter(({ status }) => status === "running");
  return {
    start(command, { children, start, output: file, onEnd }) {
      if (running().length >= MAX_SHELLS) return null;
      const id = `shell_${++count}`;
      const stop = new AbortController();
      const ending = runStarted(start, children, { signal: stop.signal });
      const shell: BackgroundShell = { id, command, status: "running", exitCode: null };
      const decoder = new StringDecoder("utf8");
      const entry: Entry = { shell, file, stop, at: 0, ending, decoder, reading: Promise.resolve("") };
      entries.set(id, entry);
      void ending.then(({ cause, exitCode }) => {
        entry.shell = { ...shell, status: cause === "cancelled" ? "killed" : "ended", exitCode };
        onEnd?.();
      });
      return id;
    },
    find: (id) => entries.get(id)?.shell,
    async read(id) {
      const entry = entries.get(id);
      if (!entry) return null;
      entry.reading = entry.reading.then(() => readOn(entry));
      return entry.reading;
    },
    async kill(id) {
      const entry = entries.get(id);
      if (entry?.shell.status !== "running") return false;
      entry.stop.abort();
      await entry.ending;
      return true;
    },
    get running() {
      return running();
    },
    async close() {
      for (const { stop } of entries.values()) stop.abort();
      await Promise.all([...entries.values()].map(({ ending }) => ending));
    },
  };
}

async function readOn(entry: Entry): Promise<string> {
  try {
    await using file = await open(entry.file);
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(READ_BYTES), position: entry.at });
    entry.at += bytesRead;
    return entry.decoder.write(buffer.subarray(0, bytesRead));
  } catch {
    return ""; // it has not begun to print
  }
}
