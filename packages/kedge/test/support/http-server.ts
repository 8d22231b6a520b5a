import http from "node:http";
import https from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** One request as it arrived, its body included. */
export interface Received {
  readonly method: string;
  /** As the request line has it: a path, or a whole URL at a proxy. */
  readonly target: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
  readonly body: string;
}

/** A server on loopback. Disposing of it fails when a client has left a connection open. */
export interface TestServer extends AsyncDisposable {
  readonly port: number;
  readonly url: string;
  readonly received: readonly Received[];
  /** Connections since the start. */
  readonly connections: number;
  readonly server: http.Server;
}

interface ServerOptions {
  /** Makes it a TLS server. */
  readonly tls?: https.ServerOptions;
}

/** Answers one request, all of which has arrived. */
export type Respond = (response: http.ServerResponse, received: Received, socket: Socket) => void;

/** Clients that were ended need this long to close, not longer. */
const graceMs = 2_000;

/** Starts a server that answers each request in its own way, once all of the request is there. */
export async function serve(respond: Respond, { tls }: ServerOptions = {}): Promise<TestServer> {
  const received: Received[] = [];
  const open = new Set<Socket>();
  let connections = 0;
  const listener = (request: http.IncomingMessage, response: http.ServerResponse): void => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method = "", url: target = "", headers, rawHeaders } = request;
      const one = { method, target, headers, rawHeaders, body: Buffer.concat(chunks).toString() };
      received.push(one);
      respond(response, one, request.socket);
    });
  };
  const server = tls ? https.createServer(tls, listener) : http.createServer(listener);
  server.on("connection", (socket: Socket) => {
    connections++;
    open.add(socket.on("close", () => open.delete(socket)).on("error", () => socket.destroy()));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `${tls ? "https" : "http"}://127.0.0.1:${port}/hook`,
    received,
    get connections() {
      return connections;
    },
    server,
    async [Symbol.asyncDispose]() {
      server.close();
      for (let waited = 0; open.size > 0 && waited < graceMs; waited += 10) await sleep(10);
      const left = open.size;
      for (const socket of open) socket.destroy();
      if (left > 0) throw new Error(`Expected every client to close its connection, ${left} are open`);
    },
  };
}

/** A port of loopback on which nobody listens. */
export async function closedPort(): Promise<number> {
  await using server = await serve(() => {});
  return server.port;
}
