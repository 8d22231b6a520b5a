/** Servers of bytes on loopback, for protocols of which a test wants to misspeak every byte. */
import net, { type AddressInfo, type ServerOpts, type Socket } from "node:net";

/** Disposing of it fails when a client has left a connection open. */
export interface SocketServer extends AsyncDisposable {
  readonly port: number;
  /** How many there were so far. */
  readonly connections: number;
}

/** How long clients have to go away once nobody needs them any more. */
const GRACE_MS = 3_000;

/**
 * Starts a server that hands every connection on.
 *
 * @param options.name says whose clients left a connection open
 */
export async function serveSockets(
  connected: (socket: Socket) => void,
  { name = "the server", ...options }: ServerOpts & { readonly name?: string } = {},
): Promise<SocketServer> {
  const open = new Set<Socket>();
  let connections = 0;
  const server = net.createServer(options, (socket) => {
    connections++;
    open.add(socket.on("close", () => open.delete(socket)).on("error", () => socket.destroy()));
    connected(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    get connections() {
      return connections;
    },
    async [Symbol.asyncDispose]() {
      server.close();
      for (let waited = 0; open.size > 0 && waited < GRACE_MS; waited += 10)
        await new Promise((resolve) => setTimeout(resolve, 10));
      const left = open.size;
      for (const socket of open) socket.destroy();
      if (left > 0)
        throw new Error(`Expected every client of ${name} to close its connection, ${left} are open`);
    },
  };
}
