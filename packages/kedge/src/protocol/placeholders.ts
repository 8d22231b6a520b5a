import { isJsonObject, type JsonObject } from "./json.ts";

/** Characters that may be filled in; an input of megabytes and a hundred placeholders would end the process. */
const MAX_FILLED_LENGTH = 64 * 1024 * 1024;

/** Lets texts through until they are too long in all; those after that become empty. */
function createBudget(): (text: string) => string {
  let left = MAX_FILLED_LENGTH;
  return (text) => {
    left -= text.length;
    return left < 0 ? "" : text;
  };
}

/**
 * Fills `$ARGUMENTS` of a prompt with the input as JSON, `$ARGUMENTS[0]` and `$1` with its blank-separated pieces; `\$` is
 * a dollar. A prompt without `$ARGUMENTS` gets the JSON appended. One pass: what was filled in is never looked at again.
 *
 * @source Claude Code hooks reference, "Prompt-based hooks"; recorded for the pieces
 */
export function fillPrompt(prompt: string, inputJson: string): string {
  const pieces = inputJson.split(/\s+/);
  const spend = createBudget();
  let hasArguments = false;
  const filled = prompt.replace(
    /\\\$|\$ARGUMENTS(?:\[(\d{1,4})\])?|\$(\d{1,4})/g,
    (found: string, index: string | undefined, position: string | undefined) => {
      if (found === "\\$") return "$";
      if (position !== undefined) return spend(pieces[Number(position) - 1] ?? "");
      hasArguments = true;
      return spend(index === undefined ? inputJson : (pieces[Number(index)] ?? ""));
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
  return fillValue(template, input, createBudget()) as JsonObject;
}

function fillValue(value: unknown, input: JsonObject, spend: (text: string) => string): unknown {
  if (typeof value === "string")
    return value.replace(/\$\{([^${}]+)\}/g, (_, path: string) => spend(asText(lookUp(input, path))));
  if (Array.isArray(value)) return value.map((each) => fillValue(each, input, spend));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, fillValue(each, input, spend)]));
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
