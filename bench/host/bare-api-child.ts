/**
 * The floor of the model API: answers every request with the pieces of a file, with a pause before each, and does nothing else:
 * `node bare-api-child.ts FILE PAUSE_MS`.
 */
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

const pieces = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8")) as readonly string[];
const pauseMs = Number(process.argv[3]);
const server = createServer(async (request, response) => {
  for await (const _ of request);
  response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8" });
  for (const piece of pieces) {
    if (pauseMs > 0) await sleep(pauseMs);
    response.write(piece);
  }
  response.end();
});
process.on("disconnect", () => {
  server.closeAllConnections();
  server.close();
});
server.listen(0, "127.0.0.1", () =>
  process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }),
);
