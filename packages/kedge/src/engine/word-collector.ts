// Stand in a word for a folder that is known later. Paths cannot hold NUL, so a word of the user's never has one.
/** The project's folder. */
export const PROJECT_MARK = "\0p";
/** The plugin's root. */
export const PLUGIN_MARK = "\0r";
/** The user's home. */
export const HOME_MARK = "\0h";

/** Variables that are known, and what stands for them. */
export const MARKS: Readonly<Record<string, string>> = {
  CLAUDE_PROJECT_DIR: PROJECT_MARK,
  CLAUDE_PLUGIN_ROOT: PLUGIN_MARK,
  HOME: HOME_MARK,
  // Where the handler runs, which is what relative words start at.
  PWD: ".",
};

const PLACEHOLDER =
  /\$\{(?:env:)?(CLAUDE_PROJECT_DIR|CLAUDE_PLUGIN_ROOT|HOME|PWD)\}|\$(?:env:)?(CLAUDE_PROJECT_DIR|CLAUDE_PLUGIN_ROOT|HOME|PWD)(?!\w)/g;

/** What separates paths inside of a word: `--import=./a.mjs`, `a:b`, `@file`, `file:///a`, commands inside of quotes. */
const SEPARATORS = /[\s=,:@;|&<>(){}'"`]+/;

/** Collects the words of a handler, and the pieces of words that may be paths. */
export class WordCollector {
  readonly words = new Set<string>();
  readonly unresolved = new Set<string>();

  /** Adds a text as it was configured. */
  addText(text: string): void {
    this.add(clean(text));
  }

  /** Adds a word that may hold marks. */
  add(word: string): void {
    // Before a word is taken apart, its folders become marks: their names may hold blanks and signs.
    const marked = word.replace(PLACEHOLDER, (_, braced?: string, bare?: string) => markOf(braced ?? bare));
    for (const piece of [marked, ...marked.split(SEPARATORS)]) {
      this.addPiece(piece);
      if (/^-[A-Za-z]./.test(piece)) this.addPiece(piece.slice(2));
      if (piece.includes("\\")) this.addPiece(piece.replaceAll("\\", "/"));
    }
  }

  private addPiece(piece: string): void {
    // A mark is a folder and stands in front; `file://` and the like leave slashes before it.
    const path = piece.replace(/^[^\0]*(?=\0)/, (front) => (/^\/*$/.test(front) ? "" : front));
    if (path !== "") this.words.add(path.replace(/^~(?=\/)/, HOME_MARK));
  }
}

/** Without NUL, which only marks have. */
export function clean(text: string): string {
  return text.replaceAll("\0", "");
}

function markOf(name: string | undefined): string {
  return (name !== undefined && Object.hasOwn(MARKS, name) && MARKS[name]) || "";
}
