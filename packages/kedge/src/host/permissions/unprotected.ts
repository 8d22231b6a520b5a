import { isAbsolute, join, resolve } from "node:path";
import { isInside } from "../paths.ts";
import { protectedNames } from "./protected-names.ts";

/** What `permissions.unprotectedPaths` of the settings takes out of protection. */
export interface Unprotected {
  /** Protected names, wherever they are. */
  readonly names: readonly string[];
  /** Absolute paths, with all that is below them. */
  readonly paths: readonly string[];
  /** Entries that mean nothing. */
  readonly unknown: readonly string[];
}

export const ALL_PROTECTED: Unprotected = { names: [], paths: [], unknown: [] };

/**
 * Reads the entries: a name without a slash is one of the protected names, and is meant wherever it is; with a slash it is a path, absolute,
 * from home (`~/`) or from the project. No link in such a path is followed: where one leads that somebody made in the project must not
 * decide what is protected.
 *
 * @param places.projectDirs the project as it was given, and as it is reached; absolute
 * @param places.homeDirs the same of the home folder
 */
export function readUnprotected(
  entries: readonly string[],
  {
    projectDirs,
    homeDirs,
  }: { readonly projectDirs: readonly string[]; readonly homeDirs: readonly string[] },
): Unprotected {
  const all = protectedNames();
  const names = entries.filter((entry) => !entry.includes("/"));
  const paths = entries.filter((entry) => entry.includes("/"));
  return {
    names: names.filter((name) => all.kindOf(name) !== null),
    paths: paths.flatMap((path) => {
      if (path.startsWith("~/")) return homeDirs.map((dir) => join(dir, path.slice(2)));
      return isAbsolute(path) ? resolve(path) : projectDirs.map((dir) => join(dir, path));
    }),
    unknown: names.filter((name) => all.kindOf(name) === null),
  };
}

/** Whether a path is one of those, or below. */
export function isUnprotected({ paths }: Unprotected, path: string): boolean {
  return paths.some((each) => isInside(each, path));
}
