import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { McpCaller } from "../../src/engine/ports.ts";
import type { JsonObject } from "../../src/protocol/index.ts";

/** A caller that is connected to the server of `fixtures/mcp`, a process that it started. */
export interface TestMcpCaller extends McpCaller, AsyncDisposable {}

/** What a server sends. */
interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly result?: {
    readonly content?: readonly { type: string; text?: string }[];
    readonly isError?: boolean;
  };
  readonly error?: { readonly message: string };
}

/**
 * Starts the server, shakes hands with it and calls its tools, all in JSON-RPC over its stdin and stdout.
 *
 * @param name under which the server is connected
 * @param log file to which the server writes what it receives
 */
export async function connectMcp(name: string, log?: string): Promise<TestMcpCaller> {
  const path = fileURLToPath(new URL("../fixtures/mcp/server.js", import.meta.url));
  const env = { ...process.env, ...(log === undefined ? {} : { MCP_LOG: log }) };
  const child = spawn(process.execPath, [path], { env, stdio: ["pipe", "pipe", "inherit"] });
  const peer = new Peer(child);
  const clientInfo = { name: "kedge-test", version: "1.0.0" };
  await peer.request("initialize", { protocolVersion: "2025-06-18", capabilities: {}, clientInfo });
  peer.notify("notifications/initialized", {});
  return {
    isConnected: (server) => server === name && child.exitCode === null,
    call: async ({ tool, input, signal }) => {
      const { result } = await peer.request("tools/call", { name: tool, arguments: input }, signal);
      const texts = (result?.content ?? []).flatMap(({ type, text = "" }) => (type === "text" ? [text] : []));
      return { text: texts.join("\n"), isError: result?.isError === true };
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null) return;
      child.stdin?.end();
      await once(child, "exit");
    },
  };
}

class Peer {
  private readonly child: ChildProcess;
  private readonly waiting = new Map<number, PromiseWithResolvers<Message>>();
  private lastId = 0;

  constructor(child: ChildProcess) {
    this.child = child;
    child.stdin?.on("error", () => {}); // the server is gone: its exit says so to everybody who waits
    child.on("exit", (code) => this.failAll(`the server ended with ${code}`));
    if (!child.stdout) throw new Error("Expected the server to have a stdout");
    // Only a line feed ends a line: U+2028 may stand in a text as it is.
    let rest = "";
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      const lines = (rest + chunk).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) this.receive(line);
    });
  }

  async request(method: string, params: JsonObject, signal?: AbortSignal): Promise<Message> {
    const id = ++this.lastId;
    const answer = Promise.withResolvers<Message>();
    this.waiting.set(id, answer);
    signal?.addEventListener("abort", () => {
      this.notify("notifications/cancelled", { requestId: id });
      answer.reject(new Error("cancelled"));
    });
    this.write({ id, method, params });
    const message = await answer.promise.finally(() => this.waiting.delete(id));
    if (message.error) throw new Error(message.error.message);
    return message;
  }

  notify(method: string, params: JsonObject): void {
    this.write({ method, params });
  }

  private write(message: JsonObject): void {
    this.child.stdin?.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  }

  private receive(line: string): void {
    try {
      const message = JSON.parse(line) as Message;
      if (message.id !== undefined) this.waiting.get(message.id)?.resolve(message);
    } catch {
      this.failAll("the server sent a line that is no JSON");
    }
  }

  private failAll(why: string): void {
    for (const { reject } of this.waiting.values()) reject(new Error(why));
  }
}
