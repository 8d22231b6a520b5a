import { chmodSync, lstatSync, mkdirSync, renameSync, rmdirSync, symlinkSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { entryAt, statsOf } from "./collector.ts";
import { type Difference, pathOf } from "./differences.ts";
import { type Container, type Entry, isSame, type Snapshot } from "./entry.ts";
import { type HeldFolder, holdFolder } from "./held-folder.ts";
import type { KeptVersions } from "./kept-versions.ts";
import { createMemory, identityOf } from "./memory.ts";
import { createPauses } from "./pauses.ts";
import { replaceFile } from "./replace-file.ts";
import type { GuardReport, NotRestored, Undone } from "./report.ts";

interface Means {
  /** The look that found the differences: a folder that was renamed is in it under its new name. */
  readonly after: Snapshot;
  readonly kept: KeptVersions;
}

/** Puts back what differs, upper folders first. What is there in place of it is kept elsewhere. */
export async function undo(differences: readonly Difference[], means: Means): Promise<GuardReport> {
  const undone: Undone[] = [];
  const notRestored: NotRestored[] = [];
  const pause = createPauses();
  for (const difference of differences) {
    // Between two, and never within one: it is looked at and put back at once.
    await pause();
    const path = pathOf(difference);
    try {
      const done = undoOne(difference, means);
      if (done === null) continue;
      undone.push({ path, ...done.undone });
      if (done.isBare) notRestored.push({ path, why: "of a folder of git only what git obeys is kept" });
    } catch (error) {
      notRestored.push({ path, why: error instanceof Error ? error.message : String(error) });
    }
  }
  return { undone, notRestored };
}

interface Done {
  readonly undone: Omit<Undone, "path">;
  /** A folder of git is there again, but not what git itself had in it. */
  readonly isBare: boolean;
}

function undoOne(difference: Difference, means: Means): Done | null {
  const { container, path, before, after } = difference;
  const parts = path.split("/");
  const name = parts.pop() ?? "";
  using folder = hold(difference, parts);
  if (folder === null) return null;
  const at = folder.at(name);
  const now = entryAt(at, before ?? after ?? { rule: "whole", gitDir: null }, createMemory());
  // A folder that was put back may have brought it.
  const isOther = isOtherRepository(before, now);
  if (now === null ? before === null : before !== null && isSame(before, now) && !isOther) return null;
  // Before anything is taken away: what is there is better than nothing.
  const why = before && whyGone(before);
  if (why !== null) throw new Error(why);
  folder.unlock();
  const isFolder = now?.kind === "folder" && before?.kind === "folder" && !isOther;
  const taken =
    now === null || isFolder ? null : takeAway(at, { path: pathOf(difference), now, container, means });
  const isMade =
    before !== null && putBack(folder, name, { before, isFolder, after: means.after }) === "made";
  const what = before === null ? "made" : after === null ? "removed" : "changed";
  return {
    undone: { what, ...taken },
    isBare: isMade && before.rule === "pointer",
  };
}

/** Another folder of that name is not what git worked in: that one may still be found. */
function isOtherRepository(before: Entry | null, now: Entry | null): boolean {
  const isFolder = before?.kind === "folder" && now?.kind === "folder";
  return isFolder && before.rule === "pointer" && before.signature !== now.signature;
}

/** Holds the folder in which something is to be put back; null where it is gone, and nothing is to be put there. */
function hold({ container, was, before }: Difference, parts: readonly string[]): HeldFolder | null {
  const { isPlace, path, place } = container;
  const top = isPlace ? path : place.path;
  const way = relative(top, path)
    .split(sep)
    .filter((part) => part !== "");
  if (isPlace && before !== null) mkdirSync(top, { recursive: true });
  const modeOf = (index: number): number | null => {
    if (before === null || index < way.length) return null;
    return was?.entries.get(parts.slice(0, index - way.length + 1).join("/"))?.mode ?? 0o755;
  };
  try {
    return holdFolder(top, [...way, ...parts], modeOf);
  } catch (error) {
    // It went away with the folder that it was in.
    if (before === null && (error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

/** Why nothing brings an entry back; null where it can be put back. */
export function whyGone({ kind, content }: Entry): string | null {
  if (kind === "other") return "it was no file, folder or link";
  if (kind !== "folder" && content === null) return "it was too large to be kept, or could not be read";
  return null;
}

function takeAway(
  at: string,
  about: {
    readonly path: string;
    readonly now: Entry;
    readonly container: Container;
    readonly means: Means;
  },
): ReturnType<KeptVersions["take"]> {
  const { path, now, container, means } = about;
  const { kind, mode, size, content } = now;
  const target = kind === "link" && content !== null ? { target: content.toString() } : {};
  return means.kept.take(at, { path, kind, mode, size, ...target }, (name) => join(container.path, name));
}

function putBack(
  folder: HeldFolder,
  name: string,
  about: { readonly before: Entry; readonly isFolder: boolean; readonly after: Snapshot },
): "made" | "back" {
  const { before, isFolder, after } = about;
  const at = folder.at(name);
  if (before.kind === "link") symlinkSync(before.content ?? "", at);
  else if (before.kind === "file") replaceFile(folder, name, before);
  else {
    const isBack = isFolder || comesBack(before, after, at);
    if (!isBack) mkdirSync(at);
    if (!lstatSync(at).isSymbolicLink()) chmodSync(at, before.mode);
    if (!isBack) return "made";
  }
  return "back";
}

/** A folder that was renamed is renamed back, with all that it holds. */
function comesBack({ signature }: Entry, after: Snapshot, at: string): boolean {
  const seen = after.folders.get(signature);
  const stats = seen && statsOf(seen.path);
  if (!stats || identityOf(stats) !== signature) return false;
  renameSync(seen.path, at);
  return true;
}

/** Removes folders that came with what was taken away again, if nothing else is in them. */
export function removeEmptied(differences: readonly Difference[], { undone }: GuardReport): void {
  const made = differences.filter(({ before, after }) => before === null && after?.kind === "folder");
  for (const difference of made.toReversed()) {
    const path = pathOf(difference);
    if (undone.some((each) => each.path.startsWith(path + sep))) removeEmpty(difference);
  }
}

function removeEmpty(difference: Difference): void {
  const parts = difference.path.split("/");
  const name = parts.pop() ?? "";
  try {
    using folder = hold(difference, parts);
    folder?.unlock();
    if (folder !== null) rmdirSync(folder.at(name));
  } catch {
    // there is something in it that nobody obeys
  }
}
