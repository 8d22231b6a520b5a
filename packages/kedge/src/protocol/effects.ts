import type { EventDescriptor } from "./descriptor.ts";
import type { Effects } from "./handler-result.ts";
import { isJsonObject, type JsonObject, ownValue } from "./json.ts";
import { cleanText, isAllowedTerminalSequence } from "./text.ts";

/** Paths that one answer may ask to watch. */
const MAX_WATCH_PATHS = 64;

/** Characters of a path; longer ones exist on no system that Kedge runs on. */
const MAX_PATH_LENGTH = 4_096;

/** Never watched, whoever asks: the root, and trees that the kernel makes. */
const UNWATCHABLE = /^\/(?:(?:proc|sys|dev)(?:\/|$)|$)/;

/** Bounds and cleans a text that goes to a person, and keeps note of what was cut. */
export type Bound = (field: string, text: string) => string;

/** The part of an answer that stands in `hookSpecificOutput`, or an empty object. */
export function specificPart(value: JsonObject): JsonObject {
  const specific = ownValue(value, "hookSpecificOutput");
  return isJsonObject(specific) ? specific : {};
}

/**
 * Reads everything beside decision, reason and context out of an answer whose shape was checked. A field that the event
 * does not know is never taken, and a value that is not allowed is left out.
 */
export function readEffects(event: EventDescriptor, value: JsonObject, bound: Bound): Effects {
  const specific = specificPart(value);
  const effects: { -readonly [Key in keyof Effects]: Effects[Key] } = {};
  const take = (name: string): unknown =>
    event.specificOutput?.[name] ? ownValue(specific, name) : undefined;
  const takeText = (name: string): string | undefined => {
    const found = take(name);
    return typeof found === "string" ? bound(name, found) : undefined;
  };

  set(effects, "updatedInput", asObject(take("updatedInput")));
  set(effects, "updatedToolOutput", take("updatedToolOutput"));
  set(effects, "updatedMcpToolOutput", take("updatedMCPToolOutput"));
  set(effects, "retry", asFlag(take("retry")));
  set(effects, "reloadSkills", asFlag(take("reloadSkills")));
  set(effects, "suppressOriginalPrompt", asFlag(take("suppressOriginalPrompt")));
  set(effects, "displayContent", takeText("displayContent"));
  set(effects, "sessionTitle", takeText("sessionTitle"));
  set(effects, "initialUserMessage", takeText("initialUserMessage"));
  set(effects, "worktreePath", takeText("worktreePath"));
  set(effects, "watchPaths", watchable(take("watchPaths")));
  set(effects, "elicitation", readElicitation(event, specific));
  Object.assign(effects, readPermission(event, specific), readForUser(value, bound));
  return effects;
}

function readPermission(event: EventDescriptor, specific: JsonObject): Effects {
  const decision = event.decision === "permission_request" ? ownValue(specific, "decision") : undefined;
  if (!isJsonObject(decision)) return {};
  const effects: { -readonly [Key in keyof Effects]: Effects[Key] } = {};
  if (ownValue(decision, "behavior") === "allow") {
    set(effects, "updatedInput", asObject(ownValue(decision, "updatedInput")));
    const updates = ownValue(decision, "updatedPermissions");
    set(effects, "updatedPermissions", Array.isArray(updates) ? updates.filter(isJsonObject) : undefined);
  } else {
    set(effects, "interrupt", asFlag(ownValue(decision, "interrupt")));
  }
  return effects;
}

function readElicitation(event: EventDescriptor, specific: JsonObject): Effects["elicitation"] {
  if (event.decision !== "elicitation") return undefined;
  const action = ownValue(specific, "action");
  if (action !== "accept" && action !== "decline" && action !== "cancel") return undefined;
  const content = asObject(ownValue(specific, "content"));
  return action === "accept" && content ? { action, content } : { action };
}

/** Side effects that count even for events whose output is dropped. */
export function readForUser(value: JsonObject, bound: Bound): Effects {
  const effects: { -readonly [Key in keyof Effects]: Effects[Key] } = {};
  const message = ownValue(value, "systemMessage");
  if (typeof message === "string") effects.systemMessage = bound("systemMessage", message);
  const sequence = ownValue(value, "terminalSequence");
  if (typeof sequence === "string" && isAllowedTerminalSequence(sequence))
    effects.terminalSequence = sequence;
  return effects;
}

/** The last line with anything in it, without escape codes: where a WorktreeCreate command puts its path. Not a long one. */
export function lastLine(stdout: string): string | undefined {
  const lines = cleanText(stdout).split("\n");
  const path = lines.findLast((line) => line.trim() !== "")?.trim();
  return path !== undefined && path.length <= MAX_PATH_LENGTH ? path : undefined;
}

/** Absolute paths that may be watched. Whoever watches them narrows them to the project. */
function watchable(value: unknown): readonly string[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const paths = value.filter((path): path is string => typeof path === "string" && isWatchable(path));
  return paths.slice(0, MAX_WATCH_PATHS);
}

function isWatchable(path: string): boolean {
  const isAbsolute = path.startsWith("/") || /^[A-Za-z]:[\\/]/.test(path);
  const isClean = path.length <= MAX_PATH_LENGTH && cleanText(path) === path;
  return (
    isClean &&
    isAbsolute &&
    !path.split(/[\\/]/).includes("..") &&
    !UNWATCHABLE.test(path.replace(/\/+/g, "/"))
  );
}

function set<Key extends keyof Effects>(
  effects: Partial<Record<Key, unknown>>,
  key: Key,
  value: Effects[Key] | undefined,
): void {
  if (value !== undefined) effects[key] = value;
}

function asObject(value: unknown): JsonObject | undefined {
  return isJsonObject(value) ? value : undefined;
}

function asFlag(value: unknown): boolean | undefined {
  return typeof value === "boolean" ? value : undefined;
}
