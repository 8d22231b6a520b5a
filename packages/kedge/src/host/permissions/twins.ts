import type { BigIntStats } from "node:fs";
import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";

/** Where protected files are looked for. */
export interface TwinSearch {
  readonly folder: string;
  /** Folders on the way down; without it, all. */
  readonly depth?: number;
}

/**
 * Whether a name makes a file protected.
 *
 * @param path absolute
 * @param way the same from the folder that is gone through: what that folder is called does not count
 */
export type IsProtected = (path: string, way: string) => boolean;

/** Entries that are looked at; a file may be one of those beyond. */
const MAX_ENTRIES = 100_000;

/**
 * Says of which protected file a file with several names is another name: writing to one writes to all. Null for none. Such files are rare,
 * so the folders are gone through only then. Left out are installed packages, which nobody obeys there, and git's objects, which git
 * takes for nothing but what their names say.
 */
export async function twinOf(
  stats: BigIntStats,
  searches: readonly TwinSearch[],
  isProtected: IsProtected,
  maxEntries = MAX_ENTRIES,
): Promise<string | null> {
  const left = searches.map(({ folder, depth = Number.POSITIVE_INFINITY }) => ({ folder, depth, way: "" }));
  let count = 0;
  for (let at = left.pop(); at !== undefined; at = left.pop()) {
    const { folder, depth, way } = at;
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    count += entries.length;
    if (count > maxEntries)
      return `A file with several names, in ${folder}, which is too large to be looked through,`;
    for (const entry of entries) {
      const [path, own] = [join(folder, entry.name), `${way}/${entry.name}`];
      if (entry.isDirectory()) {
        const isLeftOut = entry.name === "node_modules" || own.endsWith(".git/objects");
        if (depth > 0 && !isLeftOut) left.push({ folder: path, depth: depth - 1, way: own });
      } else if (entry.isFile() && isProtected(path, own) && (await isSame(path, stats))) return path;
    }
  }
  return null;
}

async function isSame(path: string, { dev, ino }: BigIntStats): Promise<boolean> {
  const stats = await lstat(path, { bigint: true }).catch(() => null);
  return stats !== null && stats.dev === dev && stats.ino === ino;
}
