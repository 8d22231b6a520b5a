/** A supervisor in a process of its own, and `kedge` itself: what they say, and when they stop and go on. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { JsonObject } from "../../src/protocol/index.ts";

/** What a supervisor in a process of its own is to do; see `fixtures/recovery/supervise.ts`. */
export interface DriverPlan {
  readonly policy: object;
  /** File with what its clock is ahead, ms. */
  readonly clock: string;
  /** Null: one job by itself. */
  readonly batch: string | null;
  readonly items: readonly { readonly key: string; readonly argv: readonly string[]; readonly cwd: string }[];
  /** So long before its first look nobody said anything, ms. */
  readonly leapsMs: number;
  /** The signal that it sends itself, and at which step. */
  readonly end?: {
    readonly at: number | { readonly name: string; readonly nth: number };
    readonly signal: "SIGKILL" | "SIGSTOP";
  };
}

/** A supervisor that runs. */
export interface Driver {
  readonly pid: number;
  kill(signal: NodeJS.Signals): void;
  /** Waits for the first line of this type; settles as well when the process has ended. */
  until(type: string): Promise<void>;
  /** Waits until it has stopped itself. */
  stopped(): Promise<void>;
  /** Lets it go on; settles when it does. */
  goOn(): Promise<void>;
  /** Those that came so far. */
  lines(): readonly JsonObject[];
  /** All lines, when it has ended; its exit code is null where a signal ended it. */
  readonly ended: Promise<DriverEnd>;
}

export interface DriverEnd {
  readonly code: number | null;
  readonly lines: readonly JsonObject[];
  readonly stdout: string;
  readonly stderr: string;
}

/** What carries out a plan. */
export const DRIVER = new URL("../fixtures/recovery/supervise.ts", import.meta.url).pathname;

/** A driver says what happens on standard output, `kedge --json` on standard error. */
export function startDriver(
  args: readonly string[],
  { env, cwd }: { env: NodeJS.ProcessEnv; cwd: string },
): Driver {
  const child = spawn(process.execPath, args, { env, cwd, stdio: ["ignore", "pipe", "pipe"] });
  const text = { stdout: "", stderr: "" };
  const hears = new Set<() => void>();
  const lines = (): readonly JsonObject[] =>
    [text.stdout, text.stderr]
      .flatMap((output) => output.split("\n").slice(0, -1))
      .map(readLine)
      .filter((line): line is JsonObject => line !== null);
  for (const name of ["stdout", "stderr"] as const)
    child[name].setEncoding("utf8").on("data", (part: string) => {
      text[name] += part;
      for (const hear of hears) hear();
    });
  // Not `close`: an agent that is left behind may have the pipe.
  const ended = new Promise<DriverEnd>((resolve) => {
    child.once("exit", (code) => setTimeout(() => resolve({ code, lines: lines(), ...text }), LAST_MS));
  });
  const heard = (isMeant: (line: JsonObject) => boolean): Promise<void> =>
    new Promise((resolve) => {
      const hear = (): void => {
        if (!lines().some(isMeant)) return;
        hears.delete(hear);
        resolve();
      };
      hears.add(hear);
      hear();
    });
  const until = (type: string): Promise<void> =>
    Promise.race([heard((line) => line.type === type), ended.then(() => {})]);
  const isStopped = (): boolean => {
    try {
      return /^State:\s+T/m.test(readFileSync(`/proc/${child.pid}/status`, "utf8"));
    } catch {
      return false; // it has ended
    }
  };
  return {
    ...{ pid: child.pid ?? 0, ended, lines, until },
    kill: (signal) => void child.kill(signal),
    async stopped() {
      await until("signal");
      // It says so before it does: what lets it go on must not come in between.
      while (!isStopped()) await sleep(10);
    },
    async goOn() {
      do {
        child.kill("SIGCONT");
        await sleep(20);
      } while (isStopped());
    },
  };
}

/** Null for what is no object: words for people, and reports of several lines. */
function readLine(line: string): JsonObject | null {
  if (!line.startsWith("{")) return null;
  try {
    return JSON.parse(line) as JsonObject;
  } catch {
    return null;
  }
}

/** What a process has written comes within this time of its end. */
const LAST_MS = 50;
