import { realpath } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";

/** Whether a path is a folder or below it. Both absolute; compared by whole names, so `/proj-evil` is not in `/proj`. */
export function isInside(dir: string, path: string): boolean {
  const way = relative(dir, path);
  return way === "" || (way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

/** The absolute path that a model means. */
export function absolutePath(path: string, { cwd, homeDir }: { cwd: string; homeDir: string }): string {
  if (path === "~" || path.startsWith("~/")) return join(homeDir, path.slice(1));
  return resolve(cwd, path);
}

/** How many links and missing folders are followed. */
const MAX_STEPS = 64;

/** Where a path really leads: its deepest part that exists resolved, with the names behind it that do not exist yet. */
export async function reachedPath(path: string): Promise<string> {
  let existing = path;
  const missing: string[] = [];
  for (let step = 0; step < MAX_STEPS; step++) {
    try {
      return join(await realpath(existing), ...missing);
    } catch {
      const parent = dirname(existing);
      if (parent === existing) break;
      missing.unshift(basename(existing));
      existing = parent;
    }
  }
  return path;
}
