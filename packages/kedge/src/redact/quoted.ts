import { countBackslashes } from "./span.ts";

const MAX_QUOTED = 16_384;
const OPENING = /[bBrRuUfF@]{0,2}(\\{0,15})(["'`])/y;

const AFTER_TEXT = /\s{0,256}(?:[,:}\]]|$)/y;
const STRUCTURE = /^\s*[,:}\]](?:.*[,:{[]\s*)?$/s;

/** A quotation mark as it stands in a text: JSON inside of JSON has backslashes before it. */
interface Quote {
  readonly mark: string;
  readonly slashes: number;
}

export interface Quoted {
  readonly quote: Quote;
  /** Where the content begins and ends. */
  readonly start: number;
  readonly end: number;
  /** Whether a closing mark was found on the same line. */
  readonly isClosed: boolean;
}

/**
 * Whether a mark closes a text of JSON instead of opening one, as after `"Your password: "`: what follows is only what
 * JSON has between two texts.
 */
export function isBetweenTexts(text: string, { start, end, isClosed }: Quoted): boolean {
  return isClosed ? STRUCTURE.test(text.slice(start, end)) : /^[,:}\]]/.test(text.slice(start, start + 1));
}

/**
 * The mark without the backslashes that end the text before it: in `"a\\\\":1` two of them are one character of the name.
 *
 * @param mark a quotation mark with all backslashes before it
 */
export function trimMark(mark: string): string {
  return mark.slice(mark.length - 1 - ownSlashes(mark.length - 1));
}

/** Of a number of backslashes before a mark, those that escape it: as many as its number has ones at the end, in bits. */
function ownSlashes(count: number): number {
  return count & ~(count + 1) & (count ^ (count + 1));
}

/** Reads the quoted text that begins at a place, with the letters some languages put before it; undefined when none does. */
export function readQuoted(text: string, at: number): Quoted | undefined {
  OPENING.lastIndex = at;
  const opening = OPENING.exec(text);
  if (opening === null) return undefined;
  const quote = { mark: opening[2] ?? "", slashes: ownSlashes(opening[1]?.length ?? 0) };
  const start = OPENING.lastIndex;
  const end = findClosing(text, start, quote);
  return end < 0
    ? { quote, start, end: endOfOpen(text, start), isClosed: false }
    : { quote, start, end, isClosed: true };
}

/**
 * Finds the end of the content: the first mark that stands as deep as the opening one, or ends a text around it.
 */
function findClosing(text: string, from: number, { mark, slashes }: Quote): number {
  const limit = Math.min(text.length, from + MAX_QUOTED);
  for (let at = from; at < limit; at += 1) {
    const char = text[at];
    if (char === "\n") return -1;
    if (char !== mark && char !== '"') continue;
    const own = ownSlashes(countWithin(text, at, from));
    if (char === mark ? own <= slashes : endsJsonText(text, at)) return at - own;
  }
  return -1;
}

/** Whether a quotation mark, of which JSON has no other kind, ends a text of JSON: no value goes beyond it. */
function endsJsonText(text: string, at: number): boolean {
  AFTER_TEXT.lastIndex = at + 1;
  return AFTER_TEXT.test(text);
}

function countWithin(text: string, at: number, from: number): number {
  return Math.min(countBackslashes(text, at), at - from);
}

/** The end of a text whose closing mark is not there: its line, or the next mark. */
function endOfOpen(text: string, from: number): number {
  let at = from;
  while (at < text.length && at < from + MAX_QUOTED && !/[\s"'`\\<>]/.test(text.charAt(at))) at += 1;
  return at;
}
