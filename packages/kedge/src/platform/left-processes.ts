import { readlinkSync } from "node:fs";
import { uptime } from "node:os";
import {
  createProcessTables,
  type ProcessEntry,
  type ProcessTable,
  type ProcessTables,
} from "./process-table.ts";

/** Tells whether programs that have ended left others running. */
export interface LeftProcesses {
  /** The time now, for {@link LeftProcesses.isAnyLeft}. */
  moment(): number;
  /**
   * Whether a process lives that began at that time or later and came from one of these children: by the mark that they carry. One that
   * cleared its environment is taken for such a one if it has the parent that orphans of this process get, and works in a folder of these.
   * One that left those folders as well is not found.
   *
   * @param isOwnFolder whether somebody who works in a folder may have come from here
   * @returns true as well when nobody can tell now, as without free descriptors; on a system without a `/proc` none is ever found
   */
  isAnyLeft(since: number, isOwnFolder: (path: string) => boolean): Promise<boolean>;
}

/** The clock in which Linux tells beginnings has this many ticks a second on every machine. */
const TICKS_PER_SECOND = 100;

/** @param family what the marks of all children begin with, up to a dot */
export function createLeftProcesses(family: string): LeftProcesses {
  const tables = createProcessTables();
  return {
    // Two ticks early, since one clock is read in place of another.
    moment: () => Math.floor(uptime() * TICKS_PER_SECOND) - 2,
    async isAnyLeft(since, isOwnFolder) {
      const table = await tables.read(since);
      if (table === null) return tables.isSupported;
      const adopters = adoptersOf(table, tables);
      const isLeft = ({ pid, startTicks, isDead, marks, parent }: ProcessEntry): boolean => {
        if (startTicks < since || isDead) return false;
        if (marks.some((mark) => mark.startsWith(`${family}.`))) return true;
        return adopters.has(parent) && isOwnFolder(folderOf(pid));
      };
      return table.byPid.values().some(isLeft);
    },
  };
}

/** Who may become the parent of an orphan: the first process, or one above this one that asked for it. */
function adoptersOf(table: ProcessTable, tables: ProcessTables): ReadonlySet<number> {
  const line = new Set([1]);
  const own = tables.find(process.pid)?.parent ?? 1;
  for (let pid = own; !line.has(pid); pid = table.byPid.get(pid)?.parent ?? 1) line.add(pid);
  return line;
}

/** The folder in which a process works; the top where it cannot be told. */
function folderOf(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return "/";
  }
}
