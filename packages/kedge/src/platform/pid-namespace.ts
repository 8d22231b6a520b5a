import { readFileSync, readlinkSync } from "node:fs";
import { uptime } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { createProcessTables, type ProcessTable } from "./process-table.ts";

/** Milliseconds in which what is left of a namespace has to be gone. */
const LIMIT_MS = 5_000;

/** Milliseconds after which something keeps the first process from dying, as one that traces it does. */
const HELD_MS = 20;

/** The clock in which Linux tells beginnings has this many ticks a second on every machine. */
const TICKS_PER_SECOND = 100;

/** Seconds by which two clocks of a machine may differ. */
const CLOCK_S = 10;

/** A namespace of processes, as it was when it was made. */
export interface NamespaceStart {
  /** The number that its first process has here. */
  readonly pid: number;
  /** Of the namespace. */
  readonly inode: number;
  /** When its first process was already there, epoch ms. */
  readonly beforeMs: number;
}

/**
 * Ends a namespace of processes, and returns when nothing runs in it any more. Its first process ends all others with itself, but one of them
 * may trace it and so keep it from dying; then all that came from it is ended, wherever it stands.
 *
 * @returns false when something of it is still there after five seconds
 */
export async function endNamespace(first: NamespaceStart): Promise<boolean> {
  const tables = createProcessTables();
  const entry = tables.find(first.pid);
  if (!isFirst(first) || (entry !== null && isYounger(entry.startTicks, first.beforeMs))) return true;
  const isThere = (): boolean => {
    const now = tables.find(first.pid);
    // It is dead, reaped or not, only when all others are: so does the kernel.
    if (now === null) return signal(first.pid, 0);
    return !now.isDead && (entry === null || now.startTicks === entry.startTicks);
  };
  const began = performance.now();
  for (let pauseMs = 1; isThere(); pauseMs = Math.min(pauseMs * 2, 50)) {
    const elapsed = performance.now() - began;
    if (elapsed > LIMIT_MS) return false;
    signal(first.pid, "SIGKILL");
    const table = elapsed > HELD_MS ? await tables.read(Number.POSITIVE_INFINITY) : null;
    // The table is older than what is there now, but whoever is in this namespace is to be ended.
    if (table && isThere()) for (const pid of descendants(first.pid, table)) signal(pid, "SIGKILL");
    await sleep(pauseMs);
  }
  return true;
}

/** Whether this number still belongs to that namespace. */
function isFirst({ pid, inode }: NamespaceStart): boolean {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`) === `pid:[${inode}]`;
  } catch {
    // A process can hide that, but not that it is the first one somewhere.
    return isFirstSomewhere(pid) && signal(pid, 0);
  }
}

/** Whether a process began after a time: then it got a number that was free again. */
function isYounger(startTicks: number, timeMs: number): boolean {
  const ageS = uptime() - startTicks / TICKS_PER_SECOND;
  return ageS + CLOCK_S < (Date.now() - timeMs) / 1_000;
}

function isFirstSomewhere(pid: number): boolean {
  try {
    return /^NSpid:.*\s1$/m.test(readFileSync(`/proc/${pid}/status`, "latin1")) && pid !== 1;
  } catch {
    return false; // it is gone
  }
}

/** In a namespace whoever lost its parent gets the first process for one, so all of it is below that. */
function descendants(pid: number, { byParent }: ProcessTable): readonly number[] {
  const found = [pid];
  for (const each of found) found.push(...(byParent.get(each) ?? []).map((entry) => entry.pid));
  return found.slice(1);
}

/** Whether there was a process to send to that is this user's. Signal 0 only asks. */
function signal(pid: number, name: "SIGKILL" | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}
