import { describe, expect, test } from "vitest";
import { createSdkClient, type SdkClientOptions } from "../../../src/host/index.ts";
import { type Respond, serve, type TestServer } from "../../support/http-server.ts";

const event = (type: string, own: object = {}): string =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...own })}\n\n`;
const START =
  event("message_start", { message: { id: "msg_1", model: "m" } }) +
  event("content_block_start", { index: 0, content_block: { type: "text", text: "" } }) +
  event("content_block_delta", { index: 0, delta: { type: "text_delta", text: "fine" } });
const WHOLE =
  START +
  event("content_block_stop", { index: 0 }) +
  event("message_delta", { delta: { stop_reason: "end_turn" }, usage: { output_tokens: 3 } });
const STOP = event("message_stop");
const FINE = { type: "message", message: { content: [{ type: "text", text: "fine" }] } };

/** A server whose streams begin so; what becomes of them then is the test's. */
function serveStream(text: string, then: Respond = () => {}): Promise<TestServer> {
  return serve((response, ...rest) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(text, () => then(response, ...rest));
  });
}

function send(
  { port }: TestServer,
  limits: SdkClientOptions["limits"] = {},
  signal = new AbortController().signal,
) {
  const client = createSdkClient({ apiKey: "k", baseUrl: `http://127.0.0.1:${port}`, limits });
  const request = { model: "m", maxTokens: 1, system: "", messages: [], tools: [] };
  return client.send(request, { signal });
}

describe("a whole answer", () => {
  test("does not wait for the end of its connection, which is given up", async () => {
    await using server = await serveStream(WHOLE + STOP);
    expect(await send(server, { endMs: 5 })).toMatchObject(FINE);
  });

  test("is one whatever comes behind it", async () => {
    const more = event("error", { error: { type: "overloaded_error" } }) + START;
    await using server = await serveStream(WHOLE + STOP + more, (response) => response.end());
    expect(await send(server)).toMatchObject(FINE);
  });

  test.for([
    ["its last event", WHOLE + STOP],
    ["its stop reason", WHOLE],
  ])("is one whose connection is lost behind %s", async ([, text = ""]) => {
    await using server = await serveStream(text, (_response, _received, socket) => socket.destroy());
    expect(await send(server)).toMatchObject(FINE);
  });

  test("leaves its connection to the next request, when that has come to its end", async () => {
    await using server = await serveStream(WHOLE + STOP, (response) => {
      setTimeout(() => response.end(), 20);
    });
    for (let requests = 0; requests < 6; requests++)
      expect(await send(server, { endMs: 60_000 })).toMatchObject(FINE);
    // The client may open a second one while it sees to the first.
    expect(server.connections).toBeLessThanOrEqual(3);
  });
});

test("an answer whose request was ended before its connection is one that was interrupted", async () => {
  const controller = new AbortController();
  await using server = await serveStream(WHOLE + STOP, () => controller.abort());
  expect(await send(server, { endMs: 60_000 }, controller.signal)).toMatchObject({ type: "aborted" });
});

test("half an answer that is said to have ended was cut, and did not stall", async () => {
  await using server = await serveStream(START + STOP);
  expect(await send(server, { endMs: 5 })).toMatchObject({
    type: "failed",
    answer: { type: "connection", reason: "truncated", afterBlock: false },
  });
});
