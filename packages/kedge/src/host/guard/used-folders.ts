import type { Snapshot } from "./entry.ts";

/** Folders that had something in them when they were looked at, by their names, for as long as the session lasts. */
export interface UsedFolders {
  note(snapshot: Pick<Snapshot, "folders">): void;
  has(path: string): boolean;
}

/** Paths that are remembered. The oldest stay, so that nobody who makes many folders has them forgotten. */
const MAX_USED = 50_000;

export function createUsedFolders(): UsedFolders {
  const paths = new Set<string>();
  return {
    note({ folders }) {
      for (const { path, count } of folders.values()) if (count > 0 && paths.size < MAX_USED) paths.add(path);
    },
    has: (path) => paths.has(path),
  };
}
