import type { Scenario } from "../../src/model-api/index.ts";
import type { KnownFailureKind } from "../../src/protocol/index.ts";
import type { KnownCause } from "../../src/recovery/index.ts";

/** One way in which a turn of the real agent fails, and what has to be recorded of it. */
export interface FailureRow {
  readonly name: string;
  /** What the API does, or where there is none. */
  readonly api: Scenario | "nowhere" | "no name" | "no TLS";
  /** Further variables of the agent. */
  readonly env?: Readonly<Record<string, string>>;
  /** `error` of the hook: what the agent calls it. */
  readonly agentKind: KnownFailureKind;
  /** What it was. */
  readonly kind: KnownFailureKind;
  readonly cause: KnownCause;
  /** The HTTP status; absent where the agent records none. */
  readonly status?: number;
}

type Answer = NonNullable<Scenario["replies"]>[number];

const always = (reply: Answer): Scenario => ({ replies: [reply] });
const status = (code: number, message?: string, error?: string): Scenario =>
  always({
    status: code,
    ...(message === undefined ? {} : { message }),
    ...(error === undefined ? {} : { error }),
  });

/** Every row of the failures that fire, with more than one form of those that have several. */
export const FAILURE_ROWS: readonly FailureRow[] = [
  ...refused(),
  ...tooLarge(),
  ...account(),
  ...limits(),
  ...servers(),
  ...connections(),
  ...answers(),
];

function refused(): readonly FailureRow[] {
  const named = { agentKind: "unknown", kind: "invalid_request", cause: "invalid_request" } as const;
  return [
    { name: "400", api: status(400, "messages.0: something is wrong"), ...named, status: 400 },
    { name: "422", api: status(422, "Unprocessable entity"), ...named, status: 422 },
    { name: "405", api: status(405, "Method Not Allowed"), ...named, status: 405 },
    {
      name: "broken tool history",
      api: status(
        400,
        "messages.2: `tool_use` ids were found without `tool_result` blocks immediately after: toolu_1.",
      ),
      ...{ agentKind: "invalid_request", kind: "invalid_request", cause: "poisoned", status: 400 },
    },
    {
      name: "404",
      api: status(404),
      ...{ agentKind: "model_not_found", kind: "model_not_found", cause: "model_not_found", status: 404 },
    },
    {
      name: "404 HTML",
      api: always({ status: 404, html: true }),
      ...{ agentKind: "model_not_found", kind: "model_not_found", cause: "model_not_found", status: 404 },
    },
    {
      name: "410",
      api: status(410, "Gone", "not_found_error"),
      ...{ agentKind: "unknown", kind: "model_not_found", cause: "model_not_found", status: 410 },
    },
    {
      name: "418",
      api: status(418, "teapot"),
      agentKind: "unknown",
      kind: "invalid_request",
      cause: "invalid_request",
      status: 418,
    },
    {
      name: "425",
      api: status(425, "Too early"),
      agentKind: "unknown",
      kind: "invalid_request",
      cause: "invalid_request",
      status: 425,
    },
  ];
}

function tooLarge(): readonly FailureRow[] {
  const named = { agentKind: "invalid_request", kind: "invalid_request", cause: "too_large" } as const;
  return [
    {
      name: "prompt too long",
      api: status(400, "prompt is too long: 210000 tokens > 200000 maximum"),
      ...named,
      status: 400,
    },
    { name: "413", api: status(413), ...named, status: 413 },
    { name: "413 HTML", api: always({ status: 413, html: true }), ...named, status: 413 },
    {
      name: "image too large",
      api: status(
        400,
        "messages.0.content.0.image.source.base64: image exceeds 5 MB maximum: 6000000 bytes > 5242880 bytes",
      ),
      ...named,
      status: 400,
    },
  ];
}

function account(): readonly FailureRow[] {
  const auth = {
    agentKind: "authentication_failed",
    kind: "authentication_failed",
    cause: "auth",
  } as const;
  const oauth = {
    agentKind: "oauth_org_not_allowed",
    kind: "oauth_org_not_allowed",
    cause: "organisation",
  } as const;
  const notAllowed = "OAuth authentication is currently not allowed for this organization.";
  return [
    {
      name: "402",
      api: status(402),
      ...{ agentKind: "unknown", kind: "billing_error", cause: "billing", status: 402 },
    },
    {
      name: "no credit",
      api: status(
        400,
        "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing.",
      ),
      ...{ agentKind: "billing_error", kind: "billing_error", cause: "billing", status: 400 },
    },
    { name: "401", api: status(401, "invalid x-api-key"), ...auth, status: 401 },
    {
      name: "403",
      api: status(403, "Your API key does not have permission to use the specified resource"),
      ...auth,
      status: 403,
    },
    { name: "no key", api: {}, env: { ANTHROPIC_API_KEY: "" }, ...auth },
    {
      name: "organisation disabled",
      api: status(400, "This organization has been disabled."),
      ...{ agentKind: "invalid_request", kind: "authentication_failed", cause: "organisation", status: 400 },
    },
    { name: "403 login not allowed", api: status(403, notAllowed), ...oauth, status: 403 },
    { name: "401 login not allowed", api: status(401, notAllowed), ...oauth, status: 401 },
  ];
}

function limits(): readonly FailureRow[] {
  const rate = { agentKind: "rate_limit", kind: "rate_limit", status: 429 } as const;
  return [
    { name: "429", api: status(429, "Too Many Requests"), ...rate, cause: "server_throttle" },
    {
      name: "429 with a long retry-after",
      api: always({ status: 429, message: "Too Many Requests", headers: { "retry-after": 600 } }),
      ...rate,
      cause: "server_throttle",
    },
    {
      name: "429 of the key",
      api: status(
        429,
        "This request would exceed your organization's rate limit of 40,000 input tokens per minute",
      ),
      ...rate,
      cause: "request_rate",
    },
    {
      name: "429 of the plan, old text",
      api: status(429, "Claude AI usage limit reached|4102444800"),
      ...rate,
      cause: "plan_window",
    },
  ];
}

function servers(): readonly FailureRow[] {
  const server = { agentKind: "server_error", kind: "server_error", cause: "server" } as const;
  return [
    { name: "500", api: status(500), ...server, status: 500 },
    { name: "502 HTML", api: always({ status: 502, html: true }), ...server, status: 502 },
    { name: "503", api: status(503), ...server, status: 503 },
    { name: "504", api: status(504), ...server, status: 504 },
    {
      name: "529",
      api: status(529),
      ...{ agentKind: "server_error", kind: "overloaded", cause: "overload", status: 529 },
    },
    {
      name: "408",
      api: status(408),
      agentKind: "unknown",
      kind: "server_error",
      cause: "server",
      status: 408,
    },
    {
      name: "409",
      api: status(409, "Conflict"),
      agentKind: "unknown",
      kind: "server_error",
      cause: "server",
      status: 409,
    },
  ];
}

function connections(): readonly FailureRow[] {
  const lost = { agentKind: "server_error", kind: "server_error", cause: "connection" } as const;
  return [
    { name: "reset", api: always({ connection: "reset" }), ...lost },
    { name: "closed without an answer", api: always({ connection: "close" }), ...lost },
    { name: "refused", api: "nowhere", ...lost },
    { name: "unknown name", api: "no name", ...lost },
    { name: "TLS failure", api: "no TLS", ...lost },
    { name: "time-out", api: always({ connection: "hang" }), env: { API_TIMEOUT_MS: "2000" }, ...lost },
  ];
}

function answers(): readonly FailureRow[] {
  const words = "One word after another, as it goes on.";
  return [
    {
      name: "error event after a block",
      api: always({
        text: words,
        stream: { stop_at: "block", error: { type: "overloaded_error", message: "Overloaded" } },
      }),
      ...{ agentKind: "server_error", kind: "overloaded", cause: "overload" },
    },
    {
      name: "stream cut after a block",
      api: always({
        text: words,
        stream: { stop_at: "block", stop_by: "close" },
        non_stream: { connection: "close" },
      }),
      ...{ agentKind: "server_error", kind: "server_error", cause: "connection" },
    },
    {
      name: "200 with HTML",
      api: always({ raw: "<html>sign in</html>", content_type: "text/html" }),
      ...{ agentKind: "unknown", kind: "server_error", cause: "server" },
    },
    {
      name: "200 with broken JSON",
      api: always({ raw: '{"id":"msg_1","con' }),
      ...{ agentKind: "unknown", kind: "server_error", cause: "server" },
    },
    {
      name: "200 with nothing",
      api: always({ raw: "" }),
      ...{ agentKind: "unknown", kind: "server_error", cause: "server" },
    },
    {
      name: "refusal",
      api: always({ text: "", stop_reason: "refusal" }),
      ...{ agentKind: "invalid_request", kind: "invalid_request", cause: "refused" },
    },
    {
      name: "max_tokens",
      api: always({ text: words, stop_reason: "max_tokens" }),
      ...{ agentKind: "max_output_tokens", kind: "max_output_tokens", cause: "cut_answer" },
    },
    {
      name: "context window exceeded",
      api: always({ text: words, stop_reason: "model_context_window_exceeded" }),
      ...{ agentKind: "max_output_tokens", kind: "max_output_tokens", cause: "cut_answer" },
    },
  ];
}
