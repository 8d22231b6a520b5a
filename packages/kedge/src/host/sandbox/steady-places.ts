import { lstatSync } from "node:fs";
import { lstat, realpath } from "node:fs/promises";
import { dirname } from "node:path";
import { isInside, reachedPath } from "../paths.ts";
import type { Hold } from "./hold.ts";

/**
 * Holds what links lead to in place of the links: a mount does not follow a link that leads out of the folder around it, and then nothing could
 * be started at all. What nobody can write needs no hold, and a folder that holds a whole working directory would close it.
 *
 * @param writable without links
 */
export async function withoutLinks(
  holds: readonly Hold[],
  writable: readonly string[],
): Promise<readonly Hold[]> {
  const folders = new Map(
    await Promise.all(
      [...new Set(holds.map(({ path }) => dirname(path)))].map(
        async (folder) => [folder, await reached(folder)] as const,
      ),
    ),
  );
  const real = await Promise.all(
    holds.map(async (hold) => {
      // Most are missing, or no links: to follow each path from the root would be most of the work of a call.
      const isPlain = folders.get(dirname(hold.path)) === dirname(hold.path) && !isLink(hold.path);
      const path = isPlain ? hold.path : await reached(hold.path);
      if (path === hold.path) return [hold];
      return isBelowAny(path, writable) ? [{ path }] : [];
    }),
  );
  return real.flat();
}

function reached(path: string): Promise<string> {
  return realpath(path).catch(() => reachedPath(path));
}

function isLink(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
  } catch {
    return true; // nobody knows: it is followed
  }
}

/**
 * Folders between a working directory and a place in it that has to stay where it is. Each becomes a mount of its own, which cannot be moved: else
 * a command would move the folder around it, and the next one would find the place under another name.
 *
 * @param places without links
 */
export async function foldersAround(
  places: readonly string[],
  writable: readonly string[],
): Promise<readonly string[]> {
  const around = new Set<string>();
  for (const place of places)
    for (let dir = dirname(place); isBelowAny(dir, writable); dir = dirname(dir)) around.add(dir);
  const there: string[] = [];
  for (const dir of around) if ((await lstat(dir).catch(() => null))?.isDirectory()) there.push(dir);
  return there;
}

/**
 * Whether a place inside of what is held can be opened: only where no command that runs beside can put a link in the way, for what is opened
 * would be wherever that leads. So what is held around it has to stand at the top of a working directory.
 */
export function isSteady(
  path: string,
  about: {
    readonly held: readonly string[];
    readonly open: readonly string[];
    readonly writable: readonly string[];
  },
): boolean {
  const around = about.held.filter((dir) => dir !== path && isInside(dir, path));
  return around.some(
    (dir) =>
      about.writable.includes(dirname(dir)) &&
      !about.open.some((each) => each !== path && isInside(dir, each) && isInside(each, path)),
  );
}

function isBelowAny(path: string, dirs: readonly string[]): boolean {
  return dirs.some((dir) => dir !== path && isInside(dir, path));
}
