/** One exchange: what of an answer is waited for, and that nothing is left of it. */
import { lookup } from "node:dns";
import type { Socket } from "node:net";
import { describe, expect, test } from "vitest";
import { type HttpAnswer, postOnce } from "../../src/net/index.ts";
import { type RawServer, serveBytes } from "../recovery/channel-world.ts";

/** A hang is told from an answer by this limit: no test waits for it. */
const LIMIT_MS = 15_000;

function post({ url }: RawServer, maxBytes: number | null, signal?: AbortSignal): Promise<HttpAnswer> {
  return postOnce(
    { url: new URL(url), headers: { "x-own": "1" }, body: Buffer.from("{}"), lookup, proxyEnv: {}, maxBytes },
    signal ?? AbortSignal.timeout(LIMIT_MS),
  );
}

/** Writes pieces with a pause between, so that each arrives by itself. */
function inPieces(...pieces: readonly string[]): (socket: Socket) => void {
  return (socket) => {
    for (const [at, piece] of pieces.entries()) setTimeout(() => socket.write(piece), at * 50);
  };
}

const HEAD = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nX-Two: a\r\nX-Two: b\r\n";
const ANSWER = { status: 200, encoding: "identity", text: "", isCut: false };

describe("who wants no body has the answer with the head", () => {
  test.each<[what: string, answer: (socket: Socket) => void]>([
    ["never comes", inPieces(`${HEAD}Content-Length: 10\r\n\r\n`)],
    ["begins and hangs", inPieces(`${HEAD}Content-Length: 10\r\n\r\nabc`)],
    ["drips", inPieces(`${HEAD}Content-Length: 99\r\n\r\n`, ..."abcdef")],
    ["is chunked and never ends", inPieces(`${HEAD}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n`)],
    ["ends with the connection", (socket) => socket.end(`${HEAD}\r\nabc`)],
    [
      "breaks off after the head",
      (socket) =>
        void socket.write(`${HEAD}Content-Length: 9\r\n\r\n`, () =>
          setTimeout(() => socket.resetAndDestroy(), 50),
        ),
    ],
    ["breaks HTTP later", inPieces(`${HEAD}Transfer-Encoding: chunked\r\n\r\n`, "ZZ\r\nbad\r\n")],
    [
      "has a head in pieces",
      inPieces("HTTP/1.1 20", "0 OK\r\nX-Tw", "o: a\r\nX-Two: b\r\nContent-Length: 5\r\n", "\r\n"),
    ],
  ])("a body that %s is not waited for", async (_, answer) => {
    // Disposing of the server proves that the connection was closed.
    await using server = await serveBytes(answer);
    const found = await post(server, null);
    expect(found).toMatchObject(ANSWER);
    expect(found.headers["x-two"]).toBe("a, b");
    expect(server.connections).toBe(1);
  });

  test.each<[what: string, answer: (socket: Socket) => void]>([
    ["in the status line", (socket) => socket.end("HTTP/1.1 two hundred\r\n\r\n")],
    ["in a header", (socket) => socket.end("HTTP/1.1 200 OK\r\nno header\r\n\r\n")],
    [
      "in its framing",
      (socket) => socket.end("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"),
    ],
    [
      "in what came with it",
      (socket) => socket.end(`${HEAD}Transfer-Encoding: chunked\r\n\r\nZZ\r\nbad\r\n`),
    ],
    ["before its end, by hanging up", (socket) => socket.end("HTTP/1.1 200 OK\r\nContent-Le")],
    [
      "before its end, by a reset",
      (socket) =>
        void socket.write("HTTP/1.1 200 OK\r\n", () => setTimeout(() => socket.resetAndDestroy(), 50)),
    ],
  ])("a head that is broken %s is no answer", async (_, answer) => {
    await using server = await serveBytes(answer);
    await expect(post(server, null)).rejects.toThrow();
    expect(server.connections).toBe(1);
  });

  test("hints before the head are none, and a head that never comes ends with the signal", async () => {
    await using hinting = await serveBytes(
      inPieces("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", `${HEAD}\r\n`),
    );
    expect(await post(hinting, null)).toMatchObject(ANSWER);
    const stop = new AbortController();
    await using silent = await serveBytes(() => stop.abort());
    await expect(post(silent, null, stop.signal)).rejects.toThrow();
  });
});

test("who wants a body gets it to its limit, and not where it breaks off", async () => {
  const body = `${HEAD}Content-Length: 6\r\n\r\nabcdef`;
  await using whole = await serveBytes((socket) => socket.end(body));
  expect(await post(whole, 6)).toMatchObject({ ...ANSWER, text: "abcdef" });
  expect(await post(whole, 4)).toMatchObject({ ...ANSWER, text: "abcd", isCut: true });
  expect(await post(whole, 0)).toMatchObject({ ...ANSWER, text: "", isCut: true });
  await using broken = await serveBytes((socket) => socket.end(body.slice(0, -1)));
  await expect(post(broken, 6)).rejects.toThrow();
});
