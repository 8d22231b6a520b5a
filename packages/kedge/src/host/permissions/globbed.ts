import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { fitsStars } from "../../protocol/index.ts";

const GLOB = /[*?[]/;

/** Entries of folders that one path is compared with; what a shell would find beyond is not looked at. */
const MAX_ENTRIES = 10_000;

/**
 * The files that a shell may put in place of a path with globs in it, and rather more than fewer: a bracket counts as a star. Names that begin
 * with a dot are meant by globs with that dot only. A path without a glob is its own only file.
 *
 * @param path absolute
 */
export async function globbed(path: string): Promise<readonly string[]> {
  if (!GLOB.test(path)) return [path];
  let found: readonly string[] = ["/"];
  let left = MAX_ENTRIES;
  for (const part of path.split("/").filter(Boolean)) {
    if (!GLOB.test(part)) {
      found = found.map((folder) => join(folder, part));
      continue;
    }
    const stars = part.replace(/\[[^\]]*\]?|\?/g, "*");
    const next: string[] = [];
    for (const folder of found) {
      const names = await readdir(folder).catch(() => []);
      left -= names.length;
      if (left < 0) return next;
      const meant = names.filter((name) => name.startsWith(".") === part.startsWith("."));
      next.push(...meant.filter((name) => fitsStars(name, stars)).map((name) => join(folder, name)));
    }
    found = next;
  }
  return found;
}
