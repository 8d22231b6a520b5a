import { trimMark } from "./quoted.ts";
import type { Span } from "./span.ts";

const MAX_BLANKS = 256;
const MAX_NUMBER = 64;

/**
 * Returns a function that gives quotes to spans which stand in JSON as a value without any: a number, a list or an object.
 *
 * Call it for spans in the order of the text: it reads every character once.
 */
export function createJsonPlacer(text: string): (span: Span) => Span {
  const insideOf = createTextTracker(text);
  return (span) => {
    if (!span.isBareJson) return span;
    const { start, end } = growNumber(text, span);
    const before = text.charAt(skipBlanks(text, start - 1, -1));
    const after = text.charAt(skipBlanks(text, end, 1));
    if (!/^[:,[]$/.test(before) || !/^(?:[,}\]\\]|$)$/.test(after)) return span;
    const quote = insideOf(start);
    // the mark before a colon may open a text that begins with one
    const isMember = before !== ":" || quote === quoteOfName(text, start);
    return quote === undefined || !isMember ? span : { start, end, kind: span.kind, quote };
  };
}

/** Half a number would be no JSON: when the value is a part of one, all of it goes. */
function growNumber(text: string, { start, end }: Span): { start: number; end: number } {
  if (!/[\d.]/.test(text.charAt(start))) return { start, end };
  let [from, to] = [start, end];
  while (from > start - MAX_NUMBER && /[\d.eE+-]/.test(text.charAt(from - 1))) from -= 1;
  while (to < end + MAX_NUMBER && /[\d.eE+-]/.test(text.charAt(to))) to += 1;
  return { start: from, end: to };
}

function skipBlanks(text: string, from: number, step: 1 | -1): number {
  let at = from;
  while (Math.abs(at - from) < MAX_BLANKS && /\s/.test(text.charAt(at))) at += step;
  return at;
}

/** The mark after the name of a member, as it stands there: JSON inside of JSON has backslashes before it. */
function quoteOfName(text: string, at: number): string | undefined {
  const colon = skipBlanks(text, at - 1, -1);
  const mark = /(\\{0,15}")\s{0,8}$/.exec(text.slice(Math.max(0, colon - 24), colon))?.[1];
  return mark === undefined ? undefined : trimMark(mark);
}

/** Follows the texts of JSON, and those of JSON inside of them. No text goes over a line break, so each line begins anew. */
function createTextTracker(text: string): (at: number) => string | undefined {
  let position = 0;
  let isInside = false;
  let isInner = false;
  let hasJson = false;
  return (at) => {
    for (; position < at; position += 1) {
      const code = text.charCodeAt(position);
      if (code === 0x0a) isInside = false;
      else if (code === 0x22) {
        isInside = !isInside;
        isInner = false;
        hasJson = isInside && /[{[]/.test(text.charAt(position + 1));
      } else if (code === 0x5c) {
        if (text.charCodeAt(position + 1) === 0x22) isInner = !isInner;
        // an escaped backslash with the escape after it is one character of the JSON inside
        else if (text.startsWith("\\\\", position))
          position += text.charCodeAt(position + 2) === 0x5c ? 2 : 0;
        position += 1;
      }
    }
    if (!isInside) return '"';
    return hasJson && !isInner ? '\\"' : undefined;
  };
}
