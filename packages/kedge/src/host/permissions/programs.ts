import { realpath } from "node:fs/promises";
import { join } from "node:path";
import { allSpellings, isProgram, type ProgramFolder, programFolders } from "../find-program.ts";
import { isInside, reachedPath } from "../paths.ts";
import { programOf } from "./known-commands.ts";
import { bothPlaces, type PlacedCommand } from "./lines.ts";

/** Where programs are looked for, and where the session works. */
interface ProgramPlaces {
  /** As commands have it. */
  readonly path: string | undefined;
  readonly workingDirs: readonly string[];
}

/**
 * Of some names, those that may stand for a program of the project: `ls` is what lists a folder only where PATH gives that of the system.
 *
 * @param written gives what the same line changes: it may put a program there before it runs it
 */
export type ProgramDoubts = (
  names: readonly string[],
  written: () => Promise<readonly string[]>,
) => Promise<ReadonlySet<string>>;

/** Knows whose programs the names of commands stand for. */
export interface Programs {
  at(places: ProgramPlaces): ProgramDoubts;
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
    at: (places) => async (names, written) => {
      const key = JSON.stringify([places.path, places.workingDirs]);
      const known = last?.key === key ? last : await learn(key, places);
      last = known;
      const found = new Set<string>();
      for (const name of names) if (!(await isCertain(known, name, written))) found.add(name);
      return found;
    },
  };
}

/** The names in a line that say nothing of what would run. */
export async function doubtfulIn(
  line: readonly PlacedCommand[],
  doubts: ProgramDoubts,
): Promise<ReadonlySet<string>> {
  const names = new Set(line.flatMap(({ command }) => programOf(command) ?? []));
  // One that is alone has begun before it writes.
  const writing = line.length > 1 ? line.filter(({ touches }) => touches === "Write") : [];
  return doubts([...names], async () => (await Promise.all(writing.map((each) => bothPlaces(each)))).flat());
}

async function learn(key: string, { path, workingDirs }: ProgramPlaces): Promise<Known> {
  const dirs = await allSpellings(workingDirs);
  const folders: ProgramFolder[] = [];
  for await (const folder of programFolders(path, dirs)) folders.push(folder);
  return { key, dirs, folders, at: new Map() };
}

async function isCertain(
  known: Known,
  name: string,
  written: () => Promise<readonly string[]>,
): Promise<boolean> {
  const at = known.at.get(name) ?? (await firstPlace(known, name));
  if (at === null) return false;
  known.at.set(name, at);
  for (const { path, isOpen } of known.folders.slice(0, at)) {
    if (!isOpen) continue;
    if ((await isTouched(path, await written())) || (await isProgram(join(path, name)))) return false;
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
