import type { Handler } from "../protocol/index.ts";

/** A handler as it stands in a settings file. What has its default there is left out. */
export function toWire(handler: Handler): object {
  const common = {
    ...(handler.if === undefined ? {} : { if: handler.if }),
    ...(handler.timeoutMs === undefined ? {} : { timeout: handler.timeoutMs / 1000 }),
    ...(handler.onFailure === "block" ? { onFailure: "block" } : {}),
  };
  return { ...own(handler), ...common };
}

function own(handler: Handler): object {
  switch (handler.type) {
    case "command": {
      const { type, command, args, shell, background, rewakeMessage, rewakeSummary } = handler;
      const how = { no: {}, async: { async: true }, rewake: { asyncRewake: true } }[background];
      return { type, command, ...given({ args, shell, rewakeMessage, rewakeSummary }), ...how };
    }
    case "http":
      return {
        type: handler.type,
        url: handler.url,
        headers: handler.headers,
        allowedEnvVars: handler.allowedEnvVars,
      };
    case "mcp_tool":
      return { type: handler.type, server: handler.server, tool: handler.tool, input: handler.input };
    case "prompt":
      return {
        type: handler.type,
        prompt: handler.prompt,
        ...given({ model: handler.model }),
        continueOnBlock: handler.continuesOnBlock,
      };
    case "agent":
      return { type: handler.type, prompt: handler.prompt, ...given({ model: handler.model }) };
    case "function":
      // It has no form in a file: what a skill permits is shown so.
      return { type: handler.type, name: handler.name };
  }
}

function given(values: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
