import { fileURLToPath } from "node:url";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { type Measurement, mustCostAtMost } from "../engine/measurement.ts";
import { ratioOf, valuesOf } from "../engine/turns.ts";
import { environment } from "../engine/workspace.ts";
import { openInside, runOk } from "./inside.ts";
import { takePairs } from "./pairs.ts";

const ROUNDS = 30;
/** Calls in one figure. */
const REPEATS = 30;
const MAX_TIMES = 2;

const INPUT = { message: "a message of some words, as tools are told" };

/** The server with everything in it, as npm installs it. */
const SERVER = {
  command: process.execPath,
  args: [
    fileURLToPath(
      new URL("../../node_modules/@modelcontextprotocol/server-everything/dist/index.js", import.meta.url),
    ),
  ],
};

/** A tool of an MCP server by the session's connection, beside the client of the SDK alone; each has a server of its own. */
export async function benchMcpCost(): Promise<Measurement> {
  const configs = [JSON.stringify({ mcpServers: { everything: SERVER } })];
  await using inside = await openInside({ session: { mcp: { configs, isStrict: true } } });
  const tool = inside.core.tools.find(({ definition }) => definition.name === "mcp__everything__echo");
  if (!tool) throw new Error("Expected the server to have a tool that echoes");
  const context = await inside.contextFor();
  const client = new Client({ name: "bench", version: "0" });
  await client.connect(new StdioClientTransport({ ...SERVER, env: environment, stderr: "ignore" }));
  try {
    const takeEach = (work: () => Promise<unknown>) => async (): Promise<number> => {
      const began = performance.now();
      for (let each = 0; each < REPEATS; each++) await work();
      return (performance.now() - began) / REPEATS;
    };
    const { ours, floor } = await takePairs(
      {
        ours: takeEach(() => runOk(tool, INPUT, context)),
        floor: takeEach(() => client.callTool({ name: "echo", arguments: INPUT })),
      },
      ROUNDS,
    );
    const other = { what: "the SDK's client", ...valuesOf(floor) };
    const figures = { ours: valuesOf(ours), other, ratio: ratioOf(ours, floor) };
    return mustCostAtMost({ what: "MCP tool call", unit: "ms", ...figures }, MAX_TIMES);
  } finally {
    await client.close();
  }
}
