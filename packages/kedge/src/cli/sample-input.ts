import { resolve } from "node:path";
import { readTextFile } from "../platform/index.ts";
import {
  describeEvent,
  type HookEventName,
  isJsonObject,
  type JsonObject,
  readJson,
} from "../protocol/index.ts";
import { CommandError, EXIT } from "./command-error.ts";
import type { Context } from "./context.ts";

const MAX_BYTES = 128 * 1024 * 1024;

/** What a person says about the input of an event. */
export interface SampleOptions {
  readonly tool?: string;
  /** A file, or `-`. */
  readonly input?: string;
  readonly value?: string;
}

/**
 * Makes the hook input that the options describe. JSON with a `hook_event_name`, or with a `tool_input`, is the whole hook
 * input; any other object is the input of the tool.
 *
 * @throws {CommandError} when options do not fit the event, or the file cannot be read
 */
export async function sampleInput(
  event: HookEventName,
  options: SampleOptions,
  context: Context,
): Promise<JsonObject> {
  const given = options.input === undefined ? {} : await readObject(options.input, context);
  const isWhole = Object.hasOwn(given, "hook_event_name") || Object.hasOwn(given, "tool_input");
  const input: Record<string, unknown> = isWhole ? { ...given } : {};
  if (!isWhole && options.input !== undefined) input.tool_input = given;
  const { matcher } = describeEvent(event);
  if (options.tool !== undefined) {
    if (matcher?.field !== "tool_name")
      throw new CommandError(
        EXIT.usage,
        `expected --tool with an event about a tool, got ${event}, which has none.`,
      );
    input.tool_name = options.tool;
  }
  if (options.value !== undefined) {
    if (!matcher)
      throw new CommandError(
        EXIT.usage,
        `expected --value with an event that has a matcher, got ${event}, which ignores matchers.`,
      );
    input[matcher.field] = options.value;
  }
  const named = input.hook_event_name;
  if (named !== undefined && named !== event) {
    throw new CommandError(
      EXIT.data,
      `expected an input of ${event}, got one of ${JSON.stringify(named)} (${options.input}).`,
    );
  }
  return input;
}

async function readObject(file: string, context: Context): Promise<JsonObject> {
  const text = file === "-" ? await context.readStdin() : await readFile(file, context.cwd);
  const name = file === "-" ? "standard input" : file;
  const json = readJson(text);
  if (!json.ok)
    throw new CommandError(
      EXIT.data,
      `expected one JSON object, got text that is none (${name}, ${json.message}).`,
    );
  if (!isJsonObject(json.value))
    throw new CommandError(EXIT.data, `expected one JSON object, got another JSON value (${name}).`);
  return json.value;
}

async function readFile(file: string, cwd: string): Promise<string> {
  const reading = await readTextFile(resolve(cwd, file), MAX_BYTES);
  if (!reading.ok)
    throw new CommandError(
      EXIT.noInput,
      `expected a file with JSON, but ${reading.message}. Use - for standard input.`,
    );
  return reading.text;
}
