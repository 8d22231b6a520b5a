import { readdirSync, readFileSync } from "node:fs";

/** A process of a family. Its number and `startTicks` together are never given to another one. */
export interface Relative {
  readonly pid: number;
  readonly group: number;
  readonly startTicks: number;
}

interface Entry extends Relative {
  readonly parent: number;
  readonly session: number;
  readonly isDead: boolean;
}

/** The variable by which descendants are known that left their parent, as platform's children have it. */
export const MARK_VARIABLE = "KEDGE_CHILD";

/**
 * Finds a process and all that came from it: its session, the children of its children, and whoever carries its mark. Without a `/proc`
 * nothing is found.
 */
export function findFamily(leader: Relative | null, mark: string): readonly Relative[] {
  const entries = listProcesses();
  const family = new Set<Entry>();
  const leads = leader === null ? undefined : entries.find((entry) => isSame(entry, leader));
  for (const entry of entries)
    if (entry === leads || (leads && entry.session === leads.pid) || hasMark(entry.pid, mark))
      family.add(entry);
  for (let size = -1; size !== family.size; ) {
    size = family.size;
    const pids = new Set([...family].map(({ pid }) => pid));
    for (const entry of entries) if (pids.has(entry.parent)) family.add(entry);
  }
  return [...family].filter(({ isDead, pid }) => !isDead && pid !== process.pid);
}

/** Whether it still runs. */
export function isAlive(relative: Relative): boolean {
  const now = readProcess(relative.pid);
  return now !== null && isSame(now, relative) && !now.isDead;
}

/** What a process is now; null when it is gone, or cannot be read. */
export function readProcess(pid: number): Entry | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The command name is in parentheses and may hold any character, so fields are counted after the last one.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const [parent, group, session] = fields.slice(1, 4).map(Number);
    if (parent === undefined || group === undefined || session === undefined) return null;
    const isDead = fields[0] === "Z" || fields[0] === "X";
    return { pid, parent, group, session, startTicks: Number(fields[19]), isDead };
  } catch {
    return null; // gone, or no /proc
  }
}

function isSame(a: Relative, b: Relative): boolean {
  return a.pid === b.pid && a.startTicks === b.startTicks;
}

function listProcesses(): readonly Entry[] {
  try {
    const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
    return pids.flatMap((name) => readProcess(Number(name)) ?? []);
  } catch {
    return []; // no /proc, as on macOS
  }
}

function hasMark(pid: number, mark: string): boolean {
  try {
    const environment = readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
    const value = environment.find((each) => each.startsWith(`${MARK_VARIABLE}=`));
    return (
      value
        ?.slice(MARK_VARIABLE.length + 1)
        .split("/")
        .includes(mark) ?? false
    );
  } catch {
    return false; // gone, or of another user
  }
}
