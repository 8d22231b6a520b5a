import { existsSync, readdirSync } from "node:fs";
import { MARK_VARIABLE } from "./child-mark.ts";
import { createProcReader, type ProcReader } from "./proc-reader.ts";

/** One process as `/proc` shows it. Its number and `startTicks` together are never given to another one. */
export interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  /** Its process group. */
  readonly group: number;
  readonly session: number;
  /** When it started, in clock ticks since the machine did. */
  readonly startTicks: number;
  /** Ended and not yet reaped by its parent. */
  readonly isDead: boolean;
  /** The parts of the mark variable in its environment; empty where they were not looked for. */
  readonly marks: readonly string[];
}

/** The processes of the machine at one time, in the ways that a tree is searched. */
export interface ProcessTable {
  readonly byPid: ReadonlyMap<number, ProcessEntry>;
  readonly byParent: ReadonlyMap<number, readonly ProcessEntry[]>;
  readonly bySession: ReadonlyMap<number, readonly ProcessEntry[]>;
  /** By each of their marks. */
  readonly byMark: ReadonlyMap<string, readonly ProcessEntry[]>;
}

/** Reads `/proc`. Many who want a table at the same time share one reading. */
export interface ProcessTables {
  /** Whether this machine has a `/proc` to read. */
  readonly isSupported: boolean;
  /**
   * Reads all processes, beginning after the call.
   *
   * @param sinceTicks marks are not read of processes that started before
   * @returns null when `/proc` cannot be read now, as without free descriptors: nothing is known then
   */
  read(sinceTicks: number): Promise<ProcessTable | null>;
  /** One process now; null when it is gone or cannot be read. */
  find(pid: number): ProcessEntry | null;
}

/** Milliseconds that reading may hold the event loop at a time. */
const SLICE_MS = 10;

export function createProcessTables(): ProcessTables {
  const isSupported = process.platform === "linux" && existsSync("/proc/self/stat");
  const readFile = createProcReader();
  let running: Promise<unknown> = Promise.resolve();
  let next: { sinceTicks: number; readonly table: Promise<ProcessTable | null> } | null = null;
  let last: ProcessTable | null = null;

  return {
    isSupported,
    async read(sinceTicks) {
      if (!isSupported) return null;
      if (next) {
        next.sinceTicks = Math.min(next.sinceTicks, sinceTicks);
        return next.table;
      }
      const begin = (): Promise<ProcessTable | null> => {
        const since = next?.sinceTicks ?? 0;
        next = null; // who comes from here on needs a later reading
        return readTable(readFile, since, last).catch(() => null);
      };
      const table = running.then(begin);
      running = table.then((read) => {
        last = read;
      });
      next = { sinceTicks, table };
      return table;
    },
    find(pid) {
      try {
        return readEntry(readFile, pid);
      } catch {
        return null; // unreadable counts as gone: nothing is sent to what is not known
      }
    },
  };
}

async function readTable(
  readFile: ProcReader,
  sinceTicks: number,
  last: ProcessTable | null,
): Promise<ProcessTable> {
  const byPid = new Map<number, ProcessEntry>();
  const byParent = new Map<number, ProcessEntry[]>();
  const bySession = new Map<number, ProcessEntry[]>();
  const byMark = new Map<string, ProcessEntry[]>();
  let sliceEnd = performance.now() + SLICE_MS;
  for (const name of readdirSync("/proc")) {
    const pid = Number(name);
    if (!(pid > 1) || pid === process.pid) continue;
    if (performance.now() > sliceEnd) {
      await new Promise(setImmediate);
      sliceEnd = performance.now() + SLICE_MS;
    }
    const bare = readEntry(readFile, pid);
    if (!bare) continue;
    const entry = { ...bare, marks: bare.startTicks < sinceTicks ? [] : findMarks(readFile, bare, last) };
    byPid.set(pid, entry);
    addTo(byParent, entry.parent, entry);
    addTo(bySession, entry.session, entry);
    for (const mark of entry.marks) addTo(byMark, mark, entry);
  }
  return { byPid, byParent, bySession, byMark };
}

function addTo<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}

function readEntry(readFile: ProcReader, pid: number): ProcessEntry | null {
  const stat = readFile(`/proc/${pid}/stat`)?.toString("latin1");
  if (!stat) return null;
  // The name is in parentheses and may hold any character, so fields are counted after the last one (proc(5)).
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  // A first thread that ended while others go on looks dead too, but counts them.
  const isDead = (fields[0] === "Z" || fields[0] === "X") && Number(fields[17]) <= 1;
  const [parent, group, session] = [Number(fields[1]), Number(fields[2]), Number(fields[3])];
  return { pid, parent, group, session, startTicks: Number(fields[19]), isDead, marks: [] };
}

function findMarks(readFile: ProcReader, entry: ProcessEntry, last: ProcessTable | null): readonly string[] {
  if (entry.isDead) return [];
  const before = last?.byPid.get(entry.pid);
  // A mark once seen stays true. That there was none may be because it was just being started.
  if (before && before.startTicks === entry.startTicks && before.marks.length > 0) return before.marks;
  const environment = readFile(`/proc/${entry.pid}/environ`);
  if (!environment?.includes(MARK_VARIABLE)) return [];
  const prefix = `${MARK_VARIABLE}=`;
  const variable = environment
    .toString("latin1")
    .split("\0")
    .find((text) => text.startsWith(prefix));
  return variable?.slice(prefix.length).split("/") ?? [];
}
