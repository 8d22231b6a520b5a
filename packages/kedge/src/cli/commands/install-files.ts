import { readFile, rm, rmdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type IntakePlaces, packagedEntry, SPOOL_FOLDERS } from "../../agents/index.ts";
import { ensureOwnFolder, ensurePrivateFolder, writeFileAtomic } from "../../platform/index.ts";
import { CommandError, EXIT } from "../command-error.ts";

/** Only one text: the entry that is installed, and the one that this package brings. */
export interface EntryState {
  readonly packaged: string;
  /** Null when none is installed. */
  readonly installed: string | null;
}

/**
 * Reads the entry of this package, and the one that is installed.
 *
 * @throws {CommandError} when the package has none
 */
export async function readEntry(places: IntakePlaces): Promise<EntryState> {
  const file = packagedEntry();
  if (file === null)
    throw new CommandError(
      EXIT.internal,
      "expected intake/kedge-intake in the package, found none. Install it again.",
    );
  const installed = await readFile(places.script, "utf8").catch(() => null);
  return { packaged: await readFile(file, "utf8"), installed };
}

/** Puts the entry and its spool where they belong, private; corrects what is there. */
export async function putFiles(places: IntakePlaces, text: string): Promise<void> {
  const spool = SPOOL_FOLDERS.map((name) => join(places.spoolDir, name));
  try {
    await ensureOwnFolder(dirname(places.intakeDir));
    for (const folder of [places.intakeDir, places.spoolDir, ...spool]) await ensurePrivateFolder(folder);
    await writeFileAtomic(places.script, text, { mode: 0o700 });
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
  try {
    await rm(places.script);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw new CommandError(
      EXIT.ioError,
      `${places.script} could not be removed: ${(error as Error).message}.`,
      {
        cause: error,
      },
    );
  }
  await removeEmpty([places.intakeDir, dirname(places.intakeDir)]);
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
