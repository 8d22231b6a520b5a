import { getEventListeners } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { describe, expect, test } from "vitest";
import { parseHandlerOutput } from "../../src/protocol/index.ts";
import { exchange, post } from "../support/http-handler.ts";
import { type Respond, serve } from "../support/http-server.ts";

const MiB = 1024 * 1024;

describe("an answer is bounded", () => {
  test("a stream of 1 GiB is ended at the limit", async () => {
    let sent = 0;
    const chunk = Buffer.alloc(MiB, "x");
    const { ending, outputBytes } = await exchange((response) => {
      const more = (): void => {
        while (sent < 1_024 && !response.destroyed) {
          sent++;
          if (!response.write(chunk)) return void response.once("drain", more);
        }
        response.end();
      };
      more();
    });
    expect(ending).toMatchObject({ exitCode: 0, isStdoutCut: true });
    expect(ending.stdout).toHaveLength(32 * MiB);
    expect(outputBytes).toBeGreaterThan(32 * MiB);
    expect(sent).toBeLessThan(200);
  });

  test.each([
    [10, true],
    [34, false],
    [33, true],
  ])("JSON of 34 bytes with a limit of %d", async (maxBytes, isCut) => {
    const body = '{"decision":"block","reason":"no"}';
    const { ending } = await exchange((response) => response.end(body), { policy: { maxBytes } });
    expect(ending.stdout).toBe(body.slice(0, maxBytes));
    expect(ending.isStdoutCut ?? false).toBe(isCut);
    expect(parseHandlerOutput("PostToolUse", ending).decision).toBe(isCut ? "none" : "deny");
  });
});

describe("time and cancelling", () => {
  const drip: Respond = (response) => {
    const timer = setInterval(() => response.write(" "), 20);
    response.on("close", () => clearInterval(timer));
  };

  test.each<[name: string, respond: Respond]>([
    ["silence", () => {}],
    ["headers and silence", (response) => response.flushHeaders()],
    ["a dripping body", drip],
    [
      "dripping headers",
      (_r, _request, socket) => {
        socket.write("HTTP/1.1 200 OK\r\n");
        const timer = setInterval(() => socket.write("X: y\r\n"), 20);
        socket.on("close", () => clearInterval(timer));
      },
    ],
    [
      "endless hints",
      (response) => {
        const timer = setInterval(() => response.writeProcessing(), 20);
        response.on("close", () => clearInterval(timer));
      },
    ],
  ])("%s ends at the limit", async (_name, respond) => {
    const { ending, durationMs } = await exchange(respond, { timeoutMs: 200 });
    expect(ending).toEqual({ type: "http", exitCode: null, isTimedOut: true, stdout: "", stderr: "" });
    expect(durationMs).toBeGreaterThan(190);
    expect(durationMs).toBeLessThan(10_000);
  });

  test("the bytes until then are counted", async () => {
    const { outputBytes } = await exchange(drip, { timeoutMs: 200 });
    expect(outputBytes).toBeGreaterThan(0);
  });

  test("cancelling ends it at once, and no listener stays", async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const { ending, durationMs } = await exchange(() => controller.abort(), { signal });
    expect(ending).toEqual({ type: "http", exitCode: null, isCancelled: true, stdout: "", stderr: "" });
    expect(durationMs).toBeLessThan(10_000);
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });

  test("what is cancelled before it begins is not sent", async () => {
    await using server = await serve((response) => response.end());
    const { ending } = await post(server.url, { signal: AbortSignal.abort() });
    expect(ending).toMatchObject({ isCancelled: true });
    expect(server.connections).toBe(0);
  });

  test("neither timer nor listener outlives an answer", async () => {
    const { signal } = new AbortController();
    const { ending } = await exchange((response) => response.end("{}"), { signal, timeoutMs: 2 ** 40 });
    expect(ending.stdout).toBe("{}");
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });
});

describe("an answer before the input has been read", () => {
  /** Answers at the first byte of the body, reads no more, and then does this to the connection. */
  async function early(answer: string, then: (socket: Socket) => void) {
    const server = createServer((socket) => {
      socket.on("error", () => {}); // the client hangs up first
      socket.once("data", () => {
        socket.pause().write(answer, () => then(socket));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    try {
      const { port } = server.address() as AddressInfo;
      const input = { text: "x".repeat(20 * MiB) };
      return await post(`http://127.0.0.1:${port}/`, { input, timeoutMs: 5_000 });
    } finally {
      server.close();
    }
  }
  const answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";

  test("counts, and the rest of the input is not sent", async () => {
    const { ending } = await early(answer, (socket) => setTimeout(() => socket.destroy(), 500));
    expect(ending).toMatchObject({ exitCode: 0, stdout: "{}" });
  });

  test("with a connection that is reset at once ends in a report", async () => {
    const { ending } = await early(answer, (socket) => socket.resetAndDestroy());
    expect(ending.stdout === "{}" || /^the request failed: /.test(ending.failure ?? "")).toBe(true);
  });

  test("of 413 is a failure", async () => {
    const { ending } = await early("HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n", (socket) => {
      setTimeout(() => socket.destroy(), 500);
    });
    expect(ending.failure).toBe("HTTP 413");
  });
});
