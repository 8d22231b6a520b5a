import { readFileSync, readlinkSync } from "node:fs";
import { isThere } from "./live-process.ts";
import { createProcessTables } from "./process-table.ts";

/**
 * Says which process this is, in a line that is written where it holds something. Its number alone does not: a container that is started again
 * gives the same ones, and every machine does in time. So the line has, between blanks, the number, when the process began, which boot of the
 * machine that was, and whose numbers these are; what the system does not tell is a hyphen.
 */
export function holderLine(): string {
  const entry = createProcessTables().find(process.pid);
  return [process.pid, entry?.startTicks ?? "-", bootId() ?? "-", numberSpace() ?? "-"].join(" ");
}

/** The number of a process in a line; null for a line that names none. A line may be a number alone. */
export function holderPid(line: string): number | null {
  const pid = Number(line.split(" ", 1)[0]);
  return Number.isSafeInteger(pid) && pid > 0 ? pid : null;
}

/**
 * Whether the process of a line is known to be dead. One whose number belongs to others, as in another container, counts as alive: from here
 * nobody can tell.
 */
export function isHolderGone(line: string): boolean {
  const pid = holderPid(line);
  if (pid === null) return true;
  if (isOfEarlierBoot(line)) return true;
  if (isHolderElsewhere(line)) return false;
  if (!isThere(pid)) return true;
  const entry = createProcessTables().find(pid);
  // What cannot be read is there all the same.
  const ticks = line.split(" ")[1] ?? "-";
  return entry !== null && (entry.isDead || isOther(ticks, String(entry.startTicks)));
}

/** Whether the number of a line belongs to others than those seen from here, as in another container. */
export function isHolderElsewhere(line: string): boolean {
  return isOther(line.split(" ")[3] ?? "-", numberSpace());
}

/** Whether the process of a line lived before the machine was started again: nothing of it is left then, whatever has its numbers now. */
export function isOfEarlierBoot(line: string): boolean {
  return isOther(line.split(" ")[2] ?? "-", bootId());
}

/** Whether two that are both known differ. */
function isOther(written: string, now: string | null): boolean {
  return written !== "-" && now !== null && written !== now;
}

function bootId(): string | null {
  return orNull(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim());
}

function numberSpace(): string | null {
  return orNull(() => readlinkSync("/proc/self/ns/pid"));
}

/** A machine without such a file tells nothing. */
function orNull(read: () => string): string | null {
  try {
    return read() || null;
  } catch {
    return null;
  }
}
