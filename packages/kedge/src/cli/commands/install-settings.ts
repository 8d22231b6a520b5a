import { constants, type Stats } from "node:fs";
import { access, chown, lstat, mkdir, open, readdir, readFile, realpath, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { writeFileAtomic } from "../../platform/index.ts";
import { CommandError, EXIT } from "../command-error.ts";

/** A settings file that is to be edited. */
export interface EditedFile {
  /** As it is called. */
  readonly path: string;
  /** The file itself: another one when `path` is a link, which then stays one. */
  readonly target: string;
  /** Null when there is none. A byte order mark is kept. */
  readonly text: string | null;
  /** Permission bits; of a new file 0600, since settings may hold secrets. */
  readonly mode: number;
  readonly gid?: number;
}

const MAX_BYTES = 16 * 1024 * 1024;

/**
 * Reads a settings file as it has to be for an edit that keeps everything else.
 *
 * @throws {CommandError} for one that is not ours, cannot be written, or is no text
 */
export async function readForEdit(path: string): Promise<EditedFile> {
  const target = await targetOf(path);
  const stats = target === null ? null : await stat(target);
  if (target === null || stats === null) return { path, target: path, text: null, mode: 0o600 };
  const expected = (what: string, came: string, code: number = EXIT.ioError): CommandError =>
    new CommandError(code, `expected ${what}, got ${came} (${target}). Nothing was changed.`);
  if (!stats.isFile()) throw expected("a settings file", stats.isDirectory() ? "a folder" : "something else");
  const uid = process.geteuid?.();
  if (uid !== undefined && stats.uid !== uid)
    throw expected("a file of yours", `one of user ${stats.uid}: run the command as that user`);
  await access(target, constants.R_OK | constants.W_OK).catch(() => {
    throw expected("a file that you may write to", `mode ${modeOf(stats).toString(8)}`);
  });
  if (stats.size > MAX_BYTES) throw expected(`at most ${MAX_BYTES} bytes`, `${stats.size}`, EXIT.data);
  const text = decode(await readFile(target));
  if (text === null) throw expected("text in UTF-8", "other bytes: save the file as UTF-8 first", EXIT.data);
  return { path, target, text, mode: modeOf(stats), gid: stats.gid };
}

/** Where a path leads, through links; null when nothing is there. */
async function targetOf(path: string): Promise<string | null> {
  try {
    return await realpath(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== "ENOENT")
      throw new CommandError(EXIT.ioError, `${path} cannot be read: ${message}`, { cause: error });
    const isLink = await lstat(path)
      .then((found) => found.isSymbolicLink())
      .catch(() => false);
    if (!isLink) return null;
    const what = `expected a settings file, got a link that leads nowhere (${path}). Make the file that it names`;
    throw new CommandError(EXIT.noInput, `${what}, or remove the link.`, { cause: error });
  }
}

/**
 * Writes the new text, whole or not at all: in the place of the file itself, with its mode. Refuses when the file is not what was read.
 *
 * @throws {CommandError}
 */
export async function writeEdited(file: EditedFile, text: string): Promise<void> {
  await mustBeAsRead(file);
  await inFolder(file.target, async () => {
    await mkdir(dirname(file.target), { recursive: true, mode: 0o700 });
    await writeFileAtomic(file.target, text, { mode: file.mode });
  });
  // The group goes with the old file; whoever may not give it back keeps their own.
  if (file.gid !== undefined) await chown(file.target, -1, file.gid).catch(() => undefined);
}

/**
 * Removes the file. Refuses when it is not what was read.
 *
 * @throws {CommandError}
 */
export async function removeEdited(file: EditedFile): Promise<void> {
  await mustBeAsRead(file);
  await inFolder(file.target, () => rm(file.target));
}

async function mustBeAsRead(file: EditedFile): Promise<void> {
  const now = await readForEdit(file.path);
  if (now.text === file.text && now.target === file.target) return;
  const why = `${file.path} was changed by somebody else meanwhile`;
  throw new CommandError(EXIT.data, `${why}. Nothing was written; run the command again.`);
}

/** Keeps the text as it is beside the file, under a name that no backup has yet, and says which. */
export async function keepBackup({ path, text, mode }: EditedFile): Promise<string | null> {
  if (text === null) return null;
  return inFolder(path, async () => {
    for (let number = 1; ; number++) {
      const name = `${path}${BACKUP}${number}`;
      try {
        await using file = await open(name, "wx", 0o600);
        await file.writeFile(text, "utf8");
        await file.chmod(mode);
        await file.sync();
        return name;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      }
    }
  });
}

const BACKUP = ".kedge-backup-";

/** A backup that is there, with its text. */
export interface Backup {
  readonly path: string;
  readonly text: string;
}

/** The backups beside a settings file, the newest first. Those that cannot be read are left out. */
export async function readBackups(path: string): Promise<readonly Backup[]> {
  const prefix = `${basename(path)}${BACKUP}`;
  const names = await readdir(dirname(path)).catch(() => []);
  const numbers = names
    .filter((name) => name.startsWith(prefix) && /^\d{1,9}$/.test(name.slice(prefix.length)))
    .map((name) => Number(name.slice(prefix.length)));
  const found = numbers
    .sort((one, other) => other - one)
    .map(async (number): Promise<Backup[]> => {
      const file = join(dirname(path), `${prefix}${number}`);
      const text = await readFile(file).then(decode, () => null);
      return text === null ? [] : [{ path: file, text }];
    });
  return (await Promise.all(found)).flat();
}

function decode(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null; // said by the caller
  }
}

function modeOf(stats: Stats): number {
  return stats.mode & 0o7777;
}

/** Says in the words of a command why a folder cannot be written to. */
async function inFolder<Result>(path: string, write: () => Promise<Result>): Promise<Result> {
  try {
    return await write();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const what = `${dirname(path)} could not be written to: ${why}`;
    throw new CommandError(EXIT.ioError, `${what}. Nothing of the settings was changed.`, { cause: error });
  }
}
