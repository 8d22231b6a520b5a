import { createProblem } from "../../config/index.ts";
import { MAX_WORDS } from "./batch-fields.ts";
import type { BatchProblem } from "./batch-reading.ts";
import { MAX_ITEMS } from "./batch-schema.ts";

/** A batch has ten keys, and an item eight. */
const MAX_KEYS = 16;

/**
 * Finds what is far more than a batch may have. It is asked before anything else looks at the value: a schema would make an issue of every
 * wrong value, and millions of them fill the memory.
 */
export function findExcess(value: unknown): readonly BatchProblem[] {
  if (!isObject(value)) return [];
  const { items } = value;
  if (Array.isArray(items) && items.length > MAX_ITEMS)
    return [createProblem(["items"], `expected a list of at most ${MAX_ITEMS}, got ${items.length}`)];
  const within = Array.isArray(items) ? items.flatMap((item, at) => judge(item, ["items", at])) : [];
  return [...judge(value, []), ...within];
}

function judge(value: unknown, path: readonly (string | number)[]): readonly BatchProblem[] {
  if (!isObject(value)) return [];
  const keys = Object.keys(value).length;
  if (keys > MAX_KEYS) return [createProblem(path, `expected at most ${MAX_KEYS} keys, got ${keys}`)];
  return ["agent", "args"].flatMap((field) => {
    const words = Object.hasOwn(value, field) ? value[field] : undefined;
    if (!Array.isArray(words) || words.length <= MAX_WORDS) return [];
    return [createProblem([...path, field], `expected at most ${MAX_WORDS} words, got ${words.length}`)];
  });
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
