import { findBareEnd } from "./bare-value.ts";
import { isReference, isWordy, looksSecret } from "./secret-value.ts";

const SCHEME =
  /(?:Bearer|Basic|Token|Digest|Negotiate|NTLM|Api-?Key|AWS4-HMAC-SHA256|GenieKey|Hawk|OAuth|SSWS|Key|Bot)(?:\s|%20|\+){1,4}(?!=)/iy;
const MAX_HEADER = 16_384;

/** A part of a text, as positions. */
interface Range {
  readonly start: number;
  readonly end: number;
}

/**
 * Finds the credentials of an `Authorization` header; the name of their scheme stays.
 *
 * @param end where the quoted value ends, undefined when it has no quotes of its own
 */
export function findCredentials(text: string, from: number, end: number | undefined): Range | undefined {
  SCHEME.lastIndex = from;
  const scheme = SCHEME.exec(text)?.[0];
  const start = from + (scheme?.length ?? 0);
  const hasParameters = /^(?:digest|hawk|oauth|aws4)/i.test(scheme ?? "");
  const stop = end ?? (hasParameters ? findLineEnd(text, start, true) : findBareEnd(text, start, false));
  const value = text.slice(start, stop);
  if (value.length < 4 || isReference(value)) return undefined;
  if (scheme === undefined) return looksSecret(value, 8) ? { start, end: stop } : undefined;
  // "bearer tokens", "Basic authentication": prose
  if (/^[A-Za-z]+$/.test(value) && value.length < 20 && isWordy(value)) return undefined;
  return { start, end: stop };
}

/** Finds the cookies of a `Cookie` or `Set-Cookie` header. */
export function findCookies(text: string, from: number, end: number | undefined): Range | undefined {
  const stop = end ?? findLineEnd(text, from, false);
  const value = text.slice(from, stop);
  return /^[\w!#$%&*+.^|~-]{1,128}=[^\s=]/.test(value) ? { start: from, end: stop } : undefined;
}

/** The end of the line as people and JSON write one; quotes end it, too, unless the header itself has some. */
function findLineEnd(text: string, from: number, hasQuotes: boolean): number {
  const isEnclosed = /["'`]/.test(text.slice(Math.max(0, from - 64), from).replace(/^.*\n/s, ""));
  const ends = hasQuotes && !isEnclosed ? /[^ !-;=-[\]-_a-~]/ : /[^ !#-&(-;=-[\]-_a-~]/;
  let at = from;
  while (at < text.length && at < from + MAX_HEADER && !ends.test(text.charAt(at))) at += 1;
  while (at > from && /[\s)\]},;]/.test(text.charAt(at - 1))) at -= 1;
  return at;
}
