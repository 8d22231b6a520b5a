import type { Span } from "./text-edit.ts";

/** One element of an array, or one member of an object with its key; where it stands includes the key. */
export interface JsonItem extends Span {
  /** Missing in arrays. */
  readonly key?: string;
  readonly value: JsonNode;
}

/** A value of a JSON text, with the place where it stands. */
export interface JsonNode extends Span {
  readonly kind: "object" | "array" | "scalar";
  /** Empty for a scalar. */
  readonly items: readonly JsonItem[];
}

/** Parses a text that is known to be JSON into places. A byte order mark in front is stepped over. */
export function readTree(text: string): JsonNode {
  let at = 0;
  const skip = (): void => {
    while (/[\s\ufeff:,]/.test(text[at] ?? "x")) at++;
  };
  const readString = (): void => {
    for (at++; text[at] !== '"'; at++) if (text[at] === "\\") at++;
    at++;
  };
  const readValue = (): JsonNode => {
    skip();
    const start = at;
    const first = text[at];
    if (first === "{" || first === "[") {
      at++;
      const items = readItems(first === "{");
      return { kind: first === "{" ? "object" : "array", start, end: at, items };
    }
    if (first === '"') readString();
    else while (/[^\s,\]}]/.test(text[at] ?? ",")) at++;
    return { kind: "scalar", start, end: at, items: [] };
  };
  const readItems = (hasKeys: boolean): readonly JsonItem[] => {
    const items: JsonItem[] = [];
    for (skip(); text[at] !== "}" && text[at] !== "]" && at < text.length; skip()) {
      const start = at;
      if (hasKeys) readString();
      const key = hasKeys ? { key: JSON.parse(text.slice(start, at)) as string } : {};
      const value = readValue();
      items.push({ ...key, start, end: value.end, value });
    }
    at++;
    return items;
  };
  return readValue();
}

/** The member of an object; the last one where a key stands twice, since that one counts. */
export function memberOf(node: JsonNode, key: string): JsonItem | undefined {
  return node.kind === "object" ? node.items.findLast((item) => item.key === key) : undefined;
}

/** What stands at a node, as a value. */
export function valueAt(text: string, node: Span): unknown {
  return JSON.parse(text.slice(node.start, node.end));
}
