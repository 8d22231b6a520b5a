import type { Dirent } from "node:fs";
import { readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { reachedPath } from "../paths.ts";
import type { FileRule } from "./file-rule.ts";

/** A folder of which a call takes all that is in it. Paths are absolute. */
export interface MeantTree {
  readonly from: string;
  /** Folders as part of which what is in it is read or changed. */
  readonly as: readonly string[];
  readonly touches: "Read" | "Write";
  /** What links in it lead to is taken as well. */
  readonly followsLinks: boolean;
}

/** Entries that are compared in one call. */
const MAX_ENTRIES = 20_000;

/** Whatever is in a folder, and under which names it counts. */
type Place = Pick<MeantTree, "from" | "as">;

/**
 * The first rule that is about something in these folders; null for none. What has too many entries, or cannot be looked into, may hold
 * whatever a rule is about.
 */
export async function firstRuleBelow<R extends FileRule>(
  trees: readonly MeantTree[],
  rules: Readonly<Record<MeantTree["touches"], readonly R[]>>,
  maxEntries = MAX_ENTRIES,
): Promise<R | null> {
  const look = { left: maxEntries };
  for (const tree of trees) {
    const found = await firstIn(tree, rules[tree.touches], look);
    if (found !== null) return found;
  }
  return null;
}

async function firstIn<R extends FileRule>(
  tree: MeantTree,
  rules: readonly R[],
  look: { left: number },
): Promise<R | null> {
  const places: Place[] = [tree];
  const seen = new Set<string>();
  for (let place = places.pop(); place !== undefined; place = places.pop()) {
    const { from, as } = place;
    const about = seen.has(from) ? [] : rules.filter((rule) => mayBeAbout(rule, place, tree));
    const [first] = about;
    if (first === undefined) continue;
    seen.add(from);
    const entries = await entriesOf(from);
    look.left -= (entries?.length ?? 0) * as.length;
    if (entries === null || look.left < 0) return first;
    for (const entry of entries) {
      const next = await placeOf(entry, place, tree);
      const found = about.find(({ holds }) => next.as.some(holds));
      if (found) return found;
      if (next.isLookedInto) places.push(next);
    }
  }
  return null;
}

/** Links lead anywhere. */
function mayBeAbout(rule: FileRule, { from, as }: Place, { followsLinks }: MeantTree): boolean {
  return rule.entersFolder(basename(from)) && (followsLinks || as.some(rule.mayBeIn));
}

async function placeOf(
  entry: Dirent,
  { from, as }: Place,
  { followsLinks }: MeantTree,
): Promise<Place & { readonly isLookedInto: boolean }> {
  const path = join(from, entry.name);
  const names = as.map((folder) => join(folder, entry.name));
  if (!entry.isSymbolicLink() || !followsLinks)
    return { from: path, as: names, isLookedInto: entry.isDirectory() };
  const reached = await reachedPath(path);
  // What is copied is changed at its new place only.
  return { from: reached, as: as.includes(from) ? [...names, reached] : names, isLookedInto: true };
}

/** What is in a folder: nothing where there is none, null where nobody can say. */
function entriesOf(folder: string): Promise<readonly Dirent[] | null> {
  return readdir(folder, { withFileTypes: true }).catch(({ code }: NodeJS.ErrnoException) =>
    code === "ENOENT" || code === "ENOTDIR" || code === "ELOOP" ? [] : null,
  );
}
