import type { JsonNode } from "./json-tree.ts";
import type { TextEdit } from "./text-edit.ts";

/** How a JSON text is laid out, as far as its first lines tell. */
interface JsonStyle {
  readonly newline: string;
  /** One level of indentation. */
  readonly unit: string;
  /** All of it stands on one line. */
  readonly isOneLine: boolean;
  /** What follows a colon, and a comma, on one line. */
  readonly gap: string;
}

/** What is added: the key, for an object, and the value. */
export interface Addition {
  readonly key?: string;
  readonly value: unknown;
}

/** Where and how to add one item at the end of an object or array, laid out as the text around it is. */
export function appendItem(text: string, container: JsonNode, addition: Addition): TextEdit {
  const style = readStyle(text);
  const first = container.items[0];
  const last = container.items.at(-1);
  if (!first || !last) return fill(text, container, { addition, style });
  const space = text.slice(container.start + 1, first.start);
  if (!space.includes("\n")) {
    const put = `,${style.gap}${render(addition, style)}`;
    return { start: last.end, end: last.end, text: put };
  }
  const indent = space.slice(space.lastIndexOf("\n") + 1);
  const put = `,${style.newline}${indent}${render(addition, { ...style, indent })}`;
  return { start: last.end, end: last.end, text: put };
}

/** A value as it stands in the place of the one at `at`, laid out as that was. */
export function renderInPlace(text: string, node: JsonNode, value: unknown): string {
  const style = readStyle(text);
  const isMultiline = text.slice(node.start, node.end).includes("\n");
  return render({ value }, isMultiline ? { ...style, indent: indentAt(text, node.start) } : style);
}

function fill(
  text: string,
  { start, end }: JsonNode,
  { addition, style }: { addition: Addition; style: JsonStyle },
): TextEdit {
  if (style.isOneLine) return { start: start + 1, end: end - 1, text: render(addition, style) };
  const outer = indentAt(text, start);
  const indent = outer + style.unit;
  const put = `${style.newline}${indent}${render(addition, { ...style, indent })}`;
  // An empty pair of brackets over two lines has its own line end.
  if (text.slice(start, end).includes("\n")) return { start: start + 1, end: start + 1, text: put };
  return { start: start + 1, end: end - 1, text: `${put}${style.newline}${outer}` };
}

function render({ key, value }: Addition, style: JsonStyle & { readonly indent?: string }): string {
  const { indent, unit, newline, gap } = style;
  if (indent === undefined) {
    const name = key === undefined ? "" : `${JSON.stringify(key)}:${gap}`;
    return name + onOneLine(value, gap);
  }
  const name = key === undefined ? "" : `${JSON.stringify(key)}: `;
  return name + JSON.stringify(value, null, unit).replaceAll("\n", newline + indent);
}

function onOneLine(value: unknown, gap: string): string {
  if (Array.isArray(value)) return `[${value.map((each) => onOneLine(each, gap)).join(`,${gap}`)}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(
    ([key, each]) => `${JSON.stringify(key)}:${gap}${onOneLine(each, gap)}`,
  );
  return `{${members.join(`,${gap}`)}}`;
}

function readStyle(text: string): JsonStyle {
  const body = text.replace(/^\ufeff/, "").trim();
  // The first key tells how the rest is laid out: in front of it JSON has nothing but blanks.
  const [, space = "", colon = " "] = /^\{(\s*)"(?:[^"\\]|\\.)*"\s*:(\s?)/.exec(body) ?? [];
  const unit = space.slice(space.lastIndexOf("\n") + 1);
  return {
    newline: /\r?\n/.exec(text)?.[0] ?? "\n",
    unit: !space.includes("\n") || unit === "" || unit.length > 10 ? "  " : unit,
    isOneLine: !body.includes("\n") && !/^\{\s*\}$/.test(body),
    gap: colon === "" ? "" : " ",
  };
}

/** Blanks at the beginning of the line that a place is in. */
function indentAt(text: string, at: number): string {
  const line = text.slice(text.lastIndexOf("\n", at - 1) + 1, at);
  return /^[ \t]*/.exec(line)?.[0] ?? "";
}
