/** The official client reads what the server writes. */
import Anthropic, { APIConnectionError, APIError } from "@anthropic-ai/sdk";
import { describe, expect, it } from "vitest";
import { type ModelApi, type Scenario, startModelApi } from "../../src/model-api/index.ts";

const REQUEST = {
  model: "claude-test",
  max_tokens: 64,
  messages: [{ role: "user" as const, content: "What is the weather in Bern?" }],
};

function createClient(
  api: ModelApi,
  options: { apiKey?: string | null; authToken?: string } = {},
): Anthropic {
  return new Anthropic({ baseURL: api.url, apiKey: "test-key", maxRetries: 0, ...options });
}

/** Asks once, streaming, for the whole message. */
async function streamOnce(scenario: Scenario) {
  await using api = await startModelApi(scenario);
  return await createClient(api).messages.stream(REQUEST).finalMessage();
}

async function failOnce(scenario: Scenario): Promise<unknown> {
  return await streamOnce(scenario).then(
    (message) => expect.fail(`expected a failure, got ${message.stop_reason}`),
    (error: unknown) => error,
  );
}

const TEXT = "Grüezi 👋🏽 — es schneit. ".repeat(40);

describe("the official client", () => {
  it("reads a message, streamed in small pieces or whole", async () => {
    await using api = await startModelApi({ replies: [{ text: TEXT, stream: { chunk_chars: 1 } }] });
    const client = createClient(api);
    const pieces: string[] = [];
    const stream = client.messages.stream(REQUEST).on("text", (piece) => pieces.push(piece));
    const streamed = await stream.finalMessage();
    const whole = await client.messages.create(REQUEST);
    for (const { content, stop_reason, model, usage } of [streamed, whole]) {
      expect(content).toEqual([{ type: "text", text: TEXT }]);
      expect({ stop_reason, model }).toEqual({ stop_reason: "end_turn", model: "claude-test" });
      expect(usage).toMatchObject({ input_tokens: 7, output_tokens: Math.ceil(TEXT.length / 4) });
    }
    expect(pieces.join("")).toBe(TEXT);
    expect(pieces.length).toBeGreaterThan(500);
    // No character was cut in two.
    for (const piece of pieces) expect(piece.isWellFormed()).toBe(true);
    expect(stream.request_id).toBe("req_0000000100000001");
    expect(whole._request_id).toBe("req_0000000100000002");
  });

  it("reads thinking, text and several calls of tools, with all pieces of their input", async () => {
    const input = { command: 'echo "päth"', nested: { list: [1, null, true] } };
    const content = [
      { type: "thinking", thinking: "Let me see. ".repeat(9), signature: "c2lnbmVk" },
      { type: "text", text: "I shall look." },
      { type: "tool_use", id: "toolu_own", name: "Bash", input },
      { type: "tool_use", name: "Read", input: {} },
    ];
    const expected = content.map((block) => ({ id: expect.any(String), ...block }));
    const message = await streamOnce({ replies: [{ content, stream: { chunk_chars: 3 } }] });
    expect(message.stop_reason).toBe("tool_use");
    expect(message.content).toMatchObject(expected.map(({ id: _, ...block }) => block));
    expect(message.content[3]).toMatchObject({ id: "toolu_0000000100000001_3" });
  });

  it("reads a call of a tool, and of several", async () => {
    const one = await streamOnce({ replies: [{ tool: "Bash", input: { command: "ls" } }] });
    expect(one.content).toMatchObject([{ type: "tool_use", name: "Bash", input: { command: "ls" } }]);
    const two = await streamOnce({ replies: [{ tools: [{ tool: "A" }, { tool: "B", id: "b" }] }] });
    expect(two.content).toMatchObject([
      { name: "A", input: {} },
      { id: "b", name: "B" },
    ]);
  });

  it("reads blocks of any other type, stop details and usage as written", async () => {
    const message = await streamOnce({
      replies: [
        {
          content: [{ type: "redacted_thinking", data: "abc" }],
          stop_reason: "refusal",
          stop_details: { type: "refusal", category: "cyber" },
          usage: { input_tokens: 5, cache_read_input_tokens: 9 },
          model: "claude-other",
        },
      ],
    });
    expect(message).toMatchObject({
      model: "claude-other",
      content: [{ type: "redacted_thinking", data: "abc" }],
      stop_reason: "refusal",
      stop_details: { category: "cyber" },
      usage: { input_tokens: 5, cache_read_input_tokens: 9 },
    });
  });

  it("does not notice pings", async () => {
    const stream = { chunk_ms: 4, chunk_chars: 4, ping_every_ms: 1 };
    const message = await streamOnce({ replies: [{ text: "one two three four", stream }] });
    expect(message.content).toEqual([{ type: "text", text: "one two three four" }]);
  });

  it("raises errors with status, type, request id and headers", async () => {
    const error = await failOnce({
      replies: [{ status: 529, message: "busy", headers: { "retry-after": 3 } }],
    });
    if (!(error instanceof APIError)) throw error;
    expect(error).toMatchObject({ status: 529, type: "overloaded_error", requestID: "req_0000000100000001" });
    expect(error.headers?.get("retry-after")).toBe("3");
  });

  it("raises the error of a stream", async () => {
    const stream = { stop_at: "delta", error: { type: "rate_limit_error" } } as const;
    const error = await failOnce({ replies: [{ text: "one two", stream }] });
    expect(error).toMatchObject({ type: "rate_limit_error" });
  });

  it("raises a lost connection", async () => {
    expect(await failOnce({ replies: [{ connection: "reset" }] })).toBeInstanceOf(APIConnectionError);
  });

  it("goes on by itself after failures, as many times as it is told to", async () => {
    await using api = await startModelApi({
      replies: [{ status: 529, times: 2, headers: { "retry-after-ms": 1 } }, { text: "at last" }],
    });
    const client = new Anthropic({ baseURL: api.url, apiKey: "k", maxRetries: 2 });
    const message = await client.messages.create(REQUEST);
    expect(message.content).toEqual([{ type: "text", text: "at last" }]);
    expect(api.requests.map(({ status, step }) => [status, step])).toEqual([
      [529, 0],
      [529, 0],
      [200, 1],
    ]);
  });

  it("lists and shows models, and counts tokens", async () => {
    await using api = await startModelApi({ models: ["claude-a", "claude-b"], strict_models: true });
    const client = createClient(api);
    const ids: string[] = [];
    for await (const { id } of client.models.list()) ids.push(id);
    expect(ids).toEqual(["claude-a", "claude-b"]);
    expect(await client.models.retrieve("claude-b")).toMatchObject({ id: "claude-b", type: "model" });
    const counting = client.messages.countTokens({ ...REQUEST, model: "claude-a", system: "12345678" });
    expect(await counting).toEqual({ input_tokens: 9 });
    await expect(client.models.retrieve("claude-c")).rejects.toMatchObject({ status: 404 });
    await expect(client.messages.create(REQUEST)).rejects.toMatchObject({
      status: 404,
      type: "not_found_error",
      message: expect.stringContaining("claude-test"),
    });
  });

  it("may send a bearer token", async () => {
    await using api = await startModelApi({ keys: ["oauth-token"] });
    const client = createClient(api, { apiKey: null, authToken: "oauth-token" });
    expect(await client.messages.create(REQUEST)).toMatchObject({ content: [{ text: "ok" }] });
    await expect(createClient(api).messages.create(REQUEST)).rejects.toMatchObject({
      status: 401,
      type: "authentication_error",
    });
  });
});
