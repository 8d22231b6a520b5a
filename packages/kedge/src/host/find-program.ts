import { constants } from "node:fs";
import { access, realpath, stat } from "node:fs/promises";
import { basename, delimiter, isAbsolute, join } from "node:path";
import { isInside, reachedPath } from "./paths.ts";

/** A folder of PATH. */
export interface ProgramFolder {
  readonly path: string;
  /** A project may have brought what is in it, or work in the session may put something there. */
  readonly isOpen: boolean;
}

/** `npm exec` and scripts of npm put such folders first, of every folder above as well: a clone can bring one with a program of any name. */
const OF_PACKAGES = /[\\/]node_modules[\\/]\.bin[\\/]?$/;

/**
 * Folders of PATH in their order, up to the first relative one: what that and all behind it give depends on where a command runs.
 *
 * @param dirs where the session works, as {@link allSpellings} gives them
 */
export async function* programFolders(
  path: string | undefined,
  dirs: readonly string[],
): AsyncGenerator<ProgramFolder> {
  for (const folder of path?.split(delimiter) ?? []) {
    if (!isAbsolute(folder)) return;
    const reached = await reachedPath(folder);
    const isOpen =
      OF_PACKAGES.test(folder) || dirs.some((dir) => isInside(dir, folder) || isInside(dir, reached));
    yield { path: folder, isOpen };
  }
}

/** Folders as they are named, and as they are reached. */
export async function allSpellings(dirs: readonly string[]): Promise<readonly string[]> {
  return [...new Set([...dirs, ...(await Promise.all(dirs.map(reachedPath)))])];
}

/** Whether a shell would start what is there. */
export async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false; // not there, or not ours to run: the next folder may have it
  }
}

/**
 * The bash that commands of the model run in, absolute: one that a project brings would be asked what each of them means.
 *
 * @param workingDirs absolute
 */
export async function findBash(path: string | undefined, workingDirs: readonly string[]): Promise<string> {
  const dirs = await allSpellings(workingDirs);
  for await (const folder of programFolders(path, dirs)) {
    const candidate = join(folder.path, "bash");
    if (folder.isOpen || !(await isProgram(candidate))) continue;
    const real = await realpath(candidate).catch(() => candidate);
    if (dirs.some((dir) => isInside(dir, real))) continue;
    // Where the sandbox hides a folder of links, what they lead to is there; a program of many names goes by the one it is called by.
    return basename(real) === "bash" ? real : candidate;
  }
  return process.platform === "win32" ? "bash" : "/bin/bash";
}
