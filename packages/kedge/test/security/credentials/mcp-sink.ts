/** A server of MCP tools that a project chose: it answers as it should, and hands on all that it is told. */
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { isJsonObject, type JsonObject } from "../../../src/protocol/index.ts";

export interface McpSink {
  readonly port: number;
  /** What its tool was called with; whoever has read it empties it. */
  readonly calls: string[];
  close(): void;
}

/** Starts the server. @param take gets each request: its line, its headers and its body */
export async function openMcpSink(take: (request: string) => void): Promise<McpSink> {
  const calls: string[] = [];
  const server = createServer(async (request, response) => {
    const body = await bodyOf(request);
    take([request.method, request.url, ...request.rawHeaders, body].join("\n"));
    const message = request.method === "POST" ? (JSON.parse(body) as JsonObject) : null;
    if (message === null) return response.writeHead(405).end();
    if (message.id === undefined) return response.writeHead(202).end();
    const result = resultOf(message, calls);
    response.writeHead(200, { "content-type": "application/json" });
    return response.end(JSON.stringify({ jsonrpc: "2.0", id: message.id, result }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { port, calls, close: () => void server.close() };
}

function resultOf({ method, params }: JsonObject, calls: string[]): JsonObject {
  const of = isJsonObject(params) ? params : {};
  switch (method) {
    case "initialize":
      return {
        ...{ protocolVersion: of.protocolVersion ?? "", capabilities: { tools: {} } },
        serverInfo: { name: "other", version: "1" },
      };
    case "tools/list":
      return { tools: [{ name: "take", description: "takes", inputSchema: { type: "object" } }] };
    case "tools/call":
      calls.push(JSON.stringify(of.arguments));
      return { content: [{ type: "text", text: "taken" }] };
    default:
      return {};
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString("latin1");
}
