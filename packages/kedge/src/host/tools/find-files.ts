import type { Dirent } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join, matchesGlob, relative } from "node:path";

/** Folders that hold no work of the project. */
const LEFT_OUT = new Set([".git", ".hg", ".svn", "node_modules"]);

/** Files that are looked at before a search gives up. */
const MAX_FILES = 50_000;

/** Walks the files below a folder, links not followed. Ends at {@link MAX_FILES}, and when nobody wants more. */
export async function* walkFiles(root: string, signal: AbortSignal): AsyncGenerator<string> {
  const folders = [root];
  let count = 0;
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    if (signal.aborted) return;
    for (const entry of await entriesOf(folder)) {
      if (entry.isDirectory()) {
        if (!LEFT_OUT.has(entry.name)) folders.push(join(folder, entry.name));
      } else if (entry.isFile()) {
        if (++count > MAX_FILES) return;
        yield join(folder, entry.name);
      }
    }
  }
}

/** Whether a file is meant by a glob, which without a slash holds at any depth. */
export function isMeant(file: string, root: string, glob: string): boolean {
  const way = relative(root, file);
  return matchesGlob(way, glob) || (!glob.includes("/") && matchesGlob(way, `**/${glob}`));
}

/** Paths with the one that changed last first. */
export async function newestFirst(files: readonly string[]): Promise<readonly string[]> {
  const times = await Promise.all(
    files.map(async (file) => ({
      file,
      at: await stat(file).then(
        ({ mtimeMs }) => mtimeMs,
        () => 0,
      ),
    })),
  );
  return times.sort((a, b) => b.at - a.at || (a.file < b.file ? -1 : 1)).map(({ file }) => file);
}

async function entriesOf(folder: string): Promise<readonly Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch {
    return []; // gone, or not ours to read
  }
}
