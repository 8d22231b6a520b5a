import { isJsonObject } from "../../protocol/index.ts";

type Judge = (value: unknown) => boolean;

const TYPES: ReadonlySet<unknown> = new Set([
  ...["string", "number", "integer", "boolean", "object", "array", "null"],
]);

const isCount: Judge = (value) => Number.isSafeInteger(value) && Number(value) >= 0;
const isNumber: Judge = (value) => typeof value === "number";
const isText: Judge = (value) => typeof value === "string";
const isList: Judge = Array.isArray;
const isMap: Judge = (value) => isJsonObject(value) && Object.values(value).every(isSchema);
const isSchemas: Judge = (value) => Array.isArray(value) && value.length > 0 && value.every(isSchema);
const isTexts: Judge = (value) => Array.isArray(value) && value.every(isText);

/** What each keyword takes. Others mean nothing, and may hold anything. @source JSON Schema 2020-12, meta-schemas */
const KEYWORDS: ReadonlyMap<string, Judge> = new Map<string, Judge>([
  ["type", (value) => (Array.isArray(value) ? value.every((each) => TYPES.has(each)) : TYPES.has(value))],
  ...(["properties", "patternProperties", "$defs", "definitions", "dependentSchemas"] as const).map(
    (key) => [key, isMap] as const,
  ),
  ...(["oneOf", "anyOf", "allOf", "prefixItems"] as const).map((key) => [key, isSchemas] as const),
  ...(
    ["items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames"] as const
  ).map((key) => [key, isSchema] as const),
  ...(["minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"] as const).map(
    (key) => [key, isCount] as const,
  ),
  ...(["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"] as const).map(
    (key) => [key, isNumber] as const,
  ),
  ...(["title", "description", "format", "$comment"] as const).map((key) => [key, isText] as const),
  ["pattern", isPattern],
  ["enum", isList],
  ["required", isTexts],
  // A reference to elsewhere is nothing that the API could look up.
  ["$ref", (value) => typeof value === "string" && value.startsWith("#")],
]);

/**
 * Whether the API would take a value as JSON Schema, as far as the form of the keywords goes. It refuses every request with one that it
 * does not take, so one tool of one server would end the session.
 */
export function isSchema(value: unknown): boolean {
  if (typeof value === "boolean") return true;
  if (!isJsonObject(value)) return false;
  return Object.entries(value).every(([key, each]) => KEYWORDS.get(key)?.(each) ?? true);
}

/** Compiled only, never run. */
function isPattern(value: unknown): boolean {
  try {
    return typeof value === "string" && new RegExp(value, "u") !== null;
  } catch {
    return false;
  }
}
