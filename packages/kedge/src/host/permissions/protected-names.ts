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

/** The names of files and folders that somebody obeys later. */
export interface ProtectedNames {
  readonly folders: ReadonlySet<string>;
  readonly files: ReadonlySet<string>;
  /** What a name stands for, however it is spelt; null for any other. */
  kindOf(name: string): "folder" | "file" | null;
  /**
   * The part of a path that is such a name, as it is written: a folder anywhere in it, a file at its end. Null for none.
   *
   * @param path absolute or not; both separators are understood
   */
  partOf(path: string): string | null;
  /**
   * The protected name that a glob may stand for. Null for none.
   *
   * @param pattern as it is written, without quotes
   */
  byGlob(pattern: string): string | null;
}

/**
 * The protected names.
 *
 * @param except names that are not protected after all, in any spelling
 * @source recorded refusals of Claude Code 2.1.329
 */
export function protectedNames(except: readonly string[] = []): ProtectedNames {
  const open = new Set(except.map(foldName));
  const folders = new Set([...FOLDERS].filter((name) => !open.has(name)));
  const files = new Set([...FILES].filter((name) => !open.has(name)));
  const kindOf = (name: string): "folder" | "file" | null => {
    if (!mayBeProtected(name)) return null;
    const folded = foldName(name);
    if (folders.has(folded)) return "folder";
    return files.has(folded) ? "file" : null;
  };
  return {
    ...{ folders, files, kindOf },
    partOf(path) {
      const parts = path.split(/[/\\]/).filter((part) => part !== "");
      for (const [at, part] of parts.entries()) {
        const kind = kindOf(part);
        if (kind === "file" && at === parts.length - 1) return part;
        if (kind !== "folder") continue;
        if (foldName(part) === ".claude" && foldName(parts[at + 1] ?? "") === OPEN_IN_CLAUDE) continue;
        return part;
      }
      return null;
    },
    byGlob(pattern) {
      for (const part of pattern.split("/")) {
        // A star, a question mark or a bracket in front stands for no dot, with which all of these names begin.
        const front = /^(\.[^*?[]*)[*?[]/.exec(part)?.[1]?.toLowerCase();
        const found =
          front === undefined ? undefined : [...folders, ...files].find((name) => name.startsWith(front));
        if (found !== undefined) return found;
      }
      return null;
    },
  };
}

/**
 * Whether a name is worth folding. Most are settled by one look: protected ones begin with a dot, or stand for such a name by a short form
 * or by characters beyond ASCII.
 */
function mayBeProtected(name: string): boolean {
  return name.startsWith(".") || /[~\u0080-\uffff]/.test(name);
}

/** Characters that some file systems do not look at in names. */
const IGNORED = /\p{Default_Ignorable_Code_Point}/gu;

/**
 * A name as the most forgiving file systems compare it: without case, without characters that are not seen, without what stands behind
 * a colon, without dots and blanks at its end, and with the long name for the short one that a file system made of it.
 */
export function foldName(name: string): string {
  const plain = name.normalize("NFKC").replace(IGNORED, "").toLowerCase().replace(/:.*$/s, "");
  const long = plain.replace(/(?<![. ])[. ]+$/, "");
  const short = /^([a-z]+)~\d+$/.exec(long)?.[1];
  const meant = short === undefined ? undefined : [...FOLDERS].find((each) => each.slice(1, 7) === short);
  return meant ?? long;
}
