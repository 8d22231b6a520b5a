import { setTimeout as sleep } from "node:timers/promises";
import type { AgentRunner, ModelClient } from "../../src/engine/ports.ts";
import { serve, type TestServer } from "./http-server.ts";

/** One answer of the scripted model: text, calls of tools, an error by its status, or nothing ever. */
export type ScriptedAnswer =
  | { readonly text: string }
  | { readonly tool: string; readonly input: object }
  | { readonly status: number; readonly error: string }
  | "silence";

/** What the server was asked, as far as tests look at it. */
export interface MessagesRequest {
  readonly model: string;
  readonly max_tokens: number;
  readonly messages: readonly { readonly role: string; readonly content: unknown }[];
  readonly tools?: readonly { readonly name: string }[];
}

export interface MessagesServer extends AsyncDisposable {
  readonly url: string;
  readonly requests: readonly MessagesRequest[];
  readonly server: TestServer;
}

/** A tiny server of the Messages API. It answers with the script, the last answer ever after, and refuses what is no request. */
export async function serveMessages(...script: readonly ScriptedAnswer[]): Promise<MessagesServer> {
  const requests: MessagesRequest[] = [];
  const server = await serve((response, { method, target, headers, body }) => {
    const send = (status: number, value: object): void => {
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
    };
    const refuse = (status: number, type: string): void =>
      send(status, { type: "error", error: { type, message: type } });
    if (method !== "POST" || target !== "/v1/messages") return refuse(404, "not_found_error");
    if (headers["x-api-key"] !== "test-key") return refuse(401, "authentication_error");
    if (headers["anthropic-version"] !== "2023-06-01") return refuse(400, "invalid_request_error");
    const request = JSON.parse(body) as MessagesRequest;
    const isSound = request.model && request.max_tokens > 0 && request.messages[0]?.role === "user";
    if (!isSound) return refuse(400, "invalid_request_error");
    const answer = script[Math.min(requests.length, script.length - 1)] ?? "silence";
    requests.push(request);
    if (answer === "silence") return;
    if ("status" in answer) return refuse(answer.status, answer.error);
    const calls = "tool" in answer;
    const block = calls
      ? { type: "tool_use", id: `toolu_${requests.length}`, name: answer.tool, input: answer.input }
      : { type: "text", text: answer.text };
    send(200, {
      ...{ id: `msg_${requests.length}`, type: "message", role: "assistant", model: request.model },
      ...{
        content: [block],
        stop_reason: calls ? "tool_use" : "end_turn",
        usage: { input_tokens: 1, output_tokens: 1 },
      },
    });
  });
  const url = `http://127.0.0.1:${server.port}`;
  return { url, requests, server, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

interface MessagesAnswer {
  readonly content: readonly Block[];
}

interface Block {
  readonly type: string;
  readonly text?: string;
  readonly id?: string;
  readonly name?: string;
  readonly input?: unknown;
}

async function send(url: string, request: object, signal: AbortSignal): Promise<MessagesAnswer> {
  const response = await fetch(`${url}/v1/messages`, {
    method: "POST",
    headers: {
      ...{ "content-type": "application/json", "x-api-key": "test-key", "anthropic-version": "2023-06-01" },
      // A connection that is kept would outlive the test.
      connection: "close",
    },
    body: JSON.stringify({ max_tokens: 1_024, ...request }),
    signal,
  });
  const answer = (await response.json()) as MessagesAnswer & { readonly error?: { readonly type: string } };
  if (!response.ok) throw new Error(`HTTP ${response.status} ${answer.error?.type}`);
  return answer;
}

/** Asks once, without tools. */
export function createModelClient(url: string): ModelClient {
  return {
    ask: async ({ prompt, model = "small-model", signal }) => {
      const messages = [{ role: "user", content: prompt }];
      const { content } = await send(url, { model, messages }, signal);
      return content.map(({ text = "" }) => text).join("");
    },
  };
}

const STRUCTURED_OUTPUT = "StructuredOutput";

/** A subagent with a tool that does nothing and one for its answer: it loops until it has answered, or has no turn left. */
export function createAgentRunner(url: string): AgentRunner {
  return {
    run: async ({ prompt, model = "session-model", maxTurns, signal }) => {
      const tools = ["Read", STRUCTURED_OUTPUT].map((name) => ({ name, input_schema: { type: "object" } }));
      const messages: { role: string; content: unknown }[] = [{ role: "user", content: prompt }];
      for (let turn = 0; turn < maxTurns; turn++) {
        const { content } = await send(url, { model, messages, tools }, signal);
        const answer = content.find(({ name }) => name === STRUCTURED_OUTPUT);
        if (answer) return JSON.stringify(answer.input);
        const calls = content.filter(({ type }) => type === "tool_use");
        if (calls.length === 0) return null;
        const results = calls.map(({ id }) => ({ type: "tool_result", tool_use_id: id, content: "done" }));
        messages.push({ role: "assistant", content }, { role: "user", content: results });
        // Lets a signal be heard between two turns.
        await sleep(0);
      }
      return null;
    },
  };
}
