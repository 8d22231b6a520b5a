import { readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { reachedPath } from "../paths.ts";
import { protectedNames } from "./protected-names.ts";

/** Entries of a tree that are looked at; whatever has more may hold anything. */
const MAX_ENTRIES = 20_000;

const names = protectedNames();

/**
 * Says which protected place a path leads to: by its own name, or by where its links lead. Null for none.
 *
 * @param path absolute
 */
export async function protectedPlace(path: string): Promise<string | null> {
  const own = names.partOf(path);
  if (own !== null) return own;
  const reached = await reachedPath(path);
  return reached === path ? null : names.partOf(reached);
}

/**
 * Says which protected place a glob may stand for. Null for none.
 *
 * @param pattern as it is written, without quotes
 */
export function protectedByGlob(pattern: string): string | null {
  return names.byGlob(pattern);
}

/**
 * Says which protected place is somewhere in a folder that is moved, copied or removed as a whole. Null for none, and for what is no
 * folder. Installed packages are left out: what is in them nobody obeys there.
 */
export async function protectedBelow(folder: string): Promise<string | null> {
  const folders = basename(folder) === "node_modules" ? [] : [folder];
  let count = 0;
  for (let each = folders.pop(); each !== undefined; each = folders.pop()) {
    // Links are not followed: such a program takes the link itself.
    const entries = await readdir(each, { withFileTypes: true }).catch(() => []);
    count += entries.length;
    if (count > MAX_ENTRIES) return `${folder}, which is too large to be looked through,`;
    for (const entry of entries) {
      const path = join(each, entry.name);
      if (names.partOf(path.slice(folder.length)) !== null) return path;
      if (entry.isDirectory() && entry.name !== "node_modules") folders.push(path);
    }
  }
  return null;
}
