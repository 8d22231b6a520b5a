import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { parseHandlerOutput } from "../../src/protocol/index.ts";
import { exchange, post } from "../support/http-handler.ts";
import { closedPort, type Respond, serve } from "../support/http-server.ts";

const MiB = 1024 * 1024;

describe("the request", () => {
  test("is one POST of the input as it is on the wire", async () => {
    await using server = await serve((response) => response.end());
    const input = { tool_name: "Bash", text: "ä\u2028\n🙂" };
    await post(`${server.url}?a=b#fragment`, { input, headers: { "X-Own": "yes", "X-Empty": "" } });
    expect(server.received).toHaveLength(1);
    const [request] = server.received;
    expect(request).toMatchObject({ method: "POST", target: "/hook?a=b" });
    expect(JSON.parse(request?.body ?? "")).toMatchObject(input);
    expect(request?.body.endsWith("}\n")).toBe(true);
    expect(request?.headers).toMatchObject({
      host: `127.0.0.1:${server.port}`,
      "content-type": "application/json",
      "content-length": String(Buffer.byteLength(request?.body ?? "")),
      "accept-encoding": "identity",
      connection: "close",
      "x-own": "yes",
      "x-empty": "",
    });
    expect(request?.headers["transfer-encoding"]).toBeUndefined();
  });

  test("has its own framing, routing and encoding, whatever the handler says", async () => {
    await using server = await serve((response) => response.end());
    const headers = {
      ...{
        Host: "other.example",
        "Content-Length": "1",
        "transfer-encoding": "chunked",
        Expect: "100-continue",
      },
      ...{ Connection: "upgrade", Upgrade: "websocket", "Accept-Encoding": "gzip" },
      "content-TYPE": "application/json; charset=utf-8",
    };
    await post(server.url, { headers });
    expect(server.received[0]?.headers).toEqual({
      host: `127.0.0.1:${server.port}`,
      "content-type": "application/json; charset=utf-8",
      "content-length": String(server.received[0]?.body.length),
      "accept-encoding": "identity",
      connection: "close",
    });
  });

  test("is not made on events that take no http handler", async () => {
    await using server = await serve((response) => response.end());
    for (const event of ["SessionStart", "Setup"] as const) {
      const { ending } = await post(server.url, { event });
      expect(ending).toMatchObject({ exitCode: null, failure: `http handlers are never run on ${event}` });
    }
    expect(server.connections).toBe(0);
  });

  test("of 20 MiB arrives whole", async () => {
    await using server = await serve((response) => response.end("{}"));
    const { ending } = await post(server.url, { input: { text: "x".repeat(20 * MiB) } });
    expect(ending.exitCode).toBe(0);
    expect(server.received[0]?.body.length).toBeGreaterThan(20 * MiB);
  });
});

describe("a 2xx answer is the handler's stdout", () => {
  const block = '{"decision":"block","reason":"no"}';
  test.each<[name: string, status: number, headers: Record<string, string>, body: string, decision: string]>([
    ["204", 204, {}, "", "none"],
    ["200 without a body", 200, {}, "", "none"],
    ["200 with blanks", 200, {}, " \n ", "none"],
    ["200 with JSON", 200, { "content-type": "application/json" }, block, "deny"],
    ["200 with JSON that calls itself HTML", 200, { "content-type": "text/html" }, block, "deny"],
    ["200 with JSON and no type", 200, {}, block, "deny"],
    ["202 with JSON", 202, {}, block, "deny"],
    ["299 with JSON", 299, {}, block, "deny"],
    ["an encoding that changes nothing", 200, { "content-encoding": "identity" }, block, "deny"],
  ])("%s", async (_name, status, headers, body, decision) => {
    const { ending, outputBytes, durationMs } = await exchange((response) => {
      response.writeHead(status, headers).end(body);
    });
    expect(ending).toEqual({ type: "http", exitCode: 0, stdout: body, stderr: "" });
    expect(outputBytes).toBe(body.length);
    expect(durationMs).toBeGreaterThan(0);
    expect(parseHandlerOutput("PostToolUse", ending)).toMatchObject({ decision });
  });

  test.each(["some text", "[1]", '{"decision":"block"', "<html></html>"])("%j is no answer", async (body) => {
    const { ending } = await exchange((response) => response.end(body));
    expect(ending).toMatchObject({ exitCode: 0, stdout: body });
    expect(parseHandlerOutput("UserPromptSubmit", ending)).toMatchObject({
      status: "failed",
      decision: "none",
      contexts: [],
      error: { code: "not_json" },
    });
  });

  test("is read as UTF-8, however it is split", async () => {
    const bytes = Buffer.concat([
      Buffer.from('{"systemMessage":"ä🙂'),
      Buffer.from([0xff]),
      Buffer.from('"}'),
    ]);
    const { ending } = await exchange((response) => {
      for (const byte of bytes) response.write(Buffer.from([byte]));
      response.end();
    });
    expect(ending.stdout).toBe('{"systemMessage":"ä🙂\ufffd"}');
  });
});

describe("anything else is a failure that says what happened, and nothing of the body", () => {
  const body = '{"decision":"block","reason":"SECRET"}';
  test.each([
    [400, "HTTP 400"],
    [401, "HTTP 401"],
    [404, "HTTP 404"],
    [429, "HTTP 429"],
    [500, "HTTP 500"],
    [503, "HTTP 503"],
    [304, "HTTP 304: redirects are never followed"],
  ])("%d", async (status, failure) => {
    const { ending } = await exchange((response) =>
      response.writeHead(status, { "x-a": "SECRET" }).end(body),
    );
    expect(ending).toEqual({ type: "http", exitCode: null, failure, stdout: "", stderr: "" });
    expect(parseHandlerOutput("PostToolUse", ending)).toMatchObject({ status: "failed", decision: "none" });
  });

  test.each<[name: string, respond: Respond, failure: RegExp]>([
    [
      "half an answer",
      (r) => void r.writeHead(200, { "content-length": "100" }).write(body, () => r.destroy()),
      /ECONNRESET/,
    ],
    ["half a chunked answer", (r) => void r.write(body, () => r.destroy()), /ECONNRESET/],
    ["a reset", (_r, _request, socket) => void socket.resetAndDestroy(), /ECONNRESET/],
    ["a hang-up", (_r, _request, socket) => void socket.destroy(), /ECONNRESET/],
    ["no HTTP", (_r, _request, socket) => void socket.end("220 mail ready\r\n"), /HPE_/],
    [
      "headers of 1 MiB",
      (_r, _request, socket) => void socket.end(`HTTP/1.1 200 OK\r\nX: ${"h".repeat(MiB)}\r\n\r\n`),
      /HPE_HEADER_OVERFLOW/,
    ],
    [
      "a bad chunk",
      (_r, _request, socket) =>
        void socket.end("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\nx\r\n"),
      /HPE_|ECONNRESET/,
    ],
    [
      "another protocol",
      (_r, _request, socket) =>
        void socket.end("HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"),
      /request failed/,
    ],
    [
      "gzip",
      (r) => void r.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(body)),
      /encoded as gzip/,
    ],
    [
      "a compressed bomb",
      (r) => void r.writeHead(200, { "content-encoding": "GZip" }).end(gzipSync(Buffer.alloc(256 * MiB))),
      /encoded as gzip/,
    ],
    [
      "an odd encoding",
      (r) => void r.writeHead(200, { "content-encoding": `br, ${"x".repeat(4_000)}` }).end(body),
      /encoded as br, x{35}…/,
    ],
  ])(
    "%s",
    async (_name, respond, failure) => {
      const { ending, outputBytes } = await exchange(respond);
      expect(ending).toMatchObject({ type: "http", exitCode: null, stdout: "", stderr: "" });
      expect(ending.failure).toMatch(failure);
      expect(ending.failure).not.toContain("SECRET");
      expect(outputBytes).toBeLessThan(1_000);
    },
    60_000,
  );

  test("nobody listens", async () => {
    const { ending } = await post(`http://127.0.0.1:${await closedPort()}/?key=SECRET`);
    expect(ending).toMatchObject({ exitCode: null, failure: "the request failed: ECONNREFUSED" });
  });
});
