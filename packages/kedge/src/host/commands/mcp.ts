import { firstLine } from "../../protocol/index.ts";
import type { McpServerState } from "../mcp/ports.ts";
import type { BuiltInCommand } from "./built-in.ts";

/** `/mcp`: the MCP servers of the session, each in a line with its tools, or with why it has none. */
export const mcpCommand: BuiltInCommand = {
  name: "mcp",
  description: "show the MCP servers and their tools",
  run: async ({ core }) => ({ ok: true, text: wordsFor(core.servers.states) }),
};

function wordsFor(servers: readonly McpServerState[]): string {
  if (servers.length === 0) return "There are no MCP servers.";
  return servers
    .map(({ name, status, why, tools }) => {
      const more = status === "connected" ? tools.join(", ") || "no tools" : why;
      return firstLine(`${name}  ${status}  ${more}`, 600);
    })
    .join("\n");
}
