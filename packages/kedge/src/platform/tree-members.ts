import type { ProcessEntry, ProcessTable, ProcessTables } from "./process-table.ts";

/** A process that leads its own session, and all that came from it. */
export interface ProcessTree {
  readonly pid: number;
  /** The value of its mark, which its descendants inherit. */
  readonly mark: string;
  /** Whether its end was seen; from then on its number may belong to somebody else. */
  isReaped(): boolean;
}

/** Processes that belong together and are to be ended. */
export interface Members {
  /** Adds what belongs to the tree now. False when the processes cannot be read, so that nothing is known. */
  search(): Promise<boolean>;
  hasLiving(): boolean;
  living(): readonly number[];
  /** Sends to all that live; SIGTERM to each only once, for a second one means haste to many programs. */
  send(signal: "SIGTERM" | "SIGKILL"): void;
}

/** The members of a tree whose leader this process started. */
export function createTreeMembers(tree: ProcessTree, tables: ProcessTables): Members {
  const known = new Map<number, ProcessEntry>();
  const told = new Set<ProcessEntry>();
  // Windows has no groups.
  const group = process.platform === "win32" ? tree.pid : -tree.pid;
  let isGroupTold = false;

  // Without a table there are only the leader and its group.
  const isGroupAlive = (): boolean => !tables.isSupported && sendTo(group, 0);
  const isAnyAlive = (): boolean => [...known.values()].some((entry) => isAlive(entry, tables));
  const living = (): number[] =>
    [...known.values()].filter((entry) => isAlive(entry, tables)).map(({ pid }) => pid);

  return {
    async search() {
      const leader = tree.isReaped() ? null : tables.find(tree.pid);
      if (leader) known.set(tree.pid, leader);
      const table = await tables.read(known.get(tree.pid)?.startTicks ?? 0);
      if (table) addMembers({ known, table, mark: tree.mark });
      return table !== null || !tables.isSupported;
    },
    hasLiving: () => !tree.isReaped() || isGroupAlive() || isAnyAlive(),
    living: () => (tree.isReaped() || known.has(tree.pid) ? living() : [tree.pid, ...living()]),
    send(signal) {
      const isTerm = signal === "SIGTERM";
      // The group also has what was forked since the search. Its number is certain until its leader is reaped.
      const isGroupSafe = !tree.isReaped() || !tables.isSupported;
      if (isGroupSafe && !(isTerm && isGroupTold)) {
        sendTo(group, signal);
        isGroupTold = true;
        for (const entry of known.values()) if (entry.group === tree.pid) told.add(entry);
      }
      for (const entry of known.values()) {
        if (isTerm && told.has(entry)) continue;
        told.add(entry);
        if (isAlive(entry, tables)) sendTo(entry.pid, signal);
      }
    },
  };
}

interface MarkedMembers extends Members {
  /** All that were found so far, dead ones too. */
  readonly found: number;
}

/** Everything that carries a mark, with its descendants, but not this process and those that it came from. */
export function createMarkedMembers(mark: string, tables: ProcessTables): MarkedMembers {
  const known = new Map<number, ProcessEntry>();
  const told = new Set<ProcessEntry>();
  const living = (): ProcessEntry[] => [...known.values()].filter((entry) => isAlive(entry, tables));
  return {
    async search() {
      const table = await tables.read(0);
      if (table) addMembers({ known, table, mark, spared: listOwnLine(table, tables) });
      return table !== null;
    },
    get found() {
      return known.size;
    },
    hasLiving: () => living().length > 0,
    living: () => living().map(({ pid }) => pid),
    send(signal) {
      for (const entry of living()) {
        if (signal === "SIGTERM" && told.has(entry)) continue;
        told.add(entry);
        sendTo(entry.pid, signal);
      }
    },
  };
}

/** This process and those that it came from. */
function listOwnLine(table: ProcessTable, tables: ProcessTables): readonly ProcessEntry[] {
  const line: ProcessEntry[] = [];
  // The table is one of others.
  for (let next = tables.find(process.pid); next && !line.includes(next); ) {
    line.push(next);
    next = table.byPid.get(next.parent) ?? null;
  }
  return line;
}

function isAlive(entry: ProcessEntry, tables: ProcessTables): boolean {
  const now = tables.find(entry.pid);
  return now !== null && now.startTicks === entry.startTicks && !now.isDead;
}

function addMembers(options: {
  readonly known: Map<number, ProcessEntry>;
  readonly table: ProcessTable;
  readonly mark: string;
  /** Never members, whatever they carry. */
  readonly spared?: readonly ProcessEntry[];
}): void {
  const { known, table, mark, spared = [] } = options;
  const queue = [...known.values()].filter((entry) => {
    const now = table.byPid.get(entry.pid);
    return now === undefined || now.startTicks === entry.startTicks;
  });
  const reached = new Set([...queue, ...spared].map(({ pid }) => pid));
  // In a session of theirs there are others that did not come from the tree, as in that of a terminal.
  const sessions = new Set<number>(spared.map(({ session }) => session));
  const add = (found: readonly ProcessEntry[] | undefined): void => {
    for (const entry of found ?? []) {
      if (reached.has(entry.pid)) continue;
      reached.add(entry.pid);
      if (!entry.isDead) known.set(entry.pid, entry);
      queue.push(entry);
    }
  };
  add(table.byMark.get(mark));
  for (const entry of queue) {
    add(table.byParent.get(entry.pid));
    if (sessions.has(entry.session)) continue;
    // Nobody can join a session, so all of one that a member is in came from the tree, its leader dead or not. A leader
    // younger than the member leads another session, which got the number when this one was empty.
    const leader = table.byPid.get(entry.session);
    if (leader && leader.startTicks > entry.startTicks) continue;
    sessions.add(entry.session);
    add(table.bySession.get(entry.session));
  }
}

/** Answers whether there was a process to send to. Signal 0 only asks. */
function sendTo(pid: number, signal: "SIGTERM" | "SIGKILL" | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false; // it ended meanwhile, or is not ours to end: then it shows as a survivor
  }
}
