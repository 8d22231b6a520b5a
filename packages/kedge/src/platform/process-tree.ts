import { setTimeout as sleep } from "node:timers/promises";
import { requireMark } from "./child-mark.ts";
import { createProcessTables } from "./process-table.ts";
import { createMarkedMembers, createTreeMembers, type Members, type ProcessTree } from "./tree-members.ts";

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
      const members = createTreeMembers(tree, tables);
      await endMembers(members, graceMs);
      return members.living();
    },
  };
}

/** What was found of a mark. */
export interface MarkedEnding {
  /** Processes that carried it or came from one that did. */
  readonly found: number;
  /** Those that could not be ended, normally 0. */
  readonly survivors: number;
}

/**
 * Ends every process that has this mark among those in its environment, with all that came from it, whoever started it: SIGTERM, and SIGKILL to
 * what is left after `graceMs`. This process and those that it came from are spared, though they may carry the mark as well. What another user
 * owns, or what hides its environment, is not found.
 *
 * @param mark as it was given to the start; one of several in a chain of nested starts counts, a part of one does not
 * @returns null when nobody can tell: without a `/proc`, or when it could not be read up to the end
 * @throws {TypeError} for what is no mark
 */
export async function endMarked(mark: string, graceMs: number): Promise<MarkedEnding | null> {
  requireMark(mark);
  const tables = createProcessTables();
  if (!tables.isSupported) return null;
  const members = createMarkedMembers(mark, tables);
  const isCertain = await endMembers(members, Math.max(0, graceMs));
  const survivors = members.living().length;
  return isCertain || survivors > 0 ? { found: members.found, survivors } : null;
}

/** Answers whether it was seen that nothing is left. */
async function endMembers(members: Members, graceMs: number): Promise<boolean> {
  const killAt = performance.now() + graceMs;
  // Before the first signal, since a descendant whose parent ended has another one.
  await members.search();
  members.send("SIGTERM");
  let emptyReadings = 0;
  let giveUpAt = Number.POSITIVE_INFINITY;
  for (let pauseMs = 2; ; pauseMs = Math.min(pauseMs * 2, 50)) {
    const now = performance.now();
    if (now >= giveUpAt) return false;
    if (now >= killAt) {
      // Before the search, which takes long where there are thousands of processes.
      members.send("SIGKILL");
      giveUpAt = Math.min(giveUpAt, Math.max(killAt + LAST_MS, now + DYING_MS));
    }
    if (now >= killAt || !members.hasLiving()) {
      const isEmpty = (await members.search()) && !members.hasLiving();
      emptyReadings = isEmpty ? emptyReadings + 1 : 0;
      if (emptyReadings === EMPTY_READINGS) return true;
      if (isEmpty) continue;
      members.send(performance.now() >= killAt ? "SIGKILL" : "SIGTERM");
    }
    await sleep(now < killAt ? Math.min(pauseMs, Math.max(1, killAt - now)) : Math.min(pauseMs, 20));
  }
}
