import type { ChildProcess } from "node:child_process";
import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { lazyNode } from "../../platform/index.ts";
import { findFamily, isAlive, MARK_VARIABLE, type Relative, readProcess } from "./process-family.ts";

/**
 * A session's process, whose output is read as it comes. `ChildProcesses` of the platform hands output over at the end only, and takes all of
 * it; a session may run for days, and who reads it may be slow.
 */
export interface SessionProcess {
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Resolves when the process itself has ended, whatever its children do. */
  readonly exited: Promise<{ readonly exitCode: number | null; readonly signal: string | null }>;
  /**
   * Ends the process and all that came from it: SIGTERM, and SIGKILL to what is left after `graceMs`.
   *
   * @returns how many could not be ended, normally none
   */
  end(graceMs: number): Promise<number>;
}

export interface SessionProcessOptions {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly stdin?: Uint8Array;
}

/** How long after the first SIGKILL the rest is given up. */
const LAST_MS = 1_000;
const POLL_MS = 20;

/**
 * Starts a session's process as the leader of its own group and session: a terminal's signals do not reach it.
 *
 * @throws {Error} when it cannot be started; `code` is the system's
 */
export async function startSessionProcess(options: SessionProcessOptions): Promise<SessionProcess> {
  const { argv, cwd, stdin } = options;
  const [file = "", ...args] = argv;
  const mark = lazyNode.crypto.randomBytes(9).toString("base64url");
  const outer = options.env[MARK_VARIABLE];
  const env = { ...options.env, [MARK_VARIABLE]: outer ? `${outer}/${mark}` : mark };
  const child = lazyNode.childProcess.spawn(file, args, {
    ...{ cwd, env, windowsHide: true, detached: process.platform !== "win32" },
    stdio: [stdin === undefined ? "ignore" : "pipe", "pipe", "pipe"],
  });
  const exited = new Promise<Awaited<SessionProcess["exited"]>>((resolve) => {
    child.once("exit", (exitCode, signal) => resolve({ exitCode, signal }));
  });
  await new Promise<void>((resolve, reject) => {
    child.once("spawn", resolve);
    child.once("error", reject);
  });
  const { stdout, stderr, pid } = child;
  if (!stdout || !stderr || pid === undefined) throw new Error("the process has no pipes");
  writeInput(child, stdin);
  const leader = readProcess(pid);
  return {
    ...{ stdout, stderr, exited },
    end: (graceMs) => endFamily({ child, pid, leader, mark, graceMs }),
  };
}

function writeInput({ stdin }: ChildProcess, input: Uint8Array | undefined): void {
  if (!stdin || !input) return;
  // A child that ended, or closed its stdin, did not want the rest.
  stdin.on("error", () => {});
  stdin.end(Buffer.from(input.buffer, input.byteOffset, input.byteLength));
}

async function endFamily(options: {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly leader: Relative | null;
  readonly mark: string;
  readonly graceMs: number;
}): Promise<number> {
  const { child, pid, leader, mark, graceMs } = options;
  const killAt = performance.now() + graceMs;
  const known = new Map<string, Relative>();
  const told = new Set<string>();
  // Once reaped, its number may be somebody else's.
  const isReaped = (): boolean => child.exitCode !== null || child.signalCode !== null;
  const search = (): void => {
    for (const one of findFamily(leader, mark)) known.set(`${one.pid}.${one.startTicks}`, one);
  };
  const living = (): readonly [string, Relative][] => [...known].filter(([, one]) => isAlive(one));
  const send = (signal: "SIGTERM" | "SIGKILL"): void => {
    const isGroupTold = told.has("group");
    if (!isReaped() && !(signal === "SIGTERM" && isGroupTold)) sendTo(groupOf(pid), signal);
    told.add("group");
    for (const [key, one] of living()) {
      // SIGTERM once: a second one means haste to many programs.
      const isInGroup = one.group === pid && !isGroupTold && !isReaped();
      if (signal === "SIGTERM" && (told.has(key) || isInGroup)) told.add(key);
      else {
        told.add(key);
        sendTo(one.pid, signal);
      }
    }
  };
  for (let empty = 0; ; ) {
    search();
    const now = performance.now();
    const isOver = isReaped() && living().length === 0;
    // What was forked between two readings shows in the next one.
    empty = isOver ? empty + 1 : 0;
    if (empty === 2) return 0;
    if (now >= killAt + LAST_MS) return living().length + (isReaped() ? 0 : 1);
    if (!isOver) send(now >= killAt ? "SIGKILL" : "SIGTERM");
    await sleep(isOver ? 1 : POLL_MS);
  }
}

/** Windows has no groups. */
function groupOf(pid: number): number {
  return process.platform === "win32" ? pid : -pid;
}

function sendTo(pid: number, signal: "SIGTERM" | "SIGKILL"): void {
  try {
    process.kill(pid, signal);
  } catch {
    // it ended meanwhile, or is not ours to end: then it is counted as left
  }
}
