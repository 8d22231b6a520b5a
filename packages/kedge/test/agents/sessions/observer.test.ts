import { describe, expect, test } from "vitest";
import { createObserver } from "../../../src/agents/sessions/observer.ts";
import fc from "../../support/fast-check.ts";
import {
  AT,
  answer,
  call,
  failed,
  failedResult,
  ID,
  init,
  limit,
  observe,
  result,
  retry,
  toolResult,
} from "./streams.ts";

test("a session that goes well", () => {
  const seen = observe([
    ...[init(), answer("1", [call("t1")]), toolResult("t1"), answer("2", ["all "]), answer("2", [" done "])],
    result(),
  ]);
  expect(seen).toMatchObject({
    ...{ agent: "claude-code", sessionId: ID, agentVersion: "2.1.329", model: "claude-opus-5-5" },
    ...{ events: 6, unreadable: 0, lastEventAtMs: AT + 5, answers: 2, toolResults: 1, hasProgress: true },
    lastAnswer: { id: "u-2", textLength: 9, tokens: 11821, model: "claude-opus-5-5", atMs: AT + 4 },
    ...{ retries: 0, limits: [], results: 1, lostResults: 0, isInterrupted: false, hasLostWrites: false },
    result: {
      ...{
        isError: false,
        subtype: "success",
        terminalReason: "completed",
        stopReason: "end_turn",
        turns: 2,
      },
      ...{ durationMs: 250, costUsd: 0.09, permissionDenials: [], text: "all done", errors: [] },
      usage: { inputTokens: 23647, outputTokens: 8, cacheReadTokens: 0, cacheWriteTokens: 0 },
    },
  });
  expect(seen.failure).toBeUndefined();
});

test("a session that fails", () => {
  const text = "API Error: 529 Overloaded.";
  const facts = { api_error_status: 529, api_error_type: "overloaded_error" };
  const seen = observe([
    ...[init(), retry(1), retry(2, { error_status: null, error: "unknown" })],
    failed(text, "server_error", { ...facts, request_id: "req_1", api_error: "x" }),
    failedResult(text, { ...facts, permission_denials: [{ tool_name: "Write" }, {}] }),
  ]);
  expect(seen).toMatchObject({
    ...{ answers: 0, hasProgress: false, model: "claude-opus-5-5", retries: 2 },
    lastRetry: { attempt: 2, maxRetries: 10, delayMs: 539, kind: "unknown", atMs: AT + 2 },
    failure: {
      kind: "server_error",
      status: 529,
      errorType: "overloaded_error",
      requestId: "req_1",
      message: text,
      apiError: "x",
    },
    result: {
      isError: true,
      status: 529,
      errorType: "overloaded_error",
      permissionDenials: ["Write", "unknown"],
      text,
    },
  });
  expect(seen.lastRetry).not.toHaveProperty("status");
  expect(seen.lastAnswer).toBeUndefined();
});

describe("proof of progress", () => {
  const nothing = { usage: {} };
  test.each<[string, readonly unknown[], boolean]>([
    ["nothing", [], false],
    ["a session that began", [init()], false],
    ["an answer", [answer("1", ["hi"])], true],
    ["a call", [answer("1", [call("t")])], true],
    ["an answer without usage", [withUsage(undefined)], false],
    ["an answer that used nothing", [withUsage({ input_tokens: 0, output_tokens: 0 })], false],
    ["an answer from the cache", [withUsage({ cache_read_input_tokens: 9 })], true],
    ["an answer with odd usage", [withUsage({ input_tokens: "9", output_tokens: -3 })], false],
    ["an answer without content", [answer("1", [])], false],
    ["a failure in words", [failed("API Error", "unknown")], false],
    ["a failure that says it used something", [{ ...answer("1", ["x"]), is_api_error_message: true }], false],
    [
      "an answer that another one's failure is told by",
      [{ ...answer("1", ["x"]), error: "rate_limit" }],
      false,
    ],
    ["a failed result", [failedResult("x")], false],
    ["a result alone", [result()], false],
    ["the result of a tool alone", [toolResult("t")], false],
    ["the result of a tool, and usage in the end", [toolResult("t"), result()], true],
    ["an answer without usage, and usage in the end", [withUsage(undefined), result()], true],
    ["the result of a tool, and no usage", [toolResult("t"), result(nothing)], false],
    ["an answer of a subagent", [answer("1", ["x"], { parent_tool_use_id: "t" })], true],
    ["the answer of the run before", [answer("before", ["x"])], false],
    ["another one", [answer("before", ["x"]), answer("1", ["x"])], true],
    ["an answer that is repeated", [answer("1", ["x"], { isReplay: true })], false],
    ["a result of a tool that is repeated", [toolResult("t", { isReplay: true }), result()], false],
    ["a retry", [retry(1)], false],
  ])("%s", (_, lines, expected) => {
    expect(observe(lines, { previousAnswerId: "u-before" }).hasProgress).toBe(expected);
  });

  function withUsage(usage: unknown) {
    const whole = answer("1", ["x"]);
    return { ...whole, message: { ...(whole.message as object), usage } };
  }
});

describe("whose it is", () => {
  test("a subagent's answer is not the session's last one, nor its failure the session's", () => {
    const seen = observe([
      ...[init(), answer("1", ["main"]), answer("2", ["sub"], { parent_tool_use_id: "t" })],
      failed("API Error", "server_error", { parent_tool_use_id: "t" }),
    ]);
    expect(seen).toMatchObject({ answers: 1, lastAnswer: { id: "u-1" } });
    expect(seen.failure).toBeUndefined();
  });

  test("a failure that was got over is none", () => {
    const seen = observe([failed("API Error", "server_error"), answer("1", ["go on"])]);
    expect(seen.failure).toBeUndefined();
  });

  test("without an entry's id the API's counts", () => {
    expect(observe([answer("1", ["x"], { uuid: undefined })]).lastAnswer?.id).toBe("msg_1");
  });
});

describe("limits", () => {
  test("are read with all their windows, in milliseconds", () => {
    const more = {
      overageStatus: "rejected",
      overageResetsAt: 1_795_300_000,
      errorCode: "credits_required",
      utilization: 1.2,
    };
    expect(observe([limit(more)]).limits).toEqual([
      {
        ...{
          atMs: AT,
          status: "rejected",
          window: "five_hour",
          resetAtMs: 1_795_251_985_000,
          utilization: 1.2,
        },
        windows: { five_hour: { status: "rejected", utilization: 1, resetAtMs: 1_795_251_985_000 } },
        overage: { status: "rejected", resetAtMs: 1_795_300_000_000 },
        errorCode: "credits_required",
      },
    ]);
  });

  test("of each window the last word counts", () => {
    const seen = observe([limit(), limit({ rateLimitType: "seven_day" }), limit({ status: "allowed" })]);
    expect(seen.limits.map(({ window, status }) => [window, status])).toEqual([
      ["seven_day", "rejected"],
      ["five_hour", "allowed"],
    ]);
  });

  test("milliseconds are taken as such, and nonsense is left out", () => {
    const odd = {
      resetsAt: 1_795_251_985_000,
      utilization: -1,
      status: 7,
      unifiedWindows: { a: 3, b: { resetsAt: "x" } },
    };
    expect(observe([limit(odd)]).limits).toEqual([
      { atMs: AT, window: "five_hour", resetAtMs: 1_795_251_985_000, windows: { b: {} } },
    ]);
    expect(observe([{ type: "rate_limit_event" }]).limits).toEqual([{ atMs: AT }]);
  });

  test("thousands of windows cost no memory", () => {
    const many = Array.from({ length: 5_000 }, (_, at) => limit({ rateLimitType: `w${at}` }));
    expect(observe(many).limits).toHaveLength(20);
  });
});

describe("results", () => {
  test.each([
    [[0], 0],
    [[0, 1, 2], 0],
    [[1], 1],
    [[0, 3], 2],
    [[0, 0], 0],
    [[2, 1], 2],
    [[undefined, undefined], 0],
    [[-1, 0.5, "1", 2 ** 60], 0],
  ])("of %j so many are missing: %i", (indexes, expected) => {
    const lines = indexes.map((index) => result({ result_index: index }));
    expect(observe(lines)).toMatchObject({ results: indexes.length, lostResults: expected });
  });

  test.each([529.5, 0, 1000, "529", null, [529]])("%j is no status", (status) => {
    const seen = observe([
      ...[retry(1, { error_status: status }), failed("x", "unknown", { api_error_status: status })],
      result({ api_error_status: status }),
    ]);
    for (const facts of [seen.lastRetry, seen.failure, seen.result])
      expect(facts).not.toHaveProperty("status");
  });

  test("what Kedge's host knows of a failure", () => {
    const failure = {
      ...{ error: "overloaded", status: 529, request_id: "req_1", attempts: 3, retryable: true, model: "m" },
      ...{ retry_after_ms: 90_000, resets_at_ms: AT, reset_from: "retry-after", connection: "reset" },
    };
    expect(observe([result({ kedge: { notices: [], failure } })]).result?.host).toEqual({
      ...{ kind: "overloaded", requestId: "req_1", model: "m", attempts: 3, retryAfterMs: 90_000 },
      ...{ resetAtMs: AT, resetFrom: "retry-after", connection: "reset" },
    });
  });
});

describe("events of few words", () => {
  test.each([
    ["session_writes_lost", "hasLostWrites"],
    ["worker_shutting_down", "isShuttingDown"],
  ] as const)("%s, as a subtype and as a type", (name, field) => {
    expect(observe([{ type: "system", subtype: name }])[field]).toBe(true);
    expect(observe([{ type: name }])[field]).toBe(true);
    expect(observe([{ type: "system", subtype: "other" }])[field]).toBe(false);
  });

  test("an interrupt by SIGINT, which gives no result", () => {
    const words = (text: string) => ({ type: "user", message: { content: [{ type: "text", text }] } });
    expect(observe([words("[Request interrupted by user]")]).isInterrupted).toBe(true);
    expect(observe([words("[Request interrupted by user for tool use]")]).isInterrupted).toBe(true);
    expect(observe([words("Say: [Request interrupted by user]")]).isInterrupted).toBe(false);
    expect(observe([toolResult("[Request interrupted by user]")]).isInterrupted).toBe(false);
  });
});

describe("hostile streams", () => {
  test("what is no event is counted and nothing else", () => {
    expect(observe([null, 1, "x", [], undefined])).toMatchObject({ events: 0, unreadable: 5 });
  });

  test.each(["assistant", "user", "system", "result", "rate_limit_event", "__proto__", "constructor"])(
    "nothing that %s may hold makes it throw or remember wrong types",
    (type) => {
      const keys = fc.constantFrom(
        ...[
          "message",
          "content",
          "usage",
          "uuid",
          "session_id",
          "subtype",
          "error",
          "rate_limit_info",
          "result_index",
        ],
        ...[
          "permission_denials",
          "errors",
          "kedge",
          "failure",
          "unifiedWindows",
          "model",
          "result",
          "is_error",
        ],
      );
      const { value } = fc.letrec<{ value: unknown }>((tie) => ({
        value: fc.oneof(
          { maxDepth: 4 },
          ...[fc.string(), fc.double(), fc.boolean(), fc.constant(null)],
          ...[fc.array(tie("value"), { maxLength: 3 }), fc.dictionary(keys, tie("value"), { maxKeys: 5 })],
        ),
      }));
      fc.assert(
        fc.property(fc.dictionary(keys, value, { maxKeys: 9 }), (event) => {
          const seen = observe([init(), { ...event, type }]);
          expect(seen.events).toBe(2);
          expect(typeof seen.sessionId).toBe("string");
          for (const number of [seen.answers, seen.toolResults, seen.lostResults])
            expect(number).toBeGreaterThanOrEqual(0);
          JSON.stringify(seen);
        }),
      );
    },
  );

  test("what was seen before is not changed by what comes later", () => {
    const observer = createObserver({ agent: "x" });
    observer.take(limit(), AT);
    const before = observer.observed;
    observer.take(result(), AT);
    expect(before).toMatchObject({ results: 0, events: 1 });
    expect(before.result).toBeUndefined();
  });
});
