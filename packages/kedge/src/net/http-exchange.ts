import http from "node:http";
import https from "node:https";
import type { LookupFunction } from "node:net";
import type { Duplex } from "node:stream";
import { BoundedBytes } from "./bounded-bytes.ts";

/** One request. */
export interface HttpPost {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** Resolves the host of the URL. The name of a proxy is resolved by the system. */
  readonly lookup: LookupFunction;
  readonly proxyEnv: Readonly<Record<string, string>>;
  /** Bytes of the body that are kept; the rest is not read. Null: the head is all of the answer, and no body is waited for. */
  readonly maxBytes: number | null;
  /** Gets the number of bytes of the body with each piece, as it comes. */
  readonly onBytes?: (count: number) => void;
}

/** What a server answered. */
export interface HttpAnswer {
  readonly status: number;
  /** By lower-case name; one that came more than once is joined with ", ". */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** `identity` unless the answer is encoded, which nobody asked for. */
  readonly encoding: string;
  /** Empty unless the status is 2xx, the answer is not encoded, and its body was asked for. */
  readonly text: string;
  readonly isCut: boolean;
}

/**
 * Posts once on a connection of its own and reads the answer to its end or limit. Redirects are answers like any other. Only
 * the body of a 2xx answer is read, and only by who wants one: without, the exchange is over with the head, whatever follows it.
 * However it ends, every connection is closed before this returns.
 *
 * @throws whatever the connection fails with; an answer that breaks off is a failure too
 */
export function postOnce(post: HttpPost, signal: AbortSignal): Promise<HttpAnswer> {
  const headers = { ...post.headers, "content-length": String(post.body.byteLength) };
  return exchange({ ...post, method: "POST", headers }, signal, (response) => readAnswer(response, post));
}

/** A request of any method. */
export interface HttpRequest extends Omit<HttpPost, "maxBytes" | "onBytes"> {
  readonly method: "GET" | "POST";
}

/** Sends one request on a connection of its own, has its answer read, and closes every connection, however it ends. */
export async function exchange<Answer>(
  { url, method, headers, body, lookup, proxyEnv }: HttpRequest,
  signal: AbortSignal,
  read: (response: http.IncomingMessage) => Promise<Answer>,
): Promise<Answer> {
  const client = url.protocol === "https:" ? https : http;
  const agent = new client.Agent({ keepAlive: false, proxyEnv: { ...proxyEnv } });
  const sockets = rememberSockets(agent);
  const own = { ...headers, connection: "close" };
  try {
    const request = client.request(url, { method, agent, headers: own, lookup, signal });
    return await read(await send(request, body, signal));
  } finally {
    agent.destroy();
    // Neither request nor agent knows the connection to a proxy that has not opened its tunnel yet.
    for (const socket of sockets) socket.destroy();
  }
}

/** Every connection that an agent opens from now on. */
function rememberSockets(agent: http.Agent): ReadonlySet<Duplex> {
  const sockets = new Set<Duplex>();
  const connect = agent.createConnection.bind(agent);
  agent.createConnection = (...args) => {
    const socket = connect(...args);
    if (socket) sockets.add(socket);
    return socket;
  };
  return sockets;
}

function send(
  request: http.ClientRequest,
  body: Uint8Array,
  signal: AbortSignal,
): Promise<http.IncomingMessage> {
  return new Promise((resolve, reject) => {
    // A request without a connection, as before a tunnel is open, says nothing when it is aborted.
    signal.addEventListener("abort", () => reject(new Error("aborted")), { once: true });
    // What breaks HTTP in the very bytes that brought the head is told after it, but in the same turn: then it was no answer.
    request.once("response", (response) => queueMicrotask(() => resolve(response)));
    // It stays: a server that answers early and hangs up makes the rest of the body fail, which is no news then.
    request.on("error", reject);
    request.once("close", () => reject(new Error("closed without an answer")));
    request.end(body);
  });
}

async function readAnswer(
  response: http.IncomingMessage,
  { maxBytes, onBytes }: Pick<HttpPost, "maxBytes" | "onBytes">,
): Promise<HttpAnswer> {
  const status = response.statusCode ?? 0;
  const headers = joinHeaders(response.headers);
  const encoding = response.headers["content-encoding"]?.trim().toLowerCase() || "identity";
  if (maxBytes === null || status < 200 || status > 299 || encoding !== "identity")
    return { status, headers, encoding, text: "", isCut: false };
  const kept = new BoundedBytes(maxBytes);
  let isCut = false;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    onBytes?.(chunk.length);
    isCut = !kept.add(chunk);
    if (isCut) break;
  }
  return { status, headers, encoding, text: kept.text(), isCut };
}

export function joinHeaders(headers: http.IncomingHttpHeaders): HttpAnswer["headers"] {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(", ") : value]),
  );
}
