import type { Span } from "./span.ts";

const BEGIN = /-----BEGIN (?:[A-Z0-9]{1,20} ){0,4}PRIVATE KEY(?: BLOCK)?-----/g;
const END = /-----END (?:[A-Z0-9]{1,20} ){0,4}PRIVATE KEY(?: BLOCK)?-----/y;
/** What may stand within a block: base64, its headers, line breaks (also escaped ones), marks before a line. */
const BODY = /(?:[\w+/=\s:,;.>|#*@()-]|\\+[nrt\n\r])/y;
/** From the end of one quoted line to the beginning of the next one, in code and in lists. */
const NEXT_QUOTED =
  /(?:\\+n)?(\\*["'`])[\s,+.\\]{0,64}\1(?=[A-Za-z0-9+/=]{16}|[A-Za-z0-9+/=]{1,64}\\*["'`]|-----END )/y;

const MAX_BLOCK = 65_536;

/**
 * Finds whole blocks of private keys, and the beginnings of those that were cut off.
 *
 * A block that stands as one text for each line is replaced text by text, so that a list of them stays a list.
 */
export function findPrivateKeys(text: string, found: Span[]): void {
  if (!text.includes("-----BEGIN ")) return;
  const begin = new RegExp(BEGIN);
  for (let hit = begin.exec(text); hit !== null; hit = begin.exec(text)) {
    let start = hit.index;
    let at = begin.lastIndex;
    for (;;) {
      const body = readBody(text, at, hit.index + MAX_BLOCK);
      found.push({ start, end: body.end, kind: "private-key" });
      at = body.end;
      if (body.isWhole) break;
      NEXT_QUOTED.lastIndex = at;
      if (!NEXT_QUOTED.test(text)) break;
      start = at = NEXT_QUOTED.lastIndex;
    }
    begin.lastIndex = at;
  }
}

/** Reads up to and with the END line, or else as far as it can be the block. */
function readBody(text: string, from: number, limit: number): { end: number; isWhole: boolean } {
  let at = from;
  // a cut block ends with its last line of base64; what follows in plain words is not part of it
  let lastKey = from;
  while (at < text.length && at < limit) {
    if (text.charCodeAt(at) === 0x2d) {
      END.lastIndex = at;
      if (END.test(text)) return { end: END.lastIndex, isWhole: true };
      if (text.startsWith("-----BEGIN ", at)) break;
    }
    LINE.lastIndex = at;
    if (LINE.test(text)) {
      at = lastKey = LINE.lastIndex;
      continue;
    }
    BODY.lastIndex = at;
    if (!BODY.test(text)) break;
    at = BODY.lastIndex;
  }
  return { end: lastKey, isWhole: false };
}

const LINE = /[A-Za-z0-9+/]{16,}={0,2}/y;
