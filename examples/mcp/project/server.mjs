// An MCP server over stdio, without a library: it knows what stands in a shop, and asks before it orders.
import { createInterface } from "node:readline";

const send = (message) => console.log(JSON.stringify({ jsonrpc: "2.0", ...message }));
const say = (id, text) => send({ id, result: { content: [{ type: "text", text }] } });
const tool = (name, description) => ({ name, description, inputSchema: { type: "object", properties: {} } });
const tools = [
  tool("stock", "What there is"),
  tool("order", "Orders apples, of which it asks the number"),
  tool("empty", "Throws everything away"),
];
const question = {
  message: "How many apples?",
  requestedSchema: {
    type: "object",
    properties: { count: { type: "integer", minimum: 1 } },
    required: ["count"],
  },
};
let ordering;

createInterface({ input: process.stdin }).on("line", (line) => {
  const { id, method, params, result } = JSON.parse(line);
  if (method === "initialize") {
    const { protocolVersion } = params;
    const serverInfo = { name: "shop", version: "1.0.0" };
    send({ id, result: { protocolVersion, capabilities: { tools: {} }, serverInfo } });
  } else if (method === "tools/list") send({ id, result: { tools } });
  else if (method === "tools/call" && params.name === "stock") say(id, "7 apples");
  else if (method === "tools/call" && params.name === "empty") say(id, "everything is gone");
  else if (method === "tools/call") {
    ordering = id;
    send({ id: "how-many", method: "elicitation/create", params: question });
  } else if (id === "how-many")
    say(
      ordering,
      result?.action === "accept" ? `ordered ${result.content.count} apples` : "nothing was ordered",
    );
});
