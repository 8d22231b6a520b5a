import { randomUUID } from "node:crypto";
import {
  chmodSync,
  cpSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  type Stats,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { holderLine, isHolderElsewhere, isHolderGone } from "../../platform/index.ts";
import { statsOf } from "./collector.ts";
import { readContent } from "./memory.ts";

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

/** What became of what was taken away: where it is now, or why it could not be kept. */
type Taken = { readonly kept: string } | { readonly lost: string };

/** Versions that were put aside when others were put back. */
export interface KeptVersions {
  /**
   * Takes away what is at a path, and keeps it wherever that can be done: what is to be put back counts more.
   *
   * @param from path by which it is reached
   * @param beside gives a path for it in a folder of the same file system from which nobody obeys it: for what cannot be kept with the others
   * @returns null when there was nothing
   * @throws what the file system says, and then it is where it was
   */
  take(from: string, facts: KeptFacts, beside: (name: string) => string): Taken | null;
}

/** Sessions whose versions are kept. */
const MAX_SESSIONS = 50;

/** In the folder of a session: says which process it is of. */
const OWNER = "owner";

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
  // Each time, for people clear the folder, and commands may do what they like with it.
  const makeFolder = (): string => {
    const isMade = mkdirSync(own, { recursive: true, mode: 0o700 }) !== undefined;
    if (isMade || count === 0) {
      sign(own);
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
      try {
        const kept = keep(from, stats, { folder: makeFolder(), facts: { ...facts, at: now() } });
        if (kept !== null) return { kept };
      } catch {
        // the folder cannot be had
      }
      return putAside(from, beside(`undone-${session}-${randomUUID()}`));
    },
  };
}

/** Keeps a version in a folder of its own; null for what has to stay on its file system. */
function keep(
  from: string,
  stats: Stats,
  { folder, facts }: { readonly folder: string; readonly facts: KeptFacts & { readonly at: number } },
): string | null {
  const [to, about] = [join(folder, "version"), join(folder, "facts.json")];
  writeFileSync(about, `${JSON.stringify(facts, null, 2)}\n`, { mode: 0o600, flag: "wx" });
  // A link, a pipe or a socket is told by its facts.
  if (!stats.isFile() && !stats.isDirectory()) {
    rmSync(from);
    return about;
  }
  // A file with further names stays what it is under those.
  const isShared = stats.isFile() && stats.nlink > 1;
  if ((isShared || !renamed(from, to)) && !copied(from, to)) return null;
  rmSync(from, { recursive: true, force: true });
  chmodSync(to, stats.isFile() ? 0o600 : 0o700);
  return to;
}

/** Renames what is at a path. What cannot be kept in this way either is removed. */
function putAside(from: string, to: string): Taken {
  try {
    renameSync(from, to);
    return { kept: to };
  } catch (error) {
    rmSync(from, { recursive: true, force: true });
    return { lost: error instanceof Error ? error.message : String(error) };
  }
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

/** Says whose folder it is. A link of that name is not followed. */
function sign(own: string): void {
  rmSync(join(own, OWNER), { force: true });
  writeFileSync(join(own, OWNER), holderLine(), { mode: 0o600, flag: "wx" });
}

/** Removes the versions of the oldest sessions, but of none that lives. What cannot be removed now is tried again by the next session. */
function forgetOld(dir: string, own: string): void {
  const sessions = readdirSync(dir)
    .map((name) => join(dir, name))
    .filter((path) => path !== own)
    .map((path) => ({ path, mtimeMs: lstatSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
    .sort((a, b) => b.mtimeMs - a.mtimeMs);
  for (const { path } of sessions.slice(MAX_SESSIONS - 1)) {
    try {
      if (!isOfLiving(path)) rmSync(path, { recursive: true, force: true });
    } catch {
      // not ours to remove
    }
  }
}

/** Whether the session of a folder is seen to live: of those in other containers the oldest go. */
function isOfLiving(path: string): boolean {
  const owner = join(path, OWNER);
  const stats = statsOf(owner);
  const line = stats?.isFile() ? readContent(owner, stats)?.toString() : undefined;
  return line !== undefined && !isHolderElsewhere(line) && !isHolderGone(line);
}
