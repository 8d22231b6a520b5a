/** Every way in which the API was seen to fail can be written as a step, and comes out as it was written. */
import { describe, expect, it } from "vitest";
import { type Scenario, type Step, startModelApi } from "../../src/model-api/index.ts";
import { type AskOptions, ask, type Ending, eventNames } from "./raw-client.ts";

interface Form {
  readonly step: Step;
  readonly status: number;
  /** In the body. Without it the body is empty. */
  readonly body?: string | RegExp;
  readonly headers?: Readonly<Record<string, string | RegExp>>;
  readonly ending?: Ending;
  /** Events of the stream; without them the request does not stream. */
  readonly events?: readonly string[];
}

const error = (type: string, message: string): string => `"error":{"type":"${type}","message":"${message}"}`;
const START = ["message_start"];
const OPEN = [...START, "content_block_start"];
const HALF = [...OPEN, "content_block_delta"];
const BLOCK = [...HALF, "content_block_stop"];
const ALL_BUT_STOP = [...BLOCK, "message_delta"];
const WHOLE = [...ALL_BUT_STOP, "message_stop"];
const FUTURE = 4_102_444_800;

const unified = (claim: string, ...windows: readonly string[]): Record<string, string> => ({
  "anthropic-ratelimit-unified-status": "rejected",
  "anthropic-ratelimit-unified-reset": String(FUTURE),
  "anthropic-ratelimit-unified-representative-claim": claim,
  ...Object.fromEntries(
    windows.map((window) => [`anthropic-ratelimit-unified-${window}-status`, "rejected"]),
  ),
});

/** A status with its usual type, or with a type and words of its own. */
function fails(status: number, type: string, message?: string, usualType = false): Form {
  const step =
    message === undefined ? { status } : { status, message, ...(usualType ? {} : { error: type }) };
  return { step, status, body: message === undefined ? `"type":"${type}"` : error(type, message) };
}

const html = (status: number, title: string): Form => ({
  step: { status, html: true },
  status,
  body: `<title>${status} ${title}</title>`,
  headers: { "content-type": "text/html" },
});

const empty = (status: number): Form => ({
  step: { status, empty: true },
  status,
  headers: { "content-length": "0" },
});

/** A stream of "one two three four" that leaves its course. */
function streams(
  stream: Exclude<Step["stream"], false | undefined>,
  ending: Ending,
  events: readonly string[],
  body: string | RegExp = "",
): Form {
  return { step: { text: "one two three four", stream }, status: 200, ending, events, body };
}

const statuses: Readonly<Record<string, Form>> = {
  "400-generic": fails(400, "invalid_request_error", "messages.0: something is wrong"),
  "400-prompt-too-long": fails(
    400,
    "invalid_request_error",
    "prompt is too long: 210000 tokens > 200000 maximum",
    true,
  ),
  "400-credit-balance": fails(
    400,
    "invalid_request_error",
    "Your credit balance is too low to access the API.",
    true,
  ),
  "400-tool-use-without-result": fails(
    400,
    "invalid_request_error",
    "messages.2: `tool_use` ids without `tool_result`",
  ),
  "400-html": html(400, "Bad Request"),
  "400-empty-body": empty(400),
  "400-error-type-overloaded": fails(400, "overloaded_error", "Overloaded"),
  "400-authentication-type": fails(400, "authentication_error", "x"),
  "401-invalid-key": fails(401, "authentication_error"),
  "401-oauth-expired-text": fails(401, "authentication_error", "OAuth token has expired."),
  "401-empty-body": empty(401),
  "402-billing": fails(402, "billing_error"),
  "403-permission": fails(403, "permission_error"),
  "403-request-not-allowed": fails(403, "forbidden", "Request not allowed"),
  "403-html": html(403, "Forbidden"),
  "404-model": fails(404, "not_found_error", "model: claude-nothing"),
  "404-not-json": { step: { status: 404, body: "nothing here" }, status: 404, body: "nothing here" },
  "405": fails(405, "invalid_request_error", "Method Not Allowed", true),
  "408": fails(408, "timeout_error"),
  "409": fails(409, "conflict_error"),
  "410": fails(410, "not_found_error"),
  "413-request-too-large": fails(413, "request_too_large"),
  "418": fails(418, "api_error", "teapot"),
  "422": fails(422, "invalid_request_error"),
  "425": fails(425, "api_error", "Too early"),
  "429-plain": fails(429, "rate_limit_error"),
  "429-html": html(429, "Too Many Requests"),
  "429-empty-body": empty(429),
  "429-error-type-overloaded": fails(429, "overloaded_error", "Overloaded"),
  "429-retry-after-1": {
    ...fails(429, "rate_limit_error"),
    step: { status: 429, headers: { "retry-after": 1 } },
    headers: { "retry-after": "1" },
  },
  "429-retry-after-http-date": {
    ...fails(429, "rate_limit_error"),
    step: { status: 429, headers: { "Retry-After": "{http_date+3}" } },
    headers: { "retry-after": /^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$/ },
  },
  "429-should-retry-false": {
    ...fails(429, "rate_limit_error"),
    step: { status: 429, headers: { "x-should-retry": "false" } },
    headers: { "x-should-retry": "false" },
  },
  "429-api-ratelimit-headers": {
    ...fails(429, "rate_limit_error"),
    step: { status: 429, headers: { "anthropic-ratelimit-requests-reset": "{rfc3339+60}" } },
    headers: { "anthropic-ratelimit-requests-reset": /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/ },
  },
  "429-unified-rejected": {
    ...fails(429, "rate_limit_error"),
    step: { status: 429, headers: unified("five_hour", "5h") },
    headers: unified("five_hour", "5h"),
  },
  "429-unified-seven-day-opus": {
    ...fails(429, "rate_limit_error"),
    step: { status: 429, headers: unified("seven_day_opus") },
    headers: unified("seven_day_opus"),
  },
  "429-usage-limit-text": {
    step: { status: 429, message: "Claude AI usage limit reached|{epoch_s+60}" },
    status: 429,
    body: /usage limit reached\|\d{10}"/,
  },
  "500-api-error": fails(500, "api_error"),
  "500-empty-body": empty(500),
  "500-error-type-overloaded": fails(500, "overloaded_error", "Overloaded"),
  "501": fails(501, "api_error", "Not implemented"),
  "502-html": html(502, "Bad Gateway"),
  "503-html": html(503, "Service Unavailable"),
  "504-timeout-error": fails(504, "timeout_error"),
  "520-html": html(520, "Web Server Returned an Unknown Error"),
  "529-overloaded": fails(529, "overloaded_error", "Overloaded", true),
  "529-empty-body": empty(529),
  "204": { step: { status: 204 }, status: 204 },
  "302-redirect": {
    step: { status: 302, headers: { location: "/elsewhere" } },
    status: 302,
    headers: { location: "/elsewhere" },
  },
  "200-html": {
    step: { raw: "<html>sign in</html>", content_type: "text/html" },
    status: 200,
    body: "<html>sign in</html>",
    headers: { "content-type": "text/html" },
  },
  "200-invalid-json": { step: { raw: '{"id":"msg_1","con' }, status: 200, body: /"con$/ },
  "200-empty-body": { step: { raw: "" }, status: 200 },
  "200-json-error": {
    step: { status: 200, error: "api_error", message: "x" },
    status: 200,
    body: error("api_error", "x"),
  },
  "slow-then-ok": { step: { text: "late", delay_ms: 30 }, status: 200, body: '"text":"late"' },
  destroy: { step: { connection: "close" }, status: 0, ending: "closed" },
  reset: { step: { connection: "reset" }, status: 0, ending: "reset" },
  refused: { step: { connection: "refuse", refuse_ms: 50 }, status: 0, ending: "reset" },
  hang: { step: { connection: "hang" }, status: 0, ending: "silent" },
};

const stops = (reason: string): Form => ({
  step: { text: "x", stop_reason: reason },
  status: 200,
  body: `"stop_reason":"${reason}"`,
});

const messages: Readonly<Record<string, Form>> = {
  "stop-max-tokens": stops("max_tokens"),
  "stop-refusal": stops("refusal"),
  "stop-context-window": stops("model_context_window_exceeded"),
  "stop-pause-turn": stops("pause_turn"),
  "stop-sequence": stops("stop_sequence"),
  "stop-unknown-reason": stops("something_new"),
  "stop-tool-use-no-block": stops("tool_use"),
  "stop-refusal-details": {
    step: { text: "", stop_reason: "refusal", stop_details: { type: "refusal", category: "cyber" } },
    status: 200,
    body: '"stop_details":{"type":"refusal","category":"cyber"}',
  },
  "empty-content": { step: { content: [] }, status: 200, body: '"content":[]' },
  "empty-text": { step: { text: "" }, status: 200, body: '"content":[{"type":"text","text":""}]' },
  "whitespace-text": { step: { text: " \n " }, status: 200, body: '"text":" \\n "' },
  "200-json-message": {
    step: { text: "plain", stream: false },
    status: 200,
    body: '"text":"plain"',
    events: [],
    headers: { "content-type": "application/json" },
  },
  "200-unified-warning-headers": {
    step: { text: "x", headers: { "anthropic-ratelimit-unified-status": "allowed_warning" } },
    status: 200,
    body: '"text":"x"',
    headers: { "anthropic-ratelimit-unified-status": "allowed_warning" },
  },
};

const brokenStreams: Readonly<Record<string, Form>> = {
  whole: streams({}, "whole", WHOLE),
  "sse-error-first-overloaded": streams(
    { stop_at: "headers", error: {} },
    "whole",
    ["error"],
    error("overloaded_error", "Overloaded"),
  ),
  "sse-error-first-rate-limit": streams(
    { stop_at: "headers", error: { type: "rate_limit_error", message: "slow down" } },
    "whole",
    ["error"],
    error("rate_limit_error", "slow down"),
  ),
  "sse-error-mid-api": streams(
    { stop_at: "delta", error: { type: "api_error" } },
    "whole",
    [...HALF, "error"],
    error("api_error", "Internal server error"),
  ),
  "sse-error-after-block": streams({ stop_at: "block", stop_by: "error" }, "whole", [...BLOCK, "error"]),
  "sse-truncated-after-start": streams({ stop_at: "message_start" }, "whole", START),
  "sse-truncated-in-block": streams({ stop_at: "block_start" }, "whole", OPEN),
  "sse-truncated-mid-text-end": streams(
    { stop_at: "delta", stop_by: "end" },
    "whole",
    HALF,
    /"text":"one two t/,
  ),
  "sse-truncated-mid-text-destroy": streams({ stop_at: "delta", stop_by: "close" }, "closed", HALF),
  "sse-truncated-mid-text-reset": streams({ stop_at: "delta", stop_by: "reset" }, "reset", HALF),
  "sse-truncated-after-block-end": streams({ stop_at: "block" }, "whole", BLOCK),
  "sse-truncated-after-block-destroy": streams({ stop_at: "block", stop_by: "close" }, "closed", BLOCK),
  "sse-no-message-stop": streams({ stop_at: "message_delta" }, "whole", ALL_BUT_STOP),
  "sse-stall-mid-text": streams({ stop_at: "delta", stop_by: "hang" }, "silent", HALF),
  "sse-stall-then-on": streams({ stop_at: "delta", stall_ms: 20, chunk_chars: 9 }, "whole", [
    ...HALF,
    ...["content_block_delta", "content_block_stop", "message_delta", "message_stop"],
  ]),
  "sse-empty": streams({ stop_at: "headers" }, "whole", []),
  "sse-empty-destroy": streams({ stop_at: "headers", stop_by: "close" }, "closed", []),
  "sse-ping-only": streams(
    { stop_at: "headers", stop_by: "end", insert: 'event: ping\ndata: {"type":"ping"}\n\n' },
    "whole",
    ["ping"],
  ),
  "sse-bad-json-data": streams(
    { stop_at: "message_start", insert: "event: content_block_delta\ndata: {broken\n\n" },
    "whole",
    [...START, "content_block_delta", ...WHOLE.slice(1)],
    "data: {broken\n",
  ),
  "sse-garbage": streams(
    { stop_at: "headers", stop_by: "end", insert: "\0\0no events" },
    "whole",
    [],
    "no events",
  ),
};

async function check(form: Form, options: AskOptions): Promise<void> {
  const scenario: Scenario = { replies: [form.step] };
  await using api = await startModelApi(scenario);
  // Only where silence is expected: on a busy machine an answer may be late.
  const answer = await ask(api.port, { ...options, ...(form.ending === "silent" && { patienceMs: 300 }) });
  expect(answer.status).toBe(form.status);
  expect(answer.ending).toBe(form.ending ?? "whole");
  for (const [name, value] of Object.entries(form.headers ?? {}))
    expect(answer.headers[name]).toEqual(value instanceof RegExp ? expect.stringMatching(value) : value);
  if (form.body === undefined) expect(answer.body).toBe("");
  else if (form.body instanceof RegExp) expect(answer.body).toMatch(form.body);
  else expect(answer.body).toContain(form.body);
  if (form.events) expect(eventNames(answer.body)).toEqual(form.events);
  if (answer.status > 0) expect(answer.headers["request-id"]).toMatch(/^req_/);
}

describe("a step expresses", () => {
  it.each(Object.entries({ ...statuses, ...messages }))("%s", async (_, form) => {
    await check(form, { stream: form.events !== undefined });
  });
  it.each(Object.entries(statuses))("%s, to a request that streams", (_, form) =>
    check(form, { stream: true }),
  );
});

describe("a stream expresses", () => {
  it.each(Object.entries(brokenStreams))("%s", (_, form) => check(form, { stream: true }));
});

describe("a broken stream, asked without streaming,", () => {
  const stream = { stop_at: "delta", stop_by: "reset" } as const;

  it("is a 500, for half a message cannot be sent whole", async () => {
    const form = {
      step: { text: "x", stream },
      status: 500,
      body: /"api_error","message":"This answer of the script/,
    };
    await check(form, {});
  });

  it("is what `non_stream` says", async () => {
    const step: Step = { text: "x", stream, non_stream: { status: 529 } };
    await check({ step, status: 529, body: "overloaded_error" }, {});
  });

  it("is the message where the stream comes to its end after all", async () => {
    const step: Step = { text: "late", stream: { stop_at: "delta", stall_ms: 5 } };
    await check({ step, status: 200, body: '"text":"late"' }, {});
  });
});
