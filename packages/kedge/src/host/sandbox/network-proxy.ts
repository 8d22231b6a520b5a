import { lookup as systemLookup } from "node:dns/promises";
import http from "node:http";
import { connect, isIP, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { refuseAddress } from "../../net/index.ts";
import { judgeHost } from "./domain-rules.ts";

/** Connections at once: a package manager opens dozens. */
const MAX_CONNECTIONS = 128;
const HEADERS_MS = 10_000;
const CONNECT_MS = 30_000;
/** Without a byte in either direction. */
const IDLE_MS = 600_000;

/** Addresses of a name. */
export type Lookup = (name: string) => Promise<readonly string[]>;

/** The only way out of the sandbox. */
export interface NetworkProxy {
  /** Ends every connection. */
  close(): Promise<void>;
}

/** Fields that are between a client and its proxy, and no business of the server. */
const HOP_BY_HOP = new Set([
  ...["connection", "keep-alive", "proxy-authorization", "proxy-connection", "te", "trailer", "upgrade"],
]);

/**
 * Serves HTTP requests and tunnels (`CONNECT`) on a socket in the file system. Every host is judged by its name, then every address that it
 * resolves to; the connection goes to an address that was judged, and nothing is resolved again.
 *
 * @param options.domains what settings permit, as they are now
 */
export async function startNetworkProxy(options: {
  readonly path: string;
  readonly domains: () => Promise<readonly string[]>;
  readonly lookup?: Lookup;
}): Promise<NetworkProxy> {
  const { path, domains, lookup = resolveName } = options;
  const sockets = new Set<Duplex>();
  const keep = <T extends Duplex>(socket: T): T => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    return socket;
  };
  const open = async (host: string, port: number): Promise<Socket | string> => {
    const address = await judgedAddress({ host, port, allowed: await domains() }, lookup);
    return "why" in address ? address.why : keep(await dial(address.address, port));
  };
  const server = http.createServer({ headersTimeout: HEADERS_MS }, (request, response) => {
    void forward(request, response, open).catch(() => response.destroy());
  });
  server.maxConnections = MAX_CONNECTIONS;
  server.on("connection", keep);
  server.on("connect", (request, client: Socket, head: Buffer) => {
    client.on("error", () => client.destroy());
    void tunnel(request.url ?? "", { client, head }, open).catch(() => client.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(path, resolve);
  });
  return {
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** A connection, or why there is none. */
type Open = (host: string, port: number) => Promise<Socket | string>;

async function tunnel(
  authority: string,
  { client, head }: { readonly client: Socket; readonly head: Buffer },
  open: Open,
): Promise<void> {
  const [, host = "", port = ""] = /^(\[[^\]]*\]|[^:]*):(\d{1,5})$/.exec(authority) ?? [];
  const server = isPort(Number(port)) ? await open(host, Number(port)).catch(failed) : "no host and port";
  if (typeof server === "string") {
    client.end(
      `HTTP/1.1 403 Forbidden\r\ncontent-type: text/plain\r\nconnection: close\r\n\r\n${words(server)}`,
    );
    return;
  }
  // Whoever asked may be gone by now, and nothing would ever end the connection.
  if (client.destroyed) return void server.destroy();
  client.setTimeout(IDLE_MS, () => client.destroy());
  server.on("error", () => client.destroy());
  client.once("close", () => server.destroy());
  server.once("close", () => client.destroy());
  client.write("HTTP/1.1 200 Connection established\r\n\r\n");
  server.write(head);
  client.pipe(server).pipe(client);
}

async function forward(
  request: http.IncomingMessage,
  response: http.ServerResponse,
  open: Open,
): Promise<void> {
  const url = URL.canParse(request.url ?? "") ? new URL(request.url ?? "") : null;
  const port = Number(url?.port || 80);
  const isUsable = url?.protocol === "http:" && url.username === "" && url.password === "" && isPort(port);
  const socket = isUsable ? await open(url.hostname, port).catch(failed) : "expected an http URL";
  if (!url || typeof socket === "string") {
    const why = typeof socket === "string" ? socket : "";
    response.writeHead(403, { "content-type": "text/plain", connection: "close" }).end(words(why));
    return;
  }
  if (response.destroyed) return void socket.destroy();
  response.once("close", () => socket.destroy());
  const fields = Object.entries(request.headers).filter(([name]) => !HOP_BY_HOP.has(name));
  const onward = http.request({
    createConnection: () => socket,
    ...{ method: request.method, path: `${url.pathname}${url.search}`, setHost: false },
    // What was judged is what is asked for, whatever the client put into its own field.
    headers: { ...Object.fromEntries(fields), host: url.host, connection: "close" },
  });
  onward.on("error", () => response.destroy());
  onward.setTimeout(IDLE_MS, () => onward.destroy());
  onward.once("response", (answer) => {
    // An answer that breaks off must not look like one that goes on.
    answer.once("error", () => response.destroy());
    const status = answer.statusCode ?? 0;
    // No status of HTTP, and one that cannot be passed on: it would end Kedge.
    if (status < 100) return void response.destroy();
    const kept = Object.entries(answer.headers).filter(([name]) => !HOP_BY_HOP.has(name));
    response.writeHead(status, Object.fromEntries(kept));
    answer.pipe(response);
  });
  request.pipe(onward);
}

/** One bad address is enough: which of several is tried first is up to the network. */
async function judgedAddress(
  {
    host,
    port,
    allowed,
  }: { readonly host: string; readonly port: number; readonly allowed: readonly string[] },
  lookup: Lookup,
): Promise<{ readonly address: string } | { readonly why: string }> {
  const judged = judgeHost(host, allowed);
  if (!judged.ok) return judged;
  const isLocalName = judged.isNamed && (judged.host === "localhost" || judged.host.endsWith(".localhost"));
  const addresses = isIP(judged.host) === 0 ? await lookup(judged.host) : [judged.host];
  for (const address of addresses) {
    // An address of this machine or its network has to be named itself: names are given out by others.
    const own = judgeHost(address, allowed);
    const problem =
      isIP(address) === 0
        ? "it is no address"
        : refuseAddress(address, port, { allowsLocal: isLocalName || (own.ok && own.isNamed) });
    if (problem !== null) return { why: `${judged.host} leads to ${address}: ${problem}` };
  }
  const [first] = addresses;
  return first === undefined ? { why: `${judged.host} has no address` } : { address: first };
}

async function resolveName(name: string): Promise<readonly string[]> {
  const found = await systemLookup(name, { all: true });
  return found.map(({ address }) => address);
}

function dial(host: string, port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port });
    socket.setTimeout(CONNECT_MS, () => socket.destroy(new Error("the connection timed out")));
    socket.once("error", reject);
    socket.once("connect", () => {
      socket.setTimeout(0);
      socket.off("error", reject);
      socket.on("error", () => socket.destroy());
      resolve(socket);
    });
  });
}

function failed(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function isPort(port: number): boolean {
  return Number.isInteger(port) && port > 0 && port < 65_536;
}

function words(why: string): string {
  return `The sandbox does not let this through: ${why}.\n`;
}
