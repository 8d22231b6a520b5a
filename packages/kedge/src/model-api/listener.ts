import { createServer, type Server, type Socket } from "node:net";
import { ModelApiError } from "./model-api-error.ts";

/** A port of loopback that can stop accepting for a while. */
export interface Listener {
  readonly port: number;
  /** Accepts no connection for that long, and ends those on which nothing is asked. */
  refuse(durationMs: number): void;
  /** Marks a connection as one with a request on it; returns what ends that. */
  use(socket: Socket): () => void;
  /** Ends every connection and every wait at once. */
  close(): Promise<void>;
}

/** Between two tries to get the port back, should somebody else have taken it meanwhile. */
const RETRY_MS = 20;

/**
 * Listens on 127.0.0.1.
 *
 * @throws {ModelApiError} `PORT_IN_USE`, `LISTEN_FAILED`
 */
export async function createListener(options: {
  readonly port: number;
  readonly onConnection: (socket: Socket) => void;
}): Promise<Listener> {
  const sockets = new Set<Socket>();
  const inUse = new Set<Socket>();
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;
  let isRefusing = false;
  const accept = (socket: Socket): void => {
    if (isClosed) return void socket.destroy();
    sockets.add(socket);
    // Clients reset connections at will; what they asked for is ended by the close that follows.
    socket.on("error", () => {}).on("close", () => sockets.delete(socket) && inUse.delete(socket));
    options.onConnection(socket);
  };
  let server = await listen(options.port, accept);
  const port = portOf(server, options.port);
  let resuming: Promise<void> | undefined;
  const resume = async (): Promise<void> => {
    try {
      server = await listen(port, accept);
      isRefusing = false;
      if (isClosed) server.close();
    } catch {
      // Taken for a moment: as long as it is, connections meet somebody else, which no try can change.
      if (!isClosed) waitToResume(RETRY_MS);
    }
  };
  const waitToResume = (delayMs: number): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      resuming = resume();
    }, delayMs);
  };
  return {
    port,
    refuse: (durationMs) => {
      if (isClosed) return;
      isRefusing = true;
      server.close();
      for (const socket of sockets) if (!inUse.has(socket)) socket.destroy();
      waitToResume(durationMs);
    },
    use: (socket) => {
      inUse.add(socket);
      return () => {
        inUse.delete(socket);
        if (isRefusing) socket.end();
      };
    },
    close: async () => {
      isClosed = true;
      clearTimeout(timer);
      for (const socket of sockets) socket.destroy();
      await resuming;
      // One that listens no longer is closed already, as far as anybody can connect to it.
      if (server.listening) await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function listen(port: number, accept: (socket: Socket) => void): Promise<Server> {
  return new Promise((resolve, reject) => {
    // Half-open as in every server of HTTP, which ends the other half by itself.
    const server = createServer({ noDelay: true, allowHalfOpen: true }, accept);
    // It stays: out of file descriptors later on, the server goes on with the connections it has.
    server.on("error", (cause: NodeJS.ErrnoException) => reject(toModelApiError(cause, port)));
    // Only this machine, whatever the network around it.
    server.listen({ port, host: "127.0.0.1" }, () => resolve(server));
  });
}

function toModelApiError(cause: NodeJS.ErrnoException, port: number): ModelApiError {
  const isTaken = cause.code === "EADDRINUSE";
  const got = isTaken ? "one on which another program listens" : (cause.code ?? cause.message);
  const message = `expected a free port of 127.0.0.1, got ${got} (port ${port})`;
  return new ModelApiError(isTaken ? "PORT_IN_USE" : "LISTEN_FAILED", message, { cause });
}

function portOf(server: Server, asked: number): number {
  const address = server.address();
  return typeof address === "object" && address ? address.port : asked;
}
