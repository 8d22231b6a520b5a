import { randomBytes } from "node:crypto";
import { connect } from "node:net";
import { describe, expect, it } from "vitest";
import {
  isModelApiError,
  type RecordedRequest,
  type Scenario,
  startModelApi,
} from "../../src/model-api/index.ts";
import { type AskOptions, ask, eventNames, messagesRequest } from "./raw-client.ts";

async function askOnce(scenario: Scenario, options: AskOptions = {}) {
  await using api = await startModelApi(scenario);
  return await ask(api.port, options);
}

/** Waits until the server has noticed something. */
async function until(isTrue: () => boolean): Promise<void> {
  for (let left = 400; left > 0 && !isTrue(); left--) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(isTrue()).toBe(true);
}

describe("endpoints", () => {
  it.each([
    ["GET", "/", 200],
    ["GET", "/v1/models", 200],
    ["GET", "/v1/models/any-model", 200],
    ["POST", "/v1/messages?beta=true", 200],
    ["POST", "/v1/messages/count_tokens", 200],
    ["POST", "/v1/complete", 404],
    ["GET", "/v1/messages", 404],
    ["DELETE", "/v1/models", 404],
    ["GET", "/v1/models/%E0%A4%A", 200],
  ])("%s %s is %i", async (method, path, status) => {
    const answer = await askOnce({}, { method, path });
    expect(answer.status).toBe(status);
    expect(answer.headers["request-id"]).toBe("req_0000000100000001");
    if (status === 404)
      expect(JSON.parse(answer.body)).toMatchObject({ type: "error", error: { type: "not_found_error" } });
  });

  it("answers HEAD / without a body", async () => {
    await using api = await startModelApi({});
    const response = await fetch(api.url, { method: "HEAD" });
    expect([response.status, await response.text()]).toEqual([200, ""]);
  });
});

describe("credentials", () => {
  type Case = readonly [
    name: string,
    keys: string[] | undefined,
    options: AskOptions,
    status: number,
    words: string,
  ];
  const cases: readonly Case[] = [
    ["none", undefined, { key: "" }, 401, "x-api-key header is required"],
    ["an empty one", undefined, { key: "", headers: { "x-api-key": " " } }, 401, "invalid x-api-key"],
    ["a bearer token", undefined, { key: "", headers: { authorization: "Bearer abc" } }, 200, ""],
    [
      "another scheme",
      undefined,
      { key: "", headers: { authorization: "Basic abc" } },
      401,
      "Invalid bearer token",
    ],
    ["one of the list", ["a", "b"], { key: "b" }, 200, ""],
    ["one that is not in the list", ["a", "b"], { key: "c" }, 401, "invalid x-api-key"],
  ];
  it.each(cases)("%s", async (_, keys, options, status, words) => {
    const answer = await askOnce(keys ? { keys } : {}, options);
    expect(answer.status).toBe(status);
    expect(answer.body).toContain(words);
  });
});

describe("a request that is not sound", () => {
  const messages = [{ role: "user", content: "hi" }];
  it.each([
    ["no JSON", "{", /not valid JSON: line 1, column 2/],
    ["no object", "[]", "valid dictionary"],
    ["deep JSON", "[".repeat(5_000) + "]".repeat(5_000), "nested deeper"],
    ["no model", { max_tokens: 1, messages }, "model: Field required"],
    [
      "a model that is a number",
      { model: 1, max_tokens: 1, messages },
      "model: Input should be a valid string",
    ],
    ["no max_tokens", { model: "m", messages }, "max_tokens: Field required"],
    ["max_tokens 0", { model: "m", max_tokens: 0, messages }, "max_tokens: Input should be greater"],
    [
      "half a max_token",
      { model: "m", max_tokens: 1.5, messages },
      "max_tokens: Input should be a valid integer",
    ],
    ["no messages", { model: "m", max_tokens: 1 }, "messages: Field required"],
    ["an empty list", { model: "m", max_tokens: 1, messages: [] }, "messages: at least one message"],
    [
      "text as messages",
      { model: "m", max_tokens: 1, messages: "hi" },
      "messages: Input should be a valid list",
    ],
    [
      "the model first",
      { model: "m", max_tokens: 1, messages: [{ role: "assistant", content: "" }] },
      'first message must use the \\"user\\"',
    ],
    [
      "an unknown role",
      { model: "m", max_tokens: 1, messages: [{ role: "me", content: "" }] },
      "messages.0.role: Input",
    ],
    [
      "a message without content",
      { model: "m", max_tokens: 1, messages: [{ role: "user" }] },
      "messages.0.content: Field",
    ],
    [
      "a block without type",
      { model: "m", max_tokens: 1, messages: [{ role: "user", content: [{}] }] },
      "messages.0.content.0.type: Field",
    ],
    [
      "stream as text",
      { model: "m", max_tokens: 1, messages, stream: "yes" },
      "stream: Input should be a valid boolean",
    ],
  ] as const)("is a 400: %s", async (_, body, message) => {
    const answer = await askOnce({}, { body: typeof body === "string" ? body : JSON.stringify(body) });
    expect(answer.status).toBe(400);
    expect(answer.body).toContain('"type":"invalid_request_error"');
    if (typeof message === "string") expect(answer.body).toContain(message);
    else expect(answer.body).toMatch(message);
  });

  it("is a 413 over 32 MiB, read to its end, and leaves the script where it is", async () => {
    await using api = await startModelApi({ replies: [{ text: "first" }, { text: "second" }] });
    const answer = await ask(api.port, { body: "x".repeat(33 * 1024 * 1024) });
    expect(answer).toMatchObject({ status: 413, ending: "whole" });
    expect(answer.body).toContain("request_too_large");
    expect((await ask(api.port)).body).toContain('"text":"first"');
  });
});

describe("limits", () => {
  it("refuse with the words and headers of the API, and leave the script where it is", async () => {
    const clock = { at: Date.UTC(2026, 0, 1), now: () => clock.at };
    await using api = await startModelApi(
      {
        replies: [{ text: "first" }, { text: "second" }],
        limits: [{ key: "*", requests_per_minute: 1, output_tokens_per_minute: 60 }],
      },
      { clock },
    );
    const first = await ask(api.port, { stream: true });
    expect(first.headers).toMatchObject({ "anthropic-ratelimit-requests-remaining": "0" });
    const refused = await ask(api.port);
    expect(refused).toMatchObject({ status: 429, headers: { "retry-after": "60" } });
    expect(refused.body).toContain("rate_limit_error");
    clock.at += 60_000;
    const second = await ask(api.port);
    expect(second.body).toContain('"text":"second"');
    expect(second.headers["anthropic-ratelimit-output-tokens-remaining"]).toBe("60");
    expect(api.requests.map(({ limit, retryAfter }) => [limit, retryAfter])).toEqual([
      [undefined, undefined],
      ["requests_per_minute", "60"],
      [undefined, undefined],
    ]);
  });

  it("count a request as running until its answer ends, however that is", async () => {
    await using api = await startModelApi({
      replies: [
        { connection: "hang" },
        { text: "a", stream: { stop_at: "delta", stop_by: "reset" } },
        { text: "b" },
      ],
      limits: [{ key: "*", concurrent_requests: 1 }],
    });
    const hanging = ask(api.port, { patienceMs: 500 });
    await until(() => api.requestCount === 1);
    expect((await ask(api.port)).status).toBe(429);
    await hanging;
    await until(() => api.requests[0]?.outcome === "closed_by_client");
    expect((await ask(api.port, { stream: true })).ending).toBe("reset");
    expect((await ask(api.port)).body).toContain('"text":"b"');
  });

  it("charge a broken stream for what was sent of it", async () => {
    const text = "x".repeat(400);
    await using api = await startModelApi(
      {
        replies: [{ text, stream: { stop_at: "delta", stop_by: "close", chunk_chars: 4 } }, { text: "" }],
        limits: [{ key: "*", output_tokens_per_minute: 1_000 }],
      },
      { clock: { now: () => 0 } },
    );
    await ask(api.port, { stream: true });
    const { headers } = await ask(api.port);
    expect(headers["anthropic-ratelimit-output-tokens-remaining"]).toBe("950");
  });
});

describe("records", () => {
  it("hold each request without its credential, and what became of it", async () => {
    const seen: RecordedRequest[] = [];
    const clock = { at: 5_000, now: () => clock.at++ };
    await using api = await startModelApi(
      {
        replies: [{ text: "four" }, { status: 429, headers: { "retry-after": 7 } }, { connection: "close" }],
      },
      { onRequest: (record) => seen.push(record), clock },
    );
    const secret = "sk-secret-value";
    await ask(api.port, {
      key: secret,
      stream: true,
      headers: { authorization: "Bearer other-secret", "x-own": "1" },
    });
    await ask(api.port, { key: secret });
    await ask(api.port, { key: secret });
    await ask(api.port, { body: "{" });
    await until(() => seen.length === 4);
    expect(seen).toEqual(api.requests);
    expect(JSON.stringify(seen)).not.toContain("secret");
    expect(seen[0]).toMatchObject({
      ...{
        index: 1,
        method: "POST",
        path: "/v1/messages",
        model: "claude-test",
        stream: true,
        inputTokens: 1,
      },
      ...{ route: "main", step: 0, outcome: "answered", status: 200, outputTokens: 1 },
      body: messagesRequest({ stream: true }),
      headers: { "x-own": "1" },
      key: expect.stringMatching(/^[0-9a-f]{8}$/),
    });
    expect(seen[0]?.endedAtMs).toBeGreaterThan(seen[0]?.atMs ?? Number.NaN);
    expect(
      seen.map(({ outcome, status, errorType, retryAfter }) => [outcome, status, errorType, retryAfter]),
    ).toEqual([
      ["answered", 200, undefined, undefined],
      ["failed", 429, "rate_limit_error", "7"],
      ["broken", undefined, undefined, undefined],
      ["failed", 400, "invalid_request_error", undefined],
    ]);
    expect(new Set(seen.map(({ key }) => key)).size).toBe(2);
  });

  it("are the latest ones; all are counted", async () => {
    await using api = await startModelApi({}, { maxRecordedRequests: 2 });
    for (let count = 0; count < 5; count++) await ask(api.port);
    expect(api.requests.map(({ index }) => index)).toEqual([4, 5]);
    expect(api.requestCount).toBe(5);
  });

  it("say when the client left, or the server was closed", async () => {
    const api = await startModelApi({ replies: [{ connection: "hang" }] });
    await ask(api.port, { patienceMs: 20 });
    const second = ask(api.port);
    await until(() => api.requestCount === 2 && api.requests[0]?.outcome !== "pending");
    await api.close();
    expect((await second).ending).toBe("closed");
    expect(api.requests.map(({ outcome }) => outcome)).toEqual(["closed_by_client", "closed"]);
  });

  it("give the same ids in every run of a seed", async () => {
    const run = async (seed: number) => (await askOnce({ seed, replies: [{ tool: "A" }] })).body;
    expect(await run(1)).toBe(await run(1));
    expect(await run(1)).not.toBe(await run(2));
  });
});

describe("the server", () => {
  it("refuses connections for a while, and has its port back afterwards", async () => {
    await using api = await startModelApi({
      replies: [{ connection: "refuse", refuse_ms: 400 }, { text: "back" }],
    });
    expect((await ask(api.port)).ending).toBe("reset");
    expect((await ask(api.port)).ending).toBe("refused");
    for (let left = 200; left > 0; left--) {
      const answer = await ask(api.port);
      if (answer.ending === "refused") await new Promise((resolve) => setTimeout(resolve, 10));
      else return expect(answer.body).toContain('"text":"back"');
    }
    expect.fail("the port stayed closed");
  });

  it("ends whatever is under way when it is closed, a refusal too", async () => {
    const scenario: Scenario = {
      replies: [
        ...[
          { text: "a", delay_ms: 60_000 },
          { text: "bb", stream: { chunk_ms: 60_000, ping_every_ms: 10_000 } },
        ],
        { connection: "refuse", refuse_ms: 60_000 },
      ],
    };
    const api = await startModelApi(scenario);
    const asked: Promise<unknown>[] = [];
    for (const count of [1, 2, 3]) {
      asked.push(ask(api.port, { stream: true }));
      await until(() => api.requestCount === count);
    }
    await api.close();
    await api.close();
    expect(await Promise.all(asked)).toMatchObject([
      { ending: "closed" },
      { ending: "closed" },
      { ending: "reset" },
    ]);
    expect((await ask(api.port)).ending).toBe("refused");
  });

  it("says which port is taken, and what is wrong with a scenario", async () => {
    await using api = await startModelApi({});
    const taken = startModelApi({}, { port: api.port });
    await expect(taken).rejects.toMatchObject({ name: "ModelApiError", code: "PORT_IN_USE" });
    const wrong = startModelApi({ replies: [{}] }).catch((error: unknown) => error);
    const error = await wrong;
    if (!isModelApiError(error)) throw error;
    expect(error).toMatchObject({ code: "SCENARIO_INVALID", problems: [{ path: "replies[0]" }] });
  });

  it("listens on loopback alone", async () => {
    await using api = await startModelApi({});
    expect(api.url).toBe(`http://127.0.0.1:${api.port}`);
  });

  it("serves several requests on one connection", async () => {
    await using api = await startModelApi({ replies: [{ text: "a" }, { status: 500 }, { text: "b" }] });
    const statuses: number[] = [];
    for (let count = 0; count < 3; count++) {
      const response = await fetch(`${api.url}/v1/messages`, {
        method: "POST",
        headers: { "x-api-key": "k" },
        body: JSON.stringify(messagesRequest({ stream: count !== 1 })),
      });
      await response.text();
      statuses.push(response.status);
    }
    expect(statuses).toEqual([200, 500, 200]);
  });

  it("streams to 200 clients at once, each to its end", async () => {
    const text = randomBytes(400).toString("hex");
    await using api = await startModelApi({
      replies: [{ text, stream: { chunk_ms: 5, chunk_chars: 16, ping_every_ms: 50 } }],
    });
    const answers = await Promise.all(Array.from({ length: 200 }, () => ask(api.port, { stream: true })));
    for (const { ending, body } of answers) {
      expect(ending).toBe("whole");
      expect(eventNames(body).at(-1)).toBe("message_stop");
      const pieces = [...body.matchAll(/"text_delta","text":"([^"]*)"/g)].map(([, piece]) => piece);
      expect(pieces.join("")).toBe(text);
    }
    expect(api.requests.every(({ outcome }) => outcome === "answered")).toBe(true);
  });

  it("waits for a client that reads slowly, and sends it everything", async () => {
    // More than the buffers of both ends of a connection take.
    const text = "x".repeat(24_000_000);
    await using api = await startModelApi({ replies: [{ text, stream: { chunk_chars: 10_000 } }] });
    const socket = connect({ port: api.port, host: "127.0.0.1" }).pause();
    const body = JSON.stringify(messagesRequest({ stream: true }));
    const head = ["POST /v1/messages HTTP/1.1", "host: a", "x-api-key: k", `content-length: ${body.length}`];
    socket.write(`${head.join("\r\n")}\r\nconnection: close\r\n\r\n${body}`);
    await until(() => (api.requests[0]?.outputTokens ?? 0) > 0);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(api.requests[0]?.outcome).toBe("pending");
    let length = 0;
    for await (const chunk of socket) length += (chunk as Buffer).length;
    expect(length).toBeGreaterThan(text.length);
    expect(api.requests[0]?.outcome).toBe("answered");
  });
});
