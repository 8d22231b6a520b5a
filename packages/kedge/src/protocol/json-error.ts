import { escapeInvisible } from "./text.ts";

/** Where a text stops being JSON. */
export interface JsonErrorPlace {
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units. */
  readonly column: number;
  /** Such as `expected a value, got "}"`; holds at most one token of the text, and no string. */
  readonly what: string;
}

/** Characters of a text that are searched for an error; what lies behind them is not located. */
const MAX_SEARCHED = 1_048_576;

// One token: punctuation, a string without raw control characters, a number, or a word. Runs of plain characters stand in
// loops of their own, which the engine does not have to remember one by one.
const TOKEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids them in strings
  /[{}[\],:]|"[^"\\\x00-\x1f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\x00-\x1f]*)*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const BLANK = /[ \t\r\n]*/y;

/** What may come next. */
type Expectation = "value" | "value_or_end" | "key" | "key_or_end" | "colon" | "comma_or_end" | "end_of_text";

const EXPECTED: Readonly<Record<Expectation, string>> = {
  value: "a value",
  value_or_end: "a value or ]",
  key: "a key in double quotes",
  key_or_end: "a key in double quotes or }",
  colon: "a colon",
  comma_or_end: "a comma or the closing bracket",
  end_of_text: "nothing more",
};

/**
 * Finds the first place at which a text is no JSON; null when it is JSON all through, or too long to be searched. The engine's own messages name a place
 * only sometimes, and quote the text, which may hold secrets.
 */
export function findJsonError(text: string): JsonErrorPlace | null {
  if (text.length > MAX_SEARCHED) return null;
  const open: ("{" | "[")[] = [];
  let next: Expectation = "value";
  let at = 0;
  for (;;) {
    BLANK.lastIndex = at;
    at += BLANK.exec(text)?.[0].length ?? 0;
    if (at >= text.length) return next === "end_of_text" ? null : place(text, at, next, "the end");
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(text)?.[0];
    const after: Expectation | null = token === undefined ? null : step(next, token, open);
    if (token === undefined || after === null)
      return place(text, at, next, shownToken(token ?? oneCharacter(text, at)));
    next = after;
    at += token.length;
  }
}

/** The state after a token, or null when it may not stand there. */
function step(next: Expectation, token: string, open: ("{" | "[")[]): Expectation | null {
  const afterValue = (): Expectation => (open.length === 0 ? "end_of_text" : "comma_or_end");
  if (token === "}" || token === "]") {
    const isOwn = open.at(-1) === (token === "}" ? "{" : "[");
    const mayEnd = next === "comma_or_end" || next === (token === "}" ? "key_or_end" : "value_or_end");
    if (!isOwn || !mayEnd) return null;
    open.pop();
    return afterValue();
  }
  if (next === "comma_or_end") return token === "," ? (open.at(-1) === "{" ? "key" : "value") : null;
  if (next === "colon") return token === ":" ? "value" : null;
  if (next === "key" || next === "key_or_end") return token.startsWith('"') ? "colon" : null;
  if (next === "end_of_text" || token === "," || token === ":") return null;
  if (token !== "{" && token !== "[") return afterValue();
  open.push(token);
  return token === "{" ? "key_or_end" : "value_or_end";
}

/** Strings are not shown: they may be secrets. */
function shownToken(token: string): string {
  return token.length > 1 && token.startsWith('"')
    ? "a string"
    : escapeInvisible(JSON.stringify(token.slice(0, 20)));
}

function oneCharacter(text: string, at: number): string {
  return String.fromCodePoint(text.codePointAt(at) ?? 0xfffd);
}

function place(text: string, at: number, next: Expectation, came: string): JsonErrorPlace {
  const before = text.slice(0, at);
  const line = before.split("\n").length;
  return { line, column: at - before.lastIndexOf("\n"), what: `expected ${EXPECTED[next]}, got ${came}` };
}
