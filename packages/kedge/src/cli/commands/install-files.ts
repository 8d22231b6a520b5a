import { readdir, readFile, rm, rmdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { type IntakePlaces, packagedEntry, packagedWaiter, SPOOL_FOLDERS } from "../../agents/index.ts";
import { ensureOwnFolder, ensurePrivateFolder, writeFileAtomic } from "../../platform/index.ts";
import { CommandError, EXIT } from "../command-error.ts";

/** A program that is installed: as it is now, and as this package brings it. */
export interface ProgramState {
  readonly packaged: string;
  /** Null when none is installed. */
  readonly installed: string | null;
}

/**
 * Reads the entry of this package, and the one that is installed.
 *
 * @throws {CommandError} when the package has none
 */
export function readEntry(places: IntakePlaces): Promise<ProgramState> {
  return readProgram(packagedEntry(), places.script);
}

/** The same of the waiter. */
export function readWaiter(places: IntakePlaces): Promise<ProgramState> {
  return readProgram(packagedWaiter(), places.wakeScript);
}

async function readProgram(packaged: string | null, script: string): Promise<ProgramState> {
  if (packaged === null)
    throw new CommandError(
      EXIT.internal,
      `expected intake/${basename(script)} in the package, found none. Install it again.`,
    );
  const installed = await readFile(script, "utf8").catch(() => null);
  return { packaged: await readFile(packaged, "utf8"), installed };
}

/**
 * Puts the entry and its spool where they belong, private; corrects what is there.
 *
 * @param texts.waiter null where it is not to be installed: one that is there stays as it is
 */
export async function putFiles(
  places: IntakePlaces,
  texts: { readonly entry: string; readonly waiter: string | null },
): Promise<void> {
  const spool = SPOOL_FOLDERS.map((name) => join(places.spoolDir, name));
  try {
    await ensureOwnFolder(dirname(places.intakeDir));
    for (const folder of [places.intakeDir, places.spoolDir, ...spool]) await ensurePrivateFolder(folder);
    await writeFileAtomic(places.script, texts.entry, { mode: 0o700 });
    if (texts.waiter === null) return;
    await ensurePrivateFolder(places.waitsDir);
    await writeFileAtomic(places.wakeScript, texts.waiter, { mode: 0o700 });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CommandError(
      EXIT.ioError,
      `the entry could not be installed: ${why}. No settings were changed.`,
      {
        cause: error,
      },
    );
  }
}

/** Removes the entry; its folder too when nothing else is in it. Says whether there was one. */
export async function removeEntry(places: IntakePlaces): Promise<boolean> {
  const isGone = await removeProgram(places.script);
  await removeEmpty([places.intakeDir, dirname(places.intakeDir)]);
  return isGone;
}

/** Removes the waiter. Those that wait now see that nobody waits any more, and go away. Says whether there was one. */
export async function removeWaiter(places: IntakePlaces): Promise<boolean> {
  const isGone = await removeProgram(places.wakeScript);
  const waiting = await readdir(places.waitsDir).catch(() => []);
  for (const name of waiting.filter((each) => /\.(?:wait|go|stop|tries)$/.test(each)))
    await rm(join(places.waitsDir, name), { force: true });
  await removeEmpty([places.waitsDir, places.intakeDir]);
  return isGone;
}

async function removeProgram(script: string): Promise<boolean> {
  try {
    await rm(script);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw new CommandError(EXIT.ioError, `${script} could not be removed: ${(error as Error).message}.`, {
      cause: error,
    });
  }
  return true;
}

/** Removes a spool in which nothing is left. Says whether it is gone. */
export async function removeSpool({ spoolDir }: IntakePlaces): Promise<boolean> {
  await removeEmpty(SPOOL_FOLDERS.map((name) => join(spoolDir, name)));
  return removeEmpty([spoolDir, dirname(spoolDir)]);
}

/** Removes folders that are empty, one after the other; says whether the first one is gone. */
export async function removeEmpty(folders: readonly string[]): Promise<boolean> {
  const gone: boolean[] = [];
  for (const folder of folders) {
    gone.push(
      await rmdir(folder).then(
        () => true,
        (error: NodeJS.ErrnoException) => error.code === "ENOENT",
      ),
    );
  }
  return gone[0] === true;
}
