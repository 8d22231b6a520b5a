import type { FailureKind, KindPair, KnownFailureKind } from "./failure-table.ts";
import * as table from "./failure-table.ts";
import { type ErrorWords, keepWords, readErrorBody, readErrorObject } from "./failure-words.ts";
import {
  type AnswerHeaders,
  isPlanRejected,
  type LimitReset,
  readHeader,
  readLimitReset,
  readRetryAfterMs,
  readShouldRetry,
} from "./retry-after.ts";

export type { FailureKind, KnownFailureKind } from "./failure-table.ts";
export { FAILURE_KINDS, FAILURE_MEANINGS } from "./failure-table.ts";

/** How a connection ended without an answer. */
export type ConnectionLoss =
  | "refused"
  | "reset"
  | "dns"
  | "tls"
  /** A stream cut after its first event; one that ended before it is `unreadable` and `empty`. */
  | "truncated"
  /** Silences that the caller ended. */
  | "timeout"
  | "no_first_byte"
  | "idle";

/** What came back for one request to the Messages API, as far as its caller read it. */
export type ApiAnswer =
  /** An answer with a status; `body` as text, or as much of it as was read. */
  | { type: "http"; status: number; headers: AnswerHeaders; body: string | undefined }
  /** An `error` event of a stream: its `error` object, the whole event, or its text. */
  | { type: "stream_error"; afterBlock: boolean; error: unknown; requestId?: string }
  /** No answer, or half of one. `afterBlock`: a whole content block had come before. */
  | { type: "connection"; reason: ConnectionLoss; afterBlock?: boolean }
  /** A whole message, by its `stop_reason`. */
  | { type: "stop"; stopReason: string }
  /** A 2xx whose body is no message; `error` is the body's error object where `what` is `error_object`. */
  | {
      type: "unreadable";
      status: number;
      headers: AnswerHeaders;
      what: "html" | "not_json" | "empty" | "error_object";
      error?: unknown;
    };

/** What a failed answer means. The reset is that of the limit that refused; it may be just past. */
export interface Failure extends ErrorWords, Partial<LimitReset> {
  /** What happened. Named truthfully, so not always the kind that Claude Code reports. */
  kind: FailureKind;
  /**
   * Whether the same request, sent again within the turn, may succeed and can do no harm. How long a turn may
   * wait is the caller's: compare `retryAfterMs`. False after a whole block: one can only continue from that.
   */
  retryable: boolean;
  /** The least delay before the next request that the server asks for, in ms, 1 s to 24 h. */
  retryAfterMs?: number;
  /** The HTTP status, when it is a whole number of three digits. */
  status?: number;
  /**
   * What Claude Code 2.1.329 reports for the same answer, by measurement. For a stream that failed before its
   * first whole block it tries again without streaming and takes that class; this is what it says otherwise.
   */
  recordedAgentKind: KnownFailureKind;
}

/**
 * Says what an answer of the Messages API means.
 *
 * Error types of overload and billing and a few sentences of the API come before the status; 429 is a rate
 * limit unless its type says overload. A 401 is not retryable, though the recorded agent sends it again: the
 * same credential gets the same answer. Nor is a rejected plan window, even where `x-should-retry` says true:
 * that means after the reset. Otherwise that header decides. TLS failures and HTML in a 200 need a person.
 * Reads at most 64 Ki characters of a body; never throws, whatever the answer holds.
 *
 * @param options.nowMs epoch ms, for dates in headers
 * @returns undefined when the answer is no failure: a 2xx, or a stop reason that ends a turn well
 * @source Claude API reference, "Errors"; measured answers of Claude Code 2.1.329 for `recordedAgentKind`
 */
export function readFailure(answer: ApiAnswer, options: { nowMs: number }): Failure | undefined {
  switch (answer.type) {
    case "http":
      return readHttp(answer, options.nowMs);
    case "stream_error":
      return readStreamError(answer);
    case "connection": {
      const retryable = answer.reason !== "tls" && answer.afterBlock !== true;
      return { kind: "server_error", retryable, recordedAgentKind: "server_error" };
    }
    case "stop": {
      const kind = lookUp(table.STOP_KINDS, answer.stopReason);
      return kind && { kind, retryable: false, recordedAgentKind: kind };
    }
    case "unreadable":
      return readUnreadable(answer, options.nowMs);
  }
}

function readHttp(answer: Extract<ApiAnswer, { type: "http" }>, nowMs: number): Failure | undefined {
  const { status, headers } = answer;
  if (status >= 200 && status <= 299) return undefined;
  const words = readErrorBody(answer.body);
  const kind = kindOf(status, words);
  const passes = isServerStatus(status) || table.RETRYABLE_STATUSES.includes(status) || kind === "overloaded";
  const mayPass = passes && table.TRANSIENT_KINDS.includes(kind);
  const isOutOfPlan = kind === "rate_limit" && isPlanRejected(headers);
  return {
    kind,
    retryable: !isOutOfPlan && (readShouldRetry(headers) ?? mayPass),
    ...readFacts(status, headers, nowMs),
    ...(kind === "rate_limit" && readLimitReset(headers, nowMs)),
    ...words,
    ...keepWords({ requestId: readHeader(headers, "request-id") }),
    recordedAgentKind: recordedKindOf(status, words),
  };
}

function readStreamError(answer: Extract<ApiAnswer, { type: "stream_error" }>): Failure {
  const words =
    typeof answer.error === "string" ? readErrorBody(answer.error) : readErrorObject(answer.error);
  const kind = findRule("kind", words) ?? kindOfType(words);
  return {
    kind,
    retryable: table.TRANSIENT_KINDS.includes(kind) && !answer.afterBlock,
    ...words,
    ...keepWords({ requestId: answer.requestId }),
    recordedAgentKind: findRule("recorded", words) ?? recordedKindOfStream(words, answer.afterBlock),
  };
}

// HTML is somebody else's answer (a proxy, a login page) and says nothing of the API. An empty or broken body
// is a failure on the way that may pass. An error object says what it is.
function readUnreadable(answer: Extract<ApiAnswer, { type: "unreadable" }>, nowMs: number): Failure {
  const { headers, what } = answer;
  const words = what === "error_object" ? readErrorObject(answer.error) : {};
  const kind = what === "html" ? "unknown" : (findRule("kind", words) ?? kindOfType(words));
  return {
    kind,
    retryable: readShouldRetry(headers) ?? table.TRANSIENT_KINDS.includes(kind),
    ...readFacts(answer.status, headers, nowMs),
    ...words,
    ...keepWords({ requestId: readHeader(headers, "request-id") }),
    recordedAgentKind: "unknown",
  };
}

function kindOf(status: number, words: ErrorWords): KnownFailureKind {
  const named = lookUp(table.TYPE_KINDS, words.errorType);
  if (named === "overloaded") return named;
  if (status === 429) return "rate_limit";
  const said = findRule("kind", words, status) ?? (named === "billing_error" ? named : undefined);
  if (said !== undefined) return said;
  const own = lookUp(table.STATUS_KINDS, status);
  const isVague = own === undefined || table.VAGUE_STATUSES.includes(status);
  // gateways write api_error beside any status: below 500 it is no word that the server failed
  if (isVague && status < 500 && named !== undefined && named !== "server_error") return named;
  return own?.kind ?? (isServerStatus(status) ? "server_error" : "unknown");
}

function recordedKindOf(status: number, words: ErrorWords): KnownFailureKind {
  const own = findRule("recorded", words, status) ?? lookUp(table.STATUS_KINDS, status)?.recorded;
  return own ?? (isServerStatus(status) ? "server_error" : "unknown");
}

// Without a type the server only says that something failed; a type new to us says that we do not know what.
function kindOfType(words: ErrorWords): KnownFailureKind {
  if (words.errorType === undefined) return "server_error";
  return lookUp(table.TYPE_KINDS, words.errorType) ?? "unknown";
}

function recordedKindOfStream(words: ErrorWords, afterBlock: boolean): KnownFailureKind {
  if (words.errorType === "authentication_error") return "authentication_failed";
  return afterBlock && words.errorType !== "rate_limit_error" ? "server_error" : "unknown";
}

function findRule(side: keyof KindPair, words: ErrorWords, status?: number): KnownFailureKind | undefined {
  const { message = "" } = words;
  if (status === 429) return undefined; // a rate limit, whatever it says
  const applies = ({ statuses, pattern }: table.TextRule) =>
    (statuses === undefined || (status !== undefined && statuses.includes(status))) && pattern.test(message);
  return table.TEXT_RULES.find((rule) => rule[side] !== undefined && applies(rule))?.[side];
}

function readFacts(status: number, headers: AnswerHeaders, nowMs: number): Partial<Failure> {
  const retryAfterMs = readRetryAfterMs(headers, nowMs);
  return {
    ...(Number.isInteger(status) && status >= 100 && status <= 999 && { status }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
}

function isServerStatus(status: number): boolean {
  return status >= 500 && status <= 599;
}

function lookUp<T>(record: Readonly<Record<string, T>>, key: string | number | undefined): T | undefined {
  return key !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;
}
