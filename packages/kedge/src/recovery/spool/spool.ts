import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  unlinkSync,
} from "node:fs";
import { lstat, mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join, sep } from "node:path";
import { ensurePrivateFolder } from "../../platform/index.ts";
import { RecoveryError } from "../errors.ts";
import { readSpoolRecord, type SpoolRecord } from "./spool-record.ts";

/** A file of the spool that was read. */
export interface SpoolFile {
  /** Its name, which no other file ever has: the id of what it says. */
  readonly name: string;
  /** When it was written, epoch ms. */
  readonly atMs: number;
  readonly bytes: number;
  readonly record: SpoolRecord;
}

/** Files that hooks left, to be taken in. */
export interface Spool {
  readonly dir: string;
  /** Names of the files that wait, in the order of their names. */
  waiting(): Promise<readonly string[]>;
  /** Reads one; null for one that is gone, or that was poison and is set aside now. */
  read(name: string): Promise<SpoolFile | null>;
  /** Removes files that were taken in. One that is gone already is no error. */
  done(names: readonly string[]): Promise<void>;
  /** Sets a file aside, with the reason for people beside it. */
  putAside(name: string, why: string): Promise<null>;
  /** Removes what was set aside before an instant, epoch ms. */
  forget(beforeMs: number): Promise<void>;
  /** Files that were set aside since the spool was opened. */
  readonly setAside: number;
}

/** Errors of the file itself, such as a socket or one of another user; of others the next pass may know nothing. */
const UNREADABLE: ReadonlySet<string> = new Set(["EACCES", "EPERM", "ENXIO", "ENODEV", "EISDIR"]);

/** A hook input is a few KiB; what is longer is none. */
const MAX_BYTES = 2 * 1024 * 1024;

/** An entry that still works is younger, in ms: the agent ends it after 10 s. */
const ENTRY_MS = 60_000;

/** A file name that the entry makes. Nothing else in the folder is touched. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{2,120}$/;

/**
 * Opens a spool in the form of a maildir: entries write into `tmp` and rename into `new`; what cannot be read goes to `bad`, with the reason
 * beside it.
 *
 * @throws {RecoveryError} `SPOOL_NOT_USABLE`
 */
export async function openSpool(dir: string, now: () => number = Date.now): Promise<Spool> {
  const [fresh, bad] = [join(dir, "new"), join(dir, "bad")];
  try {
    for (const folder of [dir, join(dir, "tmp"), fresh, bad]) await ensurePrivateFolder(folder);
  } catch (cause) {
    throw new RecoveryError("SPOOL_NOT_USABLE", cause instanceof Error ? cause.message : String(cause), {
      cause,
    });
  }
  let setAside = 0;
  // Names have been looked at: there is nothing to be made plain in thousands of them.
  const pathOf = (name: string): string => `${fresh}${sep}${name}`;
  const putAside = async (name: string, why: string): Promise<null> => {
    setAside++;
    await mkdir(bad, { recursive: true, mode: 0o700 });
    await rename(pathOf(name), join(bad, name)).catch(ifGone);
    // The reason is for people; that it is there matters less than that the file is out of the way.
    await writeFile(join(bad, `${name}.why`), `${why}\n`, { mode: 0o600 }).catch(() => undefined);
    return null;
  };
  return {
    dir,
    async waiting() {
      try {
        rescue(join(dir, "tmp"), fresh, now());
        return (await readdir(fresh)).filter((name) => NAME.test(name)).sort();
      } catch (cause) {
        const why = cause instanceof Error ? cause.message : String(cause);
        throw new RecoveryError("SPOOL_NOT_USABLE", `The spool ${fresh} cannot be read: ${why}`, { cause });
      }
    },
    async read(name) {
      const reading = readFileOf(pathOf(name));
      if (reading === null) return null;
      if ("why" in reading) return putAside(name, reading.why);
      const parsed = readSpoolRecord(reading.text);
      return parsed.ok
        ? { name, atMs: reading.atMs, bytes: reading.bytes, record: parsed.record }
        : putAside(name, parsed.why);
    },
    async done(names) {
      for (const name of names) remove(pathOf(name));
    },
    putAside,
    async forget(beforeMs) {
      for (const name of await readdir(bad)) {
        const { mtimeMs } = await lstat(join(bad, name)).catch(() => ({ mtimeMs: Number.POSITIVE_INFINITY }));
        if (mtimeMs < beforeMs) await rm(join(bad, name), { recursive: true, force: true });
      }
    },
    get setAside() {
      return setAside;
    },
  };
}

/**
 * Brings what an entry wrote that was killed before it could rename its file to where it is read: a whole record counts, half of one is set
 * aside there. A second copy that a sync had asked for says the same again.
 */
function rescue(tmp: string, fresh: string, nowMs: number): void {
  for (const name of readdirSync(tmp)) {
    const path = join(tmp, name);
    try {
      if (!NAME.test(name.replace(/\+$/, ""))) continue;
      const stats = lstatSync(path);
      if (!stats.isFile() || nowMs - stats.mtimeMs < ENTRY_MS) continue;
      if (name.endsWith("+")) unlinkSync(path);
      else renameSync(path, join(fresh, `${name}.rescued`));
    } catch (error) {
      ifGone(error as NodeJS.ErrnoException);
    }
  }
}

/**
 * Reads a regular file of this user's; follows no link and waits for no pipe. At once: for files as small as these the way through the pool of
 * threads, four times for each, takes longer than all that is done with what they say.
 */
function readFileOf(
  path: string,
):
  | { readonly text: string; readonly atMs: number; readonly bytes: number }
  | { readonly why: string }
  | null {
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
  let file: number | undefined;
  try {
    file = openSync(path, flags);
    const stats = fstatSync(file);
    if (!stats.isFile()) return { why: "it is no regular file" };
    if (process.geteuid !== undefined && stats.uid !== process.geteuid() && stats.uid !== 0)
      return { why: `it belongs to user ${stats.uid}` };
    if (stats.size > MAX_BYTES) return { why: `it has ${stats.size} bytes; at most ${MAX_BYTES} are read` };
    return { text: readText(file, stats.size), atMs: Math.round(stats.mtimeMs), bytes: stats.size };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return null;
    if (code === "ELOOP") return { why: "it is a link" };
    if (code !== undefined && UNREADABLE.has(code)) return { why: `it cannot be read (${code})` };
    throw error;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** A file in `new` is whole, so its size is what there is to read. */
function readText(file: number, size: number): string {
  const bytes = Buffer.allocUnsafe(size);
  let end = 0;
  for (let count = -1; count !== 0 && end < size; end += count)
    count = readSync(file, bytes, end, size - end, null);
  return bytes.toString("utf8", 0, end);
}

function remove(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    ifGone(error as NodeJS.ErrnoException);
  }
}

function ifGone(error: NodeJS.ErrnoException): void {
  if (error.code !== "ENOENT") throw error;
}
