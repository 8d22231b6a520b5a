import { join } from "node:path";
import { type Container, type Entry, isSame, type Snapshot } from "./entry.ts";

/** A protected entry that is not as it was. */
export interface Difference {
  /** Where it was, with all that was there; null for a folder that held nothing protected. */
  readonly was: Container | null;
  /** Where it is now: its folder may have another name. */
  readonly container: Container;
  /** Below the container. */
  readonly path: string;
  readonly before: Entry | null;
  readonly after: Entry | null;
}

/** The absolute path of what differs. */
export function pathOf({ container, path }: Difference): string {
  return join(container.path, path);
}

/**
 * What differs between two looks, upper folders first. What went away together with the folder that it was in is no difference: nobody
 * obeys it any more. A folder that was renamed is known again, and so is what it holds.
 */
export function differencesOf(before: Snapshot, after: Snapshot): readonly Difference[] {
  const all: Difference[] = [];
  for (const was of before.containers.values()) {
    const now = after.containers.get(was.key) ?? emptied(was, after);
    if (now === null) continue;
    for (const path of new Set([...was.entries.keys(), ...now.entries.keys()])) {
      const [old, own] = [was.entries.get(path) ?? null, now.entries.get(path) ?? null];
      if (old === null || own === null || !isSame(old, own))
        all.push({ was, container: now, path, before: old, after: own });
    }
  }
  for (const container of after.containers.values()) {
    if (before.containers.has(container.key)) continue;
    for (const [path, entry] of container.entries)
      all.push({ was: null, container, path, before: null, after: entry });
  }
  return all.sort((a, b) => (pathOf(a) < pathOf(b) ? -1 : 1));
}

/** A container in which nothing protected is left; null when it is gone itself. */
function emptied(was: Container, after: Snapshot): Container | null {
  if (was.isPlace) return { ...was, entries: new Map() };
  const folder = after.folders.get(was.key);
  // A submodule is taken out of its work tree like this: its folder stays, with nothing in it.
  if (folder?.count === 0 && was.entries.get(".git")?.kind === "file") return null;
  return folder ? { ...was, path: folder.path, entries: new Map() } : null;
}
