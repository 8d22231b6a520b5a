import type { FileHandle } from "node:fs/promises";
import { join } from "node:path";
import type { Entry } from "../files/entry.ts";
import type { SearchTime } from "./search-time.ts";

/** Folders that hold no work of the project. */
export const LEFT_OUT: ReadonlySet<string> = new Set([".git", ".hg", ".svn", "node_modules"]);

/** Files that are looked at before a search gives up. */
const MAX_FILES = 50_000;

/** Folders in each other that a search goes into: each of them is held until those in it are done. */
const MAX_DEPTH = 200;

/** A folder that is held. */
export interface HeldFolder {
  /** As its files are shown. */
  readonly path: string;
  readonly entry: Entry;
}

/** A file that is opened where it was found, whatever its path has come to mean since. */
export interface FoundFile {
  readonly path: string;
  /** Opens it to be read; only until the next one is looked for. */
  readonly open: () => Promise<FileHandle>;
}

/** What one walk has left. */
interface Walk {
  readonly time: SearchTime;
  files: number;
}

/**
 * Walks the files below a folder, each folder from the one that holds it, and links not followed: nobody leads it elsewhere. Ends at
 * {@link MAX_FILES}, and when there is no time for more.
 */
export async function* walkFiles(folder: HeldFolder, time: SearchTime): AsyncGenerator<FoundFile> {
  yield* walkFolder(folder, { time, files: MAX_FILES }, MAX_DEPTH);
}

/** @returns whether the walk goes on */
async function* walkFolder(
  { path, entry }: HeldFolder,
  walk: Walk,
  depth: number,
): AsyncGenerator<FoundFile, boolean> {
  const folders: string[] = [];
  // Gone, or not ours to read: it has no files.
  for (const each of await entry.list().catch(() => [])) {
    if (!(await walk.time.goesOn())) return false;
    const { name } = each;
    if (each.isDirectory()) {
      if (!LEFT_OUT.has(name) && depth > 0) folders.push(name);
    } else if (each.isFile()) {
      if (walk.files-- === 0) return false;
      yield { path: join(path, name), open: () => entry.openFile(name) };
    }
  }
  for (const name of folders.reverse()) {
    await using folder = await entry.look(name).catch(() => null);
    // Somebody may have put a link there meanwhile.
    if (!folder?.stats.isDirectory()) continue;
    if (!(yield* walkFolder({ path: join(path, name), entry: folder }, walk, depth - 1))) return false;
  }
  return true;
}
