import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { type ErrorWords, errorBody, errorOf, phraseOf } from "./api-error.ts";
import type { Clock } from "./clock.ts";
import type { OpenRecord } from "./recorder.ts";

/** One request that is being answered. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly record: OpenRecord;
  readonly clock: Clock;
  /** Aborts when the connection is gone. */
  readonly signal: AbortSignal;
  /** Headers of every answer: the request id, and what the limits say. */
  readonly headers: Record<string, string>;
  /** Part of the ids of this exchange. */
  readonly idPart: string;
}

/** Waits; rejects when the connection is gone first. */
export async function pause(ms: number, { signal }: Exchange): Promise<void> {
  if (ms > 0) await sleep(ms, undefined, { signal });
}

/** Waits until the connection is gone, and rejects then. */
export async function waitForEnd({ signal }: Exchange): Promise<never> {
  if (!signal.aborted) await once(signal, "abort");
  throw signal.reason;
}

/** Begins an answer, and notes its status. */
export function writeHead(
  exchange: Exchange,
  status: number,
  headers: Readonly<Record<string, string>>,
): void {
  const all = { ...exchange.headers, ...headers };
  exchange.record.status = status;
  const retryAfter = all["retry-after"];
  if (retryAfter !== undefined) exchange.record.retryAfter = retryAfter;
  const phrase = phraseOf(status);
  if (phrase === undefined) exchange.response.writeHead(status, all);
  else exchange.response.writeHead(status, phrase, all);
}

/** Writes a piece of an answer, and waits while the client does not read. */
export async function write(exchange: Exchange, text: string): Promise<void> {
  if (text === "") return;
  exchange.signal.throwIfAborted();
  if (!exchange.response.write(text)) await once(exchange.response, "drain", { signal: exchange.signal });
}

/** Writes the end of an answer, and comes back when the system has all of it. */
export async function end(exchange: Exchange, text = ""): Promise<void> {
  exchange.signal.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    exchange.signal.addEventListener("abort", () => reject(exchange.signal.reason), { once: true });
    exchange.response.end(text, resolve);
  });
}

/** Sends a whole answer at once; its outcome follows from the status. */
export async function send(
  exchange: Exchange,
  status: number,
  body: {
    readonly text: string;
    readonly contentType?: string;
    readonly headers?: Readonly<Record<string, string>>;
  },
): Promise<void> {
  const length = { "content-length": String(Buffer.byteLength(body.text)) };
  writeHead(exchange, status, {
    ...(body.contentType !== undefined && { "content-type": body.contentType }),
    // A 204 and a 304 have no body, and so no length.
    ...(status === 204 || status === 304 ? {} : length),
    ...body.headers,
  });
  await end(exchange, body.text);
  exchange.record.outcome = status >= 400 ? "failed" : "answered";
}

/** Sends an error as the API writes it. */
export async function sendError(
  exchange: Exchange,
  status: number,
  words: ErrorWords = {},
  headers: Readonly<Record<string, string>> = {},
): Promise<void> {
  const error = errorOf(status, words);
  exchange.record.errorType = error.type;
  const text = errorBody(error, exchange.record.requestId);
  await send(exchange, status, { text, contentType: "application/json", headers });
}

/** Sends a value as JSON. */
export function sendJson(
  exchange: Exchange,
  value: object,
  headers: Readonly<Record<string, string>> = {},
): Promise<void> {
  return send(exchange, 200, { text: JSON.stringify(value), contentType: "application/json", headers });
}
