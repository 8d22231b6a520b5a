import { uptime } from "node:os";
import { createProcessTables } from "./process-table.ts";

/** A process that is there. */
interface LiveProcess {
  /** When it began, epoch ms, to within a second or two, rather too early than too late; null where the system does not tell. */
  readonly beganMs: number | null;
}

/** Finds a process by its number; null when there is none, or only one that ended and was not reaped. */
export type ProcessFinder = (pid: number) => LiveProcess | null;

/** The clock in which Linux tells beginnings has this many ticks a second on every machine. */
const TICKS_PER_SECOND = 100;

/**
 * Makes a finder. Where there is no `/proc` it can only say that some process has the number.
 *
 * A process that cannot be read, as somebody else's may be, is there all the same.
 */
export function createProcessFinder(): ProcessFinder {
  const tables = createProcessTables();
  const own = tables.find(process.pid);
  return (pid) => {
    if (!isThere(pid)) return null;
    const entry = tables.find(pid);
    if (entry === null) return { beganMs: null };
    if (entry.isDead) return null;
    const began = [epochOf(entry.startTicks)];
    // The machine's own clock may have been set since, and a container may have been given another one: the earlier of two readings.
    if (own !== null) began.push(performance.timeOrigin + msOf(entry.startTicks - own.startTicks));
    return { beganMs: Math.min(...began) };
  };
}

/** Whether there is a process of this number, dead ones that nobody has buried included. */
export function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

function epochOf(ticks: number): number {
  return Date.now() - uptime() * 1_000 + msOf(ticks);
}

function msOf(ticks: number): number {
  return (ticks * 1_000) / TICKS_PER_SECOND;
}
