import type { ToolDefinition } from "../model/messages.ts";
import { boundResult, refuse, type Tool } from "../tools/tool.ts";
import type { Connection } from "./connection.ts";
import { reasonOf } from "./connection.ts";
import { readAnswer } from "./result-text.ts";

/** A tool of a server, as a tool of the session. What the server says of its harmlessness permits nothing. */
export function createMcpTool(
  definition: ToolDefinition,
  tool: string,
  { connection, server }: { readonly connection: Connection; readonly server: NonNullable<Tool["server"]> },
): Tool {
  return {
    definition,
    server,
    isParallel: false,
    async run(input, { signal }) {
      try {
        const result = await connection.call(tool, input, { by: "model", signal });
        const { text, isError, response } = readAnswer(result);
        return isError ? refuse(text) : { ok: true, text, response };
      } catch (error) {
        if (signal.aborted) return { ok: false, text: "The call was interrupted.", isInterrupt: true };
        return refuse(boundResult(`The MCP server ${server.name} gave no answer: ${reasonOf(error)}`));
      }
    },
  };
}
