import { join } from "node:path";
import { type Collector, statsOf } from "./collector.ts";
import { below, type Container, type Rule } from "./entry.ts";

/** What git obeys in its folder, and by what rule it may change. */
const OBEYED: readonly (readonly [path: string, rule: Rule])[] = [
  ["config", "config"],
  ["config.worktree", "config"],
  ["commondir", "whole"],
  ["gitdir", "whole"],
  ["info", "folder"],
  ["info/attributes", "whole"],
  ["objects", "folder"],
  ["objects/info", "folder"],
  ["objects/info/alternates", "alternates"],
  ["objects/info/http-alternates", "whole"],
];

/** Of these, what names other folders. */
const POINTERS: ReadonlySet<string> = new Set(["commondir", "gitdir"]);

/** Folders of files that git obeys: programs to run, and addresses in their oldest form. */
const OBEYED_FOLDERS = ["hooks", "remotes", "branches"] as const;

/** Repositories of submodules are named by paths; nobody nests them deeper. */
const MAX_MODULE_DEPTH = 8;

/** Folders of a repository in which no other repository lies but by its own way, and of which some are large. */
const WORK_OF_GIT: ReadonlySet<string> = new Set([
  ...["objects", "refs", "logs", "lfs", "info", "rr-cache", "worktrees", "modules", ...OBEYED_FOLDERS],
]);

/** Takes in `.git`, as a folder or whatever else it is. */
export function addGit(collector: Collector, container: Container, path: string): void {
  if (collector.add(container, path, "pointer") === "folder") addGitFolder(collector, container, path);
}

/**
 * Takes in what git obeys in one of its folders, with those of submodules and of further work trees. Everything else there is git's work:
 * objects, references, logs.
 *
 * @param dir below the container; empty for the container itself
 * @param pointers how what names other folders may change
 */
export function addGitFolder(
  collector: Collector,
  container: Container,
  dir: string,
  pointers: Rule = "whole",
): void {
  const found = new Map<string, string | null>();
  const isReached = (path: string): boolean => {
    const at = path.lastIndexOf("/");
    return at < 0 || found.get(path.slice(0, at)) === "folder";
  };
  for (const [path, rule] of OBEYED)
    if (isReached(path)) {
      const own = POINTERS.has(path) ? pointers : rule;
      found.set(path, collector.add(container, below(dir, path), own, dir));
    }
  for (const name of OBEYED_FOLDERS) addFiles(collector, container, { dir, name });
  addWorktrees(collector, container, dir);
  const modules = below(dir, "modules");
  if (collector.add(container, modules, "folder", dir) === "folder")
    addModules(collector, container, modules, { depth: MAX_MODULE_DEPTH, isRepository: false });
}

function addFiles(
  collector: Collector,
  container: Container,
  { dir, name }: { readonly dir: string; readonly name: string },
): void {
  const waiting = [below(dir, name)];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const isTop = next === below(dir, name);
    if (collector.add(container, next, isTop ? "folder" : "whole", dir) !== "folder") continue;
    // Samples are not run as long as they are called so.
    for (const each of collector.names(container, next))
      if (!each.endsWith(".sample")) waiting.push(below(next, each));
  }
}

function addWorktrees(collector: Collector, container: Container, dir: string): void {
  const worktrees = below(dir, "worktrees");
  if (collector.add(container, worktrees, "folder", dir) !== "folder") return;
  for (const name of collector.names(container, worktrees)) {
    const own = below(worktrees, name);
    // Without `commondir`, or with one that names its own folder, git obeys such a folder like any other of its own.
    if (collector.add(container, own, "folder", own) === "folder")
      addGitFolder(collector, container, own, "backlink");
  }
}

/** Repositories of submodules, and what lies between: a repository in which further ones lie hides none of them. */
function addModules(
  collector: Collector,
  container: Container,
  dir: string,
  { depth, isRepository }: { readonly depth: number; readonly isRepository: boolean },
): void {
  for (const name of collector.names(container, dir)) {
    const own = below(dir, name);
    if (isRepository && (WORK_OF_GIT.has(name) || isFile(join(container.path, own)))) continue;
    if (collector.add(container, own, "folder", own) !== "folder") continue;
    const names = collector.names(container, own);
    const isNext = names.includes("HEAD") || names.includes("config");
    if (isNext) addGitFolder(collector, container, own);
    if (depth > 0) addModules(collector, container, own, { depth: depth - 1, isRepository: isNext });
  }
}

function isFile(path: string): boolean {
  return statsOf(path)?.isFile() ?? false;
}
