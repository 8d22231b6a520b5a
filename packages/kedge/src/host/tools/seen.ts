import type { FileVersion } from "../files/version.ts";

/** Files that a conversation knows, by the path with which they were named, each as it was then. */
export type SeenFiles = Map<string, FileVersion>;

/** Why a file may not be changed blindly; null when the model knows it as it is. */
export function staleness(seen: SeenFiles, path: string, version: FileVersion): string | null {
  const known = seen.get(path);
  if (known === undefined) return `${path} has not been read in this conversation. Read it first.`;
  return known === version ? null : `${path} has changed since it was read. Read it again.`;
}
