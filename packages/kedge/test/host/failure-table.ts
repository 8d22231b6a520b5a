/** Failures of the API, each as a scripted answer and what a StopFailure handler is told of it. */
import type { Scenario } from "../../src/model-api/index.ts";

type Step = NonNullable<Scenario["replies"]>[number];

export interface FailureRow {
  readonly name: string;
  readonly step: Step;
  readonly error: string;
  /** What the real agent was measured to say, where it differs. */
  readonly recorded?: string;
  readonly status?: number;
  /** Fields under `kedge` that the handler gets. */
  readonly kedge?: object;
}

const row = (
  name: string,
  step: Step,
  error: string,
  more: Omit<FailureRow, "name" | "step" | "error"> = {},
): FailureRow => ({
  ...{ name, step, error },
  ...("status" in step && step.status !== undefined ? { status: step.status } : {}),
  ...more,
});

const http = (
  status: number,
  message: string,
  error: string,
  more: Omit<FailureRow, "name" | "step" | "error"> = {},
  type?: string,
): FailureRow =>
  row(
    `${status} "${message}"`,
    { status, message, ...(type === undefined ? {} : { error: type }) },
    error,
    more,
  );

const unknownThere = { recorded: "unknown" } as const;
const serverThere = { recorded: "server_error" } as const;

const byStatus: readonly FailureRow[] = [
  http(400, "messages.0: something is wrong", "invalid_request", unknownThere),
  http(400, "prompt is too long: 210000 tokens > 200000 maximum", "invalid_request"),
  http(400, "input length and `max_tokens` exceed context limit", "invalid_request"),
  http(400, "Your credit balance is too low to access the Anthropic API.", "billing_error"),
  http(400, "You have reached your specified API usage limits.", "billing_error", unknownThere),
  http(400, "This organization has been disabled.", "authentication_failed", { recorded: "invalid_request" }),
  http(400, "messages.1: image exceeds 5 MB maximum", "invalid_request"),
  http(400, "messages.2: `tool_use` ids were found without `tool_result` blocks", "invalid_request"),
  http(400, "messages.2: `tool_use` ids must be unique", "invalid_request"),
  http(400, "invalid model name", "model_not_found", unknownThere),
  http(400, "x-api-key header is required", "authentication_failed"),
  http(400, "Overloaded", "overloaded", unknownThere, "overloaded_error"),
  http(400, "too many", "rate_limit", unknownThere, "rate_limit_error"),
  http(400, "pay", "billing_error", unknownThere, "billing_error"),
  http(401, "invalid x-api-key", "authentication_failed"),
  http(401, "OAuth token has expired.", "authentication_failed"),
  http(402, "Your account has a billing problem.", "billing_error", unknownThere),
  http(403, "Your API key does not have permission.", "authentication_failed"),
  http(403, "OAuth authentication is currently not allowed for this organization.", "oauth_org_not_allowed"),
  http(404, "model: claude-none", "model_not_found"),
  http(405, "Method Not Allowed", "unknown", {}, "api_error"),
  http(408, "Request timed out", "server_error", unknownThere),
  http(409, "Conflict", "server_error", unknownThere),
  http(410, "Gone", "model_not_found", unknownThere, "not_found_error"),
  http(413, "Request exceeds the maximum size", "invalid_request"),
  http(418, "teapot", "unknown", {}, "api_error"),
  http(422, "Unprocessable entity", "invalid_request", unknownThere),
  http(429, "This request would exceed your organization's rate limit", "rate_limit"),
  http(429, "Overloaded", "overloaded", { recorded: "rate_limit" }, "overloaded_error"),
  http(429, "Your credit balance is too low", "rate_limit"),
  http(451, "Unavailable for legal reasons", "authentication_failed", unknownThere, "permission_error"),
  http(500, "Internal server error", "server_error"),
  http(500, "Overloaded", "overloaded", serverThere, "overloaded_error"),
  http(500, "prompt is too long: 3 tokens > 2", "invalid_request"),
  http(501, "Not implemented", "server_error"),
  http(503, "Service unavailable", "server_error"),
  http(504, "Request timed out.", "server_error"),
  http(520, "Unknown", "server_error"),
  http(529, "Overloaded", "overloaded", serverThere),
];

const byBody: readonly FailureRow[] = [
  row("400 HTML", { status: 400, html: true }, "invalid_request", unknownThere),
  row("401 empty", { status: 401, empty: true }, "authentication_failed"),
  row("403 HTML", { status: 403, html: true }, "authentication_failed"),
  row("404 text", { status: 404, body: "nothing here" }, "model_not_found"),
  row("429 HTML", { status: 429, html: true }, "rate_limit"),
  row("429 empty", { status: 429, empty: true }, "rate_limit"),
  row("500 empty", { status: 500, empty: true }, "server_error"),
  row("502 HTML", { status: 502, html: true }, "server_error"),
  row("529 empty", { status: 529, empty: true }, "overloaded", serverThere),
  row(
    "302, which is not followed",
    { status: 302, headers: { location: "http://127.0.0.1:9/" }, empty: true },
    "unknown",
  ),
  row("200 with HTML", { raw: "<html><title>Sign in</title></html>", content_type: "text/html" }, "unknown"),
  row("200 with half JSON", { raw: '{"id":"msg_1","con' }, "server_error", unknownThere),
  row("200 with nothing", { raw: "", content_type: "text/event-stream" }, "server_error", unknownThere),
  row(
    "200 with an error object",
    { raw: '{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}' },
    "overloaded",
    unknownThere,
  ),
  row(
    "a stream of garbage",
    { raw: "what is this\n\n", content_type: "text/event-stream" },
    "server_error",
    unknownThere,
  ),
];

const limits: readonly FailureRow[] = [
  row("429 that says how long to wait", { status: 429, headers: { "retry-after": "3600" } }, "rate_limit", {
    kedge: { retry_after_ms: 3_600_000, retryable: true },
  }),
  row("529 that says how long to wait", { status: 529, headers: { "retry-after": "120" } }, "overloaded", {
    ...serverThere,
    kedge: { retry_after_ms: 120_000 },
  }),
  row(
    "a rejected plan window",
    {
      status: 429,
      headers: {
        "anthropic-ratelimit-unified-status": "rejected",
        "anthropic-ratelimit-unified-reset": "{epoch_s+3600}",
        "anthropic-ratelimit-unified-representative-claim": "five_hour",
      },
    },
    "rate_limit",
    { kedge: { retryable: false, reset_from: "anthropic-ratelimit-unified-reset" } },
  ),
  row(
    "an empty bucket of an API key",
    {
      status: 429,
      headers: {
        "anthropic-ratelimit-requests-remaining": "0",
        "anthropic-ratelimit-requests-reset": "{rfc3339+30}",
      },
    },
    "rate_limit",
    { kedge: { reset_from: "anthropic-ratelimit-requests-reset" } },
  ),
  row("429 that forbids another try", { status: 429, headers: { "x-should-retry": "false" } }, "rate_limit", {
    kedge: { retryable: false },
  }),
];

const text = "A first sentence that is long enough to be sent in several pieces, one after the other.";
const streams: readonly FailureRow[] = [
  row(
    "an error event first",
    { text, stream: { stop_at: "headers", error: { type: "overloaded_error" } } },
    "overloaded",
    unknownThere,
  ),
  row(
    "an error event in the text",
    { text, stream: { stop_at: "delta", error: { type: "api_error" } } },
    "server_error",
    unknownThere,
  ),
  row(
    "a rate limit in the stream",
    { text, stream: { stop_at: "delta", error: { type: "rate_limit_error" } } },
    "rate_limit",
    unknownThere,
  ),
  row(
    "an authentication error in the stream",
    { text, stream: { stop_at: "headers", error: { type: "authentication_error" } } },
    "authentication_failed",
  ),
  row(
    "an invalid request in the stream",
    { text, stream: { stop_at: "headers", error: { type: "invalid_request_error" } } },
    "invalid_request",
    unknownThere,
  ),
  row(
    "an error event after a whole block",
    { text, stream: { stop_at: "block", error: { type: "overloaded_error" } } },
    "overloaded",
    serverThere,
  ),
  row(
    "an end after the start",
    { text, stream: { stop_at: "message_start", stop_by: "end" } },
    "server_error",
    { kedge: { connection: "truncated" } },
  ),
  row("an end in the text", { text, stream: { stop_at: "delta", stop_by: "end" } }, "server_error", {
    kedge: { connection: "truncated" },
  }),
  row("a reset in the text", { text, stream: { stop_at: "delta", stop_by: "reset" } }, "server_error", {
    kedge: { connection: "reset" },
  }),
  row(
    "a close after a whole block",
    { text, stream: { stop_at: "block", stop_by: "close" } },
    "server_error",
  ),
];

const connections: readonly FailureRow[] = [
  row("a reset before any answer", { connection: "reset" }, "server_error", {
    kedge: { connection: "reset" },
  }),
  row("a close before any answer", { connection: "close" }, "server_error", {
    kedge: { connection: "reset" },
  }),
];

const stops: readonly FailureRow[] = [
  row("a refusal", { text: "", stop_reason: "refusal" }, "invalid_request"),
  row(
    "a full context window",
    { text: "half", stop_reason: "model_context_window_exceeded" },
    "max_output_tokens",
  ),
  row("the output limit, again and again", { text: "half", stop_reason: "max_tokens" }, "max_output_tokens"),
  row(
    "announced calls that are none, again and again",
    { text: "I call", stop_reason: "tool_use" },
    "unknown",
  ),
];

export const FAILURES: readonly FailureRow[] = [
  ...byStatus,
  ...byBody,
  ...limits,
  ...streams,
  ...connections,
  ...stops,
];
