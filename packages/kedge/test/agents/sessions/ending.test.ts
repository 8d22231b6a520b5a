import { describe, expect, test } from "vitest";
import { type EndingFacts, type EndingOptions, readEnding } from "../../../src/agents/sessions/ending.ts";
import type { Evidence } from "../../../src/recovery/evidence.ts";
import { type Cause, judgeFailure } from "../../../src/recovery/index.ts";
import { AT, answer, failed, failedResult, ID, init, limit, observe, result, retry } from "./streams.ts";

const OPTIONS: EndingOptions = {
  sessionId: ID,
  startedAtMs: AT,
  endedAtMs: AT + 500,
  exitCode: 0,
  signal: null,
};

/** The names and types are those of evidence: this compiles, or the two have parted. */
const asEvidence = (facts: EndingFacts): Evidence => ({ ...facts, seenAtMs: facts.atMs });

function judge(lines: readonly unknown[], more: Partial<EndingOptions> = {}) {
  const evidence = readEnding(observe(lines), { ...OPTIONS, ...more }).map(asEvidence);
  return judgeFailure(evidence, { nowMs: AT + 1_000, zone: "UTC" });
}

const overloaded = { api_error_status: 529, api_error_type: "overloaded_error" };
const auth = { api_error_status: 401, api_error_type: "authentication_error" };
const lost = "API Error: Connection dropped (ECONNRESET). Check the gateway.";
const missing = `No conversation found with session ID: ${ID}`;
const stopped = (reason: string) => [init(), answer("1", ["x"]), result({ terminal_reason: reason })];

type Row = readonly [
  name: string,
  lines: readonly unknown[],
  more: Partial<EndingOptions>,
  cause: Cause,
  confidence: string,
];

const ENDINGS: readonly Row[] = [
  ["success", [init(), answer("1", ["hi"]), result()], {}, "none", "certain"],
  ["success after retries", [init(), retry(1), answer("1", ["hi"]), result()], {}, "none", "certain"],
  [
    "529",
    [init(), retry(1), failed("x", "server_error", overloaded), failedResult("x", overloaded)],
    { exitCode: 1 },
    "overload",
    "certain",
  ],
  ["529 with exit 0", [init(), failedResult("x", overloaded)], {}, "overload", "certain"],
  [
    "a failure that only the stream tells",
    [init(), failed("x", "server_error", overloaded)],
    { exitCode: 1 },
    "overload",
    "certain",
  ],
  [
    "401",
    [init(), failed("x", "authentication_failed", auth), failedResult("x", auth)],
    { exitCode: 1 },
    "auth",
    "certain",
  ],
  [
    "a lost connection",
    [init(), failed(lost, "server_error"), failedResult(lost, { api_error: "connection_failed" })],
    { exitCode: 1 },
    "connection",
    "certain",
  ],
  [
    "a plan's window",
    [
      init(),
      limit(),
      failedResult("You've hit your 5-hour limit", {
        api_error_status: 429,
        api_error: "usage_limit_reached",
      }),
    ],
    { exitCode: 1 },
    "plan_window",
    "certain",
  ],
  [
    "a limit that passed",
    [init(), limit(), answer("1", ["x"]), limit({ status: "allowed", unifiedWindows: {} }), result()],
    {},
    "none",
    "certain",
  ],
  [
    "too long a prompt",
    [
      init(),
      failedResult("Prompt is too long", { terminal_reason: "prompt_too_long", api_error_status: 400 }),
    ],
    { exitCode: 1 },
    "too_large",
    "certain",
  ],
  ...["stop_hook_prevented", "hook_stopped", "tool_deferred", "max_turns", "budget_exhausted"].map(
    (reason): Row => [reason, stopped(reason), {}, "stopped_by_policy", "certain"],
  ),
  ["aborted_streaming", stopped("aborted_streaming"), {}, "interrupted", "certain"],
  [
    "SIGINT, measured",
    [
      init(),
      { type: "user", message: { content: [{ type: "text", text: "[Request interrupted by user]" }] } },
    ],
    {},
    "interrupted",
    "certain",
  ],
  ["SIGTERM: exit 143", [init()], { exitCode: 143 }, "dead_process", "certain"],
  ["killed", [init(), answer("1", ["x"])], { exitCode: null, signal: "SIGKILL" }, "dead_process", "certain"],
  [
    "shut down",
    [init(), { type: "system", subtype: "worker_shutting_down" }],
    { exitCode: 143 },
    "interrupted",
    "likely",
  ],
  ["no result", [init(), answer("1", ["x"])], {}, "lost_result", "certain"],
  ["half a result", [init(), answer("1", ["x"]), null], {}, "lost_result", "certain"],
  [
    "a gap before a good result",
    [init(), answer("1", ["x"]), result({ result_index: 2 })],
    {},
    "lost_result",
    "certain",
  ],
  [
    "a gap before a failed one",
    [init(), failedResult("x", { ...overloaded, result_index: 2 })],
    { exitCode: 1 },
    "overload",
    "certain",
  ],
  ["an empty answer at once", [init(), result({ result: " ", num_turns: 1 })], {}, "false_success", "likely"],
  [
    "an empty answer after long work",
    [init(), answer("1", ["x"]), result({ result: "", duration_ms: 60_000 })],
    {},
    "none",
    "certain",
  ],
  [
    "is_error with exit 0",
    [init(), failedResult("x", { terminal_reason: undefined })],
    {},
    "false_success",
    "certain",
  ],
  [
    "calls that nobody permitted",
    [init(), answer("1", ["x"]), result({ permission_denials: [{ tool_name: "Write" }] })],
    {},
    "degraded",
    "certain",
  ],
  [
    "a missing session",
    [
      result({
        subtype: "error_during_execution",
        is_error: true,
        result: undefined,
        terminal_reason: undefined,
        num_turns: 0,
        errors: [missing],
      }),
    ],
    { exitCode: 1, stderr: missing },
    "lost_session",
    "likely",
  ],
  [
    "a missing session that only stderr tells",
    [],
    { exitCode: 1, stderr: `${missing}\n` },
    "lost_session",
    "likely",
  ],
  [
    "lost writes",
    [init(), { type: "system", subtype: "session_writes_lost" }, answer("1", ["x"]), result()],
    {},
    "lost_writes",
    "certain",
  ],
  ["nothing at all", [], {}, "lost_result", "certain"],
];

describe("how recovery judges what is read", () => {
  test.each(ENDINGS)("%s", (_, lines, more, cause, confidence) => {
    expect(judge(lines, more)).toMatchObject({ cause, confidence });
  });

  test("the reset of a window comes through", () => {
    const text = { api_error_status: 429, api_error: "usage_limit_reached" };
    const verdict = judge([init(), limit(), failedResult("You've hit your limit", text)], { exitCode: 1 });
    expect(verdict).toMatchObject({
      window: "five_hour",
      reset: { atMs: 1_795_251_985_000, from: "rate_limit_event", precision: "exact", isPlausible: true },
    });
  });

  test("the transcript speaks when the stream was lost, and of this run only", () => {
    const turn = { atMs: AT + 10, error: "rate_limit", status: 429, message: "x", requestId: "req_1" };
    const transcript = { failures: [turn], endsInFailure: true, skipped: 0 };
    expect(judge([init()], { exitCode: 1, transcript })).toMatchObject({ status: 429 });
    expect(
      judge([init()], { exitCode: 1, transcript: { ...transcript, endsInFailure: false } }).status,
    ).toBeUndefined();
    expect(
      judge([init()], { exitCode: 1, startedAtMs: AT + 60_000, endedAtMs: AT + 70_000, transcript }).status,
    ).toBeUndefined();
  });
});

test("each witness says what it knows and no more", () => {
  const lines = [
    init(),
    retry(3),
    answer("1", ["x"]),
    failed("y", "server_error", overloaded),
    failedResult("y", overloaded),
  ];
  const about = { agent: "claude-code", sessionId: ID, agentVersion: "2.1.329" };
  expect(readEnding(observe(lines), { ...OPTIONS, exitCode: 1, stderr: "noise" })).toEqual([
    {
      ...{ ...about, witness: "result", atMs: AT + 4, model: "claude-opus-5-5", isError: true, status: 529 },
      ...{
        errorType: "overloaded_error",
        terminalReason: "api_error",
        stopReason: "stop_sequence",
        turns: 1,
      },
      ...{ durationMs: 250, message: "y", permissionDenials: [], hasAnswerBefore: true, lastAnswerId: "u-1" },
    },
    {
      ...about,
      witness: "stream",
      atMs: AT + 1,
      event: "api_retry",
      attempts: 3,
      status: 529,
      kind: "overloaded",
    },
    {
      ...{ ...about, witness: "stream", atMs: AT + 3, event: "assistant", kind: "server_error", status: 529 },
      ...{ errorType: "overloaded_error", message: "y" },
    },
    {
      ...{ ...about, witness: "process", atMs: AT + 500, exitCode: 1, hasResult: true, isRunning: false },
      ...{ durationMs: 500, lastEventAtMs: AT + 4, lastAnswerId: "u-1" },
    },
  ]);
});
