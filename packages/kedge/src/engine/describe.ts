import { type BrokenHook, escapeInvisible, type Handler } from "../protocol/index.ts";

/** What a handler is, in at most `limit` characters; characters that do not show are escaped. */
export function describeHandler(handler: Handler, limit = 80): string {
  const text = escapeInvisible(`${handler.type}: ${whatRuns(handler)}`.replace(/\s+/g, " "));
  return text.length > limit ? `${text.slice(0, limit - 1)}…` : text;
}

/** Why a hook cannot be used, in one clause. */
export function describeBroken({ problems: [problem] }: BrokenHook): string {
  return problem ? `expected ${problem.expected}, got ${problem.came}` : "it cannot be read";
}

function whatRuns(handler: Handler): string {
  switch (handler.type) {
    case "command":
      return [handler.command, ...(handler.args ?? [])].join(" ");
    case "http":
      return handler.url;
    case "mcp_tool":
      return `${handler.server} ${handler.tool}`;
    case "prompt":
    case "agent":
      return handler.prompt;
    case "function":
      return handler.name;
  }
}
