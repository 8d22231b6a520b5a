import { isJsonObject, type JsonObject, ownValue, readJson } from "./json.ts";
import { boundText, cleanForModel } from "./text.ts";

/** What the model of a prompt or agent handler said. */
export interface PromptAnswer {
  /** `none`: no verdict could be read; the handler then says nothing. */
  readonly verdict: "ok" | "not_ok" | "none";
  readonly reason?: string;
  /** With `not_ok` at Stop: the work cannot be done, and the turn may end. */
  readonly isImpossible?: boolean;
  /** Why there is no clean verdict. */
  readonly problem?: string;
}

/**
 * Reads `{ok, reason, impossible?}` out of the text of a model, in a code fence or bare. Prose, or an object without `ok` or
 * without `reason`, is no verdict. Several objects that disagree are a refusal: a gate does not pass on doubt.
 *
 * @source Claude Code hooks reference, "Prompt-based hooks"; recorded for fences, prose and missing keys
 */
export function parsePromptAnswer(text: string): PromptAnswer {
  const trimmed = text.trim();
  const whole = readVerdict(trimmed) ?? readVerdict(unfence(trimmed).trim());
  if (whole) return toAnswer(whole);
  const found = objectsIn(trimmed)
    .map(readVerdict)
    .filter((each) => each !== null);
  const refusal = found.find((each) => each.ok === false);
  if (refusal && found.length > 1)
    return { ...toAnswer(refusal), problem: "the answer holds more than one object" };
  return { verdict: "none", problem: "the answer is not one object with `ok` and `reason`" };
}

function unfence(text: string): string {
  return /^```[a-z]*[ \t]*\r?\n([\s\S]*?)\n?```$/.exec(text)?.[1] ?? text;
}

/** An object that gives a verdict, with or without a reason. */
function readVerdict(text: string): JsonObject | null {
  if (!text.startsWith("{")) return null;
  const json = readJson(text);
  if (!json.ok || !isJsonObject(json.value) || json.duplicateKeys.length > 0) return null;
  return typeof ownValue(json.value, "ok") === "boolean" ? json.value : null;
}

function toAnswer(value: JsonObject): PromptAnswer {
  const reason = ownValue(value, "reason");
  const ok = ownValue(value, "ok") === true;
  if (typeof reason !== "string") return { verdict: "none", problem: "`reason` is missing" };
  const safe = boundText(cleanForModel(reason)).text;
  return {
    verdict: ok ? "ok" : "not_ok",
    reason: safe,
    ...(ownValue(value, "impossible") === true ? { isImpossible: true } : {}),
  };
}

/** Every balanced `{…}` at the top level of a text, at most 16. */
function objectsIn(text: string): string[] {
  const found: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < text.length && found.length < 16; at++) {
    if (text[at] === '"' && depth > 0) at = endOfString(text, at);
    else if (text[at] === "{" && depth++ === 0) start = at;
    else if (text[at] === "}" && depth > 0 && --depth === 0) found.push(text.slice(start, at + 1));
  }
  return found;
}

function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === '"') return at;
  }
  return text.length;
}
