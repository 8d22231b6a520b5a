import { type BigIntStats, statSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Identity, size and times of what stands at some paths: equal texts mean that nothing was written, replaced, made or removed.
 * Synchronous, because it stands before every dispatch and takes some microseconds.
 */
export function takeFingerprint(paths: readonly string[]): string {
  return paths
    .map((path) => {
      const stats = look(path);
      if (typeof stats === "string") return stats;
      return `${stats.dev}.${stats.ino}.${stats.size}.${stats.mtimeNs}.${stats.ctimeNs}`;
    })
    .join(" ");
}

/**
 * When something last changed at the paths, epoch ms by the file system: a file's content, or the folder from which it went
 * or in which a link was turned.
 */
export function lastChange(paths: readonly string[]): number {
  const folders = new Set(paths.map((path) => nearestFolder(dirname(path))));
  return Math.max(0, ...[...paths, ...folders].map(changedAt));
}

/** The change time cannot be set back by whoever writes the file, the modification time can. */
function changedAt(path: string): number {
  const stats = look(path);
  return typeof stats === "string" ? 0 : Number(stats.ctimeMs);
}

function nearestFolder(path: string): string {
  const parent = dirname(path);
  return parent === path || typeof look(path) !== "string" ? path : nearestFolder(parent);
}

/** What stands there; `-` when nothing does, `?` when it may not be looked at. */
function look(path: string): BigIntStats | "-" | "?" {
  try {
    return statSync(path, { bigint: true, throwIfNoEntry: false }) ?? "-";
  } catch {
    return "?"; // a folder on the way that may not be read, or is no folder
  }
}
