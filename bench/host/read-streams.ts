import { Agent, request } from "node:http";
import { text } from "node:stream/consumers";

const BODY = JSON.stringify({
  model: "claude-bench",
  max_tokens: 1_024,
  stream: true,
  messages: [{ role: "user", content: "hi" }],
});
const HEADERS = { "content-type": "application/json", "x-api-key": "bench", "content-length": BODY.length };

/** Asks for that many streams at once, each on a connection of its own, and reads all of them to the end. */
export async function readStreams(url: string, count: number): Promise<readonly string[]> {
  const agent = new Agent({ keepAlive: false });
  return Promise.all(Array.from({ length: count }, () => readStream(url, agent)));
}

function readStream(url: string, agent: Agent): Promise<string> {
  return new Promise((resolve, reject) => {
    request(`${url}/v1/messages`, { method: "POST", headers: HEADERS, agent }, (response) =>
      text(response).then(resolve, reject),
    )
      .on("error", reject)
      .end(BODY);
  });
}

/** Cuts a stream into its events. */
export function eventsOf(stream: string): readonly string[] {
  return stream.split(/(?<=\n\n)/);
}

/** Whether it is the stream that was asked for: as many events, all of its text, and its end. */
export function isWhole(stream: string, wanted: string): boolean {
  return textOf(stream) === textOf(wanted) && stream.includes("event: message_stop\n");
}

function textOf(stream: string): string {
  return [...stream.matchAll(/"text_delta","text":("[^"]*")/g)].map(([, piece]) => piece).join("");
}
