import { findJsonError } from "./json-error.ts";

/** Nesting that JSON on the wire may have; deeper text is refused before it is parsed. */
export const MAX_DEPTH = 200;

/** Characters of JSON that are read at all. */
const MAX_JSON_LENGTH = 128 * 1024 * 1024;

/** Keys that JSON may have in all: objects of a million keys hold a process up for seconds. */
const MAX_KEYS = 250_000;

/** A JSON object as it comes from outside: own properties of unknown type. */
export type JsonObject = { readonly [key: string]: unknown };

export type JsonReading =
  | { readonly ok: true; readonly value: unknown; readonly duplicateKeys: readonly (readonly string[])[] }
  | {
      readonly ok: false;
      readonly reason: "too_deep" | "too_long" | "too_many" | "not_json";
      readonly message: string;
    };

/**
 * Parses JSON text from outside without trusting it: length, nesting and the number of keys are checked first (`JSON.parse` survives millions
 * of levels, but whatever walks the value afterwards does not), and keys that stand twice in one object are reported,
 * because the last one wins and the first one is what a reader sees.
 *
 * A byte order mark in front is dropped. Only the first 100 duplicate keys are reported, as the keys from the top down (`[]` for a list).
 */
export function readJson(text: string, limits: { maxDepth?: number; maxLength?: number } = {}): JsonReading {
  const maxDepth = limits.maxDepth ?? MAX_DEPTH;
  const maxLength = limits.maxLength ?? MAX_JSON_LENGTH;
  const source = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  if (source.length > maxLength) {
    return {
      ok: false,
      reason: "too_long",
      message: `${source.length} characters, at most ${maxLength} are read`,
    };
  }
  const shape = measure(source, maxDepth);
  if (!shape) return { ok: false, reason: "too_deep", message: `nested deeper than ${maxDepth} levels` };
  if (shape.keys > MAX_KEYS) {
    return { ok: false, reason: "too_many", message: `${shape.keys} keys, at most ${MAX_KEYS} are read` };
  }
  try {
    const value: unknown = JSON.parse(source);
    return {
      ok: true,
      value,
      duplicateKeys: shape.keys === countOwnKeys(value) ? [] : findDuplicateKeys(source),
    };
  } catch {
    const error = findJsonError(source);
    const message = error
      ? `line ${error.line}, column ${error.column}: ${error.what}`
      : "it cannot be parsed";
    return { ok: false, reason: "not_json", message };
  }
}

/** Whether a value is a JSON object: not null, not an array. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** An own property, or undefined. Inherited names such as `constructor` are never found. */
export function ownValue(object: JsonObject, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Index of the quote that ends the string starting at `start`, or the end of the text. */
function endOfString(source: string, start: number): number {
  let at = source.indexOf('"', start + 1);
  while (at >= 0) {
    let backslashes = 0;
    while (source.charCodeAt(at - 1 - backslashes) === BACKSLASH && at - 1 - backslashes > start)
      backslashes++;
    if (backslashes % 2 === 0) return at;
    at = source.indexOf('"', at + 1);
  }
  return source.length;
}

/**
 * Counts the keys of a text without parsing it (every key is followed by a colon outside of strings); null when it nests
 * too deeply.
 */
function measure(source: string, maxDepth: number): { keys: number } | null {
  let depth = 0;
  let keys = 0;
  for (let at = 0; at < source.length; at++) {
    const unit = source.charCodeAt(at);
    if (unit === QUOTE) at = endOfString(source, at);
    else if (unit === 0x3a) keys++;
    else if (unit === 0x7d || unit === 0x5d) depth--;
    else if ((unit === 0x7b || unit === 0x5b) && ++depth > maxDepth) return null;
  }
  return { keys };
}

function countOwnKeys(root: unknown): number {
  let keys = 0;
  const open: unknown[] = [root];
  for (let value = open.pop(); value !== undefined || open.length > 0; value = open.pop()) {
    if (typeof value !== "object" || value === null) continue;
    const children: unknown[] = Array.isArray(value) ? value : Object.values(value);
    if (!Array.isArray(value)) keys += children.length;
    for (const child of children) if (typeof child === "object" && child !== null) open.push(child);
  }
  return keys;
}

/** Walks valid JSON text once and names the keys that stand twice in one object. */
function findDuplicateKeys(source: string): string[][] {
  const found: string[][] = [];
  const frames: { keys: Set<string> | null; key: string }[] = [];
  let text = "";
  for (let at = 0; at < source.length && found.length < 100; at++) {
    const unit = source.charCodeAt(at);
    if (unit === QUOTE) {
      const end = endOfString(source, at);
      text = source.slice(at, end + 1);
      at = end;
    } else if (unit === 0x7b) frames.push({ keys: new Set(), key: "" });
    else if (unit === 0x5b) frames.push({ keys: null, key: "[]" });
    else if (unit === 0x7d || unit === 0x5d) frames.pop();
    else if (unit === 0x3a) {
      const frame = frames.at(-1);
      if (!frame?.keys) continue;
      frame.key = JSON.parse(text) as string;
      if (frame.keys.has(frame.key)) found.push(frames.map((each) => each.key));
      frame.keys.add(frame.key);
    }
  }
  return found;
}
