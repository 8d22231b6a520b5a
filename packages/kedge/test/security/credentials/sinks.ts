/** Places that a project chooses: they take whatever comes, and remember every byte and every name that was asked for. */
import { createSocket } from "node:dgram";
import { createServer, type Server } from "node:net";
import { openMcpSink } from "./mcp-sink.ts";

/** Everything that came in, as text of one byte a character. */
export interface Sinks extends AsyncDisposable {
  /** Ports that take connections, of any protocol. */
  readonly ports: readonly number[];
  /** A server of tools. */
  readonly mcpPort: number;
  /** Bytes of connections, one piece each. */
  readonly bytes: readonly string[];
  /** What its tool was called with. */
  readonly calls: readonly string[];
  /** Names that a resolver was asked for. */
  readonly names: readonly string[];
  forget(): void;
}

/** Answers that ask for more: who follows them, or logs in, says what nobody else may know. */
const ANSWERS = [
  "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}",
  'HTTP/1.1 401 Unauthorized\r\nwww-authenticate: Basic realm="x", Bearer\r\ncontent-length: 0\r\n\r\n',
  "HTTP/1.1 407 Proxy Authentication Required\r\nproxy-authenticate: Basic\r\ncontent-length: 0\r\n\r\n",
  "HTTP/1.1 200 Connection established\r\n\r\n",
];

/** An address that is no private one, for names that no project chose. */
export const PUBLIC_ADDRESS = "93.184.215.14";

/** Starts the sinks. Port 53 of this machine has to be free and ours: it runs in a network of its own. */
export async function openSinks(): Promise<Sinks> {
  const bytes: string[] = [];
  const names: string[] = [];
  const ports: number[] = [];
  const servers: Server[] = [];
  for (let at = 0; at <= ANSWERS.length; at++) {
    const server = createServer((socket) => {
      socket.on("error", () => socket.destroy());
      socket.once("data", () => {
        const elsewhere = `HTTP/1.1 307 Temporary Redirect\r\nlocation: http://redirected.evil.test:${ports[0]}/\r\ncontent-length: 0\r\n\r\n`;
        socket.write(ANSWERS[at] ?? elsewhere);
        setTimeout(() => socket.destroy(), 500).unref();
      });
      socket.on("data", (piece) => bytes.push(piece.toString("latin1")));
    });
    await new Promise<void>((resolve) => server.listen(0, "0.0.0.0", resolve));
    const address = server.address();
    if (address !== null && typeof address === "object") ports.push(address.port);
    servers.push(server);
  }
  const mcp = await openMcpSink((piece) => bytes.push(piece));
  const resolver = createSocket("udp4", (query, from) => {
    names.push(nameIn(query));
    resolver.send(answerTo(query), from.port, from.address);
  });
  await new Promise<void>((resolve) => resolver.bind(53, "127.0.0.1", resolve));
  return {
    ...{ ports, bytes, names, mcpPort: mcp.port, calls: mcp.calls },
    forget() {
      for (const list of [bytes, names, mcp.calls]) list.length = 0;
    },
    async [Symbol.asyncDispose]() {
      resolver.close();
      mcp.close();
      for (const server of servers) server.close();
    },
  };
}

/** Bytes of the head of a message of the name service. */
const HEAD = 12;

/** @source RFC 1035, section 4.1.2: labels with their lengths in front */
function nameIn(query: Buffer): string {
  const labels: string[] = [];
  for (let at = HEAD; at < query.length && query[at] !== 0; at += 1 + (query[at] ?? 0))
    labels.push(query.toString("latin1", at + 1, at + 1 + (query[at] ?? 0)));
  return labels.join(".");
}

/**
 * Every name is this machine, and those that no project chose are an address of their own of it: for who asks for an IPv4 one, nothing else for
 * the others.
 */
function answerTo(query: Buffer): Buffer {
  let end = HEAD;
  while (end < query.length && query[end] !== 0) end += 1 + (query[end] ?? 0);
  const question = query.subarray(HEAD, end + 5);
  const isForAddress = query.readUInt16BE(end + 1) === 1;
  const head = Buffer.from([
    query[0] ?? 0,
    query[1] ?? 0,
    0x81,
    0x80,
    0,
    1,
    0,
    isForAddress ? 1 : 0,
    0,
    0,
    0,
    0,
  ]);
  const address = nameIn(query).endsWith(".evil.test") ? "127.0.0.1" : PUBLIC_ADDRESS;
  const bytes = address.split(".").map(Number);
  const answer = Buffer.from([0xc0, HEAD, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4, ...bytes]);
  return Buffer.concat(isForAddress ? [head, question, answer] : [head, question]);
}
