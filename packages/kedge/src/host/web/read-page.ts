import { htmlToText } from "./html-to-text.ts";

/** A page as text. */
export type PageText =
  | { readonly ok: true; readonly text: string; readonly isCut: boolean }
  | { readonly ok: false; readonly why: string };

const HTML: ReadonlySet<string> = new Set(["text/html", "application/xhtml+xml"]);

/** Types that are text although their names do not say so. */
const TEXT =
  /^(?:text\/.+|application\/(?:json|xml|javascript|ecmascript|yaml|x-yaml|toml|graphql|.+\+(?:json|xml|yaml)))$/;

/** Bytes at the beginning of a page in which it may name its encoding. @source HTML standard, "Prescan a byte stream" */
const PRESCAN_BYTES = 1_024;

/** Reads the bytes of a page. What is no text is not read, and is said to be none. */
export async function readPage(
  bytes: Uint8Array,
  about: { readonly contentType: string; readonly url: URL },
): Promise<PageText> {
  const [type = "", ...parameters] = about.contentType.split(";").map((part) => part.trim().toLowerCase());
  const isNamed = type !== "";
  if (isNamed && !HTML.has(type) && !TEXT.test(type))
    return { ok: false, why: `it is ${type.slice(0, 80)}, and only text and HTML are read` };
  const charset = parameters.find((each) => each.startsWith("charset="))?.slice("charset=".length);
  const text = decode(bytes, charset?.replace(/^"|"$/g, ""));
  if (text.includes("\0")) return { ok: false, why: "it is no text" };
  const isHtml = isNamed ? HTML.has(type) : /^\s{0,100}<(?:!doctype html|html)\b/i.test(text.slice(0, 200));
  return isHtml ? { ok: true, ...(await htmlToText(text, about.url)) } : { ok: true, text, isCut: false };
}

/** By its mark, else as the server says, else as the page says, else UTF-8; what is not that becomes U+FFFD. */
function decode(bytes: Uint8Array, charset: string | undefined): string {
  const [a, b] = bytes;
  const mark = a === 0xfe && b === 0xff ? "utf-16be" : a === 0xff && b === 0xfe ? "utf-16le" : undefined;
  const prescan = new TextDecoder("latin1").decode(bytes.subarray(0, PRESCAN_BYTES));
  const named = /<meta[^>]{0,200}charset\s*=\s*["']?([\w.:-]{1,40})/i.exec(prescan)?.[1];
  for (const label of [mark, charset, named]) {
    if (label === undefined) continue;
    try {
      return new TextDecoder(label).decode(bytes);
    } catch {
      // no encoding that anybody knows: the next says more
    }
  }
  return new TextDecoder().decode(bytes);
}
