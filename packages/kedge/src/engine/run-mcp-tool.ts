import { fillToolInput, type HandlerEnding, type McpToolHandler } from "../protocol/index.ts";
import type { HandlerRun, RunReport } from "./handler-run.ts";
import { answered, failed, runLimited } from "./limited-run.ts";
import type { McpCaller } from "./ports.ts";

/** Characters of an answer that are kept. */
const MAX_LENGTH = 32 * 1024 * 1024;

/**
 * Calls the tool of an `mcp_tool` handler, its input filled once from the hook input. The text of the result is read as the
 * stdout of a process that exited with 0; a server that is not connected, a call that fails and a result that is an error
 * are failures, which by themselves block nothing. Never rejects and connects to nobody.
 *
 * @param caller undefined: there are no MCP servers
 * @source Claude Code hooks reference, "MCP tool hooks"; recorded behaviour for servers that are not there
 */
export function runMcpTool(
  handler: McpToolHandler,
  run: HandlerRun,
  caller: McpCaller | undefined,
): Promise<RunReport> {
  const { server, tool } = handler;
  return runLimited("mcp_tool", run, async (signal, tally): Promise<HandlerEnding> => {
    if (!caller?.isConnected(server)) return failed("mcp_tool", `the MCP server ${server} is not connected`);
    const input = fillToolInput(handler.input, run.input);
    const { text, isError } = await caller.call({ server, tool, input, signal });
    tally.outputBytes = Buffer.byteLength(text);
    const kept = text.length > MAX_LENGTH ? text.slice(0, MAX_LENGTH) : text;
    // What the tool says of its error stands where a process would have said it.
    if (isError) return failed("mcp_tool", `${tool} of the MCP server ${server} reported an error`, kept);
    return { ...answered("mcp_tool", kept), ...(kept.length < text.length ? { isStdoutCut: true } : {}) };
  });
}
