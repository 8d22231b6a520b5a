import { reachedPath } from "../paths.ts";

/** Folders that somebody obeys later: git, editors, agents. What is in them is protected. */
const FOLDERS: ReadonlySet<string> = new Set([
  ...[".git", ".vscode", ".idea", ".husky", ".devcontainer", ".cargo", ".claude"],
]);

/** Files that shells, git and agents obey. */
const FILES: ReadonlySet<string> = new Set([
  ...[".mcp.json", ".gitmodules", ".gitconfig", ".bashrc", ".bash_profile", ".zshrc", ".zprofile", ".zshenv"],
  ...[".profile", ".npmrc", ".envrc", ".ripgreprc", ".claude.json"],
]);

/** Below `.claude`, work of the agent itself. */
const OPEN_IN_CLAUDE = "worktrees";

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

function protectedPart(path: string): string | null {
  const parts = path.split("/").filter((part) => part !== "");
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

/** A name as the most forgiving file systems compare it: without case, and without dots and blanks at its end. */
function fold(name: string): string {
  return name
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[. ]+$/, "");
}
