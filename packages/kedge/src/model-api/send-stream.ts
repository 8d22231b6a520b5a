import { errorOf } from "./api-error.ts";
import { type Exchange, end, pause, waitForEnd, write, writeHead } from "./exchange.ts";
import type { Message } from "./message.ts";
import { type StreamEvent, writeEvent, writeMessageEvents } from "./message-events.ts";
import type { BreakPlan, StreamPlan } from "./reply.ts";
import { tokensOf } from "./token-estimate.ts";

/** Characters that are gathered before they are written, where nothing is waited for. */
const MAX_GATHERED = 64 * 1024;

/** Status of the error types that a stream may carry, for the usual words of each. */
const STREAM_ERROR_STATUS = 529;

/** Streams a message as server-sent events, up to where its plan breaks it off. */
export async function sendStream(
  exchange: Exchange,
  message: Message,
  { plan, headers }: { readonly plan: StreamPlan; readonly headers: Readonly<Record<string, string>> },
): Promise<void> {
  const cutBlock = plan.break?.at === "delta" ? plan.break.block : undefined;
  const events = writeMessageEvents(message, { chunkChars: plan.chunkChars, cutBlock });
  writeHead(exchange, 200, {
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-cache",
    ...headers,
  });
  exchange.response.flushHeaders();
  exchange.record.outputTokens = 0;
  const stopPings = startPings(exchange, plan.pingEveryMs);
  try {
    const cut = plan.break ? findCut(events, plan.break) : events.length;
    await writeEvents(exchange, events.slice(0, cut), plan.chunkMs);
    if (plan.break && !(await leaveCourse(exchange, plan.break))) return;
    await writeEvents(exchange, events.slice(cut), plan.chunkMs);
    exchange.record.outputTokens = message.usage.output_tokens;
    await end(exchange);
    exchange.record.outcome = "answered";
  } finally {
    stopPings();
  }
}

/** Counts the events before the place where a stream leaves its course. */
function findCut(events: readonly StreamEvent[], { at, block }: BreakPlan): number {
  if (at === "headers") return 0;
  const after = (place: StreamEvent["at"], index: number): number =>
    events.findIndex((event) => event.at === place && event.block === index) + 1;
  if (at === "message_start" || at === "message_delta") return after(at, -1);
  if (at !== "delta") return after(at, block);
  const pieces = events.filter(
    (event) => event.at === "delta" && event.block === block && event.characters > 0,
  );
  const middle = pieces[Math.floor((pieces.length - 1) / 2)];
  return middle ? events.indexOf(middle) + 1 : after("block_start", block);
}

/** Does what the plan says there; true when the stream goes on. */
async function leaveCourse(exchange: Exchange, plan: BreakPlan): Promise<boolean> {
  const { record, response } = exchange;
  await write(exchange, plan.insert);
  switch (plan.how) {
    case "continue":
      return true;
    case "hang":
      if (plan.stallMs === undefined) return waitForEnd(exchange);
      await pause(plan.stallMs, exchange);
      return true;
    case "error": {
      const error = errorOf(STREAM_ERROR_STATUS, plan.error);
      record.errorType = error.type;
      await end(exchange, writeEvent("error", { error, request_id: record.requestId }));
      break;
    }
    case "end":
      await end(exchange);
      break;
    case "close":
    case "reset":
      await flush(exchange);
      record.outcome = plan.how === "reset" ? "reset" : "broken";
      if (plan.how === "reset") response.socket?.resetAndDestroy();
      else response.destroy();
      return false;
  }
  record.outcome = "broken";
  return false;
}

/** Comes back when the system has taken what was written: a reset throws the rest away. */
async function flush({ response, signal }: Exchange): Promise<void> {
  signal.throwIfAborted();
  // An empty write is called back in its turn, after all that was written before.
  await new Promise<void>((resolve) => response.socket?.write("", () => resolve()) ?? resolve());
}

async function writeEvents(
  exchange: Exchange,
  events: readonly StreamEvent[],
  chunkMs: number,
): Promise<void> {
  const { record } = exchange;
  let gathered = "";
  let characters = 0;
  const flushGathered = async (): Promise<void> => {
    await write(exchange, gathered);
    record.outputTokens = (record.outputTokens ?? 0) + tokensOf(characters);
    gathered = "";
    characters = 0;
  };
  for (const event of events) {
    if (chunkMs > 0 && event.at === "delta") {
      await flushGathered();
      await pause(chunkMs, exchange);
    }
    gathered += event.text;
    characters += event.characters;
    if (gathered.length >= MAX_GATHERED) await flushGathered();
  }
  await flushGathered();
}

function startPings({ response }: Exchange, everyMs: number | undefined): () => void {
  if (everyMs === undefined) return () => {};
  const ping = writeEvent("ping", {});
  const timer = setInterval(() => {
    if (!response.writableEnded && !response.destroyed) response.write(ping);
  }, everyMs);
  return () => clearInterval(timer);
}
