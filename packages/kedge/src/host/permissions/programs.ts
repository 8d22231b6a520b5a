import { realpath } from "node:fs/promises";
import { join } from "node:path";
import { allSpellings, isProgram, type ProgramFolder, programFolders } from "../find-program.ts";
import { isInside, reachedPath } from "../paths.ts";

/** Where programs are looked for, and where the session works. */
interface ProgramPlaces {
  /** As commands have it. */
  readonly path: string | undefined;
  readonly workingDirs: readonly string[];
}

/** Knows whose programs the names of commands stand for. */
export interface Programs {
  /**
   * Of these names, those that may stand for a program of the project: `ls` is what lists a folder only where PATH gives that of the system.
   *
   * @param written files and folders that the same line changes: it may put a program there before it runs it
   */
  doubtful(
    names: readonly string[],
    places: ProgramPlaces,
    written: readonly string[],
  ): Promise<ReadonlySet<string>>;
}

/** What does not change with what is done in the session. */
interface Known {
  readonly key: string;
  readonly dirs: readonly string[];
  readonly folders: readonly ProgramFolder[];
  /** Names with the place of the first folder that is not open and has them. */
  readonly at: Map<string, number>;
}

/** Makes what a session knows of programs. Folders that nobody in it writes to are asked once for each name. */
export function createPrograms(): Programs {
  let last: Known | null = null;
  return {
    async doubtful(names, places, written) {
      const key = JSON.stringify([places.path, places.workingDirs]);
      const known = last?.key === key ? last : await learn(key, places);
      last = known;
      const found = new Set<string>();
      for (const name of names) if (!(await isCertain(known, name, written))) found.add(name);
      return found;
    },
  };
}

async function learn(key: string, { path, workingDirs }: ProgramPlaces): Promise<Known> {
  const dirs = await allSpellings(workingDirs);
  const folders: ProgramFolder[] = [];
  for await (const folder of programFolders(path, dirs)) folders.push(folder);
  return { key, dirs, folders, at: new Map() };
}

async function isCertain(known: Known, name: string, written: readonly string[]): Promise<boolean> {
  const at = known.at.get(name) ?? (await firstPlace(known, name));
  if (at === null) return false;
  known.at.set(name, at);
  for (const { path, isOpen } of known.folders.slice(0, at)) {
    if (!isOpen) continue;
    if ((await isTouched(path, written)) || (await isProgram(join(path, name)))) return false;
  }
  return true;
}

/** Null where no folder has it that is not open, and where it is a link to what lies where the session works. */
async function firstPlace({ folders, dirs }: Known, name: string): Promise<number | null> {
  for (const [at, { path, isOpen }] of folders.entries()) {
    const candidate = join(path, name);
    if (isOpen || !(await isProgram(candidate))) continue;
    const real = await realpath(candidate).catch(() => null);
    return real === null || dirs.some((dir) => isInside(dir, real)) ? null : at;
  }
  return null;
}

/** Where a folder leads to now: what was done in the session may have made a link of it. */
async function isTouched(folder: string, written: readonly string[]): Promise<boolean> {
  if (written.length === 0) return false;
  const reached = await reachedPath(folder);
  return written.some((file) => isInside(reached, file) || isInside(file, reached));
}
