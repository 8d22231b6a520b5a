import { createHash } from "node:crypto";
import { lstat } from "node:fs/promises";
import { join } from "node:path";
import type { ChildProcesses } from "../../platform/index.ts";

/** How a working directory stands in its repository. */
export interface GitFacts {
  /** Commit that is checked out; absent before the first one, and where git did not say. */
  readonly head?: string;
  /** Files that are not as they were committed. */
  readonly dirtyFiles: number;
  /** Of their names, sizes and times: equal means untouched. */
  readonly dirtyDigest: string;
  /** Why git did not say how the files stand, as half a sentence; the fields above then say nothing, but `head` where it is there. */
  readonly unread?: string;
}

/** How git is run. */
export interface GitOptions {
  readonly children: ChildProcesses;
  readonly env: Readonly<Record<string, string>>;
  /** For each command of git, ms; default 20,000. */
  readonly timeoutMs?: number;
}

/** More of them are counted and not looked at one by one. */
const MAX_FILES = 2_000;
/** Names of as many files as a repository may hold that is worth comparing. */
const MAX_OUTPUT_BYTES = 8 * 1024 * 1024;
const TIMEOUT_MS = 20_000;

/** What one command of git printed; null when it said no, a text where it could not answer. */
type GitAnswer = { readonly text: string } | { readonly unread: string } | null;

/**
 * Reads how a directory stands. Git's own hooks and monitors are off, and so are filters: what a repository names is not run for it.
 *
 * @returns null outside of a repository
 */
export async function readGitFacts(cwd: string, options: GitOptions): Promise<GitFacts | null> {
  const git = (args: readonly string[], config: Readonly<Record<string, string>> = {}): Promise<GitAnswer> =>
    runGit(args, { ...options, cwd, config });
  const nothing = { dirtyFiles: 0, dirtyDigest: "" };
  const root = await git(["rev-parse", "--show-toplevel"]);
  if (root === null) return null;
  if ("unread" in root) return { ...nothing, ...root };
  const commit = await git(["rev-parse", "--verify", "-q", "HEAD"]);
  const head = commit === null || "unread" in commit ? {} : { head: commit.text.trim() };
  const filters = await git([
    "config",
    "--null",
    "--name-only",
    "--get-regexp",
    "^filter\\..*\\.(clean|process|required)$",
  ]);
  if (filters !== null && "unread" in filters) return { ...nothing, ...head, ...filters };
  const off = (filters?.text ?? "").split("\0").filter((name) => name !== "");
  const status = await git(
    ["status", "--porcelain=v1", "-z", "--no-renames", "--untracked-files=all"],
    Object.fromEntries(off.map((name) => [name, name.endsWith(".required") ? "false" : ""])),
  );
  if (status === null) return { ...nothing, ...head, unread: "git could not tell" };
  if ("unread" in status) return { ...nothing, ...head, ...status };
  const entries = status.text.split("\0").filter((entry) => entry !== "");
  const dirtyDigest = await digest(root.text.replace(/\n$/, ""), entries);
  return { ...head, dirtyFiles: entries.length, dirtyDigest };
}

async function runGit(
  args: readonly string[],
  {
    cwd,
    config,
    children,
    env,
    timeoutMs = TIMEOUT_MS,
  }: GitOptions & { readonly cwd: string; readonly config: Readonly<Record<string, string>> },
): Promise<GitAnswer> {
  // In variables, since a name of a filter may hold what `-c` takes for the end of the name.
  const settings = Object.entries(config).flatMap(([name, value], at) => [
    [`GIT_CONFIG_KEY_${at}`, name],
    [`GIT_CONFIG_VALUE_${at}`, value],
  ]);
  const ending = await children.run({
    file: "git",
    args: ["-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", ...args],
    cwd,
    env: {
      ...withoutGit(env),
      ...{ GIT_OPTIONAL_LOCKS: "0", LC_ALL: "C" },
      ...{ GIT_CONFIG_COUNT: String(settings.length / 2), ...Object.fromEntries(settings) },
    },
    timeoutMs,
    maxOutputBytes: MAX_OUTPUT_BYTES,
  });
  if (ending.cause === "timeout") return { unread: `git took longer than ${timeoutMs / 1_000} s` };
  if (ending.cause !== "exit") return { unread: "git could not be run" };
  if (ending.isStdoutCut) return { unread: "too many files are not committed" };
  return ending.exitCode === 0 ? { text: ending.stdout } : null;
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
