import { escapeInvisible } from "../../protocol/index.ts";

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
  // A parser makes blanks of them in attributes.
  "\t": "&#9;",
  "\n": "&#10;",
};

/**
 * Writes a text for XML 1.0, for attributes and between tags alike. XML has no way at all to write most control characters, so they are
 * shown as `\u{1b}`, as everything invisible is; lone surrogates become U+FFFD.
 *
 * @source Extensible Markup Language (XML) 1.0, section 2.2, "Characters"
 */
export function escapeXml(text: string): string {
  return escapeInvisible(text.replaceAll("\r\n", "\n"))
    .replace(/[\ufffe\uffff]/g, (char) => `\\u{${char.charCodeAt(0).toString(16)}}`)
    .replace(/[&<>"'\t\n]/g, (char) => ENTITIES[char] ?? char);
}

/** Writes an element; attributes without a value are left out. */
export function xmlElement(
  name: string,
  attributes: Readonly<Record<string, string | number | undefined>>,
  children: readonly string[] = [],
): string {
  const head = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${escapeXml(String(value))}"`)
    .join("");
  return children.length === 0
    ? `<${name}${head}/>`
    : `<${name}${head}>\n${children.map(indent).join("\n")}\n</${name}>`;
}

/** Escaped texts have no line feeds, so that only elements are moved. */
function indent(xml: string): string {
  return `  ${xml.replaceAll("\n", "\n  ")}`;
}
