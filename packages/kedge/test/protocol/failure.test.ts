import { describe, expect, test } from "vitest";
import {
  type ApiAnswer,
  type ConnectionLoss,
  FAILURE_KINDS,
  FAILURE_MEANINGS,
  type Failure,
  type KnownFailureKind,
  readFailure,
} from "../../src/protocol/failure.ts";
import fc from "../support/fast-check.ts";

const nowMs = Date.UTC(2026, 9, 5, 12, 0, 0);
const options = { nowMs };
const HTML = "<html><head><title>Bad Gateway</title></head><body><h1>Bad Gateway</h1><hr>nginx</body></html>";

type Headers = Record<string, string>;

/** An answer with a body as the API writes it; without an error type the body is `text` as it is. */
function http(status: number, type?: string, text = "x", headers: Headers = {}): ApiAnswer {
  const error = { type: "error", error: { type, message: text }, request_id: "req_1" };
  return { type: "http", status, headers, body: type === undefined ? text : JSON.stringify(error) };
}

function read(answer: ApiAnswer): Failure {
  const failure = readFailure(answer, options);
  if (failure === undefined) throw new Error("no failure");
  return failure;
}

type Row = [
  name: string,
  status: number,
  type: string | undefined,
  text: string,
  kind: KnownFailureKind,
  recorded: KnownFailureKind,
  retryable: boolean,
];

const INVALID = "invalid_request_error";
const ORG = "OAuth authentication is currently not allowed for this organization.";
const CREDIT = "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing.";
const GONE_ORG = "This organization has been disabled.";
const LIMITS = "You have reached your specified API usage limits. You will regain access on 2100-01-01.";
const TOO_LONG = "prompt is too long: 210000 tokens > 200000 maximum";
const TOO_MUCH = "input length and `max_tokens` exceed context limit: 190000 + 32000 > 200000";
const WINDOW = "input length exceeds the context window of this model";
const ORPHAN = "messages.1: `tool_use` ids were found without `tool_result` blocks immediately after: t1.";
const PDF = "A maximum of 100 PDF pages may be provided.";
const PROXIED = `litellm.BadRequestError: AnthropicException - {"error":{"message":"${CREDIT}"}}`;

describe("an HTTP failure is named by what happened, beside what the recorded agent says", () => {
  test.each<Row>([
    ["400-generic", 400, INVALID, "messages.0: something is wrong", "invalid_request", "unknown", false],
    ["400-prompt-too-long", 400, INVALID, TOO_LONG, "invalid_request", "invalid_request", false],
    [
      "400-too-long-no-numbers",
      400,
      INVALID,
      "Prompt is too long",
      "invalid_request",
      "invalid_request",
      false,
    ],
    ["400-input-plus-max-tokens", 400, INVALID, TOO_MUCH, "invalid_request", "invalid_request", false],
    ["400-context-window-text", 400, INVALID, WINDOW, "invalid_request", "invalid_request", false],
    ["400-credit-balance", 400, INVALID, CREDIT, "billing_error", "billing_error", false],
    ["400-credit-lower-case", 400, INVALID, CREDIT.toLowerCase(), "billing_error", "billing_error", false],
    ["400-credit-through-proxy", 400, INVALID, PROXIED, "billing_error", "billing_error", false],
    ["400-usage-limits", 400, INVALID, LIMITS, "billing_error", "unknown", false],
    ["400-org-disabled", 400, INVALID, GONE_ORG, "authentication_failed", "invalid_request", false],
    ["400-image", 400, INVALID, "image exceeds 5 MB maximum", "invalid_request", "invalid_request", false],
    ["400-pdf-too-many-pages", 400, INVALID, PDF, "invalid_request", "invalid_request", false],
    ["400-tool-use-without-result", 400, INVALID, ORPHAN, "invalid_request", "invalid_request", false],
    [
      "400-tool-ids",
      400,
      INVALID,
      "`tool_use` ids must be unique",
      "invalid_request",
      "invalid_request",
      false,
    ],
    ["400-invalid-model", 400, INVALID, "invalid model name", "model_not_found", "unknown", false],
    ["400-thinking", 400, INVALID, "Invalid `signature` in `thinking`", "invalid_request", "unknown", false],
    ["400-content-filter", 400, INVALID, "Output blocked by filter", "invalid_request", "unknown", false],
    ["400-html", 400, undefined, HTML, "invalid_request", "unknown", false],
    ["400-empty-body", 400, undefined, "", "invalid_request", "unknown", false],
    ["400-error-type-overloaded", 400, "overloaded_error", "Overloaded", "overloaded", "unknown", true],
    ["400-billing-type", 400, "billing_error", "x", "billing_error", "unknown", false],
    ["400-authentication-type", 400, "authentication_error", "x", "authentication_failed", "unknown", false],
    ["400-rate-limit-type", 400, "rate_limit_error", "x", "rate_limit", "unknown", false],
    ["400-api-error-type", 400, "api_error", "x", "invalid_request", "unknown", false],
    [
      "400-x-api-key",
      400,
      INVALID,
      "x-api-key required",
      "authentication_failed",
      "authentication_failed",
      false,
    ],
    [
      "401-invalid-key",
      401,
      "authentication_error",
      "x",
      "authentication_failed",
      "authentication_failed",
      false,
    ],
    [
      "401-oauth-expired",
      401,
      "authentication_error",
      "OAuth token has expired",
      ...twice("authentication_failed"),
    ],
    ["401-prompt-too-long-text", 401, undefined, TOO_LONG, ...twice("authentication_failed")],
    ["401-empty-body", 401, undefined, "", ...twice("authentication_failed")],
    ["401-oauth-org", 401, "authentication_error", ORG, ...twice("oauth_org_not_allowed")],
    ["402-billing", 402, "billing_error", "billing problem", "billing_error", "unknown", false],
    ["402-empty-body", 402, undefined, "", "billing_error", "unknown", false],
    ["402-credit-balance-text", 402, "billing_error", CREDIT, ...twice("billing_error")],
    ["403-permission", 403, "permission_error", "x", ...twice("authentication_failed")],
    ["403-request-not-allowed", 403, "forbidden", "Request not allowed", ...twice("authentication_failed")],
    ["403-oauth-revoked", 403, "permission_error", "token revoked", ...twice("authentication_failed")],
    ["403-oauth-org", 403, "permission_error", ORG, ...twice("oauth_org_not_allowed")],
    ["403-html", 403, undefined, HTML, ...twice("authentication_failed")],
    ["403-error-type-billing", 403, "billing_error", "x", "billing_error", "authentication_failed", false],
    ["403-credit-balance-text", 403, "permission_error", CREDIT, ...twice("billing_error")],
    ["403-disabled-org-text", 403, "permission_error", GONE_ORG, ...twice("authentication_failed")],
    ["404-model", 404, "not_found_error", "model: claude-nope-1", ...twice("model_not_found")],
    ["404-generic", 404, "not_found_error", "Not found", ...twice("model_not_found")],
    ["404-html", 404, undefined, HTML, ...twice("model_not_found")],
    ["404-not-json", 404, undefined, "404 page not found", ...twice("model_not_found")],
    ["405", 405, INVALID, "Method Not Allowed", "invalid_request", "unknown", false],
    ["405-html", 405, undefined, HTML, ...twice("unknown")],
    ["408", 408, "timeout_error", "Request timed out", "server_error", "unknown", true],
    ["409", 409, "conflict_error", "Conflict", "server_error", "unknown", true],
    ["410", 410, "not_found_error", "Gone", "model_not_found", "unknown", false],
    ["413-request-too-large", 413, "request_too_large", "x", ...twice("invalid_request")],
    ["413-html", 413, undefined, HTML, ...twice("invalid_request")],
    ["413-prompt-too-long-text", 413, INVALID, TOO_LONG, ...twice("invalid_request")],
    ["418", 418, "api_error", "teapot", ...twice("unknown")],
    ["422", 422, INVALID, "Unprocessable entity", "invalid_request", "unknown", false],
    ["425", 425, "api_error", "Too early", ...twice("unknown")],
    ["451", 451, "permission_error", "legal reasons", "authentication_failed", "unknown", false],
    ["429-plain", 429, "rate_limit_error", "x", ...twice("rate_limit", true)],
    ["429-html", 429, undefined, HTML, ...twice("rate_limit", true)],
    ["429-empty-body", 429, undefined, "", ...twice("rate_limit", true)],
    ["429-usage-limit-text", 429, "rate_limit_error", LIMITS, ...twice("rate_limit", true)],
    [
      "429-extra-usage-text",
      429,
      "rate_limit_error",
      "Extra usage is required",
      ...twice("rate_limit", true),
    ],
    ["429-credit-balance-text", 429, "rate_limit_error", CREDIT, ...twice("rate_limit", true)],
    ["429-billing-type", 429, "billing_error", "x", ...twice("rate_limit", true)],
    ["429-error-type-overloaded", 429, "overloaded_error", "x", "overloaded", "rate_limit", true],
    ["500-api-error", 500, "api_error", "Internal server error", ...twice("server_error", true)],
    ["500-empty-body", 500, undefined, "", ...twice("server_error", true)],
    ["500-error-type-overloaded", 500, "overloaded_error", "x", "overloaded", "server_error", true],
    ["500-credit-balance-text", 500, "api_error", CREDIT, ...twice("billing_error")],
    ["500-prompt-too-long-text", 500, "api_error", TOO_LONG, ...twice("invalid_request")],
    ["500-invalid-request-type", 500, INVALID, "x", ...twice("server_error", true)],
    ["501", 501, "api_error", "Not implemented", ...twice("server_error", true)],
    ["502-html", 502, undefined, HTML, ...twice("server_error", true)],
    ["503-html", 503, undefined, HTML, ...twice("server_error", true)],
    ["503-json", 503, "api_error", "Service unavailable", ...twice("server_error", true)],
    ["503-overloaded-type", 503, "overloaded_error", "x", "overloaded", "server_error", true],
    ["504-html", 504, undefined, HTML, ...twice("server_error", true)],
    ["504-timeout-error", 504, "timeout_error", "Request timed out", ...twice("server_error", true)],
    ["520-html", 520, undefined, HTML, ...twice("server_error", true)],
    ["529-overloaded", 529, "overloaded_error", "Overloaded", "overloaded", "server_error", true],
    ["529-empty-body", 529, undefined, "", "overloaded", "server_error", true],
    ["a redirect not followed", 302, undefined, "", ...twice("unknown")],
    ["a status that is none", 0, undefined, "", ...twice("unknown")],
    ["a status beyond all classes", 600, undefined, "", ...twice("unknown")],
    ["an error type that names a property", 400, "constructor", "x", "invalid_request", "unknown", false],
  ])("%s", (_, status, type, text, kind, recordedAgentKind, retryable) => {
    expect(read(http(status, type, text))).toMatchObject({ kind, recordedAgentKind, retryable });
  });

  test("529 is overloaded, where the recorded agent says server_error", () => {
    const failure = read(http(529, "overloaded_error", "Overloaded", { "request-id": "req_2" }));
    expect(failure).toEqual({
      kind: "overloaded",
      retryable: true,
      status: 529,
      errorType: "overloaded_error",
      requestId: "req_2",
      message: "Overloaded",
      recordedAgentKind: "server_error",
    });
  });

  test.each([200, 204, 299])("%i is no failure", (status) => {
    expect(readFailure(http(status), options)).toBeUndefined();
  });
});

function twice(kind: KnownFailureKind, retryable = false): [KnownFailureKind, KnownFailureKind, boolean] {
  return [kind, kind, retryable];
}

describe("a stream's error event is named by its type", () => {
  test.each<
    [type: string | undefined, kind: KnownFailureKind, before: KnownFailureKind, after: KnownFailureKind]
  >([
    ["overloaded_error", "overloaded", "unknown", "server_error"],
    ["api_error", "server_error", "unknown", "server_error"],
    ["rate_limit_error", "rate_limit", "unknown", "unknown"],
    ["invalid_request_error", "invalid_request", "unknown", "server_error"],
    ["authentication_error", "authentication_failed", "authentication_failed", "authentication_failed"],
    ["timeout_error", "server_error", "unknown", "server_error"],
    ["billing_error", "billing_error", "unknown", "server_error"],
    ["a_new_error", "unknown", "unknown", "server_error"],
    [undefined, "server_error", "unknown", "server_error"],
  ])("%s", (type, kind, before, after) => {
    const error = { type, message: "x" };
    const early = read({ type: "stream_error", afterBlock: false, error });
    const late = read({ type: "stream_error", afterBlock: true, error });
    expect(early).toMatchObject({ kind, recordedAgentKind: before });
    expect(early.retryable).toBe(["overloaded", "server_error", "rate_limit"].includes(kind));
    expect(late).toMatchObject({ kind, recordedAgentKind: after, retryable: false });
  });

  test("the error object, the whole event and its text are read alike", () => {
    const error = { type: "overloaded_error", message: "Overloaded" };
    const event = { type: "error", error, request_id: "req_1" };
    const expected = { kind: "overloaded", errorType: "overloaded_error", message: "Overloaded" };
    for (const form of [error, event, JSON.stringify(error), JSON.stringify(event)]) {
      expect(read({ type: "stream_error", afterBlock: false, error: form })).toMatchObject(expected);
    }
    expect(read({ type: "stream_error", afterBlock: false, error: event }).requestId).toBe("req_1");
    expect(read({ type: "stream_error", afterBlock: false, error, requestId: "req_9" }).requestId).toBe(
      "req_9",
    );
  });

  test.each([undefined, null, 5, [], "", {}, { type: 5, message: {} }, { type: "error" }])("%j", (error) => {
    const failure = read({ type: "stream_error", afterBlock: false, error });
    expect(failure).toEqual({ kind: "server_error", retryable: true, recordedAgentKind: "unknown" });
  });
});

describe("a lost connection is a server error, sent again but after a block or a TLS failure", () => {
  test.each<[reason: ConnectionLoss, retryable: boolean]>([
    ["refused", true],
    ["reset", true],
    ["dns", true],
    ["tls", false],
    ["timeout", true],
    ["truncated", true],
    ["no_first_byte", true],
    ["idle", true],
  ])("%s", (reason, retryable) => {
    const expected = { kind: "server_error", recordedAgentKind: "server_error" };
    expect(read({ type: "connection", reason })).toEqual({ ...expected, retryable });
    expect(read({ type: "connection", reason, afterBlock: true })).toEqual({ ...expected, retryable: false });
  });
});

test.each<[stopReason: string, kind: KnownFailureKind | undefined]>([
  ["max_tokens", "max_output_tokens"],
  ["model_context_window_exceeded", "max_output_tokens"],
  ["refusal", "invalid_request"],
  ["end_turn", undefined],
  ["tool_use", undefined],
  ["stop_sequence", undefined],
  ["pause_turn", undefined],
  ["something_new", undefined],
  ["toString", undefined],
  ["", undefined],
])("stop reason %j is %j", (stopReason, kind) => {
  const expected = kind && { kind, retryable: false, recordedAgentKind: kind };
  expect(readFailure({ type: "stop", stopReason }, options)).toEqual(expected);
});

test.each<["html" | "not_json" | "empty" | "error_object", unknown, KnownFailureKind, boolean]>([
  ["html", undefined, "unknown", false],
  ["not_json", undefined, "server_error", true],
  ["empty", undefined, "server_error", true],
  ["error_object", undefined, "server_error", true],
  ["error_object", { type: "overloaded_error", message: "Overloaded" }, "overloaded", true],
  ["error_object", { type: "error", error: { type: "invalid_request_error" } }, "invalid_request", false],
  ["error_object", { message: CREDIT }, "billing_error", false],
])("a 200 that is no message: %s %j", (what, error, kind, retryable) => {
  const failure = read({ type: "unreadable", status: 200, headers: { "retry-after": "2" }, what, error });
  expect(failure).toMatchObject({
    kind,
    retryable,
    status: 200,
    retryAfterMs: 2000,
    recordedAgentKind: "unknown",
  });
});

describe("headers say whether and when", () => {
  const U = "anthropic-ratelimit-unified";
  const resetAtMs = nowMs + 3_600_000;
  const rejected = { [`${U}-status`]: "rejected", [`${U}-reset`]: String(resetAtMs / 1000) };

  test.each<[behaviour: string, status: number, headers: Headers, expected: Partial<Failure>]>([
    ["false stops a 429", 429, { "x-should-retry": "false" }, { retryable: false }],
    ["false stops a 500", 500, { "x-should-retry": "false" }, { retryable: false }],
    ["true adds a 400", 400, { "x-should-retry": "true" }, { retryable: true }],
    ["true adds a 403", 403, { "x-should-retry": "true" }, { retryable: true }],
    ["another word changes nothing", 500, { "x-should-retry": "maybe" }, { retryable: true }],
    ["retry-after on a 429", 429, { "retry-after": "3" }, { retryAfterMs: 3000, retryable: true }],
    ["retry-after on a 529", 529, { "retry-after": "600" }, { retryAfterMs: 600_000, retryable: true }],
    [
      "a rejected plan is not retried",
      429,
      rejected,
      { retryable: false, resetAtMs, resetFrom: `${U}-reset` },
    ],
    ["not even with true", 429, { ...rejected, "x-should-retry": "true" }, { retryable: false, resetAtMs }],
    ["an allowed plan", 429, { ...rejected, [`${U}-status`]: "allowed" }, { retryable: true }],
  ])("%s", (_, status, headers, expected) => {
    expect(read(http(status, undefined, "", headers))).toMatchObject(expected);
  });

  test.each([1, 3, 45, 60, 61, 300, 3600])("a retry-after of %i s is the caller's to judge", (seconds) => {
    for (const status of [429, 500, 529]) {
      const failure = read(http(status, undefined, "", { "retry-after": String(seconds) }));
      expect(failure).toMatchObject({ retryable: true, retryAfterMs: seconds * 1000 });
    }
  });

  test("only a rate limit has a reset: on other failures the headers describe the account", () => {
    expect(read(http(500, "api_error", "x", rejected))).not.toHaveProperty("resetAtMs");
    expect(read(http(500, "api_error", "x", rejected)).retryable).toBe(true);
  });

  test("a reset 73 years away is dropped", () => {
    const failure = read(http(429, undefined, "", { ...rejected, [`${U}-reset`]: "4102444800" }));
    expect(failure).toEqual({
      kind: "rate_limit",
      retryable: false,
      status: 429,
      recordedAgentKind: "rate_limit",
    });
  });
});

describe("a hostile body costs nothing and is never believed further than its words", () => {
  const plain = { kind: "invalid_request", retryable: false, status: 400, recordedAgentKind: "unknown" };
  test.each<[behaviour: string, body: string | undefined]>([
    ["no body", undefined],
    ["blanks", " \n "],
    ["null", "null"],
    ["a number", "5"],
    ["an array", '[{"error": {"type": "overloaded_error"}}]'],
    ["half of a JSON text", '{"type": "error", "error": {"type": "overloaded_error"'],
    [
      "wrong types everywhere",
      '{"type": 5, "error": {"type": ["overloaded_error"], "message": {}}, "request_id": 1}',
    ],
    ["an error under __proto__", '{"__proto__": {"error": {"type": "overloaded_error", "message": "x"}}}'],
    ["a type under __proto__", '{"error": {"__proto__": {"type": "overloaded_error"}}}'],
    ["a million levels", "[".repeat(1_000_000)],
    ["deep inside", `{"error":${'{"error":'.repeat(5000)}1${"}".repeat(5001)}`],
    ["a type beyond 64 Ki", `{"pad": "${"x".repeat(70_000)}", "error": {"type": "overloaded_error"}}`],
    ["a type that is no name", '{"error": {"type": "over loaded\\u001b"}}'],
    ["unfinished titles", "<title".repeat(200_000)],
    ["control characters only", "\u0000\u0007\u200b"],
  ])("%s", (_, body) => {
    expect(read({ type: "http", status: 400, headers: {}, body })).toEqual(plain);
  });

  test.each<[body: string, message: string]>([
    [HTML, "Bad Gateway"],
    ["upstream  said\r\n no", "upstream said no"],
    ['"plain text"', "plain text"],
    ['{"error": "plain text"}', "plain text"],
    ['{"message": "no envelope"}', "no envelope"],
    ['{"error": {"message": "\\u001b[31mred\\u001b[0m\\u0000 \\u202etext"}}', "red text"],
    ["y".repeat(100_000), "y".repeat(500)],
    [`${"y".repeat(499)}😀`, "y".repeat(499)],
  ])("the message of %j", (body, message) => {
    expect(read({ type: "http", status: 500, headers: {}, body }).message).toBe(message);
  });

  test("a request id that is no name is left out, and the header's wins", () => {
    const body = '{"error": {}, "request_id": "req_body"}';
    const answer = (id: string): ApiAnswer => ({
      type: "http",
      status: 500,
      headers: { "request-id": id },
      body,
    });
    expect(read(answer("req_header")).requestId).toBe("req_header");
    expect(read(answer("two ids")).requestId).toBe("req_body");
  });
});

test("every kind has a meaning of one sentence", () => {
  expect(Object.keys(FAILURE_MEANINGS)).toEqual([...FAILURE_KINDS]);
  for (const meaning of Object.values(FAILURE_MEANINGS)) expect(meaning).toMatch(/^[A-Z][^.]+\.$/);
});

test("whatever comes back, the answer has a known kind, finite numbers and a bounded message", () => {
  const name = fc.constantFrom("retry-after", "retry-after-ms", "x-should-retry", "request-id");
  const limit = fc.constantFrom("status", "reset", "5h-status", "5h-reset", "7d-reset", "7d-utilization");
  const headerName = fc.oneof(
    name,
    limit.map((part) => `anthropic-ratelimit-unified-${part}`),
    fc.string(),
  );
  const headerValue = fc.oneof(
    fc.string(),
    fc.nat().map(String),
    fc.constantFrom("true", "rejected", "1e999"),
  );
  const headers = fc.dictionary(headerName, headerValue);
  const status = fc.oneof(fc.integer({ min: 300, max: 599 }), fc.integer(), fc.double());
  const error = fc.oneof(
    fc.anything(),
    fc.string(),
    fc.record({ type: fc.anything(), message: fc.anything() }),
  );
  const body = fc.oneof(
    fc.string(),
    fc.json(),
    error.map((value) => JSON.stringify({ error: value }) ?? ""),
  );
  const what = fc.constantFrom("html", "not_json", "empty", "error_object");
  const answers: fc.Arbitrary<ApiAnswer> = fc.oneof(
    fc.record({ type: fc.constant("http"), status, headers, body: fc.option(body, { nil: undefined }) }),
    fc.record({ type: fc.constant("stream_error"), afterBlock: fc.boolean(), error }),
    fc.record({ type: fc.constant("stop"), stopReason: fc.string() }),
    fc.record({ type: fc.constant("unreadable"), status, headers, what, error }),
  );
  fc.assert(
    fc.property(answers, fc.oneof(fc.constant(nowMs), fc.double()), (answer, now) => {
      const failure = readFailure(answer, { nowMs: now });
      if (failure === undefined) return;
      expect(FAILURE_KINDS).toContain(failure.kind);
      expect(FAILURE_KINDS).toContain(failure.recordedAgentKind);
      const numbers = [failure.retryAfterMs, failure.resetAtMs, failure.status];
      expect(numbers.every((value) => value === undefined || Number.isFinite(value))).toBe(true);
      expect(failure.message?.length ?? 0).toBeLessThanOrEqual(500);
    }),
    { numRuns: 2000 },
  );
});
