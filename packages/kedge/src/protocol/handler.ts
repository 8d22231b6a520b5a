import type { HandlerType } from "./descriptor.ts";
import type { HookEventName } from "./events/index.ts";
import type { JsonObject } from "./json.ts";
import type { Problem } from "./problems.ts";

/** What every configured handler has, after reading: names are ours, and times are milliseconds. */
interface HandlerBase {
  readonly type: HandlerType | "function";
  /** A permission rule; the handler runs only for calls that it covers. */
  readonly if?: string;
  /** Missing: the event's own time-out. */
  readonly timeoutMs?: number;
  readonly onFailure: "continue" | "block";
  readonly statusMessage?: string;
  readonly isOnce: boolean;
}

export interface CommandHandler extends HandlerBase {
  readonly type: "command";
  readonly command: string;
  /** Given, even empty: `command` is a program, started without a shell. */
  readonly args?: readonly string[];
  readonly shell?: "bash" | "powershell";
  /** `async` decides nothing; `rewake` can wake the session with exit 2. */
  readonly background: "no" | "async" | "rewake";
  readonly rewakeMessage?: string;
  readonly rewakeSummary?: string;
}

export interface HttpHandler extends HandlerBase {
  readonly type: "http";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly allowedEnvVars: readonly string[];
}

export interface McpToolHandler extends HandlerBase {
  readonly type: "mcp_tool";
  readonly server: string;
  readonly tool: string;
  readonly input: JsonObject;
}

export interface PromptHandler extends HandlerBase {
  readonly type: "prompt";
  readonly prompt: string;
  readonly model?: string;
  readonly continuesOnBlock: boolean;
}

export interface AgentHandler extends HandlerBase {
  readonly type: "agent";
  readonly prompt: string;
  readonly model?: string;
}

/** A function of the program that embeds the engine. It has no form on the wire. */
export interface FunctionHandler extends HandlerBase {
  readonly type: "function";
  /** What tells this function from others, and what people see of it. */
  readonly name: string;
  /**
   * @param input the hook input
   * @returns what a command would print as JSON; nothing when there is nothing to say
   * @throws anything: the handler then gave no usable answer
   */
  readonly call: (input: JsonObject, context: { readonly signal: AbortSignal }) => unknown;
}

/** One configured handler, whatever its source. */
export type Handler =
  | CommandHandler
  | HttpHandler
  | McpToolHandler
  | PromptHandler
  | AgentHandler
  | FunctionHandler;

/** A handler where it was configured: event, matcher, and the place in its file. */
export interface HookEntry {
  readonly event: HookEventName;
  /** Missing: matches all. */
  readonly matcher?: string;
  readonly handler: Handler;
  readonly file: string;
  /** Such as `hooks.Stop[0].hooks[0]`. */
  readonly path: string;
  /** The plugin that brings it. A handler of a plugin runs in surroundings of its own, so it is no copy of any elsewhere. */
  readonly plugin?: string;
}

/**
 * A handler that is configured and cannot be used. It never takes another one with it, and it is never forgotten (D1): on an
 * event that guards something, one with `onFailure: "block"` blocks.
 */
export interface BrokenHook {
  readonly event: HookEventName;
  readonly matcher?: string;
  readonly onFailure: "continue" | "block";
  readonly file: string;
  readonly path: string;
  /** Why, one or more. */
  readonly problems: readonly Problem[];
}

/**
 * What makes two handlers the same one: type, what is run, and `if`. Time-out, matcher and messages do not count.
 *
 * @source Claude Code hooks reference, "Deduplication"; recorded: blanks in a command count, naming the default shell does not
 */
export function handlerKey(handler: Handler): string {
  const rule = handler.if ?? "";
  switch (handler.type) {
    case "command":
      if (handler.args) return JSON.stringify([rule, handler.command, handler.args]);
      return `${rule}\0${handler.shell === "powershell" ? "powershell" : ""}\0${handler.command}`;
    case "http":
      return JSON.stringify([rule, "http", handler.url, handler.headers]);
    case "mcp_tool":
      return JSON.stringify([rule, "mcp_tool", handler.server, handler.tool, handler.input]);
    case "prompt":
    case "agent":
      return JSON.stringify([rule, handler.type, handler.prompt, handler.model ?? ""]);
    case "function":
      return JSON.stringify([rule, "function", handler.name]);
  }
}

/**
 * What makes two entries copies of each other: the same handler, in the same surroundings.
 *
 * @source recorded: groups and settings files share their copies, each plugin has its own
 */
export function entryKey({ handler, plugin = "" }: HookEntry): string {
  return `${plugin}\0${handlerKey(handler)}`;
}
