import type { JsonObject } from "../../protocol/index.ts";

/** A text among the facts of a file; undefined for whatever is none. */
export function textIn(values: JsonObject, name: string): string | undefined {
  const value = values[name];
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;
}

/** A hint such as `[version]`, which YAML takes for a list where nobody quotes it. Undefined for whatever is neither. */
export function hintIn(values: JsonObject, name: string): string | undefined {
  const value = values[name];
  if (!Array.isArray(value) || value.length === 0) return textIn(values, name);
  return value.every((each) => typeof each === "string") ? `[${value.join(", ")}]` : undefined;
}

/** A yes or no; quotes around it change nothing. Undefined for whatever is neither. */
export function flagIn(values: JsonObject, name: string): boolean | undefined {
  const value = values[name];
  if (value === true || value === "true") return true;
  return value === false || value === "false" ? false : undefined;
}

/** Names of tools, or rules: a list, or a text with commas or blanks between. What stands in brackets belongs together. */
export function namesIn(values: JsonObject, name: string): readonly string[] | undefined {
  const value = values[name];
  if (Array.isArray(value))
    return value.filter((each): each is string => typeof each === "string" && each.trim() !== "");
  if (typeof value !== "string") return undefined;
  const names = [""];
  let depth = 0;
  for (const char of value) {
    if (char === "(") depth++;
    else if (char === ")") depth = Math.max(0, depth - 1);
    if (depth === 0 && /[\s,]/.test(char)) names.push("");
    else names.push(`${names.pop() ?? ""}${char}`);
  }
  return names.filter((each) => each !== "");
}
