import { isJsonObject, type JsonObject } from "./json.ts";

/**
 * Fills `$ARGUMENTS` of a prompt with the input as JSON, `$ARGUMENTS[0]` and `$1` with its blank-separated pieces; `\$` is
 * a dollar. A prompt without `$ARGUMENTS` gets the JSON appended. One pass: what was filled in is never looked at again.
 *
 * @source Claude Code hooks reference, "Prompt-based hooks"; recorded for the pieces
 */
export function fillPrompt(prompt: string, inputJson: string): string {
  const pieces = inputJson.split(/\s+/);
  let hasArguments = false;
  const filled = prompt.replace(
    /\\\$|\$ARGUMENTS(?:\[(\d{1,4})\])?|\$(\d{1,4})/g,
    (found: string, index: string | undefined, position: string | undefined) => {
      if (found === "\\$") return "$";
      if (position !== undefined) return pieces[Number(position) - 1] ?? "";
      hasArguments = true;
      return index === undefined ? inputJson : (pieces[Number(index)] ?? "");
    },
  );
  return hasArguments ? filled : `${filled}\n\n${inputJson}`;
}

/**
 * Fills `${path.into.input}` in every string of a tool input. One pass, own properties of plain objects and elements of
 * arrays only; whatever is not there becomes empty, and objects become JSON.
 *
 * @source Claude Code hooks reference, "MCP tool hooks"; recorded for unknown paths
 */
export function fillToolInput(template: JsonObject, input: JsonObject): JsonObject {
  return fillValue(template, input) as JsonObject;
}

function fillValue(value: unknown, input: JsonObject): unknown {
  if (typeof value === "string")
    return value.replace(/\$\{([^${}]+)\}/g, (_, path: string) => asText(lookUp(input, path)));
  if (Array.isArray(value)) return value.map((each) => fillValue(each, input));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, fillValue(each, input)]));
}

function lookUp(root: JsonObject, path: string): unknown {
  let value: unknown = root;
  for (const key of path.split(".")) {
    const holder: unknown = value;
    if (Array.isArray(holder) ? !/^\d+$/.test(key) : !isJsonObject(holder)) return undefined;
    if (!Object.hasOwn(holder as object, key)) return undefined;
    value = (holder as JsonObject)[key];
  }
  return value;
}

function asText(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}
