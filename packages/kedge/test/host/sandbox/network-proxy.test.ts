import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import { connect, createServer as createTcpServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { type Lookup, startNetworkProxy } from "../../../src/host/sandbox/network-proxy.ts";

const undo: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

/** A server outside that remembers what it was asked. */
async function startServer() {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    response.end("served");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  undo.push(() => new Promise((resolve) => void server.close(() => resolve())));
  undo.push(() => server.closeAllConnections());
  const address = server.address();
  return { requests, port: typeof address === "object" ? (address?.port ?? 0) : 0 };
}

async function startProxy(allowed: readonly string[], lookup?: Lookup) {
  const dir = mkdtempSync(join(tmpdir(), "kedge-proxy-"));
  undo.push(() => rmSync(dir, { recursive: true, force: true }));
  const path = join(dir, "p.sock");
  const proxy = await startNetworkProxy({
    path,
    domains: async () => allowed,
    ...(lookup ? { lookup } : {}),
  });
  undo.push(() => proxy.close());
  return { path, proxy };
}

/** Sends bytes to the proxy, and answers with all that comes back. */
async function send(path: string, text: string): Promise<string> {
  const socket: Socket = connect({ path });
  undo.push(() => void socket.destroy());
  let answer = "";
  socket.setEncoding("latin1").on("data", (chunk) => {
    answer += chunk;
  });
  socket.on("error", () => {});
  socket.write(Buffer.from(text, "latin1"));
  const done = /served|Forbidden|400 Bad|established/;
  while (!done.test(answer) && !socket.destroyed && !socket.readableEnded)
    await new Promise((resolve) => setImmediate(resolve));
  return answer;
}

const get = (url: string, host: string): string =>
  `GET ${url} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;
const tunnel = (to: string): string => `CONNECT ${to} HTTP/1.1\r\nHost: ${to}\r\n\r\n`;

describe("a host that settings permit", () => {
  test("is reached by a request, under the name that was judged", async () => {
    const { port, requests } = await startServer();
    const { path } = await startProxy(["localhost"]);
    const answer = await send(path, get(`http://localhost:${port}/x?y=1`, "evil.example"));
    expect(answer).toMatch(/^HTTP\/1\.1 200 .*served/s);
    expect(requests.map(({ url, headers }) => [url, headers.host])).toEqual([
      ["/x?y=1", `localhost:${port}`],
    ]);
  });

  test("is reached by a tunnel", async () => {
    const { port, requests } = await startServer();
    const { path } = await startProxy(["localhost"]);
    expect(await send(path, tunnel(`localhost:${port}`))).toContain("200 Connection established");
    expect(await send(path, `${tunnel(`localhost:${port}`)}${get("/", "localhost")}`)).toContain("200");
    while (requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
  });

  test("is resolved once, and the address that was judged is the one that is reached", async () => {
    const { port, requests } = await startServer();
    const names: string[] = [];
    const { path } = await startProxy(["*.test.dev", "127.0.0.1"], async (name) => {
      names.push(name);
      return names.length === 1 ? ["127.0.0.1"] : ["192.0.2.1"];
    });
    expect(await send(path, get(`http://a.test.dev:${port}/`, "a.test.dev"))).toContain("served");
    expect([names, requests.length]).toEqual([["a.test.dev"], 1]);
  });
});

describe("nothing is reached", () => {
  test.for<readonly [name: string, to: string]>([
    ["an address", "127.0.0.1:PORT"],
    ["an address in one number", "2130706433:PORT"],
    ["an address in brackets", "[::1]:PORT"],
    ["a mapped address", "[::ffff:127.0.0.1]:PORT"],
    ["a name that only begins like a permitted one", "good.example.evil.com:PORT"],
    ["a name with a NUL", "evil.com\0.good.example:PORT"],
    ["a name that leads to this machine", "local.good.example:PORT"],
    ["a name of which one address is bad", "mixed.good.example:PORT"],
    ["a name that leads to where clouds keep credentials", "meta.good.example:80"],
    ["a port that is none", "a.good.example:99999"],
    ["no port", "a.good.example"],
    ["localhost", "localhost:PORT"],
  ])("by a tunnel to %s", async ([, to]) => {
    const { port, requests } = await startServer();
    const { path } = await startProxy(["good.example", "*.good.example"], lookup);
    expect(await send(path, tunnel(to.replace("PORT", String(port))))).toMatch(
      /^HTTP\/1\.1 (403 Forbidden|400 Bad)/,
    );
    expect(requests).toEqual([]);
  });

  test.for<readonly [name: string, url: string, host?: string]>([
    ["an address", "http://127.0.0.1:PORT/"],
    ["a permitted name as the Host of another", "http://127.0.0.1:PORT/", "good.example"],
    ["a permitted name in front of an at sign", "http://good.example@127.0.0.1:PORT/"],
    ["a name that leads to this machine", "http://local.good.example:PORT/"],
    ["another scheme", "ftp://good.example/"],
    ["no host at all", "/"],
    ["a name with a NUL", "http://evil.com\0.good.example:PORT/"],
  ])("by a request of %s", async ([, url, host = "good.example"]) => {
    const { port, requests } = await startServer();
    const { path } = await startProxy(["good.example", "*.good.example"], lookup);
    const answer = await send(path, get(url.replace("PORT", String(port)), host));
    expect(answer).toMatch(/^HTTP\/1\.1 (403 Forbidden|400 Bad)/);
    expect(requests).toEqual([]);
  });

  test("by a name that is not resolved: it is told, and the proxy lives on", async () => {
    const { path } = await startProxy(["good.example"], () => Promise.reject(new Error("ENOTFOUND")));
    for (let times = 0; times < 2; times++)
      expect(await send(path, tunnel("good.example:443"))).toContain("does not let this through: ENOTFOUND");
  });
});

test("its end closes tunnels that are open, and takes its socket along", async () => {
  const { port } = await startServer();
  const { path, proxy } = await startProxy(["localhost"]);
  const socket = connect({ path });
  socket.on("error", () => {});
  socket.write(tunnel(`localhost:${port}`));
  await once(socket, "data");
  const closed = once(socket, "close");
  await proxy.close();
  await closed;
  expect(existsSync(path)).toBe(false);
});

/** A server that answers with these bytes, whatever it is asked, and tells of its connections. */
async function startBytes(bytes: string, hangsUp: boolean) {
  const open = new Set<Socket>();
  let count = 0;
  const server = createTcpServer((socket) => {
    count++;
    open.add(socket);
    socket.on("error", () => {}).once("close", () => open.delete(socket));
    socket.once("data", () => (hangsUp ? socket.end(bytes) : socket.write(bytes)));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  undo.push(() => new Promise((resolve) => void server.close(() => resolve())));
  undo.push(() => {
    for (const socket of open) socket.destroy();
  });
  const address = server.address();
  return { open, count: () => count, port: typeof address === "object" ? (address?.port ?? 0) : 0 };
}

/** Waits until a client of the proxy is hung up on, and answers with what it got. */
async function sendToEnd(path: string, text: string): Promise<string> {
  const socket = connect({ path });
  undo.push(() => void socket.destroy());
  let answer = "";
  socket
    .on("error", () => {})
    .on("data", (chunk) => {
      answer += chunk.toString("latin1");
    });
  socket.write(text);
  await once(socket, "close");
  return answer;
}

describe("a server of bad manners", () => {
  test("with a status that is none ends its own answer, and nothing else", async () => {
    const { port } = await startBytes("HTTP/1.1 099 None\r\ncontent-length: 0\r\n\r\n", true);
    const good = await startServer();
    const { path } = await startProxy(["localhost"]);
    expect(await sendToEnd(path, get(`http://localhost:${port}/`, "x"))).toBe("");
    expect(await send(path, get(`http://localhost:${good.port}/`, "x"))).toContain("served");
  });

  test("that breaks off in its answer has its client hung up on as well", async () => {
    const { port } = await startBytes("HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\nhalf", true);
    const { path } = await startProxy(["localhost"]);
    expect(await sendToEnd(path, get(`http://localhost:${port}/`, "x"))).toMatch(/half$/);
  });
});

test.for([
  ["a tunnel", tunnel],
  ["an answer", (to: string) => get(`http://${to}/`, to)],
] as const)("who has gone before %s was there leaves no connection behind", async ([, ask]) => {
  const { port, open, count } = await startBytes("", false);
  let answerLookup = (_: readonly string[]): void => {};
  const asked = new Promise<void>((resolve) => {
    lookups.push(resolve);
  });
  const { path } = await startProxy(["a.test.dev", "127.0.0.1"], () => {
    lookups.pop()?.();
    return new Promise((resolve) => {
      answerLookup = resolve;
    });
  });
  const client = connect({ path });
  client.write(ask(`a.test.dev:${port}`));
  await asked;
  client.destroy();
  // The proxy has to see that before the name is resolved.
  for (let turns = 0; turns < 20; turns++) await new Promise((resolve) => setImmediate(resolve));
  answerLookup(["127.0.0.1"]);
  while (count() === 0 || open.size > 0) await new Promise((resolve) => setImmediate(resolve));
  expect(open.size).toBe(0);
});

/** Who waits for a name to be asked for. */
const lookups: (() => void)[] = [];

/** Names of others, who may say what they like. */
async function lookup(name: string): Promise<readonly string[]> {
  if (name.startsWith("meta.")) return ["169.254.169.254"];
  if (name.startsWith("mixed.")) return ["192.0.2.1", "127.0.0.1"];
  return ["127.0.0.1"];
}
