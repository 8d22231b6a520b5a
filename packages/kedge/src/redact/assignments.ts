import { type BareEnds, findBareEnd, nextBareEnd } from "./bare-value.ts";
import { isAlphanumeric } from "./characters.ts";
import { findCookies, findCredentials } from "./header-value.ts";
import type { Marker } from "./marker.ts";
import { judgeBare, judgeQuoted } from "./named-value.ts";
import { isBetweenTexts, type Quoted, readQuoted, trimMark } from "./quoted.ts";
import { judgeName, type NameVerdict } from "./secret-name.ts";
import type { Span } from "./span.ts";

const MAX_NAME = 64;
const WORD = /pass|pwd|secret|token|key|auth|cookie|credential|bearer|sig(?=(?:nature)?=)/gi;
// What may stand between a name and its value. `,` counts in lists of arguments and headers, `>` after an XML tag.
const SEPARATOR = /(\\{0,15}["'`])?\]?([ \t]{0,16})(===?|=>|:=|[:=,>]|%3[AaDd])?[ \t]{0,16}/y;
const TYPE = /(?:string|String|str|Buffer|bytes|SecretStr)[ \t]{0,4}=[ \t]{0,4}/y;

const LINE_START = /(?:\n|\\n)[ \t]{0,32}(?:[-+] {1,4}|export |set |\d{1,6}:)?["']?$/;
/** How far before a name the beginning of its line is looked for. */
const MAX_INDENT = 48;
const NUMBER = /-?\d[\d.eE+-]{0,400}(?=\s{0,256}(?:[,}\]\\]|$))/y;
const COLOUR = /\d{1,3}m/y;

/** A name that was found, and where its value begins. */
interface Assignment {
  readonly verdict: NameVerdict;
  readonly name: string;
  readonly nameStart: number;
  readonly separator: string;
  /** The mark that closes the name, when the name is quoted. */
  readonly nameQuote: string | undefined;
  readonly isFlag: boolean;
  readonly valueStart: number;
}

/**
 * Finds values by the names before them: `name=value`, `"name": "value"`, `--name value`, headers, XML elements.
 *
 * What a name proves and how its value looks decide together: see {@link judgeName}.
 */
export function findAssignments(text: string, marker: Marker, found: Span[]): void {
  const word = new RegExp(WORD);
  const ends: BareEnds = { from: 0, end: 0, isInUrl: false };
  for (let hit = word.exec(text); hit !== null; hit = word.exec(text)) {
    const end = findNameEnd(text, word.lastIndex);
    word.lastIndex = end;
    const assignment = readAssignment(text, hit.index, end);
    if (assignment === undefined) continue;
    const span = findValue(text, assignment, marker, ends);
    if (span === undefined) continue;
    found.push(span);
    word.lastIndex = Math.max(end, span.end);
  }
}

function findNameEnd(text: string, from: number): number {
  let at = from;
  while (at < from + MAX_NAME && isNameCode(text.charCodeAt(at))) at += 1;
  return at;
}

function isNameCode(code: number): boolean {
  return isAlphanumeric(code) || code === 0x5f || code === 0x2d || code === 0x2e;
}

function readAssignment(text: string, wordStart: number, nameEnd: number): Assignment | undefined {
  SEPARATOR.lastIndex = nameEnd;
  const match = SEPARATOR.exec(text);
  if (match === null) return undefined;
  const [, nameQuote, blank = "", sign] = match;
  if (sign === undefined && blank === "" && nameQuote === undefined) return undefined;
  let nameStart = wordStart;
  while (nameStart > wordStart - MAX_NAME && isNameCode(text.charCodeAt(nameStart - 1))) nameStart -= 1;
  nameStart = skipEscape(text, nameStart, wordStart);
  const name = text.slice(nameStart, nameEnd);
  const verdict = judgeName(name);
  if (verdict === undefined) return undefined;
  const isFlag = name.startsWith("-");
  const isHeader = verdict.proof === "header" || verdict.proof === "cookie" || /-/.test(name);
  if (!isSeparator(sign, { isFlag, isHeader, nameQuote, before: text[nameStart - 1], name, blank }))
    return undefined;
  return {
    verdict,
    name,
    nameStart,
    separator: sign ?? " ",
    nameQuote,
    isFlag,
    valueStart: SEPARATOR.lastIndex,
  };
}

/** The `n` of `\ntoken` is no part of the name, nor is the `31m` of a colour. */
function skipEscape(text: string, start: number, limit: number): number {
  if (text[start - 1] === "\\" && start < limit && /[nrt]/.test(text.charAt(start))) return start + 1;
  if (text[start - 1] === "%" && start + 2 <= limit) return start + 2;
  COLOUR.lastIndex = start;
  if (/[[;]/.test(text.charAt(start - 1)) && COLOUR.test(text)) return Math.min(COLOUR.lastIndex, limit);
  return start;
}

function isSeparator(
  sign: string | undefined,
  at: {
    isFlag: boolean;
    isHeader: boolean;
    nameQuote: string | undefined;
    before: string | undefined;
    name: string;
    blank: string;
  },
): boolean {
  if (sign === undefined)
    return (at.isFlag && at.blank !== "" && at.nameQuote === undefined) || /^bearer$/i.test(at.name);
  if (sign === ",") return at.nameQuote !== undefined && (at.isFlag || at.isHeader);
  if (sign === ">") return at.before === "<" && at.nameQuote === undefined;
  return true;
}

function findValue(text: string, assignment: Assignment, marker: Marker, ends: BareEnds): Span | undefined {
  const { verdict, separator } = assignment;
  let start = assignment.valueStart;
  TYPE.lastIndex = start;
  if (separator === ":" && TYPE.test(text)) start = TYPE.lastIndex;
  const quoted = readQuoted(text, start);
  if (quoted === undefined ? separator === "," : isBetweenTexts(text, quoted)) return undefined;
  if (quoted !== undefined) start = quoted.start;
  const own = marker.endAt(text, start);
  if (verdict.proof === "header" || verdict.proof === "cookie") {
    const find = verdict.proof === "header" ? findCredentials : findCookies;
    const range = own === undefined ? find(text, start, quoted?.end) : undefined;
    if (range === undefined || marker.endAt(text, range.start) !== undefined) return undefined;
    return { ...range, kind: verdict.kind };
  }
  if (own !== undefined) return readAfterMarker(text, start, own, quoted, verdict);
  return quoted === undefined
    ? readBare(text, start, assignment, ends)
    : judgeQuoted(text.slice(quoted.start, quoted.end), verdict, quoted.isClosed)
      ? { start: quoted.start, end: quoted.end, kind: verdict.kind }
      : undefined;
}

/** What is left beside a replacement inside of one value goes with it. */
function readAfterMarker(
  text: string,
  start: number,
  markerEnd: number,
  quoted: Quoted | undefined,
  { kind, proof }: NameVerdict,
): Span | undefined {
  const end = quoted?.end ?? findBareEnd(text, markerEnd, false);
  return end > markerEnd && proof === "strong" ? { start, end, kind } : undefined;
}

function readBare(text: string, start: number, assignment: Assignment, ends: BareEnds): Span | undefined {
  const { verdict, name, nameStart, separator, nameQuote, isFlag } = assignment;
  const isInUrl = /(?:[?&]|&amp;)$/.test(text.slice(Math.max(0, nameStart - 5), nameStart));
  const isJson = nameQuote?.endsWith('"') && separator === ":";
  NUMBER.lastIndex = start;
  const end = isJson && NUMBER.test(text) ? NUMBER.lastIndex : nextBareEnd(text, start, isInUrl, ends);
  if (end === start) return undefined;
  const value = text.slice(start, end);
  const before = text.slice(Math.max(0, nameStart - MAX_INDENT), nameStart);
  const isNamed =
    isFlag ||
    (isInUrl && separator === "=") ||
    separator === ">" ||
    (/=/.test(separator) && /[A-Z]/.test(name) && name === name.toUpperCase()) ||
    (LINE_START.test(nameStart > MAX_INDENT ? before : `\n${before}`) &&
      /^[ \t]*(?:$|\r?\n|\\[nr])/.test(text.slice(end, end + 8)));
  // without quotes, what is compared is another name
  if (/^==/.test(separator) || !judgeBare(value, verdict, isNamed, text.charAt(end))) return undefined;
  // a number as a value of JSON becomes a text, so it needs the marks of one
  return { start, end, kind: verdict.kind, ...(isJson && { quote: trimMark(nameQuote ?? '"') }) };
}
