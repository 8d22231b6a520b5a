/** Collects the text of a page, with its lines and blanks as a reader sees them. */
export interface TextWriter {
  /** Characters so far, about. */
  readonly length: number;
  /** Text of the page: blanks become one, but in a fence. */
  text(text: string): void;
  /** A sign of ours. */
  mark(sign: string): void;
  /** What follows begins on a line of its own, behind an empty one. */
  block(): void;
  line(): void;
  /** The next entry of a list. */
  item(): void;
  /** A list begins (1), or ends (-1). */
  indent(by: 1 | -1): void;
  /** Text whose lines are its own begins or ends. */
  fence(begins: boolean): void;
  end(): string;
}

/** Lists inside of each other are set in so often and no further. */
const MAX_INDENT = 6;

export function createTextWriter(): TextWriter {
  const pieces: string[] = [];
  let length = 0;
  let lists = 0;
  let fences = 0;
  /** What stands at the end: something that no blank may follow, or a word. */
  let isAtStart = true;
  const put = (piece: string): void => {
    if (piece === "") return;
    pieces.push(piece);
    length += piece.length;
    isAtStart = /\s$/.test(piece.slice(-1));
  };
  return {
    get length() {
      return length;
    },
    text(text) {
      if (fences > 0) return put(text);
      const plain = text.replace(/\s+/g, " ");
      put(isAtStart ? plain.trimStart() : plain);
    },
    mark: put,
    block: () => put("\n\n"),
    line: () => put("\n"),
    item: () => put(`\n${"  ".repeat(Math.min(Math.max(lists - 1, 0), MAX_INDENT))}- `),
    indent(by) {
      lists = Math.max(0, lists + by);
    },
    fence(begins) {
      fences = Math.max(0, fences + (begins ? 1 : -1));
      put(begins ? "```\n" : "\n```");
    },
    end() {
      // Line by line: an expression over all of it takes the square of its blanks.
      const lines = pieces.join("").split("\n");
      return lines
        .map((line) => line.trimEnd())
        .join("\n")
        .replace(/\n{3,}/g, "\n\n")
        .trim();
    },
  };
}
