/** ASCII letter, digit or underscore. */
function isWordCode(code: number): boolean {
  return isAlphanumeric(code) || code === 0x5f;
}

export function isAlphanumeric(code: number): boolean {
  const lower = code | 0x20;
  return (code >= 0x30 && code <= 0x39) || (lower >= 0x61 && lower <= 0x7a && code < 0x80);
}

/** Blank, tab, line feed or carriage return. */
export function isSpaceCode(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}

/** A character of base64 or base64url, without the padding. */
export function isBase64Code(code: number): boolean {
  return isWordCode(code) || code === 0x2b || code === 0x2f || code === 0x2d;
}

const BEFORE = /(?:\\[nrtbfv]|\\u[0-9A-Fa-f]{4}|%[0-9A-Fa-f]{2}|\[[\d;]{0,10}m)$/;

/**
 * Whether a word can begin at a place: no word character stands before it, or one that only ends an escape (`\n`,
 * `\u003d`, `%3D`, a colour of the terminal).
 *
 * @param isHyphenWord a hyphen before it counts as a word character, too
 */
export function isWordStart(text: string, at: number, isHyphenWord = false): boolean {
  if (at === 0) return true;
  const before = text.charCodeAt(at - 1);
  if (before === 0x2d) return !isHyphenWord;
  return !isWordCode(before) || BEFORE.test(text.slice(Math.max(0, at - 14), at));
}
