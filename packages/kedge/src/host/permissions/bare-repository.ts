import { readdir } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { foldName } from "./protected-names.ts";

/** Folders above a file in which git looks for it, as for `objects/info/alternates`. */
const MAX_DEPTH = 3;

/**
 * Whether git takes a folder with these names in it for a repository, whatever the folder is called: who works there obeys its
 * configuration.
 *
 * @source git's setup.c, `is_git_directory`
 */
export function isGitFolder(names: Iterable<string>): boolean {
  const all = new Set(names);
  return all.has("HEAD") && (all.has("commondir") || (all.has("objects") && all.has("refs")));
}

/**
 * The folder that is a repository without a work tree, or becomes one, when a file in it is written. Null for none. Without `HEAD` no folder
 * is one, so whoever writes the rest first is asked when that comes.
 *
 * @param file where it really is; absolute
 */
export async function bareRepositoryWith(file: string): Promise<string | null> {
  if (foldName(basename(file)) === "head") return dirname(file);
  let folder = dirname(file);
  for (let depth = 0; depth < MAX_DEPTH; depth++, folder = dirname(folder))
    if (isGitFolder(await readdir(folder).catch(() => []))) return folder;
  return null;
}
