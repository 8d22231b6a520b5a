/**
 * Opens one session of the build in this process, sends one prompt, and tells how long it was until the API saw a request:
 * `node opening-child.ts DIR [count]`. With `count` it tells instead what was asked of files until then.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { writeAnswer } from "./answer.ts";
import { countFileCalls } from "./file-calls.ts";
import { createOpener, sendOk } from "./sessions.ts";

const [dir = "", what = "time"] = process.argv.slice(2);
const first = Promise.withResolvers<number>();
const server = createServer((request, response) => {
  first.resolve(performance.now());
  request.resume().once("end", () => {
    response.writeHead(200, { "content-type": "text/event-stream" }).end(writeAnswer("ok"));
  });
});
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
const open = await createOpener({ dir }, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);

const began = performance.now();
const begin = async () => {
  const session = await open();
  const sent = sendOk(session, "hi", 1);
  // A session that fails before it asks is told by its own words.
  await Promise.race([first.promise, sent.then(() => first.promise)]);
  return { session, sent };
};
let calls = {};
const begun = Promise.withResolvers<Awaited<ReturnType<typeof begin>>>();
if (what === "count") calls = await countFileCalls(async () => begun.resolve(await begin()));
else begun.resolve(await begin());
const { session, sent } = await begun.promise;
await sent;
await session.close();
server.closeAllConnections();
server.close();
console.log(JSON.stringify({ tookMs: (await first.promise) - began, ...calls }));
