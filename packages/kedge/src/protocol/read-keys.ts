import { isJsonObject, type JsonObject, ownValue } from "./json.ts";
import { childPath, type ProblemList } from "./problems.ts";
import type { KeyKind } from "./settings-keys.ts";

/** TypeScript type of a key's kind. */
interface KindTypes extends Readonly<Record<KeyKind, unknown>> {
  readonly boolean: boolean;
  readonly string: string;
  readonly strings: readonly string[];
  readonly number: number;
  readonly record: JsonObject;
  readonly strings_or_records: readonly (string | JsonObject)[];
}

/** The values of a table of keys; what is missing or of another type is not there. */
export type KeyValues<Table extends Readonly<Record<string, KeyKind>>> = {
  readonly [Key in keyof Table]?: KindTypes[Table[Key]];
};

const EXPECTED: Readonly<Record<KeyKind, string>> = {
  boolean: "true or false",
  string: "a string",
  strings: "a list of strings",
  number: "a number",
  record: "an object",
  strings_or_records: "a list",
};

/** Reads the keys of a table out of an object. Elements of lists are left out one by one. */
export function readKeys<Table extends Readonly<Record<string, KeyKind>>>(
  object: JsonObject,
  table: Table,
  options: { path: string; list: ProblemList },
): KeyValues<Table> {
  const values: Record<string, unknown> = {};
  for (const [key, kind] of Object.entries(table)) {
    if (!Object.hasOwn(object, key)) continue;
    const value = readKind(ownValue(object, key), kind, {
      path: childPath(options.path, key),
      list: options.list,
    });
    if (value !== undefined) values[key] = value;
  }
  return values as KeyValues<Table>;
}

/** Reads an object of objects; reports anything else. */
export function readObject(
  object: JsonObject,
  key: string,
  options: { path: string; list: ProblemList },
): JsonObject {
  const value = ownValue(object, key);
  if (value === undefined) return {};
  if (isJsonObject(value)) return value;
  report(value, "record", { path: childPath(options.path, key), list: options.list });
  return {};
}

function readKind(value: unknown, kind: KeyKind, at: { path: string; list: ProblemList }): unknown {
  if (isOfKind(value, kind))
    return Array.isArray(value) ? value.filter((each, index) => isElement(each, index, kind, at)) : value;
  report(value, kind, at);
  return undefined;
}

function isOfKind(value: unknown, kind: KeyKind): boolean {
  if (kind === "record") return isJsonObject(value);
  if (kind === "strings" || kind === "strings_or_records") return Array.isArray(value);
  return typeof value === kind;
}

function isElement(
  value: unknown,
  index: number,
  kind: KeyKind,
  at: { path: string; list: ProblemList },
): boolean {
  if (typeof value === "string" || (kind === "strings_or_records" && isJsonObject(value))) return true;
  const path = childPath(at.path, index);
  at.list.error({
    code: "wrong_type",
    path,
    expected: "a string",
    value,
    effect: "This element is left out.",
  });
  return false;
}

function report(value: unknown, kind: KeyKind, { path, list }: { path: string; list: ProblemList }): void {
  list.error({
    code: "wrong_type",
    path,
    expected: EXPECTED[kind],
    value,
    effect: "The key counts as not given; everything else in the file is in force.",
    advice: kind === "boolean" && (value === "true" || value === "false") ? "Leave the quotes out." : "",
  });
}
