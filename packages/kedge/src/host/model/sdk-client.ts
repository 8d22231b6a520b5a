import { Anthropic, APIError } from "@anthropic-ai/sdk";
import { Stream } from "@anthropic-ai/sdk/core/streaming";
import { type ApiAnswer, isJsonObject } from "../../protocol/index.ts";
import { readConnectionLoss } from "./connection-loss.ts";
import {
  DEFAULT_LIMITS,
  type MessagesClient,
  type ModelAnswer,
  type RequestLimits,
  type RequestWatch,
} from "./messages-client.ts";
import { createEventReader, type EventReader, readWholeMessage } from "./read-events.ts";
import { type RequestTimers, startTimers } from "./request-timers.ts";
import { toWire } from "./request-wire.ts";

/** Where the API is, and who pays. */
export interface SdkClientOptions {
  /** One of the two. With neither, every request fails as `authentication_failed` without being sent. */
  readonly apiKey?: string | undefined;
  readonly authToken?: string | undefined;
  /** Default: the official address. */
  readonly baseUrl?: string | undefined;
  readonly limits?: Partial<RequestLimits>;
  /** What the session calls itself to the API. */
  readonly userAgent?: string;
}

type Failed = Extract<ModelAnswer, { type: "failed" }>;

/**
 * The Messages API through Anthropic's official SDK, which here sends a request once and follows no redirect: a credential goes to the
 * address that was configured and to no other.
 */
export function createSdkClient(options: SdkClientOptions): MessagesClient {
  const limits: RequestLimits = { ...DEFAULT_LIMITS, ...options.limits };
  const { apiKey = null, authToken = null } = options;
  const client =
    apiKey === null && authToken === null
      ? null
      : new Anthropic({
          // The SDK would read its environment for whatever is missing here.
          apiKey,
          authToken,
          baseURL: options.baseUrl ?? "https://api.anthropic.com",
          maxRetries: 0,
          // Our own clocks are finer; its one must not be the first to end.
          timeout: limits.totalMs + 60_000,
          logLevel: "off",
          fetchOptions: { redirect: "manual" },
          ...(options.userAgent === undefined ? {} : { defaultHeaders: { "user-agent": options.userAgent } }),
        });
  return {
    async send(request, watch) {
      if (!client) return noCredential();
      const timers = startTimers(watch.signal, limits);
      const reader = createEventReader();
      try {
        const response = await client
          .post("/v1/messages", { body: toWire(request), stream: true, signal: timers.signal })
          .asResponse();
        return await readResponse(response, { reader, timers, watch });
      } catch (error) {
        return whatFailed(error, reader, timers);
      } finally {
        timers.stop();
      }
    },
  };
}

interface Reading {
  readonly reader: EventReader;
  readonly timers: RequestTimers;
  readonly watch: RequestWatch;
}

async function readResponse(response: Response, reading: Reading): Promise<ModelAnswer> {
  const { reader, timers } = reading;
  const requestId = response.headers.get("request-id") ?? undefined;
  const type = response.headers.get("content-type") ?? "";
  if (!type.includes("event-stream")) return readBody(response, await response.text(), type);
  try {
    const broken = await readStream(response, reading);
    if (broken) return failed(reader, broken.answer, requestId, broken.detail);
  } catch (error) {
    // What becomes of the connection behind an answer is nothing to it. An interrupt is an interrupt.
    const isOver = reader.isEnded || reader.message() !== null;
    if (!isOver || timers.endedBy === "caller") throw error;
  }
  const message = reader.message();
  if (message) return { type: "message", message, ...(requestId === undefined ? {} : { requestId }) };
  return failed(reader, reader.hasBegun ? lost(reader) : unreadable(response, "empty"), requestId);
}

/** Reads a stream to its end, so that its connection can be used again; what ended it before, null otherwise. */
async function readStream(
  response: Response,
  { reader, timers, watch }: Reading,
): Promise<{ readonly answer: ApiAnswer; readonly detail?: string } | null> {
  for await (const { event, data } of Stream.rawEvents(response)) {
    if (reader.isEnded) continue;
    timers.touch();
    const value = parseOrUndefined(data);
    if (event === "error" || (isJsonObject(value) && value.type === "error"))
      return { answer: { type: "stream_error", afterBlock: hasContent(reader), error: value ?? data } };
    if (!isJsonObject(value)) continue; // a line that is no event; a stream of nothing else ends as empty
    const text = reader.read(value);
    if (reader.isRepeated) return { answer: lost(reader), detail: "the stream began its answer again" };
    if (reader.isEnded) timers.awaitEnd();
    if (text !== "") watch.onText?.(text);
  }
  return null;
}

/** A stream that did not bring its answer to the end. */
function lost(reader: EventReader): ApiAnswer {
  return { type: "connection", reason: "truncated", afterBlock: hasContent(reader) };
}

/** A gateway may answer a request for a stream with the whole message. Everything else in one piece is no answer. */
function readBody(response: Response, text: string, type: string): ModelAnswer {
  const requestId = response.headers.get("request-id") ?? undefined;
  const own = requestId === undefined ? {} : { requestId };
  const value = parseOrUndefined(text);
  const message = readWholeMessage(value);
  if (message) return { type: "message", message, ...own };
  const what =
    text.trim() === ""
      ? "empty"
      : isJsonObject(value)
        ? "error_object"
        : isHtml(type, text)
          ? "html"
          : "not_json";
  return { type: "failed", answer: unreadable(response, what, value), partial: [], ...own };
}

function isHtml(type: string, text: string): boolean {
  return type.includes("html") || /^\s*<(?:!doctype|html|head|body)\b/i.test(text);
}

function unreadable(
  response: Response,
  what: Extract<ApiAnswer, { type: "unreadable" }>["what"],
  value?: unknown,
): ApiAnswer {
  const { status } = response;
  const headers = Object.fromEntries(response.headers);
  return { type: "unreadable", status, headers, what, ...(what === "error_object" ? { error: value } : {}) };
}

/** What an error of the SDK, of the connection or of our own clocks means. */
function whatFailed(error: unknown, reader: EventReader, { endedBy }: RequestTimers): ModelAnswer {
  if (endedBy === "caller") return { type: "aborted", partial: reader.blocks, ...costSoFar(reader) };
  const afterBlock = hasContent(reader);
  if (endedBy !== null) return failed(reader, { type: "connection", reason: endedBy, afterBlock });
  if (error instanceof APIError && typeof error.status === "number") return httpFailure(error);
  const { reason, detail } = readConnectionLoss(error);
  return failed(reader, { type: "connection", reason, afterBlock }, undefined, detail);
}

function httpFailure(error: APIError): Failed {
  const headers = Object.fromEntries(error.headers ?? []);
  const requestId = headers["request-id"];
  // The SDK keeps a body that is JSON as a value, and one that is not behind the status in its message.
  const own = error.message.replace(/^\d+ /, "");
  const body =
    error.error === undefined ? (own === "status code (no body)" ? "" : own) : JSON.stringify(error.error);
  const answer: ApiAnswer = { type: "http", status: error.status ?? 0, headers, body };
  return { type: "failed", answer, partial: [], ...(requestId === undefined ? {} : { requestId }) };
}

function failed(reader: EventReader, answer: ApiAnswer, requestId?: string, detail?: string): Failed {
  return {
    type: "failed",
    answer,
    partial: reader.blocks,
    ...costSoFar(reader),
    ...(detail === undefined ? {} : { detail }),
    ...(requestId === undefined ? {} : { requestId }),
  };
}

/** A stream that breaks is paid for as far as it came. */
function costSoFar({ hasBegun, usage }: EventReader): Pick<Failed, "usage"> {
  return hasBegun ? { usage } : {};
}

/** Whether something has come that a person saw or a tool call can be made of. Thinking alone can be thought again. */
function hasContent({ blocks }: EventReader): boolean {
  return blocks.some(({ type }) => type === "text" || type === "tool_use");
}

/** Nothing was sent, so there is no status to report. */
function noCredential(): Failed {
  const message = "No credential: set ANTHROPIC_API_KEY or ANTHROPIC_AUTH_TOKEN";
  const error = { type: "error", error: { type: "authentication_error", message } };
  return { type: "failed", answer: { type: "stream_error", afterBlock: false, error }, partial: [] };
}

function parseOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // judged by the caller
  }
}
