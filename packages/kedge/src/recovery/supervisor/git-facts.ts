import { createHash } from "node:crypto";
import { lstat } from "node:fs/promises";
import { join } from "node:path";
import type { ChildProcesses } from "../../platform/index.ts";

/** How a working directory stands in its repository. */
export interface GitFacts {
  /** Commit that is checked out; absent before the first one. */
  readonly head?: string;
  /** Files that are not as they were committed. */
  readonly dirtyFiles: number;
  /** Of their names, sizes and times: equal means untouched. */
  readonly dirtyDigest: string;
}

/** More of them are counted and not looked at one by one. */
const MAX_FILES = 2_000;
const TIMEOUT_MS = 20_000;

/**
 * Reads how a directory stands. Git's own hooks and monitors are off: what is checked out is not run for it.
 *
 * @returns null outside of a repository, without git, and when git takes too long
 */
export async function readGitFacts(
  cwd: string,
  { children, env }: { readonly children: ChildProcesses; readonly env: Readonly<Record<string, string>> },
): Promise<GitFacts | null> {
  const git = async (...args: readonly string[]): Promise<string | null> => {
    const ending = await children.run({
      file: "git",
      args: ["-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", ...args],
      cwd,
      env: { ...withoutGit(env), GIT_OPTIONAL_LOCKS: "0", LC_ALL: "C" },
      timeoutMs: TIMEOUT_MS,
    });
    return ending.cause === "exit" && ending.exitCode === 0 && !ending.isStdoutCut ? ending.stdout : null;
  };
  const root = (await git("rev-parse", "--show-toplevel"))?.replace(/\n$/, "");
  if (root === undefined || root === "") return null;
  const status = await git("status", "--porcelain=v1", "-z", "--no-renames", "--untracked-files=all");
  if (status === null) return null;
  const head = (await git("rev-parse", "--verify", "-q", "HEAD"))?.trim();
  const entries = status.split("\0").filter((entry) => entry !== "");
  return {
    ...(head === undefined || head === "" ? {} : { head }),
    dirtyFiles: entries.length,
    dirtyDigest: await digest(root, entries),
  };
}

/** Names of dirty files with their states, sizes and times: a file that was dirty before may be changed further. */
async function digest(root: string, entries: readonly string[]): Promise<string> {
  const hash = createHash("sha256");
  for (const [index, entry] of entries.entries()) {
    hash.update(`${entry}\0`);
    if (index >= MAX_FILES) continue;
    const stats = await lstat(join(root, entry.slice(3))).catch(() => null);
    hash.update(stats === null ? "gone\0" : `${stats.size} ${stats.mtimeMs}\0`);
  }
  return hash.digest("hex").slice(0, 32);
}

/** A hook of git that starts us would have it look at another repository. */
function withoutGit(env: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith("GIT_")));
}
