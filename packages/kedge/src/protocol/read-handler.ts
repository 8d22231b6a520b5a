import { HANDLER_TYPES, type HandlerType } from "./descriptor.ts";
import { describeEvent, type HookEventName } from "./events/index.ts";
import type {
  AgentHandler,
  CommandHandler,
  Handler,
  HttpHandler,
  McpToolHandler,
  PromptHandler,
} from "./handler.ts";
import { TIMEOUT_RANGE_SECONDS } from "./handler-config.ts";
import { judgeTarget } from "./http-target.ts";
import { isJsonObject, type JsonObject, ownValue } from "./json.ts";
import { childPath, type ProblemList, typeOf } from "./problems.ts";
import { handlerShapeProblems } from "./validate.ts";

/** Bytes of one argument of a program on Linux, with the NUL that ends it; a longer command cannot be started. */
const MAX_ARGUMENT_BYTES = 128 * 1024;

/** Where a hook stands, as far as reading it depends on that. */
export type HookOrigin = "settings" | "plugin" | "frontmatter";

/** What reading one handler needs to know besides the handler. */
export interface HandlerPlace {
  readonly event: HookEventName;
  readonly origin: HookOrigin;
  readonly path: string;
  readonly list: ProblemList;
}

const utf8 = new TextEncoder();

const LEFT_OUT = "This handler is left out; the rest of the file is in force.";

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
      advice: "",
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
  return isUsable ? normalise(type, raw, place) : null;
}

function isHandlerType(type: unknown): type is HandlerType {
  return HANDLER_TYPES.some((known) => known === type);
}

function checkShape(type: HandlerType, raw: JsonObject, { path, list }: HandlerPlace): void {
  for (const problem of handlerShapeProblems(type, raw)) {
    const where = problem.path.reduce(
      (parent, key) => childPath(parent, /^\d+$/.test(key) ? Number(key) : key),
      path,
    );
    const isSecret = problem.path[0] === "headers";
    list.error({
      code: problem.isMissing ? "missing" : "wrong_type",
      path: where,
      expected: `\`${problem.path.join(".")}\` to be ${problem.expected}`,
      ...(isSecret ? { came: typeOf(problem.value) } : { value: problem.value }),
      effect: LEFT_OUT,
      advice: adviceFor(problem.path[0]),
    });
  }
}

function adviceFor(field: string | undefined): string {
  if (field === "timeout") return "Give seconds as a number, such as 30 or 0.5.";
  if (field === "args") return "Write every argument as a string.";
  return "";
}

/** What types alone do not say. */
function checkMeaning(type: HandlerType, raw: JsonObject, place: HandlerPlace): void {
  const { event, path, list } = place;
  const descriptor = describeEvent(event);
  if (!descriptor.handlers.includes(type)) {
    const expected = `one of ${descriptor.handlers.join(", ")} on ${event}`;
    list.error({
      code: "ignored",
      path: childPath(path, "type"),
      expected,
      value: type,
      effect: LEFT_OUT,
      advice: `A ${type} handler is never run on ${event}.`,
    });
  }
  if (ownValue(raw, "if") !== undefined && !descriptor.judgesIf) {
    list.error({
      code: "invalid_if",
      path: childPath(path, "if"),
      expected: `no \`if\` on ${event}`,
      value: ownValue(raw, "if"),
      effect: LEFT_OUT,
      advice: "`if` is judged on tool events only; elsewhere a handler that has one never runs.",
    });
  }
  checkTimeout(raw, place);
  if (type === "command") checkCommand(raw, place);
  if (type === "http") checkHttp(raw, place);
  if (ownValue(raw, "once") === true && place.origin !== "frontmatter") {
    list.warning({
      code: "ignored",
      path: childPath(path, "once"),
      expected: "`once` in the frontmatter of a skill only",
      value: true,
      effect: "The handler runs every time.",
      advice: "",
    });
  }
  if (ownValue(raw, "onFailure") === "block" && !descriptor.obeysOnFailure) {
    list.warning({
      code: "ignored",
      path: childPath(path, "onFailure"),
      expected: `no \`onFailure: "block"\` on ${event}`,
      value: "block",
      effect: "A failure blocks nothing there.",
      advice: "",
    });
  }
}

function checkTimeout(raw: JsonObject, { path, list }: HandlerPlace): void {
  const timeout = ownValue(raw, "timeout");
  const { min, max } = TIMEOUT_RANGE_SECONDS;
  if (typeof timeout !== "number" || (timeout >= min && timeout <= max)) return;
  const report = {
    code: "out_of_range",
    path: childPath(path, "timeout"),
    expected: `${min} to ${max} seconds`,
    value: timeout,
  } as const;
  if (timeout > max) list.warning({ ...report, effect: `It counts as ${max} s.`, advice: "" });
  else list.error({ ...report, effect: LEFT_OUT, advice: "The unit is seconds." });
}

function checkCommand(raw: JsonObject, place: HandlerPlace): void {
  const { path, list, origin } = place;
  const command = String(ownValue(raw, "command"));
  const args = ownValue(raw, "args");
  const texts = [command, ...(Array.isArray(args) ? args.map(String) : [])];
  const at = childPath(path, "command");
  if (command.trim() === "") {
    list.error({
      code: "missing",
      path: at,
      expected: "a command",
      value: command,
      effect: LEFT_OUT,
      advice: "An empty command fails and blocks nothing.",
    });
  }
  if (texts.some((text) => text.includes("\0"))) {
    list.error({
      code: "wrong_type",
      path: at,
      expected: "text without NUL",
      came: "a NUL character",
      effect: LEFT_OUT,
      advice: "No program can be started with it.",
    });
  }
  if (texts.some((text) => utf8.encode(text).length >= MAX_ARGUMENT_BYTES)) {
    list.error({
      code: "out_of_range",
      path: at,
      expected: "at most 128 KiB",
      came: "more",
      effect: LEFT_OUT,
      advice: "Put it into a script and name the script.",
    });
  }
  const isShell = !Array.isArray(args);
  if (isShell && command.includes("${user_config.")) {
    list.error({
      code: "wrong_type",
      path: at,
      expected: "${user_config.…} in exec form only",
      value: command,
      effect: LEFT_OUT,
      advice: "Use `args`: there the value stays one argument, and no shell reads it.",
    });
  }
  if (origin !== "plugin" && texts.some((text) => /\$\{CLAUDE_PLUGIN_(?:ROOT|DATA)\}/.test(text))) {
    list.error({
      code: "wrong_type",
      path: at,
      expected: "no ${CLAUDE_PLUGIN_…} outside of a plugin",
      value: command,
      effect: LEFT_OUT,
      advice: "Use ${CLAUDE_PROJECT_DIR} or an absolute path.",
    });
  }
}

function checkHttp(raw: JsonObject, { path, list }: HandlerPlace): void {
  const target = judgeTarget(String(ownValue(raw, "url")));
  if (!target.ok) {
    list.error({
      code: "forbidden_target",
      path: childPath(path, "url"),
      expected: target.expected,
      value: ownValue(raw, "url"),
      effect: LEFT_OUT,
      advice: target.reason,
    });
  }
  const headers = ownValue(raw, "headers");
  for (const [name, value] of isJsonObject(headers) ? Object.entries(headers) : []) {
    const isSound =
      /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name) && /^[\t\x20-\x7e\x80-\xff]*$/.test(String(value));
    if (isSound) continue;
    list.error({
      code: "wrong_type",
      path: childPath(childPath(path, "headers"), name),
      expected: "a header name and a value in one line",
      came: "other characters",
      effect: LEFT_OUT,
      advice: "",
    });
  }
}

function normalise(type: HandlerType, raw: JsonObject, _place: HandlerPlace): Handler {
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
