import { isSpaceCode } from "./characters.ts";

const MAX_BARE = 2048;
const NEXT_PAIR = /[,;]\s{0,4}(?:["'`{[]|[\w.-]{1,64}\s{0,2}[=:])/y;

/** Remembers where the last value ended: names inside of one value would all walk to the same end. */
export interface BareEnds {
  from: number;
  end: number;
  isInUrl: boolean;
}

/** As {@link findBareEnd}, for places that only go forward. */
export function nextBareEnd(text: string, from: number, isInUrl: boolean, last: BareEnds): number {
  if (isInUrl === last.isInUrl && from >= last.from && from < last.end) return last.end;
  const end = findBareEnd(text, from, isInUrl);
  Object.assign(last, { from, end, isInUrl });
  return end;
}

/**
 * Finds the end of a value without quotes. Blanks, quotes, angle brackets, `&`, backslashes and characters of other
 * scripts end it; commas and brackets do when nothing of a value follows them.
 *
 * @param isInUrl the value is part of a query, where `#` ends it, too
 */
export function findBareEnd(text: string, from: number, isInUrl: boolean): number {
  const limit = Math.min(text.length, from + MAX_BARE);
  let at = from;
  for (; at < limit; at += 1) {
    const code = text.charCodeAt(at);
    if (isSpaceCode(code) || isHardEnd(code) || (isInUrl && code === 0x23)) break;
    if (isSoftEnd(code) && endsHere(text, at)) break;
  }
  while (at > from && /[.,:]/.test(text.charAt(at - 1))) at -= 1;
  return at;
}

/** Control characters, `"`, `&`, `'`, `<`, `>`, backslash, backtick, and all that is no letter of Latin, Greek or Cyrillic. */
function isHardEnd(code: number): boolean {
  return (
    code < 0x20 ||
    code === 0x22 ||
    code === 0x26 ||
    code === 0x27 ||
    code === 0x3c ||
    code === 0x3e ||
    code === 0x5c ||
    code === 0x60 ||
    (code >= 0x7f && code < 0xc0) ||
    code >= 0x590
  );
}

/** `)`, `,`, `;`, `]`, `|`, `}`. */
function isSoftEnd(code: number): boolean {
  return code === 0x29 || code === 0x2c || code === 0x3b || code === 0x5d || code === 0x7c || code === 0x7d;
}

function endsHere(text: string, at: number): boolean {
  let next = at + 1;
  while (next < at + 8 && isSoftEnd(text.charCodeAt(next))) next += 1;
  if (next >= text.length) return true;
  const code = text.charCodeAt(next);
  if (isSpaceCode(code) || isHardEnd(code) || code === 0x2e) return true;
  NEXT_PAIR.lastIndex = at;
  return NEXT_PAIR.test(text);
}
