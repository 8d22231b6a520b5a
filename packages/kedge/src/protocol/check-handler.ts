import type { HandlerType } from "./descriptor.ts";
import { describeEvent, type HookEventName } from "./events/index.ts";
import { TIMEOUT_RANGE_SECONDS } from "./handler-config.ts";
import { judgeTarget } from "./http-target.ts";
import { isJsonObject, type JsonObject, ownValue } from "./json.ts";
import { childPath, describeValue, type ProblemList, type ProblemReport } from "./problems.ts";

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

/** What a problem of a handler costs. */
export const LEFT_OUT = "This handler is left out; the rest of the file is in force.";

const utf8 = new TextEncoder();

/** Reports what is wrong with a handler whose values have the right types. */
export function checkMeaning(type: HandlerType, raw: JsonObject, place: HandlerPlace): void {
  checkPlace(type, raw, place);
  checkTimeout(raw, place);
  if (type === "command") checkCommand(raw, place);
  if (type === "http") checkHttp(raw, place);
}

/** What a problem has beside its place and what it costs. */
type Finding = Omit<ProblemReport, "path" | "effect">;

function refuse({ list, path }: HandlerPlace, field: string, finding: Finding): void {
  list.error({ ...finding, path: childPath(path, field), effect: LEFT_OUT });
}

/** What depends on the event, and on where the handler stands. */
function checkPlace(type: HandlerType, raw: JsonObject, place: HandlerPlace): void {
  const { event, path, list, origin } = place;
  const descriptor = describeEvent(event);
  if (!descriptor.handlers.includes(type)) {
    const expected = `one of ${descriptor.handlers.join(", ")} on ${event}`;
    refuse(place, "type", {
      code: "ignored",
      expected,
      value: type,
      advice: `A ${type} handler is never run on ${event}.`,
    });
  }
  const rule = ownValue(raw, "if");
  if (rule !== undefined && !descriptor.judgesIf) {
    const advice = "`if` is judged on tool events only; elsewhere a handler that has one never runs.";
    refuse(place, "if", { code: "invalid_if", expected: `no \`if\` on ${event}`, value: rule, advice });
  }
  if (ownValue(raw, "once") === true && origin !== "frontmatter") {
    const expected = "`once` in the frontmatter of a skill only";
    list.warning({
      code: "ignored",
      path: childPath(path, "once"),
      expected,
      value: true,
      effect: "The handler runs every time.",
    });
  }
  if (ownValue(raw, "onFailure") === "block" && !descriptor.obeysOnFailure) {
    const expected = `no \`onFailure: "block"\` on ${event}`;
    list.warning({
      code: "ignored",
      path: childPath(path, "onFailure"),
      expected,
      value: "block",
      effect: "A failure blocks nothing there.",
    });
  }
}

function checkTimeout(raw: JsonObject, place: HandlerPlace): void {
  const timeout = ownValue(raw, "timeout");
  const { min, max } = TIMEOUT_RANGE_SECONDS;
  if (typeof timeout !== "number" || (timeout >= min && timeout <= max)) return;
  const finding = { code: "out_of_range", expected: `${min} to ${max} seconds`, value: timeout } as const;
  if (timeout < min) refuse(place, "timeout", { ...finding, advice: "The unit is seconds." });
  else
    place.list.warning({
      ...finding,
      path: childPath(place.path, "timeout"),
      effect: `It counts as ${max} s.`,
    });
}

function checkCommand(raw: JsonObject, place: HandlerPlace): void {
  const command = String(ownValue(raw, "command"));
  const args = ownValue(raw, "args");
  const texts = [command, ...(Array.isArray(args) ? args.map(String) : [])];
  if (command.trim() === "") {
    const advice = "An empty command fails and blocks nothing.";
    refuse(place, "command", { code: "missing", expected: "a command", value: command, advice });
  }
  if (texts.some((text) => text.includes("\0"))) {
    const advice = "No program can be started with it.";
    refuse(place, "command", {
      code: "wrong_type",
      expected: "text without NUL",
      came: "a NUL character",
      advice,
    });
  }
  if (texts.some((text) => utf8.encode(text).length >= MAX_ARGUMENT_BYTES)) {
    const advice = "Put it into a script and name the script.";
    refuse(place, "command", { code: "out_of_range", expected: "less than 128 KiB", came: "more", advice });
  }
  if (!Array.isArray(args) && command.includes("${user_config.")) {
    const expected = "${user_config.…} in exec form only";
    const advice = "Use `args`: there the value stays one argument, and no shell reads it.";
    refuse(place, "command", { code: "wrong_type", expected, value: command, advice });
  }
  if (place.origin !== "plugin" && texts.some((text) => /\$\{CLAUDE_PLUGIN_(?:ROOT|DATA)\}/.test(text))) {
    const expected = "no ${CLAUDE_PLUGIN_…} outside of a plugin";
    const advice = "Use ${CLAUDE_PROJECT_DIR} or an absolute path.";
    refuse(place, "command", { code: "wrong_type", expected, value: command, advice });
  }
}

function checkHttp(raw: JsonObject, place: HandlerPlace): void {
  const url = ownValue(raw, "url");
  const target = judgeTarget(String(url));
  if (!target.ok) {
    const { expected, reason: advice } = target;
    refuse(place, "url", { code: "forbidden_target", expected, value: url, advice });
  }
  const headers = ownValue(raw, "headers");
  for (const [name, value] of isJsonObject(headers) ? Object.entries(headers) : []) {
    const isSound =
      /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name) && /^[\t\x20-\x7e\x80-\xff]*$/.test(String(value));
    const expected = "a header name and a value in one line";
    // The value may be a secret, and the name is what is wrong as often.
    if (!isSound)
      refuse(place, "headers", {
        code: "wrong_type",
        expected,
        came: `other characters in ${describeValue(name)}`,
      });
  }
}
