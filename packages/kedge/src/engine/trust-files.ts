import { realpath } from "node:fs/promises";
import { isAbsolute, relative, resolve, sep } from "node:path";
import { hashContent, stampOf, type WatchedPath } from "./file-content.ts";
import { createBases } from "./trust-bases.ts";
import { HOME_MARK, PLUGIN_MARK, PROJECT_MARK } from "./word-collector.ts";

/** A file that a handler names, as part of what is trusted. */
export interface HashedFile {
  /** Which folder `path` starts at. */
  readonly root: "project" | "plugin";
  /** With `/` between folders, whatever the platform. */
  readonly path: string;
  /** Where a link leads: below the same root, or absolute when it leads outside. */
  readonly target?: string;
  /**
   * - `file`: hashed whole
   * - `too_large`: over 16 MiB; its size and its first 16 MiB are hashed, and a change behind them is not seen
   * - `unreadable`: there, and cannot be read
   * - `missing`: named by a path inside the root, and not there
   */
  readonly state: "file" | "too_large" | "unreadable" | "missing";
  /** SHA-256, in hexadecimal. */
  readonly hash?: string;
}

/** Folders that words are resolved against, as real paths. */
export interface Roots {
  readonly project: string;
  readonly plugin?: string;
  readonly home?: string;
}

/** What the words of a handler name. */
export interface NamedFiles {
  /** Sorted by root and path. */
  readonly files: readonly HashedFile[];
  readonly watched: readonly WatchedPath[];
  /** Folders in which relative words may name more, and nobody looked; from the start. */
  readonly left: readonly string[];
}

/**
 * Finds the files inside of the roots that words name, and hashes them. Follows links; never waits for a pipe.
 *
 * @param start the folder that relative words start at
 * @throws the failure of the file system, when it says nothing of what stands at a path
 */
export async function hashNamedFiles(
  words: Iterable<string>,
  roots: Roots,
  start = roots.project,
): Promise<NamedFiles> {
  const files = new Map<string, HashedFile>();
  const watched = new Map<string, WatchedPath>();
  const bases = createBases(start);
  const look = async (word: string, base: string): Promise<void> => {
    const path = placeWord(word, roots, base);
    if (path === null || watched.has(path)) return;
    const found = await lookAt(path, roots);
    if (!found) return;
    const { file } = found;
    watched.set(path, found.watched);
    if (found.isFolder) await bases.add(path, base !== start);
    // Most words are no paths: of those that name nothing, only the ones written as paths are shown.
    if (!file || (file.state === "missing" && (base !== start || !isPath(word)))) return;
    files.set(JSON.stringify([file.root, file.path, file.target]), file);
  };
  for (const word of words) await look(word, start);
  for (const folder of bases.paths) {
    for (const word of words) if (isRelative(word)) await look(word, folder);
  }
  const sorted = [...files].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, file]) => file);
  const left = [...bases.left].map((path) => relative(start, path));
  return { files: sorted, watched: [...watched.values()], left };
}

/** Whether a word means another file in another folder. */
export function isRelative(word: string): boolean {
  return !word.startsWith("\0") && !isAbsolute(word);
}

/** Whether a word is written as one path, so that it names a file even where there is none. */
function isPath(word: string): boolean {
  return !/\s/.test(word) && (!isRelative(word) || /^\.{1,2}\//.test(word));
}

/** A word as a path, not normalised: the system follows a link before it goes up. Null: it is none. */
function placeWord(word: string, roots: Roots, base: string): string | null {
  const mark = word.slice(0, 2);
  const rest = word.startsWith("\0") ? word.slice(2) : word;
  if (rest.includes("\0")) return null;
  if (!word.startsWith("\0")) return isAbsolute(rest) ? rest : `${base}/${rest}`;
  const marked: Readonly<Record<string, string | undefined>> = {
    [PROJECT_MARK]: roots.project,
    [PLUGIN_MARK]: roots.plugin,
    [HOME_MARK]: roots.home,
  };
  const folder = marked[mark];
  return folder === undefined ? null : folder + rest;
}

interface Found {
  readonly watched: WatchedPath;
  readonly isFolder: boolean;
  readonly file?: HashedFile;
}

async function lookAt(path: string, roots: Roots): Promise<Found | null> {
  const { isFolder, ...watched } = await stampOf(path);
  const named = placeIn(roots, resolve(path));
  // Where a link leads counts for what is there; most words name nothing, and need no such look.
  const isThere = watched.stamp !== "missing" && watched.stamp !== "unreadable";
  const real = isThere && !(named && isFolder) ? await realPathOf(path) : null;
  const place = named ?? (real === null ? null : placeIn(roots, real));
  if (!place) return null;
  if (watched.stamp === "other") return { watched, isFolder };
  if (real === null) {
    const state = watched.stamp === "missing" ? "missing" : "unreadable";
    return { watched, isFolder, file: { ...place, state } };
  }
  const target = placeIn(roots, real);
  const targetText = target?.root === place.root ? target.path : real.split(sep).join("/");
  const { identity, ...content } = await hashContent(real);
  return {
    watched: identity ? { path, ...identity } : watched,
    isFolder,
    file: { ...place, ...(targetText === place.path ? {} : { target: targetText }), ...content },
  };
}

function placeIn(roots: Roots, path: string): Pick<HashedFile, "root" | "path"> | null {
  for (const root of ["plugin", "project"] as const) {
    const folder = roots[root];
    if (folder !== undefined && isInside(folder, path))
      return { root, path: relative(folder, path).split(sep).join("/") };
  }
  return null;
}

/** Whether a path is a folder or below it. Both absolute; links are not looked at. */
export function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/** A path without links; null when it cannot be followed. */
export async function realPathOf(path: string): Promise<string | null> {
  try {
    return await realpath(path);
  } catch {
    return null; // missing, a loop, or not ours to look into: told apart by stampOf
  }
}
