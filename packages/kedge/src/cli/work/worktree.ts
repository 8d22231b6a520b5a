import { createHash } from "node:crypto";
import { realpath, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import { ensurePrivateFolder } from "../../platform/index.ts";
import type { SupervisorPorts } from "../../recovery/index.ts";
import { CommandError, EXIT } from "../command-error.ts";

/** A worktree of its own for one piece of work. */
export interface WorktreeOrder {
  /** A directory in a repository. */
  readonly directory: string;
  /** Names the worktree: the same id is the same one. */
  readonly id: string;
  /** What is committed there is on this branch. */
  readonly branch: string;
  readonly stateDir: string;
}

const TIMEOUT_MS = 120_000;

/**
 * Makes a git worktree from HEAD of a directory's repository, on a branch of its own, unless it is there already.
 *
 * @returns the place in it that the directory is in its repository
 * @throws {CommandError} outside of a repository, in one without a commit, and when git refuses
 */
export async function ensureWorktree(
  { directory, id, branch, stateDir }: WorktreeOrder,
  { children, env }: Pick<SupervisorPorts, "children" | "env">,
): Promise<string> {
  const set = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const git = async (...args: readonly string[]): Promise<string> => {
    const ending = await children.run({
      file: "git",
      args: ["-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false", ...args],
      cwd: directory,
      env: Object.fromEntries(set.filter(([name]) => !name.startsWith("GIT_"))),
      timeoutMs: TIMEOUT_MS,
    });
    if (ending.cause === "exit" && ending.exitCode === 0) return ending.stdout.replace(/\n$/, "");
    const words =
      (ending.stderr.trim() || ending.message || `git ended with ${ending.cause}`).split("\n").at(-1) ?? "";
    throw new CommandError(
      EXIT.noInput,
      `expected a git repository with a commit for a worktree of ${directory}, got: ${words}`,
    );
  };
  const root = await git("rev-parse", "--show-toplevel");
  const place = relative(await realpath(root), await realpath(directory));
  const folder = join(stateDir, "worktrees");
  const name = createHash("sha256").update(`${root}\0${id}`).digest("hex").slice(0, 16);
  const path = join(folder, name);
  if (!(await isFolder(join(path, place)))) {
    await ensurePrivateFolder(folder);
    await git("worktree", "prune");
    const hasBranch = (await git("branch", "--list", branch)) !== "";
    await git("worktree", "add", "--quiet", ...(hasBranch ? [path, branch] : ["-b", branch, path, "HEAD"]));
  }
  return join(path, place);
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isDirectory() === true;
}
