import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { isIP } from "node:net";
import { addressKind } from "../../protocol/index.ts";

/** A server that says how `kedge up` does. */
export interface HealthServer extends AsyncDisposable {
  /** Where to ask. */
  readonly url: string;
}

/** What is said of it: 200 while it is well, else 503. */
export interface HealthAnswer {
  readonly isWell: boolean;
  readonly body: object;
}

const HOST = "127.0.0.1";
/** What a client needs to ask. */
const REQUEST_MS = 5_000;

/**
 * Listens on this machine alone. A page in a browser that calls it by a name of its own gets nothing: only the address and `localhost` are
 * answered.
 *
 * @param port 0 takes any that is free
 * @throws an error of the system, such as one whose code is `EADDRINUSE`
 */
export async function startHealthServer(port: number, answer: () => HealthAnswer): Promise<HealthServer> {
  const server = createServer(
    { requestTimeout: REQUEST_MS, headersTimeout: REQUEST_MS },
    (request, response) => respond(request, response, answer),
  );
  server.maxConnections = 64;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port, host: HOST }, () => {
      server.off("error", reject);
      resolve();
    });
  });
  const address = server.address();
  const actual = typeof address === "object" && address !== null ? address.port : port;
  return {
    url: `http://${HOST}:${actual}/healthz`,
    async [Symbol.asyncDispose]() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

function respond(request: IncomingMessage, response: ServerResponse, answer: () => HealthAnswer): void {
  const { status, body } = replyTo(request, answer);
  const text = `${JSON.stringify(body)}\n`;
  response.writeHead(status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(text),
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    // Whatever else comes on the connection of somebody who asks wrongly is not read.
    ...(status === 200 || status === 503 ? {} : { connection: "close" }),
  });
  response.end(request.method === "HEAD" ? undefined : text);
}

function replyTo(
  request: IncomingMessage,
  answer: () => HealthAnswer,
): { readonly status: number; readonly body: object } {
  const { method = "", url = "", headers, rawHeaders } = request;
  const refuse = (status: number, error: string) => ({ status, body: { error } });
  const hosts = rawHeaders.filter((name, at) => at % 2 === 0 && name.toLowerCase() === "host");
  if (hosts.length !== 1) return refuse(400, "expected one Host header");
  const isForeign = !isOwnHost(headers.host) || !url.startsWith("/") || headers.origin !== undefined;
  if (isForeign) return refuse(403, "expected a request to this machine's own address, from no page");
  if (method !== "GET" && method !== "HEAD") return refuse(405, "expected GET");
  if (url.split("?")[0] !== "/healthz") return refuse(404, "expected /healthz");
  const { isWell, body } = answer();
  return { status: isWell ? 200 : 503, body };
}

function isOwnHost(host: string | undefined): boolean {
  const name = URL.parse(`http://${host ?? ""}`)?.hostname ?? "";
  return name === "localhost" || (isIP(name) !== 0 && addressKind(name) === "loopback");
}
