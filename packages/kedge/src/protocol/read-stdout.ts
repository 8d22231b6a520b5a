import type { EventDescriptor } from "./descriptor.ts";
import { type HookEventName, isHookEventName } from "./events/index.ts";
import type { HandlerEnding, ResultError } from "./handler-result.ts";
import { isJsonObject, type JsonObject, ownValue, readJson } from "./json.ts";
import { firstLine } from "./text.ts";
import { outputProblem } from "./validate.ts";

/** What stdout turned out to be. */
export type StdoutReading =
  | { readonly kind: "nothing" }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "json"; readonly value: JsonObject; readonly hasDuplicateKeys: boolean }
  /** `beside` is what can be read beside the mistake: only a refusal may be taken from it. */
  | { readonly kind: "error"; readonly error: ResultError; readonly beside?: JsonObject };

/**
 * Reads the stdout of a handler: nothing, plain text, or a JSON object of the right shape.
 *
 * Leading blanks and a byte order mark do not count. What does not begin with `{` is text, arrays and quoted strings too.
 * What begins with `{` and is no JSON is text only when it does not also end with `}`; otherwise it is an error.
 *
 * @source Claude Code hooks reference, "JSON output"; recorded behaviour for text that only looks like JSON
 */
export function readStdout(event: EventDescriptor, ending: HandlerEnding): StdoutReading {
  const text = ending.stdout.replace(/^[\ufeff\s]+/, "").trimEnd();
  if (text === "") return { kind: "nothing" };
  const mustBeJson = ending.type === "http";
  if (!text.startsWith("{")) {
    return mustBeJson
      ? error("not_json", "the body is no JSON object")
      : { kind: "text", text: ending.stdout };
  }
  if (ending.isStdoutCut)
    return error("too_large", "the output was cut at its limit and is not read as JSON");
  const json = readJson(text);
  if (!json.ok) {
    if (json.reason !== "not_json") return error("too_large", `the JSON on stdout is ${json.message}`);
    if (!mustBeJson && !text.endsWith("}")) return { kind: "text", text: ending.stdout };
    return error("not_json", `stdout looks like JSON and is none: ${firstLine(json.message, 200)}`);
  }
  if (!isJsonObject(json.value)) return { kind: "text", text: ending.stdout };
  return checkShape(event, json.value, json.duplicateKeys.length > 0);
}

function checkShape(event: EventDescriptor, value: JsonObject, hasDuplicateKeys: boolean): StdoutReading {
  const specific = ownValue(value, "hookSpecificOutput");
  const named = isJsonObject(specific) ? ownValue(specific, "hookEventName") : undefined;
  if (typeof named === "string" && named !== event.name && isHookEventName(named)) {
    const message = `hookSpecificOutput.hookEventName is ${named}, but the event is ${event.name}`;
    const { hookSpecificOutput: _, ...beside } = value;
    return { ...error("wrong_event", message), beside };
  }
  // An event that drops its output has nothing to check: only side effects are taken from it, one by one.
  const problem = event.dropsOutput ? null : outputProblem(event.name as HookEventName, value);
  return problem === null ? { kind: "json", value, hasDuplicateKeys } : error("schema", problem);
}

function error(
  code: ResultError["code"],
  message: string,
): Extract<StdoutReading, { readonly kind: "error" }> {
  return { kind: "error", error: { code, message } };
}
