import { lstatSync, readlinkSync } from "node:fs";
import { stat } from "node:fs/promises";
import { dirname, isAbsolute, join, relative, resolve, sep } from "node:path";

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

/** Links that one path may lead through; kernels give up there as well, so nothing is reached beyond. */
const MAX_LINKS = 40;

/**
 * Where a path really leads, whether there is something or not: a link to what does not exist yet leads to where it would be made.
 *
 * @param path absolute
 */
export function reachedPath(path: string): Promise<string> {
  return follow("/", path, { left: MAX_LINKS });
}

/**
 * Whether a folder is there, and the way to it leads through no link.
 *
 * @param path absolute
 */
export async function isPlainFolder(path: string): Promise<boolean> {
  const stats = await stat(path).catch(() => null);
  return stats?.isDirectory() === true && (await reachedPath(path)) === path;
}

/** A path with the links that it leads through. */
export interface Way {
  /** As {@link reachedPath} says it. */
  readonly path: string;
  /** Where each link stands, without links on the way to it. */
  readonly links: readonly string[];
}

/**
 * Where a path really leads, and through which links.
 *
 * @param path absolute
 */
export async function wayOf(path: string): Promise<Way> {
  const links: string[] = [];
  return { path: await follow("/", path, { left: MAX_LINKS, links }), links };
}

/**
 * Where a program that works in a folder gets to with a path. Other than in {@link absolutePath}, `..` behind a link is the folder
 * above the link's target, as it is for every program.
 */
export async function reachedFrom(cwd: string, path: string): Promise<string> {
  return follow(await reachedPath(cwd), path, { left: MAX_LINKS });
}

/** Links that are left to follow, and those that were. */
interface Followed {
  left: number;
  readonly links?: string[];
}

async function follow(from: string, path: string, links: Followed): Promise<string> {
  let at = isAbsolute(path) ? "/" : from;
  for (const name of path.split("/")) {
    if (name === "" || name === ".") continue;
    if (name === "..") at = dirname(at);
    else {
      const next = join(at, name);
      const target = links.left > 0 ? targetOf(next) : null;
      if (target !== null) {
        links.left--;
        links.links?.push(next);
      }
      at = target === null ? next : await follow(at, target, links);
    }
  }
  return at;
}

/**
 * What a link says; null for whatever is no link. Each part of each path is looked at, and to ask the thread pool about it would take ten
 * times as long.
 */
function targetOf(path: string): string | null {
  try {
    return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ? readlinkSync(path) : null;
  } catch {
    return null; // gone meanwhile, or not ours to look at
  }
}
