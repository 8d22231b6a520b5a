import { type BigIntStats, lstatSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { foldName } from "../permissions/protected-names.ts";
import {
  below,
  budgetOf,
  type Container,
  type Entry,
  type Place,
  placeKey,
  type Rule,
  type SeenFolder,
} from "./entry.ts";
import type { FolderLists } from "./folder-list.ts";
import { identityOf, type Memory, signatureOf } from "./memory.ts";

/** Entries that one look takes in: of ordinary folders, and of protected ones. */
const MAX_ENTRIES = 20_000;

/** Entries of one protected folder, so that none takes the place of all others. */
const MAX_BELOW = 5_000;

/** What a look finds, and how it gets to it. */
export interface Collector {
  readonly containers: Map<string, Container>;
  readonly folders: Map<string, SeenFolder>;
  readonly lists: FolderLists;
  /** An ordinary folder, for entries to be added to. */
  containerOf(place: Place, path: string, stats: BigIntStats): Container;
  /** The same for a place itself: where its entries are from. */
  containerOfPlace(place: Place, path: string): Container;
  /**
   * Takes in one entry of a container.
   *
   * @returns what it is; null for none
   */
  add(container: Container, path: string, rule: Rule, gitDir?: string | null): Entry["kind"] | null;
  /** Names in a protected folder; links are not followed. */
  names(container: Container, path: string): readonly string[];
  /** Counts entries of an ordinary folder. False when there were too many. */
  count(entries: number): boolean;
  /** Something is there that cannot be reached. */
  miss(path: string, identity?: string): void;
  /** There are more entries than are taken in: these are left out. */
  leaveOut(paths: readonly string[]): void;
  readonly isTooMuch: boolean;
  /** What is there and was not looked at, by its identity, or by its path where that is not known. */
  readonly leftOut: ReadonlyMap<string, NotLookedAt>;
}

interface NotLookedAt {
  readonly path: string;
  /** It could have been reached. */
  readonly isTooMuch: boolean;
}

export function createCollector(memory: Memory, lists: FolderLists): Collector {
  const containers = new Map<string, Container>();
  const folders = new Map<string, SeenFolder>();
  let ordinary = 0;
  let guarded = 0;
  const leftOut = new Map<string, NotLookedAt>();
  let isCut = false;
  const isTooMuch = (): boolean => isCut || ordinary > MAX_ENTRIES || guarded > MAX_ENTRIES;
  const keep = (container: Container): Container => {
    const known = containers.get(container.key);
    if (!known) containers.set(container.key, container);
    return known ?? container;
  };
  return {
    ...{ containers, folders, lists, leftOut },
    miss: (path, identity = path) => void leftOut.set(identity, { path, isTooMuch: false }),
    leaveOut(paths) {
      isCut = true;
      for (const path of paths) leftOut.set(path, { path, isTooMuch: true });
    },
    containerOf: (place, path, stats) =>
      keep({ key: identityOf(stats), path, place, isPlace: false, entries: new Map() }),
    containerOfPlace: (place, path) =>
      keep({ key: placeKey(place), path, place, isPlace: true, entries: new Map() }),
    add(container, path, rule, gitDir = null) {
      const file = join(container.path, path);
      const stats = statsOf(file, () => this.miss(file));
      if (stats === null || saysNothing(file, stats, gitDir)) return null;
      if (++guarded > MAX_ENTRIES) {
        this.leaveOut([file]);
        return null;
      }
      const entry = toEntry(file, stats, { rule, gitDir, memory, budget: budgetOf(container) });
      container.entries.set(path, entry);
      return entry.kind;
    },
    names(container, path) {
      try {
        return readdirSync(join(container.path, path));
      } catch {
        this.miss(join(container.path, path), container.entries.get(path)?.signature);
        return []; // gone meanwhile, or not ours to read
      }
    },
    count(entries) {
      ordinary += entries;
      return ordinary <= MAX_ENTRIES;
    },
    get isTooMuch() {
      return isTooMuch();
    },
  };
}

/** Files of git that mean nothing while they are empty; `commondir` while it names its own folder. */
const MEANINGLESS: ReadonlyMap<string, bigint> = new Map([
  ...(["config", "config.worktree", "attributes"] as const).map((name) => [name, 0n] as const),
  ["commondir", 2n],
]);

/**
 * Whether nobody obeys what is there, so that it is as good as nothing. Confined commands have such things in place of what is missing, which
 * come and go while other commands are looked after.
 */
export function saysNothing(file: string, stats: BigIntStats, gitDir: string | null): boolean {
  if (stats.isSocket()) return true;
  const name = basename(file);
  if (stats.isDirectory()) return foldName(name) === ".git" && isEmpty(file);
  if (gitDir === null || !stats.isFile() || MEANINGLESS.get(name) !== stats.size) return false;
  return name !== "commondir" || readsAs(file, ".\n");
}

/** A `.git` with nothing in it is no repository. */
function isEmpty(folder: string): boolean {
  try {
    return readdirSync(folder).length === 0;
  } catch {
    return false; // gone meanwhile, or not ours to read
  }
}

function readsAs(file: string, text: string): boolean {
  try {
    return readFileSync(file, "latin1") === text;
  } catch {
    return false; // gone meanwhile, or not ours to read
  }
}

/**
 * What is at a path, itself; null for nothing, and for what cannot be reached.
 *
 * @param onHidden hears that it cannot be reached, whether there is something or not
 */
export function statsOf(path: string, onHidden: () => void = () => {}): BigIntStats | null {
  try {
    return lstatSync(path, { bigint: true, throwIfNoEntry: false }) ?? null;
  } catch {
    onHidden();
    return null;
  }
}

/** One entry as it is now; null for none. */
export function entryAt(
  path: string,
  { rule, gitDir }: Pick<Entry, "rule" | "gitDir">,
  memory: Memory,
  budget = "",
): Entry | null {
  const stats = statsOf(path);
  return stats && toEntry(path, stats, { rule, gitDir, memory, budget });
}

interface EntryMaking extends Pick<Entry, "rule" | "gitDir"> {
  readonly memory: Memory;
  readonly budget: string;
}

function toEntry(path: string, stats: BigIntStats, { rule, gitDir, memory, budget }: EntryMaking): Entry {
  const kind = kindOf(stats);
  return {
    ...{ kind, rule, gitDir },
    mode: Number(stats.mode) & 0o7777,
    ...{ uid: Number(stats.uid), gid: Number(stats.gid), size: Number(stats.size) },
    ...{ mtimeMs: Number(stats.mtimeMs), ctimeNs: stats.ctimeNs },
    signature: kind === "folder" ? identityOf(stats) : signatureOf(stats),
    content: kind === "file" || kind === "link" ? memory.contentOf(path, stats, budget) : null,
  };
}

function kindOf(stats: BigIntStats): Entry["kind"] {
  if (stats.isFile()) return "file";
  if (stats.isDirectory()) return "folder";
  return stats.isSymbolicLink() ? "link" : "other";
}

/** Takes in an entry with what is below it: the upper folders first, and always in the same order, in case it is too much. */
export function addAll(
  collector: Collector,
  container: Container,
  path: string,
  visit: (path: string, name: string) => "in" | "done" = () => "in",
): void {
  const waiting = [path];
  for (const [count, next] of waiting.entries()) {
    if (count === MAX_BELOW) {
      collector.leaveOut(waiting.slice(count).map((each) => join(container.path, each)));
      return;
    }
    if (collector.add(container, next, "whole") !== "folder") continue;
    for (const name of [...collector.names(container, next)].sort()) {
      const inside = below(next, name);
      if (visit(inside, name) === "in") waiting.push(inside);
    }
  }
}
