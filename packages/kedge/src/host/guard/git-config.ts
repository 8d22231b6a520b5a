/** One setting of a git configuration, in the order of the file. */
export interface GitSetting {
  /** Section and variable in lower case, with the subsection, as written, between them: `remote.Origin.url`. */
  readonly key: string;
  /** Null for a variable without `=`, which means true. */
  readonly value: string | null;
}

/**
 * Reads a git configuration as git itself does.
 *
 * @param text decoded from UTF-8, or byte by byte
 * @returns null for what git would not read, and for what two readers could take for different things
 * @source git-config(1), "CONFIGURATION FILE"; git's own reader in config.c
 */
export function parseGitConfig(text: string): readonly GitSetting[] | null {
  // Git ends a value at a NUL and skips a byte order mark: nobody writes either in good faith.
  if (text.includes("\0") || /^(?:\ufeff|\xef\xbb\xbf)/.test(text)) return null;
  const reader = new Reader(text.replaceAll("\r\n", "\n"));
  const settings: GitSetting[] = [];
  let section = "";
  for (;;) {
    reader.skip(/(?:[ \t\r\n]|[#;][^\n]*)*/y);
    if (reader.isAtEnd) return settings;
    if (reader.take("[")) {
      const found = readSection(reader);
      if (found === null) return null;
      section = found;
      continue; // a variable may stand on the same line
    }
    const name = reader.match(/[A-Za-z][A-Za-z0-9-]*/y);
    if (name === null || section === "") return null;
    const value = readAssignment(reader);
    if (value === undefined) return null;
    settings.push({ key: `${section}.${name.toLowerCase()}`, value });
  }
}

/** A section behind its opening bracket, up to the closing one; null for none. */
function readSection(reader: Reader): string | null {
  const name = reader.match(/[A-Za-z0-9.-]+/y)?.toLowerCase();
  if (name === undefined) return null;
  if (reader.take("]")) return name;
  const quoted = reader.match(/[ \t]+"(?:[^"\\\n]|\\[^\n])*"\]/y);
  if (quoted === null) return null;
  return `${name}.${quoted.trimStart().slice(1, -2).replace(/\\(.)/gs, "$1")}`;
}

/** What stands behind the name of a variable, up to the end of its line; undefined for what git refuses. */
function readAssignment(reader: Reader): string | null | undefined {
  reader.skip(/[ \t]*/y);
  if (reader.isAtEnd || reader.take("\n")) return null;
  return reader.take("=") ? readValue(reader) : undefined;
}

/** What a letter behind a backslash stands for; a line's end stands for nothing. */
const ESCAPES: Readonly<Record<string, string>> = {
  ...{ n: "\n", t: "\t", b: "\b", "\\": "\\", '"': '"', "\n": "" },
};

/** What git takes for a blank within a line. */
const BLANK = /[ \t\r]/;

function readValue(reader: Reader): string | undefined {
  let value = "";
  /** Blanks at the end do not count, unless they are quoted. */
  let length = 0;
  let isQuoted = false;
  for (;;) {
    const next = reader.next();
    if (next === "" || next === "\n") return isQuoted ? undefined : value.slice(0, length);
    if (next === '"') {
      isQuoted = !isQuoted;
      length = value.length;
    } else if (next === "\\") {
      const escaped = ESCAPES[reader.next()];
      if (escaped === undefined) return undefined;
      value += escaped;
      length = value.length;
    } else if (!isQuoted && (next === "#" || next === ";")) reader.skip(/[^\n]*/y);
    else if (!isQuoted && BLANK.test(next)) value += value === "" ? "" : next;
    else {
      value += next;
      length = value.length;
    }
  }
}

/** A text and how far it was read. */
class Reader {
  private readonly text: string;
  private at = 0;

  constructor(text: string) {
    this.text = text;
  }

  get isAtEnd(): boolean {
    return this.at >= this.text.length;
  }

  /** The next character; empty at the end. */
  next(): string {
    return this.text[this.at++] ?? "";
  }

  take(text: string): boolean {
    const isThere = this.text.startsWith(text, this.at);
    if (isThere) this.at += text.length;
    return isThere;
  }

  /** What a sticky pattern finds here. */
  match(pattern: RegExp): string | null {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0] ?? null;
    if (found !== null) this.at += found.length;
    return found;
  }

  skip(pattern: RegExp): void {
    this.match(pattern);
  }
}
