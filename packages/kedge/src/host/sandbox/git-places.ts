import { lstat, realpath } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { isInside } from "../paths.ts";
import { nothingThere, readGitFile } from "./git-file.ts";
import { type GitConfigReader, gitPath, isInclude } from "./git-settings.ts";
import type { Hold } from "./hold.ts";

/**
 * What git obeys in its own folder, which commits, branches and fetches do not write. Where something is missing, what is put in its place
 * means to git what its absence means: `commondir` would let it take configuration and hooks from anywhere, and `.` is the folder itself.
 */
const OBEYED: readonly Hold[] = [
  { path: "config", ifMissing: { kind: "file", content: "" } },
  { path: "config.worktree", ifMissing: { kind: "file", content: "" } },
  { path: "commondir", ifMissing: { kind: "file", content: ".\n" } },
  { path: "hooks", ifMissing: { kind: "folder" } },
  // Each folder in them has a configuration, or names one.
  { path: "modules" },
  { path: "worktrees" },
];

/** A repository in which a session works. */
export interface Repository {
  /** Folders that are written by ordinary work. */
  readonly writable: readonly string[];
  /** What is held in them. */
  readonly holds: readonly Hold[];
}

/** What is known besides the repository itself. */
export interface GitSurroundings {
  readonly homeDir: string;
  /** Without links. */
  readonly writable: readonly string[];
  readonly configs: GitConfigReader;
}

/**
 * Looks at the `.git` of a working directory. For a folder that is all of it; a file, as in a linked worktree, names the real one, which
 * counts only where that one names this file in return: the text of a file alone makes nothing writable.
 *
 * @param dir without links
 */
export async function readRepository(dir: string, around: GitSurroundings): Promise<Repository | null> {
  const path = join(dir, ".git");
  const stats = await lstat(path).catch(() => null);
  if (stats?.isDirectory()) {
    // An empty folder may stand in for one that is missing, while another command runs: it is nobody's to fill.
    if (!(await lstat(join(path, "HEAD")).catch(() => null))?.isFile()) return null;
    const { writable, holds } = await commonPlaces(path);
    return { writable, holds: [...holds, ...(await named([path], dir, around))] };
  }
  if (!stats?.isFile()) return null;
  return readLinkedWorktree(path, dir, around);
}

/**
 * The folder that all worktrees share. Attributes name programs, so they are held; the folder around them, which git writes as well, is opened
 * by itself, as otherwise it could be replaced.
 */
async function commonPlaces(dir: string): Promise<Repository> {
  const info = join(dir, "info");
  const isThere = (await lstat(info).catch(() => null))?.isDirectory() ?? false;
  const attributes: Hold = isThere
    ? { path: "info/attributes", ifMissing: { kind: "file", content: "" } }
    : { path: "info", ifMissing: { kind: "folder" } };
  return { writable: isThere ? [dir, info] : [dir], holds: inside(dir, [...OBEYED, attributes]) };
}

async function readLinkedWorktree(
  file: string,
  dir: string,
  around: GitSurroundings,
): Promise<Repository | null> {
  // Of what is no worktree after all, the file is held, and nothing else is opened.
  const nothing = { writable: [], holds: [{ path: file }] };
  const target = /^gitdir: (.+?)\n?$/.exec((await readGitFile(file)) ?? "")?.[1];
  const own = target === undefined ? null : await realOrNull(resolve(dir, target));
  if (own === null) return nothing;
  const common = await namedBy(join(own, "commondir"));
  const back = await namedBy(join(own, "gitdir"));
  const isOurs = back === file && common !== null && dirname(own) === join(common, "worktrees");
  if (!isOurs || basename(common) !== ".git") return nothing;
  const shared = await commonPlaces(common);
  return {
    writable: [...shared.writable, own],
    holds: [
      { path: file },
      ...shared.holds,
      ...(await named([common, own], dir, around)),
      ...inside(own, [
        ...[{ path: "commondir" }, { path: "gitdir" }],
        { path: "config.worktree", ifMissing: { kind: "file", content: "" } },
      ]),
    ],
  };
}

/** Where the path that a file of git has leads to. */
async function namedBy(file: string): Promise<string | null> {
  const text = await readGitFile(file);
  return text === null ? null : realOrNull(resolve(dirname(file), text.trim()));
}

function realOrNull(path: string): Promise<string | null> {
  return realpath(path).catch(nothingThere);
}

/** What git itself answers for, without a program. */
const BOOLEAN = /^(?:true|false|yes|no|on|off|\d+)$/i;

/** Configurations outside of the repository. What they say of relative paths means each repository. */
function commonConfigs(homeDir: string): readonly string[] {
  return ["/etc/gitconfig", join(homeDir, ".config/git/config"), join(homeDir, ".gitconfig")];
}

/** What git obeys by name, where commands write: hooks, further configuration, and the program that watches files. */
async function named(
  gitDirs: readonly string[],
  dir: string,
  { homeDir, writable, configs }: GitSurroundings,
): Promise<readonly Hold[]> {
  const own = gitDirs.flatMap((gitDir) => [join(gitDir, "config"), join(gitDir, "config.worktree")]);
  const settings = await configs.read([...commonConfigs(homeDir), ...own], homeDir);
  return settings.flatMap((setting): readonly Hold[] => {
    const { key, value, file } = setting;
    if (value === null || value === "") return [];
    const from = isInclude(setting) ? dirname(file) : dir;
    const path = gitPath(value, { from, homeDir });
    // Whoever names the whole working directory would close it.
    if (!writable.some((root) => root !== path && isInside(root, path)) || isInside(path, dir)) return [];
    // Git goes on with these as if nothing were there.
    if (key === "core.hookspath") return [{ path, ifMissing: { kind: "folder" } }];
    if (isInclude(setting)) return [{ path, ifMissing: { kind: "file", content: "" } }];
    return key === "core.fsmonitor" && !BOOLEAN.test(value) ? [{ path }] : [];
  });
}

function inside(dir: string, holds: readonly Hold[]): readonly Hold[] {
  return holds.map((hold) => ({ ...hold, path: join(dir, hold.path) }));
}
