import { dirname, join } from "node:path";
import { type Collector, entryAt, saysNothing, statsOf } from "./collector.ts";
import {
  budgetOf,
  type Container,
  type Entry,
  type LeftOut,
  placeKey,
  type SeenFolder,
  type Snapshot,
} from "./entry.ts";
import { leftOutAbove } from "./left-out.ts";
import { identityOf, type Memory } from "./memory.ts";

/** What one look found by itself. */
export type Look = Omit<Snapshot, "leftOut"> & Pick<Collector, "leftOut">;

/** Entries, and folders, that are known from earlier looks alone. */
const MAX_REMEMBERED = 20_000;

/**
 * Adds to a look what it could not see and an earlier one did: whoever makes a folder unreadable for a while, or puts something into one, has
 * nothing forgotten by that.
 *
 * @param last the look before it in this session; null for none
 * @param means.isOurs whether commands ran since, so that what is new is theirs
 */
export function completeLook(
  look: Look,
  last: Snapshot | null,
  { isOurs, memory }: { readonly isOurs: boolean; readonly memory: Memory },
): Snapshot {
  const { timeNs: sinceNs } = look;
  if (look.leftOut.size === 0 || last === null)
    return {
      ...look,
      leftOut: new Map([...look.leftOut].map(([key, { path }]) => [key, { path, sinceNs }])),
    };
  const { leftOut, folders } = foldersWith(look, last, isOurs);
  return { ...look, leftOut, folders, containers: containersWith(look, last, memory) };
}

/** What is in a folder that cannot be reached is known from when it could be; else it is known only since when it cannot. */
function foldersWith(look: Look, last: Snapshot, isOurs: boolean): Pick<Snapshot, "leftOut" | "folders"> {
  const leftOut = new Map<string, LeftOut>();
  const folders = new Map<string, SeenFolder>(look.folders);
  const hidden = new Set<string>();
  for (const [key, { path, isTooMuch }] of look.leftOut) {
    const [old, seen] = [last.leftOut.get(key), last.folders.get(key)];
    // People change it, too, and nobody sees when.
    if (isTooMuch) leftOut.set(key, { path, sinceNs: look.timeNs });
    else if (old) leftOut.set(key, { path, sinceNs: old.sinceNs });
    else if (seen) hidden.add(seen.path);
    else if (isOurs && wouldHaveSeen(last, look, path)) folders.set(key, { path, count: 0 });
    else leftOut.set(key, { path, sinceNs: look.timeNs });
  }
  if (hidden.size === 0) return { leftOut, folders };
  for (const [key, folder] of last.folders)
    if (!folders.has(key) && folders.size < 2 * MAX_REMEMBERED && isBelow(hidden, folder.path))
      folders.set(key, folder);
  for (const [key, left] of last.leftOut)
    if (!leftOut.has(key) && !folders.has(key) && isBelow(hidden, left.path)) leftOut.set(key, left);
  return { leftOut, folders };
}

/** Whether something would have been seen by the last look, had it been there: all that will be found in it is new. */
function wouldHaveSeen(last: Snapshot, { places }: Look, path: string): boolean {
  const top = outermost(new Set(places.map((place) => place.path)), path);
  const isPlace = last.places.some((place) => place.path === top);
  return isPlace && top !== null && leftOutAbove(last, top, path) === null;
}

/** Which of these paths a path is or is below, the outermost; null for none. */
function outermost(paths: ReadonlySet<string>, path: string): string | null {
  let found: string | null = null;
  for (let dir = path; ; dir = dirname(dir)) {
    if (paths.has(dir)) found = dir;
    if (dirname(dir) === dir) return found;
  }
}

const isBelow = (paths: ReadonlySet<string>, path: string): boolean => outermost(paths, path) !== null;

/** What was protected and is not in sight: as it is now, or, where nobody can tell, as it was. */
function containersWith(look: Look, last: Snapshot, memory: Memory): ReadonlyMap<string, Container> {
  const containers = new Map(look.containers);
  const places = new Set(look.places.map(placeKey));
  let remembered = 0;
  for (const was of last.containers.values()) {
    const now = look.containers.get(was.key);
    const missing = [...was.entries].filter(([path]) => !now?.entries.has(path));
    if (missing.length === 0 || !places.has(placeKey(was.place))) continue;
    if (isReplaced(was)) continue;
    const folder = now?.path ?? folderOf(was, look);
    const container = { ...(now ?? was), path: folder ?? was.path, entries: new Map(now?.entries) };
    for (const [path, entry] of missing) {
      const again = folder === null ? entry : entryAgain(container, path, { was: entry, memory });
      if (again !== null && ++remembered <= MAX_REMEMBERED) container.entries.set(path, again);
    }
    if (container.entries.size > 0) containers.set(was.key, container);
  }
  return containers;
}

/** Whether a working directory is none any more: what a link in its place leads to is something else. */
function isReplaced({ isPlace, place, path }: Container): boolean {
  const stats = isPlace && place.kind === "tree" ? statsOf(path) : null;
  return stats !== null && !stats.isDirectory();
}

/** Where the folder of a container is now; null when nobody can tell. */
function folderOf({ key, path, isPlace }: Container, { folders }: Look): string | null {
  const seen = folders.get(key);
  if (isPlace || seen) return seen?.path ?? path;
  const stats = statsOf(path);
  return stats !== null && identityOf(stats) === key ? path : null;
}

/** An entry that no look took in, as it is; null when it is gone. */
function entryAgain(
  container: Container,
  path: string,
  { was, memory }: { readonly was: Entry; readonly memory: Memory },
): Entry | null {
  const file = join(container.path, path);
  let isHidden = false;
  const stats = statsOf(file, () => {
    isHidden = true;
  });
  if (isHidden) return was;
  if (stats === null || saysNothing(file, stats, was.gitDir)) return null;
  return entryAt(file, was, memory, budgetOf(container));
}
