import { fitsStars } from "../protocol/index.ts";

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const CONTROL = /[\x00-\x1f\x7f-\x9f]/;

/** Scheme, authority, and the rest of an entry. */
const ENTRY = /^([a-z*][a-z0-9*+.-]*):\/\/([^/?#\\@]+)([/?#\\].*)?$/i;

/**
 * Whether a URL is on a list of allowed ones. An entry covers the whole URL, as the WHATWG normalises it and without its
 * fragment; `*` stands for any run of characters, within the host and port for any run of theirs (`https://*.example/`
 * never covers `https://other/x.example/`); an entry without a path covers every path of its origin; `*` alone
 * covers everything, and an entry without a scheme nothing.
 *
 * @param text the URL as it is configured: control characters, which parsers drop, are refused before anything is compared
 * @source Claude Code settings reference, "allowedHttpHookUrls"; recorded for origins without a path
 */
export function isAllowedUrl(text: string, url: URL, entries: readonly string[]): boolean {
  if (CONTROL.test(text)) return false;
  return entries.some((entry) => !CONTROL.test(entry) && covers(entry, url));
}

function covers(entry: string, url: URL): boolean {
  if (entry === "*") return true;
  const parts = ENTRY.exec(entry);
  if (!parts) return false;
  const [, scheme = "", authority = "", rest = ""] = parts;
  if (!fitsStars(url.protocol, `${scheme.toLowerCase()}:`)) return false;
  if (!fitsStars(url.host, normaliseHost(url.protocol, authority))) return false;
  return rest === "" || fitsStars(url.pathname + url.search, normaliseRest(rest));
}

/** A host without a star is spelled as in a URL: default port, international names, every way to write an address. */
function normaliseHost(protocol: string, authority: string): string {
  const parsed = authority.includes("*") ? null : URL.parse(`${protocol}//${authority}`);
  return parsed?.host ?? authority.toLowerCase();
}

function normaliseRest(rest: string): string {
  const { pathname, search } = new URL(`http://host${rest}`);
  return pathname + search;
}
