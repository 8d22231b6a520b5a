import { lstat, readdir, stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { isInside, reachedFrom, reachedPath } from "../paths.ts";
import { copyOf, isChanging, isReading, linksTakenBy, opensFolders, pathsOf } from "./known-commands.ts";
import type { PlainCommand } from "./plain-commands.ts";

/** Folders that a line may be in at one time; more than these nobody follows. */
const MAX_FOLDERS = 8;

/** Entries of a folder among which links are looked for. */
const MAX_ENTRIES = 5_000;

/** A command with the folders that it may run in. */
export interface PlacedCommand {
  readonly command: PlainCommand;
  readonly folders: readonly string[];
  /** What it does with them; null where that is not known. */
  readonly touches: "Read" | "Write" | null;
}

/**
 * Says where each command of a line may run. Whether a `cd` succeeds nobody knows before, so what comes behind one may run in either
 * folder. Null for lines that go to more folders than can be followed.
 */
export function placeCommands(
  commands: readonly PlainCommand[],
  cwd: string,
): readonly PlacedCommand[] | null {
  const placed: PlacedCommand[] = [];
  let folders: readonly string[] = [cwd];
  for (const command of commands) {
    const touches = isChanging(command) ? "Write" : isReading(command) ? "Read" : null;
    placed.push({ command, folders, touches });
    if (command.words[0] === "cd")
      folders = [...new Set([...folders, ...placesOf(command, folders, pathsOf)])];
    if (folders.length > MAX_FOLDERS) return null;
  }
  return placed;
}

/** Paths of a command from each of its folders, absolute: as they are written, so without what links do to `..`. */
function placesOf(
  command: PlainCommand,
  folders: readonly string[],
  select: (command: PlainCommand) => readonly string[],
): readonly string[] {
  return folders.flatMap((folder) => select(command).map((path) => resolve(folder, path)));
}

/** Paths of a command from each of its folders, absolute: as they are written, and as they are reached. */
export async function bothPlaces(
  { command, folders }: Pick<PlacedCommand, "command" | "folders">,
  select: (command: PlainCommand) => readonly string[] = pathsOf,
): Promise<readonly string[]> {
  const paths = select(command);
  if (paths.length === 0) return [];
  const reached = folders.map(async (folder) => {
    const from = await reachedPath(folder);
    return Promise.all(paths.map((path) => reachedFrom(from, path)));
  });
  const all = [...placesOf(command, folders, select), ...(await Promise.all(reached)).flat()];
  return [...new Set(all)];
}

/** Whether every command of a line is of a kind, and every path in it, and what it leads to, within the working directories. */
export async function isLineWithin(
  commands: readonly PlainCommand[],
  { cwd, workingDirs }: { readonly cwd: string; readonly workingDirs: readonly string[] },
  isOfKind: (command: PlainCommand) => boolean,
): Promise<boolean> {
  const placed = placeCommands(commands, cwd);
  if (!placed) return false;
  const roots = await Promise.all(workingDirs.map(reachedPath));
  const isWithin = async (folder: string, path: string): Promise<boolean> => {
    const reached = await reachedFrom(folder, path);
    return roots.some((root) => isInside(root, reached));
  };
  for (const [at, { command, folders }] of placed.entries()) {
    // A glob stands for names that nobody looked at: links among them, and options.
    if (command.hasGlob || !(isMove(command) || isOfKind(command))) return false;
    for (const folder of folders) {
      for (const path of [".", ...pathsOf(command)]) if (!(await isWithin(folder, path))) return false;
      if (opensFolders(command) && (await namesFolder(command, folder))) return false;
      if (!(await copiesWithin(command, folder, isWithin))) return false;
      // What comes behind was judged by the links as they are now.
      if (at < placed.length - 1 && (await movesLinks(command, folder))) return false;
    }
  }
  return true;
}

/** `cd` into a folder below. With `..` behind a link it goes elsewhere than any other program, and options and `-` go anywhere. */
function isMove({ words: [name, folder, ...more] }: PlainCommand): boolean {
  return (
    name === "cd" &&
    folder !== undefined &&
    more.length === 0 &&
    !folder.startsWith("-") &&
    !folder.split("/").includes("..")
  );
}

async function namesFolder(command: PlainCommand, folder: string): Promise<boolean> {
  for (const path of pathsOf(command)) {
    const stats = await stat(resolve(folder, path)).catch(() => null);
    if (stats?.isDirectory()) return true;
  }
  return false;
}

/** Whether a copy stays within as well: it writes through links that are at its destination already. */
async function copiesWithin(
  command: PlainCommand,
  folder: string,
  isWithin: (folder: string, path: string) => Promise<boolean>,
): Promise<boolean> {
  const copy = copyOf(command);
  for (const from of copy?.from ?? []) {
    const made = join(copy?.to ?? ".", basename(from));
    if (!(await isWithin(folder, made))) return false;
    // What is in a folder that is copied over another one is not looked at.
    const isOver = ["", ".", ".."].includes(basename(from)) || (await exists(resolve(folder, made)));
    if (copy?.isRecursive && isOver) return false;
  }
  return true;
}

/** Whether a command puts a link elsewhere, or a folder with some in it: from there they lead elsewhere. */
async function movesLinks(command: PlainCommand, folder: string): Promise<boolean> {
  for (const path of linksTakenBy(command)) {
    const stats = await lstat(resolve(folder, path)).catch(() => null);
    if (stats?.isSymbolicLink() || (stats?.isDirectory() && (await holdsLinks(resolve(folder, path)))))
      return true;
  }
  return false;
}

/** Whether there is a link somewhere in a folder, as far as it is looked through; beyond that there may be. */
async function holdsLinks(folder: string): Promise<boolean> {
  const folders = [folder];
  let count = 0;
  for (let each = folders.pop(); each !== undefined; each = folders.pop()) {
    const entries = await readdir(each, { withFileTypes: true }).catch(() => []);
    count += entries.length;
    if (count > MAX_ENTRIES || entries.some((entry) => entry.isSymbolicLink())) return true;
    for (const entry of entries) if (entry.isDirectory()) folders.push(join(each, entry.name));
  }
  return false;
}

function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
