import { setTimeout as sleep } from "node:timers/promises";
import {
  createProcessTables,
  type ProcessEntry,
  type ProcessTable,
  type ProcessTables,
} from "./process-table.ts";

/** A process that leads its own session, and all that came from it. */
interface ProcessTree {
  readonly pid: number;
  /** The value of its mark, which its descendants inherit. */
  readonly mark: string;
  /** Whether its end was seen; from then on its number may belong to somebody else. */
  isReaped(): boolean;
}

/** Ends whole trees of processes. */
export interface TreeEnder {
  /**
   * Sends SIGTERM to all of the tree, and SIGKILL to what is left after `graceMs`. Descendants are found by their parents,
   * by their sessions, and by the mark in their environment: one that had left all three behind before the call is not
   * found. Without a `/proc`, only the process group of the tree is ended.
   *
   * @returns the processes that are still alive within a second after the SIGKILL, normally none
   */
  end(tree: ProcessTree, graceMs: number): Promise<readonly number[]>;
}

/** Milliseconds from the first SIGKILL until the rest is given up, as processes of another user or stuck in the kernel are. */
const LAST_MS = 800;
/** Milliseconds that a process has to die of SIGKILL, even when this one was too busy to send it in time. */
const DYING_MS = 300;
/** Readings in a row that must find nothing: a process that forks and ends at once can slip through one. */
const EMPTY_READINGS = 2;

export function createTreeEnder(): TreeEnder {
  const tables = createProcessTables();
  return {
    async end(tree, graceMs) {
      const killAt = performance.now() + graceMs;
      const members = createMembers(tree, tables);
      // Before the first signal, since a descendant whose parent ended has another one.
      await members.search();
      members.send("SIGTERM");
      let emptyReadings = 0;
      let giveUpAt = Number.POSITIVE_INFINITY;
      for (let pauseMs = 2; ; pauseMs = Math.min(pauseMs * 2, 50)) {
        const now = performance.now();
        if (now >= giveUpAt) return members.living();
        if (now >= killAt) {
          // Before the search, which takes long where there are thousands of processes.
          members.send("SIGKILL");
          giveUpAt = Math.min(giveUpAt, Math.max(killAt + LAST_MS, now + DYING_MS));
        }
        if (now >= killAt || !members.hasLiving()) {
          const isEmpty = (await members.search()) && !members.hasLiving();
          emptyReadings = isEmpty ? emptyReadings + 1 : 0;
          if (emptyReadings === EMPTY_READINGS) return [];
          if (isEmpty) continue;
          members.send(performance.now() >= killAt ? "SIGKILL" : "SIGTERM");
        }
        await sleep(now < killAt ? Math.min(pauseMs, Math.max(1, killAt - now)) : Math.min(pauseMs, 20));
      }
    },
  };
}

interface Members {
  /** Adds what belongs to the tree now. False when the processes cannot be read, so that nothing is known. */
  search(): Promise<boolean>;
  hasLiving(): boolean;
  living(): readonly number[];
  /** Sends to all that live; SIGTERM to each only once, for a second one means haste to many programs. */
  send(signal: "SIGTERM" | "SIGKILL"): void;
}

function createMembers(tree: ProcessTree, tables: ProcessTables): Members {
  const known = new Map<number, ProcessEntry>();
  const told = new Set<ProcessEntry>();
  // Windows has no groups.
  const group = process.platform === "win32" ? tree.pid : -tree.pid;
  let isGroupTold = false;

  const isAlive = (entry: ProcessEntry): boolean => {
    const now = tables.find(entry.pid);
    return now !== null && now.startTicks === entry.startTicks && !now.isDead;
  };
  // Without a table there are only the leader and its group.
  const isGroupAlive = (): boolean => !tables.isSupported && sendTo(group, 0);
  const living = (): number[] => [...known.values()].filter(isAlive).map(({ pid }) => pid);

  return {
    async search() {
      const leader = tree.isReaped() ? null : tables.find(tree.pid);
      if (leader) known.set(tree.pid, leader);
      const table = await tables.read(known.get(tree.pid)?.startTicks ?? 0);
      if (table) addMembers({ known, table, mark: tree.mark });
      return table !== null || !tables.isSupported;
    },
    hasLiving: () => !tree.isReaped() || isGroupAlive() || [...known.values()].some(isAlive),
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
        if (isAlive(entry)) sendTo(entry.pid, signal);
      }
    },
  };
}

function addMembers(options: {
  readonly known: Map<number, ProcessEntry>;
  readonly table: ProcessTable;
  readonly mark: string;
}): void {
  const { known, table, mark } = options;
  const queue = [...known.values()].filter((entry) => {
    const now = table.byPid.get(entry.pid);
    return now === undefined || now.startTicks === entry.startTicks;
  });
  const reached = new Set(queue.map(({ pid }) => pid));
  const sessions = new Set<number>();
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
