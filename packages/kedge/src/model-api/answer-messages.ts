import type { FitsRequest } from "./condition.ts";
import { type Exchange, sendError, sendJson } from "./exchange.ts";
import type { Faults } from "./faults.ts";
import type { Limiter } from "./limiter.ts";
import { type MessagesRequest, readMessagesRequest } from "./messages-request.ts";
import type { Models } from "./models.ts";
import type { Script } from "./script.ts";
import { sendReply } from "./send-reply.ts";
import { estimateInputTokens } from "./token-estimate.ts";

/** What answers requests for messages. */
export interface MessagesParts {
  readonly models: Models;
  readonly faults: Faults;
  readonly limiter: Limiter;
  readonly script: Script;
  /** Epoch ms. */
  readonly startedAtMs: number;
  /** Numbers the requests to POST /v1/messages, from 1. */
  readonly nextNumber: () => number;
  readonly refuse: (durationMs: number) => void;
}

type Facts = Parameters<FitsRequest>[0];

/**
 * Answers POST /v1/messages: first what is wrong with the request itself, then a fault, then the limits, then the script.
 * A fault costs nothing, as an overload does not; a refused request leaves the script where it is.
 */
export async function answerMessages(
  exchange: Exchange,
  body: { readonly text: string; readonly key: string },
  parts: MessagesParts,
): Promise<void> {
  const { record, clock } = exchange;
  const number = parts.nextNumber();
  const request = await readRequest(exchange, body.text, { maxTokens: true, models: parts.models });
  if (!request) return;
  const { prompt, last, model, isStream, toolCount } = request;
  const facts: Facts = { prompt, last, model, isStream, toolCount, key: body.key, headers: record.headers };
  const elapsedMs = clock.now() - parts.startedAtMs;
  const fault = parts.faults.find(facts, { request: number, elapsedMs });
  if (fault) {
    record.fault = fault.name;
    return sendReply(exchange, fault.reply, { request, refuse: parts.refuse });
  }
  const admission = parts.limiter.admit({ key: body.key, inputTokens: record.inputTokens });
  Object.assign(exchange.headers, admission.headers);
  if (!admission.admitted) {
    record.limit = admission.reason;
    return sendError(exchange, 429, { message: describeLimit(admission.reason) });
  }
  try {
    const turn = parts.script.next(facts);
    record.route = turn.route;
    if (turn.step !== undefined) record.step = turn.step;
    await sendReply(exchange, turn.reply, { request, refuse: parts.refuse });
  } finally {
    admission.done(record.outputTokens ?? 0);
  }
}

/** Answers POST /v1/messages/count_tokens. */
export async function answerCountTokens(exchange: Exchange, text: string, models: Models): Promise<void> {
  const request = await readRequest(exchange, text, { maxTokens: false, models });
  if (request) await sendJson(exchange, { input_tokens: exchange.record.inputTokens });
}

/** Reads the request into the record; one that is not sound is answered here. */
async function readRequest(
  exchange: Exchange,
  text: string,
  needs: { readonly maxTokens: boolean; readonly models: Models },
): Promise<MessagesRequest | undefined> {
  const { record } = exchange;
  const reading = readMessagesRequest(text, needs);
  record.body = reading.ok ? reading.request.body : reading.body;
  if (!reading.ok) {
    await sendError(exchange, 400, { message: reading.message });
    return undefined;
  }
  const { request } = reading;
  record.model = request.model;
  record.stream = request.isStream;
  record.inputTokens = estimateInputTokens(request.body);
  if (needs.models.has(request.model)) return request;
  await sendError(exchange, 404, { message: `model: ${request.model}` });
  return undefined;
}

const LIMIT_WORDS: Readonly<Record<string, string>> = {
  requests_per_minute: "Number of requests has exceeded your per-minute rate limit.",
  input_tokens_per_minute: "Number of input tokens has exceeded your per-minute rate limit.",
  output_tokens_per_minute: "Number of output tokens has exceeded your per-minute rate limit.",
  concurrent_requests: "Number of concurrent connections has exceeded your rate limit.",
};

/** Windows have the usual words. */
function describeLimit(reason: string): string | undefined {
  return Object.hasOwn(LIMIT_WORDS, reason) ? LIMIT_WORDS[reason] : undefined;
}
