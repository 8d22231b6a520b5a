import { STATUS_CODES } from "node:http";
import { gatewayPage, phraseOf } from "./api-error.ts";
import { type Exchange, pause, send, sendError, sendJson, waitForEnd } from "./exchange.ts";
import { createMessage } from "./message.ts";
import type { MessagesRequest } from "./messages-request.ts";
import { type ConnectionReply, type HttpReply, isBroken, type MessageReply, type Reply } from "./reply.ts";
import { sendStream } from "./send-stream.ts";
import { fillTimes } from "./time-words.ts";

const NO_STREAM = "This answer of the script is a broken stream, and the request does not stream.";

/** What an answer needs besides its exchange. */
export interface ReplyContext {
  readonly request: MessagesRequest;
  /** Stops accepting connections for that many ms. */
  refuse(durationMs: number): void;
}

/** Answers a request with a reply, whatever that does to the connection. */
export async function sendReply(exchange: Exchange, reply: Reply, context: ReplyContext): Promise<void> {
  await pause(reply.delayMs, exchange);
  switch (reply.kind) {
    case "message":
      return sendMessage(exchange, reply, context);
    case "http":
      return sendHttp(exchange, reply);
    case "connection":
      return endConnection(exchange, reply, context);
  }
}

async function sendMessage(exchange: Exchange, reply: MessageReply, context: ReplyContext): Promise<void> {
  const { request } = context;
  if (!request.isStream) {
    if (reply.nonStream) return sendReply(exchange, reply.nonStream, context);
    if (reply.stream && isBroken(reply.stream)) return sendError(exchange, 500, { message: NO_STREAM });
  }
  const message = createMessage(reply, {
    idPart: exchange.idPart,
    model: request.model,
    inputTokens: exchange.record.inputTokens,
  });
  const headers = fillHeaders(reply.headers, exchange);
  if (request.isStream && reply.stream) return sendStream(exchange, message, { plan: reply.stream, headers });
  exchange.record.outputTokens = message.usage.output_tokens;
  return sendJson(exchange, message, headers);
}

async function sendHttp(exchange: Exchange, { status, body, headers: given }: HttpReply): Promise<void> {
  const nowMs = exchange.clock.now();
  const headers = fillHeaders(given, exchange);
  switch (body.as) {
    case "error": {
      const message = body.message === undefined ? undefined : fillTimes(body.message, nowMs);
      return sendError(exchange, status, { type: body.type, message }, headers);
    }
    case "text":
      return send(exchange, status, {
        text: fillTimes(body.text, nowMs),
        contentType: body.contentType,
        headers,
      });
    case "html": {
      const text = gatewayPage(status, phraseOf(status) ?? STATUS_CODES[status] ?? "Error");
      return send(exchange, status, { text, contentType: "text/html", headers });
    }
    case "empty":
      return send(exchange, status, { text: "", headers });
  }
}

async function endConnection(
  exchange: Exchange,
  { how, refuseMs }: ConnectionReply,
  { refuse }: ReplyContext,
): Promise<void> {
  const { record, response } = exchange;
  if (how === "hang") return waitForEnd(exchange);
  if (how === "refuse") refuse(refuseMs);
  record.outcome = how === "close" ? "broken" : "reset";
  if (how === "close") response.socket?.destroy();
  else response.socket?.resetAndDestroy();
}

function fillHeaders(headers: Readonly<Record<string, string>>, { clock }: Exchange): Record<string, string> {
  const nowMs = clock.now();
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, fillTimes(value, nowMs)]));
}
