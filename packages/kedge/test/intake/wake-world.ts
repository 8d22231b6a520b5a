/** The waiter in a state folder of its own, run by a shell that is named, in a process group of its own as an agent starts it. */
import { spawn } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { writeHeartbeat } from "../../src/recovery/index.ts";

const SOURCE = join(import.meta.dirname, "../../intake/kedge-wake");

/** What was told the session when it is woken by the timer. */
export const NUDGE = 'Go on; it\'s "over" now, $HOME.';

/** A timer that wakes soon, eight times. */
export const TIMER = ["limit=600", "total=900000", "attempts=20", "rate_limit=8/2/600", `nudge=${NUDGE}`];

export interface WakeRun {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface WaiterProcess {
  readonly pid: number;
  readonly done: Promise<WakeRun>;
  kill(signal: NodeJS.Signals): void;
  /** Whether anything of its process group is left. */
  hasProcesses(): boolean;
  /** Ends all of it. */
  killAll(): void;
}

interface WakeOptions {
  readonly shell?: readonly string[];
  readonly args?: readonly string[];
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface WakeWorld extends AsyncDisposable {
  /** A blank and a quote are in its name. */
  readonly stateDir: string;
  readonly script: string;
  start(options?: WakeOptions): WaiterProcess;
  /** Starts another program in the same way. */
  program(
    words: readonly string[],
    options: Pick<WakeOptions, "env"> & { readonly input: string },
  ): WaiterProcess;
  /** Starts one, and waits until it has written down that it waits, has looked for a supervisor, and takes its first nap. */
  waiter(options?: WakeOptions): Promise<WaiterProcess>;
  run(options?: WakeOptions): Promise<WakeRun>;
  /** Names in the folder of waits. */
  names(): readonly string[];
  /** A file of the session; null when there is none. */
  text(ending: string): string | null;
  say(ending: string, text: string): void;
  /** A sign of life of a supervisor, so many seconds ago. */
  beat(agoS?: number, options?: { readonly hasEnded?: boolean }): Promise<void>;
}

export const SESSION = "5e551011-0000-4000-8000-000000000001";

/** The input of a StopFailure handler as the agent writes it. */
export function failure(more: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({
    ...{ session_id: SESSION, transcript_path: "/home/dev/x.jsonl", cwd: "/home/dev/x" },
    ...{ prompt_id: "2e89920e-3720-4af2-9429-c40e1e1e2912", hook_event_name: "StopFailure" },
    ...{ error: "rate_limit", last_assistant_message: "API Error: Request rejected (429) · Rate limited" },
    ...more,
  });
}

/** The input of a UserPromptSubmit handler. */
export function prompt(text: string): string {
  return JSON.stringify({ session_id: SESSION, hook_event_name: "UserPromptSubmit", prompt: text });
}

export function makeWake(): WakeWorld {
  const stateDir = realpathSync(mkdtempSync(join(tmpdir(), "kedge 'wa\"ke-")));
  mkdirSync(join(stateDir, "intake"));
  const script = join(stateDir, "intake/kedge-wake");
  copyFileSync(SOURCE, script);
  chmodSync(script, 0o700);
  const waits = join(stateDir, "waits");
  const text = (ending: string): string | null => {
    const file = join(waits, `${SESSION}.${ending}`);
    return existsSync(file) ? readFileSync(file, "utf8") : null;
  };
  const started: WaiterProcess[] = [];
  const program: WakeWorld["program"] = (words, options) => {
    const own = startProgram(words, options);
    started.push(own);
    return own;
  };
  const start: WakeWorld["start"] = ({
    shell = [],
    args = ["wait", ...TIMER],
    input = failure(),
    env = {},
  } = {}) => program([...shell, script, ...args], { input, env });
  return {
    ...{ stateDir, script, text, start, program },
    async waiter(options) {
      const before = text("wait");
      const waiter = start(options);
      await until(() => text("wait") !== before && text("wait") !== null);
      await until(() => isNapping(waiter.pid));
      return waiter;
    },
    run: (options) => start(options).done,
    names: () => (existsSync(waits) ? readdirSync(waits).sort() : []),
    say(ending, what) {
      mkdirSync(waits, { recursive: true, mode: 0o700 });
      writeFileSync(join(waits, `${SESSION}.${ending}`), what, { mode: 0o600 });
    },
    async beat(agoS = 0, { hasEnded = false } = {}) {
      const atMs = Date.now() - agoS * 1_000;
      await writeHeartbeat(stateDir, {
        ...{ beatMs: atMs, pid: process.pid, sinceMs: atMs, version: "0.0.0", health: null },
        endedMs: hasEnded ? atMs : null,
      });
    },
    async [Symbol.asyncDispose]() {
      for (const { killAll, done } of started) {
        killAll();
        await done;
      }
      rmSync(stateDir, { recursive: true, force: true });
    },
  };
}

function startProgram(
  [file = "", ...args]: readonly string[],
  { input, env = {} }: { readonly input: string; readonly env?: Readonly<Record<string, string>> },
): WaiterProcess {
  const child = spawn(file, args, {
    env: { PATH: process.env.PATH, KEDGE_TEST_MARK: process.env.KEDGE_TEST_MARK ?? "", ...env },
    detached: true,
  });
  const pid = child.pid ?? 0;
  const said = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    child[name].setEncoding("utf8").on("data", (chunk: string) => {
      said[name] += chunk;
    });
  const done = new Promise<WakeRun>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (exitCode) => resolve({ exitCode, ...said }));
  });
  child.stdin.on("error", () => {}); // it reads no more than it needs
  child.stdin.end(input);
  const signalGroup = (signal: NodeJS.Signals | 0): boolean => {
    try {
      return process.kill(-pid, signal);
    } catch {
      return false; // nothing is left of it
    }
  };
  return {
    ...{ pid, done },
    kill: (signal) => void child.kill(signal),
    hasProcesses: () => signalGroup(0),
    killAll: () => void signalGroup("SIGKILL"),
  };
}

/** Waits until something is so; the time-out of the test ends it. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await sleep(10);
}

/** How a waiter ends that wakes nobody. */
export const AWAY: WakeRun = { exitCode: 0, stdout: "", stderr: "" };

/** How one ends that wakes its session. */
export const woken = (nudge: string): WakeRun => ({ exitCode: 2, stdout: "", stderr: `${nudge}\n` });

/** Numbers of the processes that a process has started and that are there. */
export function childrenOf(pid: number): readonly string[] {
  const text = readIfThere(`/proc/${pid}/task/${pid}/children`);
  return text.split(" ").filter((each) => each !== "");
}

/** Its command line; empty when it has ended. */
export function commandOf(pid: string): string {
  return readIfThere(`/proc/${pid}/cmdline`).replaceAll("\0", " ").trim();
}

/** Whether a waiter has nothing to do for a moment. */
export function isNapping(pid: number): boolean {
  return childrenOf(pid).some((child) => commandOf(child).startsWith("sleep"));
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return ""; // it has ended
  }
}
