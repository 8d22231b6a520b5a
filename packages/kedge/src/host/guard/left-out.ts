import { basename, dirname, join } from "node:path";
import { statsOf } from "./collector.ts";
import { below, type Container, type LeftOut, type Snapshot } from "./entry.ts";
import { identityOf } from "./memory.ts";

/**
 * What an earlier look left out, and in which a folder is; null where that look would have seen it, so that it is new since. What was moved
 * has its old times, so only the folders above it tell; and those may have other names now.
 *
 * @param top of the place that it is in; absolute
 * @param folder absolute
 */
export function leftOutAbove({ leftOut, folders }: Snapshot, top: string, folder: string): LeftOut | null {
  let inside = "";
  for (let path = folder; ; path = dirname(path)) {
    const identity = identityAt(path);
    const known = folders.get(identity);
    const isTop = path === top || dirname(path) === path;
    const left = leftOut.get(identity);
    if (left) return left;
    // This one was listed, so what is in it was seen or left out, or is new.
    if (known || isTop) return leftOut.get(join(known?.path ?? path, inside)) ?? null;
    inside = basename(path);
  }
}

/** The same for an entry that is in no container as it was. */
export function leftOutAt(
  before: Snapshot,
  about: { readonly was: Container | null; readonly container: Container; readonly path: string },
): LeftOut | null {
  const { was, container, path } = about;
  const known = before.folders.get(container.key)?.path ?? was?.path;
  if (known === undefined)
    return leftOutAbove(before, container.isPlace ? container.path : container.place.path, container.path);
  let at = "";
  for (const part of path.split("/")) {
    at = below(at, part);
    const identity = identityAt(join(container.path, at));
    const left = before.leftOut.get(identity) ?? before.leftOut.get(join(known, at));
    if (left) return left;
    // Not the folder of that name any more: all that is in it came with it.
    if (was?.entries.get(at)?.signature !== identity) return null;
  }
  return null;
}

/** What tells a folder from others; empty for nothing, which is no folder's. */
function identityAt(path: string): string {
  const stats = statsOf(path);
  return stats === null ? "" : identityOf(stats);
}
