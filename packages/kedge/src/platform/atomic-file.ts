import { constants, type Stats } from "node:fs";
import { type FileHandle, lstat, mkdir, open, rename, rm } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { lazyNode } from "./node-modules.ts";

/**
 * Why a file or folder is not used.
 * - `NOT_A_FOLDER`: something else is there, a link included
 * - `FOREIGN_OWNER`: it belongs to another user
 * - `MODE_STUCK`: others may use it, and that cannot be corrected, or is not ours to correct
 * - `NAME_TAKEN`: every temporary name that was tried exists
 */
export type FileErrorCode = "NOT_A_FOLDER" | "FOREIGN_OWNER" | "MODE_STUCK" | "NAME_TAKEN";

/** A file or folder that is not as safe as it has to be. The message names it, and says what to do. */
export class FileError extends Error {
  override readonly name = "FileError";
  readonly code: FileErrorCode;
  readonly path: string;

  constructor(code: FileErrorCode, path: string, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.path = path;
  }
}

/** How {@link writeFileAtomic} writes. */
export interface AtomicWriteOptions {
  /** Permission bits of the file, whatever the umask and whatever an older file has. Default 0600. */
  readonly mode?: number;
  /** Makes the part of the temporary name that nobody can guess. Default: 12 random bytes. */
  readonly makeSuffix?: () => string;
}

/** Temporary names that are tried before giving up. */
const MAX_NAMES = 8;

/**
 * Writes a file so that whoever reads it, after a crash too, finds the old text or the new one, whole: a new file beside it is
 * written, synced and renamed, and the folder is synced.
 *
 * Never writes through a link: a link at `path` is replaced, one at the temporary name is left alone. A process that is killed
 * may leave a file named `.<name>.<suffix>.tmp` behind.
 *
 * @throws {FileError} `NAME_TAKEN`; every other failure is the file system's own, and the old file is then still whole
 */
export async function writeFileAtomic(
  path: string,
  text: string,
  options: AtomicWriteOptions = {},
): Promise<void> {
  const target = resolve(path);
  const makeSuffix = options.makeSuffix ?? (() => lazyNode.crypto.randomBytes(12).toString("hex"));
  const { file, temporary } = await openTemporary(target, makeSuffix);
  try {
    try {
      await file.writeFile(text, "utf8");
      // The umask counts when a file is made, not here.
      await file.chmod(options.mode ?? 0o600);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(dirname(target));
}

async function openTemporary(
  target: string,
  makeSuffix: () => string,
): Promise<{ file: FileHandle; temporary: string }> {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0);
  for (let tries = 0; tries < MAX_NAMES; tries++) {
    const temporary = join(dirname(target), `.${basename(target)}.${makeSuffix()}.tmp`);
    try {
      return { file: await open(temporary, flags, 0o600), temporary };
    } catch (error) {
      // O_EXCL takes nothing that exists, a link that leads nowhere included.
      if (codeOf(error) !== "EEXIST") throw error;
    }
  }
  throw new FileError("NAME_TAKEN", target, `Expected a free temporary name beside ${target}, found none`);
}

/** Folders cannot be opened or synced everywhere; the rename counts there as soon as the system gets to it. */
const NO_FOLDER_SYNC = new Set(["EISDIR", "EPERM", "EACCES", "EINVAL", "ENOTSUP", "ENOSYS", "EBADF"]);

async function syncFolder(path: string): Promise<void> {
  try {
    await using folder = await open(path, constants.O_RDONLY);
    await folder.sync();
  } catch (error) {
    if (!NO_FOLDER_SYNC.has(codeOf(error))) throw error;
  }
}

/**
 * Sees to it that a folder is there, belongs to this user (or root) and is open to nobody else. Missing ones are made, parents
 * included, with mode 0700; the mode of an existing one is corrected. Parents that exist are not looked at.
 *
 * @throws {FileError} `NOT_A_FOLDER`, `FOREIGN_OWNER`, `MODE_STUCK`
 */
export async function ensurePrivateFolder(path: string): Promise<void> {
  const folder = resolve(path); // without a slash at the end, which would follow a link
  if (!(await lstatIfThere(folder))) await mkdir(folder, { recursive: true, mode: 0o700 });
  judgeFolder(folder, await lstat(folder));
  if (process.geteuid === undefined) return; // no owners and modes here
  const flags = constants.O_RDONLY | (constants.O_DIRECTORY ?? 0) | (constants.O_NOFOLLOW ?? 0);
  try {
    // Looked at again and changed through a handle, so that nobody swaps the folder in between.
    await using handle = await open(folder, flags);
    const stats = await handle.stat();
    judgeFolder(folder, stats);
    if ((stats.mode & 0o7777) !== 0o700) await handle.chmod(0o700);
  } catch (error) {
    if (error instanceof FileError) throw error;
    const message = `Expected ${folder} to be open to you and nobody else, cannot make it so. Set its mode to 700`;
    throw new FileError("MODE_STUCK", folder, message, error);
  }
}

/**
 * Sees to it that a folder is there in which a program may keep its own: one that is missing is made, parents included, with mode 0700. One
 * that exists keeps its mode, since it may have other uses, but must be this user's (or root's), and nobody else may write to it.
 *
 * @throws {FileError} `NOT_A_FOLDER`, `FOREIGN_OWNER`, `MODE_STUCK`
 */
export async function ensureOwnFolder(path: string): Promise<void> {
  const folder = resolve(path);
  if (!(await lstatIfThere(folder))) await mkdir(folder, { recursive: true, mode: 0o700 });
  const stats = await lstat(folder);
  judgeFolder(folder, stats);
  if (process.geteuid === undefined || (stats.mode & 0o022) === 0) return;
  const mode = (stats.mode & 0o7777).toString(8);
  const message = `Expected ${folder} to be a folder that nobody else may write to, found mode ${mode}. Set its mode to 700, or name another folder`;
  throw new FileError("MODE_STUCK", folder, message);
}

function judgeFolder(path: string, stats: Stats): void {
  if (stats.isSymbolicLink()) {
    throw new FileError(
      "NOT_A_FOLDER",
      path,
      `Expected ${path} to be a folder, found a link. Remove it, or name the folder itself`,
    );
  }
  if (!stats.isDirectory())
    throw new FileError("NOT_A_FOLDER", path, `Expected ${path} to be a folder, found something else`);
  if (isOwn(stats)) return;
  throw new FileError(
    "FOREIGN_OWNER",
    path,
    `Expected ${path} to belong to you, found user ${stats.uid}. Remove it, or name another folder`,
  );
}

/** What {@link readPrivateFile} found. */
export type PrivateReading =
  | { readonly ok: true; readonly text: string }
  | {
      readonly ok: false;
      /** `not_private`: a link, no regular file, somebody else's, or one that others may write to. */
      readonly reason: "missing" | "not_private" | "too_large" | "unreadable";
      /** What came, for the end of "Expected …, got …". */
      readonly came: string;
    };

/**
 * Reads a file that only this user (or root) may have written. Follows no link, waits for no pipe. A file that others may only
 * read is read, and its mode corrected to 0600.
 */
export async function readPrivateFile(path: string, maxBytes: number): Promise<PrivateReading> {
  const flags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0);
  try {
    await using file = await open(path, flags);
    const stats = await file.stat();
    if (!stats.isFile()) return { ok: false, reason: "not_private", came: "no regular file" };
    if (!isOwn(stats)) return { ok: false, reason: "not_private", came: `a file of user ${stats.uid}` };
    if (process.geteuid !== undefined) {
      const mode = (stats.mode & 0o777).toString(8).padStart(4, "0");
      if ((stats.mode & 0o022) !== 0)
        return { ok: false, reason: "not_private", came: `a file that others may write to (mode ${mode})` };
      if ((stats.mode & 0o077) !== 0 && stats.uid === process.geteuid()) await file.chmod(0o600);
    }
    if (stats.size > maxBytes) return { ok: false, reason: "too_large", came: `${stats.size} bytes` };
    return { ok: true, text: new TextDecoder().decode(await file.readFile()) };
  } catch (error) {
    const code = codeOf(error);
    if (code === "ENOENT" || code === "ENOTDIR") return { ok: false, reason: "missing", came: "nothing" };
    if (code === "ELOOP") return { ok: false, reason: "not_private", came: "a link" };
    return { ok: false, reason: "unreadable", came: error instanceof Error ? error.message : String(error) };
  }
}

/** Whether a file belongs to this user, or to root, who can do everything anyway. True where files have no owners. */
function isOwn(stats: Stats): boolean {
  if (process.geteuid === undefined) return true;
  return stats.uid === process.geteuid() || stats.uid === 0;
}

async function lstatIfThere(path: string): Promise<Stats | null> {
  try {
    return await lstat(path);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return null;
    throw error;
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException | null)?.code ?? "";
}
