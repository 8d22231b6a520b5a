import {
  chmodSync,
  cpSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

/** What is written beside a version that was put aside. */
interface KeptFacts {
  /** Where it was. */
  readonly path: string;
  /** What it is: a file, a folder, a link, something else. */
  readonly kind: string;
  readonly mode: number;
  readonly size: number;
  /** Of a link. */
  readonly target?: string;
}

/** Versions that were put aside when others were put back. Nothing that a command made is destroyed. */
export interface KeptVersions {
  /**
   * Takes away what is at a path, and keeps it.
   *
   * @param from path by which it is reached
   * @param beside gives a path for it in a folder of the same file system from which nobody obeys it: for what cannot be copied
   * @returns where it is now, or the name that `beside` got; null when there was nothing
   * @throws what the file system says, and then it is where it was
   */
  take(from: string, facts: KeptFacts, beside: (name: string) => string): string | null;
}

/** Sessions whose versions are kept. */
const MAX_SESSIONS = 50;

/** Bytes that are copied to another file system; what is larger stays on its own. */
const MAX_COPIED_BYTES = 16 * 1024 * 1024;

/**
 * @param dir where all sessions keep them
 * @param session names the folder of this one
 * @param now epoch ms
 */
export function createKeptVersions(dir: string, session: string, now: () => number): KeptVersions {
  const own = join(dir, session);
  let count = 0;
  const makeFolder = (): string => {
    if (count === 0) {
      mkdirSync(own, { recursive: true, mode: 0o700 });
      forgetOld(dir, own);
    }
    for (;;) {
      const folder = join(own, String(++count));
      try {
        mkdirSync(folder, { mode: 0o700 });
        return folder;
      } catch (error) {
        // A session that was resumed has some from before.
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      }
    }
  };
  return {
    take(from, facts, beside) {
      const stats = lstatSync(from, { throwIfNoEntry: false });
      if (!stats) return null;
      const folder = makeFolder();
      const to = join(folder, "version");
      writeFileSync(join(folder, "facts.json"), `${JSON.stringify({ ...facts, at: now() }, null, 2)}\n`, {
        mode: 0o600,
        flag: "wx",
      });
      // A link, a pipe or a socket is told by its facts.
      if (!stats.isFile() && !stats.isDirectory()) {
        rmSync(from);
        return join(folder, "facts.json");
      }
      // A file with further names stays what it is under those.
      const isShared = stats.isFile() && stats.nlink > 1;
      if ((isShared || !renamed(from, to)) && !copied(from, to)) {
        const name = `undone-${session}-${count}`;
        renameSync(from, beside(name));
        return name;
      }
      rmSync(from, { recursive: true, force: true });
      chmodSync(to, stats.isFile() ? 0o600 : 0o700);
      return to;
    },
  };
}

/** False on another file system. */
function renamed(from: string, to: string): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EXDEV") return false;
    throw error;
  }
}

/** False for what is too large, or has in it what cannot be copied, as a pipe. */
function copied(from: string, to: string): boolean {
  try {
    if (bytesOf(from, MAX_COPIED_BYTES) > MAX_COPIED_BYTES) return false;
    cpSync(from, to, { recursive: true, verbatimSymlinks: true, errorOnExist: true });
    return true;
  } catch {
    rmSync(to, { recursive: true, force: true });
    return false;
  }
}

/** Bytes below a path, counted until there are too many; an entry counts as some. */
function bytesOf(path: string, most: number): number {
  const stats = lstatSync(path);
  if (!stats.isDirectory()) return stats.size + 512;
  let bytes = 512;
  for (const name of readdirSync(path)) {
    bytes += bytesOf(join(path, name), most - bytes);
    if (bytes > most) break;
  }
  return bytes;
}

/** Removes the versions of the oldest sessions. */
function forgetOld(dir: string, own: string): void {
  const sessions = readdirSync(dir)
    .map((name) => join(dir, name))
    .filter((path) => path !== own)
    .map((path) => ({ path, mtimeMs: lstatSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
    .sort((a, b) => b.mtimeMs - a.mtimeMs);
  for (const { path } of sessions.slice(MAX_SESSIONS - 1)) rmSync(path, { recursive: true, force: true });
}
