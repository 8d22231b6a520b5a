/** Words of a command line, or what keeps it from being read without a shell. */
export type WordsReading =
  | { readonly ok: true; readonly words: readonly string[] }
  | { readonly ok: false; readonly message: string };

/** What a shell runs, redirects or ends a command with. */
const OPERATORS = "|&;<>()\n";
/** What a shell replaces by something else: variables, commands, file names, lists. */
const EXPANDED = "$`*?[]{}";
/** What a shell replaces, or leaves out, only where a word begins. */
const EXPANDED_IN_FRONT = "~#!";
/** After a backslash within double quotes; before anything else the backslash stays. */
const ESCAPED_IN_QUOTES = '$`"\\';

/**
 * Splits a command line as a POSIX shell splits simple words: at blanks, with single quotes, double quotes and backslashes. What a shell
 * would expand or run is refused, for no shell ever sees it: taken literally it would not mean what its author saw in it.
 */
export function splitWords(text: string): WordsReading {
  const splitter = new Splitter(text.trim());
  const problem = splitter.run();
  if (problem !== undefined) return { ok: false, message: `expected simple words, got ${problem}` };
  const { words } = splitter;
  const [program = ""] = words;
  if (program === "") return { ok: false, message: "expected a program and its arguments, got no program" };
  // A shell would set it as a variable.
  return /^[A-Za-z_]\w*=/.test(program)
    ? { ok: false, message: "expected a program first, got a variable; set it where Kedge is started" }
    : { ok: true, words };
}

class Splitter {
  readonly words: string[] = [];
  /** The word under way; undefined between words, since `''` is a word, too. */
  private word: string | undefined;
  private at = 0;
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  /** Reads all of it; returns what cannot be read. */
  run(): string | undefined {
    while (this.at < this.text.length) {
      const problem = this.step(this.text.charAt(this.at));
      if (problem !== undefined) return problem;
    }
    this.end();
    return undefined;
  }

  private step(char: string): string | undefined {
    if (char === "'") return this.single();
    if (char === '"') return this.double();
    if (char === "\\") return this.escape();
    if (char === " " || char === "\t") this.end();
    else if (OPERATORS.includes(char))
      return this.refuse(char === "\n" ? "a second line" : char, "a shell would act on");
    else if (EXPANDED.includes(char)) return this.refuse(char, "a shell would expand");
    else if (this.word === undefined && EXPANDED_IN_FRONT.includes(char))
      return this.refuse(char, "a shell would not take as it is");
    else this.add(char);
    this.at += 1;
    return undefined;
  }

  private single(): string | undefined {
    const close = this.text.indexOf("'", this.at + 1);
    if (close < 0) return this.unclosed("'");
    this.add(this.text.slice(this.at + 1, close));
    this.at = close + 1;
    return undefined;
  }

  private double(): string | undefined {
    this.add("");
    for (let at = this.at + 1; at < this.text.length; at += 1) {
      const char = this.text.charAt(at);
      const next = this.text.charAt(at + 1);
      if (char === '"') {
        this.at = at + 1;
        return undefined;
      }
      if (char === "$" || char === "`") {
        this.at = at;
        return this.refuse(char, "a shell would expand");
      }
      if (char !== "\\" || !`${ESCAPED_IN_QUOTES}\n`.includes(next) || next === "") this.add(char);
      else {
        // A line that goes on.
        if (next !== "\n") this.add(next);
        at += 1;
      }
    }
    return this.unclosed('"');
  }

  private escape(): string | undefined {
    const next = this.text.charAt(this.at + 1);
    if (next === "") return `a backslash at the end`;
    if (next !== "\n") this.add(next);
    this.at += 2;
    return undefined;
  }

  private add(text: string): void {
    this.word = (this.word ?? "") + text;
  }

  private end(): void {
    if (this.word !== undefined) this.words.push(this.word);
    this.word = undefined;
  }

  private refuse(what: string, why: string): string {
    return `${what} at character ${this.at + 1}, which ${why}; quote it, or write a list of words`;
  }

  private unclosed(quote: string): string {
    return `${quote} at character ${this.at + 1} that nothing closes`;
  }
}
