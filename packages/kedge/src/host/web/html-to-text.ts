import { createTextWriter, type TextWriter } from "./text-writer.ts";

/** Elements that show nothing, with everything in them. */
const UNSEEN: ReadonlySet<string> = new Set([
  ...[
    "script",
    "style",
    "noscript",
    "template",
    "svg",
    "math",
    "iframe",
    "object",
    "canvas",
    "audio",
    "video",
  ],
  ...["select", "button", "input"],
]);

/** Elements that stand on lines of their own. */
const BLOCKS: ReadonlySet<string> = new Set([
  ...[
    "p",
    "div",
    "section",
    "article",
    "header",
    "footer",
    "main",
    "nav",
    "aside",
    "form",
    "fieldset",
    "address",
  ],
  ...[
    "ul",
    "ol",
    "dl",
    "dt",
    "dd",
    "table",
    "caption",
    "blockquote",
    "figure",
    "figcaption",
    "details",
    "summary",
  ],
  ...["hr", "tr", "li", "pre", "title", "h1", "h2", "h3", "h4", "h5", "h6"],
]);

/**
 * Elements inside of each other. The parser looks through all that are open for each that ends, so without a bound a page of a few hundred
 * kilobytes takes minutes.
 */
const MAX_DEPTH = 512;

/** Characters that come of a page; a model is given less. */
const MAX_LENGTH = 400_000;

/** Stops the parser, which knows no other way to be stopped from within. */
class Enough extends Error {}

/**
 * Turns a page into text in the manner of Markdown: headings, lists, links, code. What a page does not show is left out, since whoever hides
 * words in a page means them for somebody else than its reader.
 */
export async function htmlToText(
  html: string,
  base: URL,
): Promise<{ readonly text: string; readonly isCut: boolean }> {
  const { Parser } = await import("htmlparser2");
  const writer = createTextWriter();
  let depth = 0;
  let hiddenFrom = Number.POSITIVE_INFINITY;
  const links: (string | null)[] = [];
  const parser = new Parser({
    onopentag(name, attributes) {
      depth++;
      if (depth > MAX_DEPTH || writer.length > MAX_LENGTH) throw new Enough();
      if (depth > hiddenFrom) return;
      if (UNSEEN.has(name) || isHidden(attributes)) {
        hiddenFrom = depth - 1;
        return;
      }
      if (name === "a") links.push(linkOf(attributes.href, base));
      open(writer, name, attributes);
    },
    ontext(text) {
      if (depth <= hiddenFrom) writer.text(text);
    },
    onclosetag(name) {
      const wasHidden = depth > hiddenFrom;
      depth--;
      if (wasHidden) {
        if (depth <= hiddenFrom) hiddenFrom = Number.POSITIVE_INFINITY;
        return;
      }
      close(writer, name, name === "a" ? (links.pop() ?? null) : null);
    },
  });
  try {
    parser.write(html);
    parser.end();
    return { text: writer.end(), isCut: false };
  } catch (error) {
    if (!(error instanceof Enough)) throw error;
    return { text: writer.end(), isCut: true };
  }
}

function open(writer: TextWriter, name: string, attributes: Readonly<Record<string, string>>): void {
  if (BLOCKS.has(name)) writer.block();
  const level = /^h([1-6])$/.exec(name)?.[1];
  if (level !== undefined) writer.mark(`${"#".repeat(Number(level))} `);
  else if (name === "title") writer.mark("Title: ");
  else if (name === "ul" || name === "ol") writer.indent(1);
  else if (name === "li") writer.item();
  else if (name === "br") writer.line();
  else if (name === "td" || name === "th") writer.mark("| ");
  else if (name === "pre") writer.fence(true);
  else if (name === "code") writer.mark("`");
  else if (name === "img" && attributes.alt) writer.text(` [image: ${attributes.alt}] `);
  else if (name === "a") writer.mark("[");
}

function close(writer: TextWriter, name: string, link: string | null): void {
  if (name === "a") writer.mark(link === null ? "]" : `](${link})`);
  else if (name === "code") writer.mark("`");
  else if (name === "pre") writer.fence(false);
  else if (name === "ul" || name === "ol") writer.indent(-1);
  else if (name === "td" || name === "th") writer.text(" ");
  if (BLOCKS.has(name)) writer.block();
}

function isHidden({ hidden, style = "" }: Readonly<Record<string, string>>): boolean {
  return hidden !== undefined || /(?:display\s*:\s*none|visibility\s*:\s*hidden)/i.test(style);
}

const MAX_LINK_LENGTH = 500;

/** Where a link leads; null for one that leads to no page. */
function linkOf(href: string | undefined, base: URL): string | null {
  const url = href === undefined || href.length > MAX_LINK_LENGTH ? null : URL.parse(href, base);
  return url && (url.protocol === "http:" || url.protocol === "https:") ? url.href : null;
}
