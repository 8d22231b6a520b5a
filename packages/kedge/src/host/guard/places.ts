import { existsSync, realpathSync } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { isInside } from "../paths.ts";
import type { ProtectedNames } from "../permissions/protected-names.ts";
import { statsOf } from "./collector.ts";
import type { Place } from "./entry.ts";
import { PACKAGES } from "./folder-list.ts";
import { obeyedInHome } from "./home.ts";
import { readContent } from "./memory.ts";

/** What a guard looks after. */
export interface GuardedFolders {
  /** The project and what was added; absolute. */
  readonly workingDirs: readonly string[];
  readonly homeDir: string;
  /** Further files and folders, protected with all that is in them; absolute. */
  readonly extra: readonly string[];
}

/**
 * The places in which protected entries are looked for: the working directories, the repositories that they belong to, the home, further
 * files and folders, and where links at their protected names or in place of further ones lead. They are found before a command runs, so
 * none that it makes leads anywhere.
 */
export function findPlaces(
  { workingDirs, homeDir, extra }: GuardedFolders,
  names: ProtectedNames,
): readonly Place[] {
  const places: Place[] = [];
  const home = realPath(homeDir);
  // What is in a working directory is looked at there by its name, and by no other. At the top of a home most is the work of programs.
  const isNamedIn = (tree: string, path: string): boolean => {
    const way = relative(tree, path);
    return names.partOf(way) !== null && !way.split(sep).includes(PACKAGES) && tree !== home;
  };
  const add = (kind: Place["kind"], path: string): void => {
    // A folder of git is looked at as such, inside of a working directory too: it may have any name.
    const isCovered = places.some(
      (each) =>
        each.path === path ||
        (each.kind === "tree" && kind === "all" && isInside(each.path, path) && isNamedIn(each.path, path)),
    );
    if (!isCovered) places.push({ kind, path });
  };
  const trees = workingDirs.map(realPath).filter((path) => path !== null);
  for (const path of trees) add("tree", path);
  for (const path of trees) for (const place of repositoryOf(path)) add(place.kind, place.path);
  if (home !== null) {
    places.push({ kind: "home", path: home });
    for (const path of obeyedInHome(names)) addTarget(home, path, add);
  }
  for (const path of trees)
    for (const name of [...names.folders, ...names.files]) if (name !== ".git") addTarget(path, name, add);
  for (const path of extra.map((each) => resolve(each))) {
    add("all", path);
    addTarget(realPath(dirname(path)) ?? dirname(path), basename(path), add);
  }
  return places;
}

/** Whoever keeps settings elsewhere and links to them has programs obey them there. */
function addTarget(dir: string, path: string, add: (kind: "all", path: string) => void): void {
  const own = join(dir, path);
  const real = statsOf(own) === null ? null : realPath(own);
  if (real !== null && real !== own) add("all", real);
}

/** The repository that a folder belongs to, where it is not all in the folder: above it, or wherever `.git` points to. */
function repositoryOf(folder: string): readonly Place[] {
  for (let dir = folder; ; dir = dirname(dir)) {
    const git = join(dir, ".git");
    const stats = statsOf(git);
    if (stats !== null) {
      const own: readonly Place[] = dir === folder ? [] : [{ kind: "repository", path: dir }];
      return [...own, ...(stats.isDirectory() ? [] : gitFoldersOf(git))];
    }
    if (dirname(dir) === dir) return [];
  }
}

/** Where a `.git` that is no folder leads: to a folder of git, and from there perhaps to the one that it shares with others. */
function gitFoldersOf(git: string): readonly Place[] {
  const dir = targetOf(git);
  if (dir === null) return [];
  const shared = readLine(join(dir, "commondir"));
  const common = shared === null ? null : realPath(resolve(dir, shared));
  return [dir, ...(common === null ? [] : [common])].map((path) => ({ kind: "gitDir", path }));
}

function targetOf(git: string): string | null {
  if (statsOf(git)?.isSymbolicLink()) return realPath(git);
  const named = /^gitdir: (.+)$/.exec(readLine(git) ?? "")?.[1];
  return named === undefined ? null : realPath(resolve(dirname(git), named));
}

/** The first line of a small file; null for none. */
function readLine(path: string): string | null {
  const stats = statsOf(path);
  if (!stats?.isFile()) return null;
  return readContent(path, stats)?.toString().split("\n")[0]?.trimEnd() ?? null;
}

function realPath(path: string): string | null {
  try {
    return existsSync(path) ? realpathSync.native(path) : null;
  } catch {
    return null;
  }
}
