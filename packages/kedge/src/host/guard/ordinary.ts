import { readdirSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { isInside } from "../paths.ts";
import { isGitFolder } from "../permissions/bare-repository.ts";
import { statsOf } from "./collector.ts";
import type { Difference } from "./differences.ts";
import { below, type Container, type Entry, type Snapshot } from "./entry.ts";
import { leftOutAbove, leftOutAt } from "./left-out.ts";
import { bornNs, readContent } from "./memory.ts";
import { differsHarmlessly } from "./obeyed-config.ts";
import type { UsedFolders } from "./used-folders.ts";

/** The looks before and after. */
export interface Looks {
  readonly before: Snapshot;
  readonly after: Snapshot;
  /** Folders that had something in them at any time before. */
  readonly used: UsedFolders;
}

/**
 * Whether a difference is ordinary work, which stays: what git writes for itself, a repository that comes with nothing that is obeyed, a
 * folder without anything in it.
 */
export function isOrdinary(difference: Difference, looks: Looks): boolean {
  const { before, after } = difference;
  if (after === null) return before === null || mayGo(difference, before);
  if (before === null) return mayCome(difference, after, looks);
  return before.kind === after.kind && before.mode === after.mode && mayChange(difference, before, after);
}

function mayGo({ was, container }: Difference, before: Entry): boolean {
  const { kind, rule, gitDir, content } = before;
  if (rule === "modules") return true;
  // Of a folder only what is in it matters; `.git` is more than that.
  if (kind === "folder") return rule !== "pointer";
  // A further work tree, or a submodule's repository, goes as a whole.
  if (gitDir !== null && isFurther(was, gitDir) && statsOf(join(container.path, gitDir)) === null)
    return true;
  // Nobody obeys what is left of a repository without a work tree.
  if (gitDir === "" && !isOfPlace(container) && !isRepositoryAt(container.path)) return true;
  return rule === "config" && gitDir !== null && isFurther(was, gitDir) && content !== null
    ? differsHarmlessly(content.toString("latin1"), "")
    : false;
}

/** The clock of files moves in steps, so what is this much older than a look was there before it. */
const STEP_NS = 20_000_000n;

function mayCome(difference: Difference, after: Entry, looks: Looks): boolean {
  const { kind, rule, content } = after;
  if (kind === "folder" || wasLeftOut(difference, after, looks)) return true;
  switch (rule) {
    case "whole":
      return after.gitDir === null && isBrought(difference.container, looks);
    case "alternates":
      return kind === "file" && isNewRepository(difference, after);
    case "config":
    case "modules":
      return (
        kind === "file" &&
        content !== null &&
        differsHarmlessly(null, content.toString("latin1"), workTreesOf(difference, after))
      );
    default:
      return kind === "file" && mayPoint(difference, after, looks);
  }
}

/** Whether it may have been there before, out of sight. Its own times tell little: a folder that is moved leaves those of what is in it. */
function wasLeftOut(difference: Difference, { ctimeNs }: Entry, { before }: Looks): boolean {
  // Most of what is new has new times, too.
  if (before.leftOut.size === 0 || (before.timeNs !== null && ctimeNs >= before.timeNs)) return false;
  const left = leftOutAt(before, difference);
  return left !== null && (left.sinceNs === null || ctimeNs < left.sinceNs - STEP_NS);
}

function mayChange(difference: Difference, before: Entry, after: Entry): boolean {
  if (before.kind !== "file" || before.uid !== after.uid || before.gid !== after.gid) return false;
  if (before.content === null || after.content === null) return false;
  if (after.rule === "backlink") return isBacklink(difference, after);
  if (after.rule !== "config" && after.rule !== "modules") return false;
  const [old, now] = [before.content.toString("latin1"), after.content.toString("latin1")];
  return differsHarmlessly(old, now, workTreesOf(difference, after));
}

/** Its folder of git is a place of its own, found by what led there. */
function isOfPlace({ isPlace, place }: Container): boolean {
  return isPlace && place.kind === "gitDir";
}

function isRepositoryAt(folder: string): boolean {
  try {
    return isGitFolder(readdirSync(folder));
  } catch {
    return false; // gone
  }
}

function isNewRepository({ was }: Difference, { gitDir }: Entry): boolean {
  if (gitDir === null || was === null) return gitDir !== null;
  return gitDir !== "" && !was.entries.has(gitDir);
}

/** A folder of git below another one: of a submodule or of a further work tree. */
function isFurther(container: Container | null, gitDir: string): boolean {
  return container?.entries.get(gitDir)?.rule === "folder";
}

/**
 * Whether something came with a repository that was cloned or checked out into a folder of its own: nobody obeys what is in it until
 * somebody goes to work there. A folder that had something in it before is no such place, nor is another one of its name: people go to
 * work in what it is called.
 */
function isBrought(container: Container, { before, after, used }: Looks): boolean {
  for (const own of after.containers.values()) {
    const { key, path, isPlace, entries } = own;
    if (isPlace || !entries.has(".git") || !isInside(path, container.path)) continue;
    const wasEmpty = (before.folders.get(key)?.count ?? 0) === 0;
    if (wasEmpty && !before.containers.has(key) && !used.has(path) && !wasUnseen(own, before)) return true;
  }
  return false;
}

/** Whether it was there before, and nobody knows what was in it. */
function wasUnseen({ key, path, place }: Container, before: Snapshot): boolean {
  const { leftOut, timeNs } = before;
  if (leftOut.size === 0 || leftOutAbove(before, place.path, path) === null) return false;
  return timeNs === null || bornNs(key) < timeNs;
}

/** The repository of a submodule names its work tree, which is in the folder that holds both, or in a further work tree of it. */
function workTreesOf(difference: Difference, { gitDir }: Entry): (path: string) => boolean {
  const { container } = difference;
  if (gitDir === null || !isFurther(container, gitDir)) return () => false;
  const top = join(container.path, ".git");
  const roots = [container.path, ...furtherTreeOf(container, gitDir)];
  return (path) => {
    const tree = resolve(container.path, gitDir, path);
    return roots.some((root) => isInside(root, tree) && tree !== root) && !isInside(top, tree);
  };
}

/** The further work tree to which the repository of a submodule belongs, by the word of both. */
function furtherTreeOf(container: Container, gitDir: string): readonly string[] {
  const own = /^(.*\bworktrees\/[^/]+)\/modules\//.exec(gitDir)?.[1];
  const path = own === undefined ? "" : below(own, "gitdir");
  const entry = container.entries.get(path);
  if (entry?.kind !== "file" || !isBacklink({ container, path }, entry)) return [];
  return [dirname(resolve(container.path, own ?? "", lineOf(entry)))];
}

function lineOf({ content }: Entry): string {
  return content?.toString().replace(/\n$/, "") ?? "";
}

/** Whether a `.git` file, or what a further work tree keeps, names only folders that are looked after. */
function mayPoint(difference: Difference, after: Entry, looks: Looks): boolean {
  if (after.rule === "backlink") return isBacklink(difference, after);
  const named = /^gitdir: ([^\n]+)\n?$/.exec(after.content?.toString() ?? "")?.[1];
  if (named === undefined) return false;
  const target = resolve(difference.container.path, named);
  for (const container of looks.after.containers.values())
    for (const { gitDir, kind } of container.entries.values())
      if (
        gitDir &&
        join(container.path, gitDir) === target &&
        isFurther(container, gitDir) &&
        kind !== "link"
      )
        return true;
  return false;
}

/** `commondir` names the repository above, `gitdir` a work tree whose `.git` names this folder. */
function isBacklink(difference: Pick<Difference, "container" | "path">, entry: Entry): boolean {
  const { gitDir } = entry;
  const text = lineOf(entry);
  if (basename(difference.path) === "commondir") return text === "../..";
  const own = join(difference.container.path, below(gitDir ?? ""));
  const pointer = resolve(own, text);
  const stats = statsOf(pointer);
  if (basename(pointer) !== ".git" || !stats?.isFile()) return false;
  const named = /^gitdir: ([^\n]+)\n?$/.exec(readContent(pointer, stats)?.toString() ?? "")?.[1];
  return named !== undefined && resolve(dirname(pointer), named) === own;
}
