import { type BigIntStats, lstatSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { FolderLists } from "../guard/folder-list.ts";
import { identityOf } from "../guard/memory.ts";
import { createPauses } from "../guard/pauses.ts";
import type { ProtectedNames } from "../permissions/protected-names.ts";
import type { Hold } from "./hold.ts";

/** Entries that are looked at in one working directory, the nearest first. */
const MAX_ENTRIES = 20_000;

/** Places that are newly held in one working directory; each is a mount of its own. As many of before stay held. */
export const MAX_HOLDS = 256;

/** What there is of protected names in a folder. */
export interface ProtectedEntries {
  readonly holds: readonly Hold[];
  /** Folders inside of a held one that are written all the same. */
  readonly reopened: readonly string[];
  /** Not all of the folder was looked at: it is too large. */
  readonly isPartial: boolean;
}

/** Folders that are gone when they are looked at, and are looked for again. */
const MAX_MOVED = 200;

/** Below `.claude`, work of the agent itself. */
const OPEN_IN_CLAUDE = "worktrees";

/** What is known before one looks. */
interface Known {
  /** Of the same names. */
  readonly lists: FolderLists;
  /** Places that were held for a command of before: what it made around them does not displace them. */
  readonly earlier?: ReadonlySet<string>;
  /** Folders that are looked through by themselves. */
  readonly apart?: ReadonlySet<string>;
}

/**
 * Finds what is protected in a working directory, however deep, and what of it is missing at its top. Installed packages are left out:
 * what is in them nobody obeys there.
 *
 * @param dir without links
 */
export async function findProtected(
  dir: string,
  names: ProtectedNames,
  { lists, earlier = new Set(), apart = new Set() }: Known,
): Promise<ProtectedEntries> {
  const walk: Walk = {
    top: dir,
    holds: [],
    reopened: [],
    folders: [dir],
    seen: new Set(),
    aliases: new Set(),
    count: 0,
  };
  const pause = createPauses();
  let isPartial = false;
  let newHolds = 0;
  let moved = 0;
  // It grows as they are found.
  for (const folder of walk.folders) {
    await pause();
    const listing = listingOf(folder, lists);
    if (listing === "closed") continue;
    if (listing === "gone") {
      // What runs beside may have renamed it: it is looked for once more where it was.
      walk.seen.delete(folder);
      if (folder !== dir && moved++ < MAX_MOVED) walk.folders.push(dirname(folder));
      continue;
    }
    walk.count += listing.count;
    isPartial = walk.count > MAX_ENTRIES || newHolds > MAX_HOLDS;
    if (isPartial && folder !== dir) break;
    for (const name of listing.protectedNames) {
      const path = join(folder, name);
      if (!isNew(walk, path)) continue;
      if (!earlier.has(path)) newHolds++;
      hold(walk, path);
    }
    for (const name of listing.folders) {
      const path = join(folder, name);
      if (!apart.has(path) && isNew(walk, path)) walk.folders.push(path);
    }
  }
  const aliases = walk.aliases.size === 0 ? [] : await findAliases(dir, walk.aliases);
  const found = [...walk.holds, ...aliases];
  const seen = new Set(found.map(({ path }) => path));
  const unseen = [...earlier].filter((path) => !seen.has(path) && isThere(path)).map((path) => ({ path }));
  return {
    holds: [...missingNames(dir, names), ...unseen, ...found].slice(0, MAX_HOLDS * 3),
    reopened: walk.reopened,
    isPartial,
  };
}

/** Whether there is anything under a path, be it a link that leads nowhere. */
export function isThere(path: string): boolean {
  return statsOf(path) !== null;
}

interface Walk {
  readonly top: string;
  readonly holds: Hold[];
  readonly reopened: string[];
  readonly folders: string[];
  /** What was met in the folders that were looked at. */
  readonly seen: Set<string>;
  /** Files, by device and inode, of protected names that have other names as well. */
  readonly aliases: Set<string>;
  count: number;
}

/** Whether a path is met for the first time. */
function isNew({ seen }: Walk, path: string): boolean {
  const { size } = seen;
  return seen.add(path).size > size;
}

/** What is in a folder that was one when its name was read. */
function listingOf(folder: string, lists: FolderLists): ReturnType<FolderLists["list"]> {
  const stats = statsOf(folder);
  return stats?.isDirectory() ? lists.list(folder, identityOf(stats), stats) : "gone";
}

/** What is there; null for nothing. */
function statsOf(path: string): BigIntStats | null {
  try {
    return lstatSync(path, { bigint: true, throwIfNoEntry: false }) ?? null;
  } catch {
    return null; // something else than a folder is in the way
  }
}

function hold(walk: Walk, path: string): void {
  walk.holds.push({ path });
  const stats = statsOf(path);
  if (stats?.isFile() && stats.nlink > 1) walk.aliases.add(`${stats.dev}:${stats.ino}`);
  else if (stats?.isDirectory() && basename(path) === ".claude" && dirname(path) === walk.top)
    reopen(walk, path);
}

/**
 * Only at the top, where what is held cannot be moved: deeper, a command that runs beside could put a link in the way, and what is opened
 * would be wherever that leads. For the same reason only a real folder: a project may bring a link.
 */
function reopen(walk: Walk, claudeDir: string): void {
  const path = join(claudeDir, OPEN_IN_CLAUDE);
  if (!statsOf(path)?.isDirectory()) return;
  walk.reopened.push(path);
  walk.folders.push(path);
}

/** Protected names that are not there yet: whoever makes one would be obeyed as well (CVE-2026-25725). */
function missingNames(dir: string, names: ProtectedNames): readonly Hold[] {
  return [
    ...[...names.folders].map((name): Hold => ({ path: join(dir, name), ifMissing: { kind: "folder" } })),
    ...[...names.files].map((name): Hold => ({ path: join(dir, name), ifMissing: { kind: "socket" } })),
  ];
}

/** Other names of protected files: what is written through one is written into the file. Rare enough to be searched for. */
async function findAliases(dir: string, wanted: ReadonlySet<string>): Promise<readonly Hold[]> {
  const found: Hold[] = [];
  const folders = [dir];
  let count = 0;
  for (let folder = folders.shift(); folder !== undefined; folder = folders.shift()) {
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    count += entries.length;
    if (count > MAX_ENTRIES) break;
    for (const entry of entries) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) folders.push(path);
      else if (entry.isFile()) {
        const stats = await stat(path, { bigint: true }).catch(() => null);
        if (stats && stats.nlink > 1 && wanted.has(`${stats.dev}:${stats.ino}`)) found.push({ path });
      }
    }
  }
  return found;
}
