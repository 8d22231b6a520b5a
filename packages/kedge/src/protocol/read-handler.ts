import { checkMeaning, type HandlerPlace, LEFT_OUT } from "./check-handler.ts";
import { HANDLER_TYPES, type HandlerType } from "./descriptor.ts";
import type {
  AgentHandler,
  CommandHandler,
  Handler,
  HttpHandler,
  McpToolHandler,
  PromptHandler,
} from "./handler.ts";
import { TIMEOUT_RANGE_SECONDS } from "./handler-config.ts";
import { isJsonObject, type JsonObject, ownValue } from "./json.ts";
import { childPath, typeOf } from "./problems.ts";
import { handlerShapeProblems } from "./validate.ts";

/**
 * Reads one configured handler.
 *
 * @returns the handler, or null when it cannot be used; every reason is then in `place.list`
 */
export function readHandler(raw: unknown, place: HandlerPlace): Handler | null {
  const before = place.list.problems.length;
  if (!isJsonObject(raw)) {
    place.list.error({
      code: "wrong_type",
      path: place.path,
      expected: "a handler, which is an object",
      value: raw,
      effect: LEFT_OUT,
    });
    return null;
  }
  const type = ownValue(raw, "type");
  if (!isHandlerType(type)) {
    const path = childPath(place.path, "type");
    place.list.error({
      code: type === undefined ? "missing" : "wrong_type",
      path,
      expected: `one of ${HANDLER_TYPES.join(", ")}`,
      value: type,
      effect: LEFT_OUT,
      advice: "Name one of these types.",
    });
    return null;
  }
  checkShape(type, raw, place);
  if (place.list.problems.length === before) checkMeaning(type, raw, place);
  const isUsable = place.list.problems.slice(before).every((problem) => problem.severity === "warning");
  return isUsable ? normalise(type, raw) : null;
}

function isHandlerType(type: unknown): type is HandlerType {
  return HANDLER_TYPES.some((known) => known === type);
}

function checkShape(type: HandlerType, raw: JsonObject, { path, list }: HandlerPlace): void {
  for (const problem of handlerShapeProblems(type, raw)) {
    const isSecret = problem.path[0] === "headers";
    list.error({
      code: problem.isMissing ? "missing" : "wrong_type",
      path: placeBelow(path, problem.path),
      expected: `\`${placeBelow("", problem.path)}\` to be ${problem.expected}`,
      ...(isSecret ? { came: typeOf(problem.value) } : { value: problem.value }),
      effect: LEFT_OUT,
      advice: adviceFor(problem.path[0]),
    });
  }
}

/** Names come from the file, so they are made visible and cut. */
function placeBelow(parent: string, keys: readonly string[]): string {
  return keys.reduce((place, key) => childPath(place, /^\d+$/.test(key) ? Number(key) : key), parent);
}

function adviceFor(field: string | undefined): string {
  if (field === "timeout") return "Give seconds as a number, such as 30 or 0.5.";
  if (field === "args") return "Write every argument as a string.";
  return "";
}

function normalise(type: HandlerType, raw: JsonObject): Handler {
  const base = {
    onFailure: ownValue(raw, "onFailure") === "block" ? ("block" as const) : ("continue" as const),
    isOnce: ownValue(raw, "once") === true,
    ...timeoutOf(raw),
    ...texts(raw, ["if", "statusMessage"]),
  };
  const make: Readonly<Record<HandlerType, () => Handler>> = {
    command: (): CommandHandler => ({
      type: "command",
      command: String(ownValue(raw, "command")),
      ...(Array.isArray(ownValue(raw, "args")) ? { args: strings(ownValue(raw, "args")) } : {}),
      ...texts(raw, ["shell"]),
      background:
        ownValue(raw, "asyncRewake") === true ? "rewake" : ownValue(raw, "async") === true ? "async" : "no",
      ...texts(raw, ["rewakeMessage", "rewakeSummary"]),
      ...base,
    }),
    http: (): HttpHandler => ({
      type: "http",
      url: String(ownValue(raw, "url")),
      headers: objectOf(raw, "headers") as Readonly<Record<string, string>>,
      allowedEnvVars: strings(ownValue(raw, "allowedEnvVars")),
      ...base,
    }),
    mcp_tool: (): McpToolHandler => ({
      type: "mcp_tool",
      server: String(ownValue(raw, "server")),
      tool: String(ownValue(raw, "tool")),
      input: objectOf(raw, "input"),
      ...base,
    }),
    prompt: (): PromptHandler => ({
      type: "prompt",
      prompt: String(ownValue(raw, "prompt")),
      ...texts(raw, ["model"]),
      continuesOnBlock: ownValue(raw, "continueOnBlock") === true,
      ...base,
    }),
    agent: (): AgentHandler => ({
      type: "agent",
      prompt: String(ownValue(raw, "prompt")),
      ...texts(raw, ["model"]),
      ...base,
    }),
  };
  return make[type]();
}

/** The wire's seconds become milliseconds here and nowhere else. */
function timeoutOf(raw: JsonObject): { timeoutMs?: number } {
  const timeout = ownValue(raw, "timeout");
  return typeof timeout === "number"
    ? { timeoutMs: Math.round(Math.min(timeout, TIMEOUT_RANGE_SECONDS.max) * 1000) }
    : {};
}

function texts<Name extends string>(raw: JsonObject, names: readonly Name[]): { [Key in Name]?: never } {
  const found = names.filter((name) => typeof ownValue(raw, name) === "string");
  return Object.fromEntries(found.map((name) => [name, ownValue(raw, name)])) as { [Key in Name]?: never };
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function objectOf(raw: JsonObject, name: string): JsonObject {
  const value = ownValue(raw, name);
  return isJsonObject(value) ? value : {};
}
