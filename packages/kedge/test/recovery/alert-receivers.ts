/** Receivers on loopback that do the worst that a receiver can do to who tells it something, each on a port of its own. */
import type { Socket } from "node:net";
import { serveSockets } from "../support/socket-server.ts";

/** One that misbehaves. */
export interface BadReceiver extends AsyncDisposable {
  readonly name: string;
  readonly url: string;
  readonly connections: number;
  /** Bytes that were taken off it, as far as the system can tell: its own buffers are counted in. */
  readonly bytes: number;
}

/** What one does with a connection, at once or when all of a request is there. */
interface Misdeed {
  readonly when: "connected" | "asked";
  readonly isTls?: boolean;
  readonly act: (socket: Socket, trap: string) => void;
}

const GIGABYTE = 1_000_000_000;
const BLOCK = Buffer.alloc(262_144, "x");

const asked = (act: Misdeed["act"]): Misdeed => ({ when: "asked", act });
const connected = (act: Misdeed["act"]): Misdeed => ({ when: "connected", act });
const answer = (head: string): Misdeed => asked((socket) => void socket.end(`${head}\r\n\r\n`));
const redirect = (status: string): Misdeed =>
  asked(
    (socket, trap) => void socket.end(`HTTP/1.1 ${status}\r\nLocation: ${trap}\r\nContent-Length: 0\r\n\r\n`),
  );

const MISDEEDS = {
  silent: connected(() => {}),
  "slow head": asked((socket) => drip(socket, "HTTP/1.1 200 OK\r\nX-Slow: ")),
  "slow drip": asked((socket) => drip(socket, "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")),
  "hung body": asked((socket) => void socket.write("HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\n\r\n")),
  "1 GB": asked((socket) => flood(socket, `HTTP/1.1 200 OK\r\nContent-Length: ${GIGABYTE}\r\n\r\n`)),
  "1 GB of failure": asked((socket) =>
    flood(socket, `HTTP/1.1 500 No\r\nContent-Length: ${GIGABYTE}\r\n\r\n`),
  ),
  "1 GB of head": asked((socket) => flood(socket, "HTTP/1.1 200 OK\r\nX-Large: ")),
  "too many": answer("HTTP/1.1 429 Too Many Requests\r\nRetry-After: 3600\r\nContent-Length: 0"),
  gone: answer("HTTP/1.1 410 Gone\r\nContent-Length: 0"),
  broken: answer("HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0"),
  "moved, 301": redirect("301 Moved Permanently"),
  "moved, 302": redirect("302 Found"),
  "moved, 307": redirect("307 Temporary Redirect"),
  "no TLS": { ...connected((socket) => void socket.end("HTTP/1.1 200 OK\r\n\r\n")), isTls: true },
  "hung TLS": { ...connected(() => {}), isTls: true },
  reset: connected((socket) => void socket.resetAndDestroy()),
  "half-closed": connected((socket) => void socket.end()),
  "half a head": asked((socket) => void socket.end("HTTP/1.1 200 OK\r\nContent-Le")),
} as const satisfies Readonly<Record<string, Misdeed>>;

/** What one does, by a name for it. */
export type MisdeedName = keyof typeof MISDEEDS;
export const MISDEED_NAMES = Object.keys(MISDEEDS) as readonly MisdeedName[];

/**
 * Starts one. Disposing of it fails when a client has left a connection open.
 *
 * @param trap where its redirects lead
 */
export async function misbehave(name: MisdeedName, trap: string): Promise<BadReceiver> {
  const { when, act, isTls = false }: Misdeed = MISDEEDS[name];
  let bytes = 0;
  const server = await serveSockets(
    (socket) => {
      socket.on("end", () => socket.destroy());
      socket.on("close", () => {
        bytes += socket.bytesWritten - socket.writableLength;
      });
      if (when === "connected") {
        socket.resume();
        act(socket, trap);
      } else onRequest(socket, () => act(socket, trap));
    },
    { name, allowHalfOpen: true },
  );
  return {
    name,
    url: `http${isTls ? "s" : ""}://127.0.0.1:${server.port}/hook`,
    get connections() {
      return server.connections;
    },
    get bytes() {
      return bytes;
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/** Calls back once, when head and body of a request are there. */
function onRequest(socket: Socket, then: () => void): void {
  let request = "";
  let isThere = false;
  socket.on("data", (chunk) => {
    if (isThere) return;
    request += chunk.toString("latin1");
    const head = request.indexOf("\r\n\r\n");
    const length = Number(/^content-length: (\d+)$/im.exec(request)?.[1] ?? 0);
    if (head < 0 || request.length < head + 4 + length) return;
    isThere = true;
    then();
  });
}

/** A beginning, and then a little at a time for as long as somebody listens. */
function drip(socket: Socket, head: string): void {
  socket.write(head);
  const timer = setInterval(() => socket.write("x"), 100);
  socket.on("close", () => clearInterval(timer));
}

/** A beginning, and then as much as is taken, up to a gigabyte. */
function flood(socket: Socket, head: string): void {
  socket.write(head);
  const more = (): void => {
    while (!socket.destroyed && socket.bytesWritten < GIGABYTE)
      if (!socket.write(BLOCK)) return void socket.once("drain", more);
  };
  more();
}
