import { readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { reachedPath } from "../paths.ts";

/** Folders that somebody obeys later: git, editors, agents. What is in them is protected. */
const FOLDERS: ReadonlySet<string> = new Set([
  ...[".git", ".vscode", ".idea", ".husky", ".devcontainer", ".cargo", ".claude"],
]);

/** Files that shells, git and agents obey. */
const FILES: ReadonlySet<string> = new Set([
  ...[".mcp.json", ".gitmodules", ".gitconfig", ".npmrc", ".envrc", ".ripgreprc", ".claude.json", ".profile"],
  ...[".bashrc", ".bash_profile", ".bash_login", ".bash_logout"],
  ...[".zshrc", ".zprofile", ".zshenv", ".zlogin", ".zlogout"],
]);

/** Below `.claude`, work of the agent itself. */
const OPEN_IN_CLAUDE = "worktrees";

/** Entries of a tree that are looked at; whatever has more may hold anything. */
const MAX_ENTRIES = 20_000;

/**
 * Says which protected place a path leads to: by its own name, or by where its links lead. Null for none.
 *
 * @param path absolute
 */
export async function protectedPlace(path: string): Promise<string | null> {
  const own = protectedPart(path);
  if (own !== null) return own;
  const reached = await reachedPath(path);
  return reached === path ? null : protectedPart(reached);
}

/**
 * Says which protected place a glob may stand for. Null for none.
 *
 * @param pattern as it is written, without quotes
 */
export function protectedByGlob(pattern: string): string | null {
  for (const part of pattern.split("/")) {
    // A star, a question mark or a bracket in front stands for no dot, with which all of these names begin.
    const front = /^(\.[^*?[]*)[*?[]/.exec(part)?.[1]?.toLowerCase();
    const found =
      front === undefined ? undefined : [...FOLDERS, ...FILES].find((name) => name.startsWith(front));
    if (found !== undefined) return found;
  }
  return null;
}

/**
 * Says which protected place is somewhere in a folder that is moved, copied or removed as a whole. Null for none, and for what is no
 * folder. Installed packages are left out: what is in them nobody obeys there.
 */
export async function protectedBelow(folder: string): Promise<string | null> {
  const folders = basename(folder) === "node_modules" ? [] : [folder];
  let count = 0;
  for (let each = folders.pop(); each !== undefined; each = folders.pop()) {
    // Links are not followed: such a program takes the link itself.
    const entries = await readdir(each, { withFileTypes: true }).catch(() => []);
    count += entries.length;
    if (count > MAX_ENTRIES) return `${folder}, which is too large to be looked through,`;
    for (const entry of entries) {
      const path = join(each, entry.name);
      if (protectedPart(path.slice(folder.length)) !== null) return path;
      if (entry.isDirectory() && entry.name !== "node_modules") folders.push(path);
    }
  }
  return null;
}

function protectedPart(path: string): string | null {
  const parts = path.split(/[/\\]/).filter((part) => part !== "");
  for (const [at, part] of parts.entries()) {
    const name = fold(part);
    const isLast = at === parts.length - 1;
    if (isLast && FILES.has(name)) return part;
    if (!FOLDERS.has(name)) continue;
    if (name === ".claude" && fold(parts[at + 1] ?? "") === OPEN_IN_CLAUDE) continue;
    return part;
  }
  return null;
}

/** Characters that some file systems do not look at in names. */
const IGNORED = /\p{Default_Ignorable_Code_Point}/gu;

/**
 * A name as the most forgiving file systems compare it: without case, without characters that are not seen, without what stands behind
 * a colon, without dots and blanks at its end, and with the long name for the short one that a file system made of it.
 */
function fold(name: string): string {
  const plain = name.normalize("NFKC").replace(IGNORED, "").toLowerCase().replace(/:.*$/s, "");
  const long = plain.replace(/[. ]+$/, "");
  const short = /^([a-z]+)~\d+$/.exec(long)?.[1];
  const meant = short === undefined ? undefined : [...FOLDERS].find((each) => each.slice(1, 7) === short);
  return meant ?? long;
}
