import { describe, expect, test } from "vitest";
import { createStreamJson, type HostEvent, type TurnResult } from "../../src/host/index.ts";
import { hooksFor, makeHost } from "../support/host-world.ts";

const SESSION = {
  ...{ id: "s-1", cwd: "/p", model: "m", tools: ["Bash"], agents: ["Plan"] },
  mcpServers: [{ name: "files", status: "failed", why: "it ended", tools: [] }],
  ...{ commands: ["help"], skills: ["deploy"] },
  permissionMode: "plan",
} as const;
const USAGE = {
  input_tokens: 1,
  output_tokens: 2,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 0,
};
const RESULT: TurnResult = {
  ...{
    isError: false,
    subtype: "success",
    text: "done",
    terminalReason: "completed",
    stopReason: "end_turn",
  },
  ...{
    turns: 2,
    durationMs: 30,
    apiMs: 20,
    usage: USAGE,
    permissionDenials: [],
    notices: [],
    origin: "prompt",
    spending: { totalUsd: 0, models: [] },
  },
};

function linesOf(event: HostEvent, includesHookEvents = false) {
  return createStreamJson({ includesHookEvents, version: "1.2.3" }).lines(event, SESSION);
}

describe("lines of stream-json", () => {
  const place = { agentId: "a", agentType: "Plan", toolUseId: "toolu_1" };
  const failure: NonNullable<TurnResult["failure"]> = {
    ...{ kind: "overloaded", retryable: true, recordedAgentKind: "server_error", status: 529 },
    ...{ message: "Overloaded", attempts: 3, model: "m", requestId: "req_1", errorType: "overloaded_error" },
  };
  const message = { id: "msg_1", model: "m", content: [], stopReason: "end_turn", usage: USAGE };
  const ENTRY = "0e0e0e0e-0000-4000-8000-00000000000a";
  const cases: readonly (readonly [string, HostEvent, readonly object[]])[] = [
    [
      "the session",
      { type: "started", source: "resume", sandbox: "off" },
      [
        {
          ...{
            type: "system",
            subtype: "init",
            cwd: "/p",
            tools: ["Bash"],
            mcp_servers: [{ name: "files", status: "failed" }],
            model: "m",
          },
          ...{ permissionMode: "plan", agents: ["Plan"], kedge: { version: "1.2.3", source: "resume" } },
        },
      ],
    ],
    [
      "an answer",
      { type: "answer", entryId: ENTRY, message },
      [
        {
          type: "assistant",
          message: {
            ...{ id: "msg_1", type: "message", role: "assistant", model: "m", content: [] },
            ...{ stop_reason: "end_turn", stop_sequence: null, usage: USAGE },
          },
          parent_tool_use_id: null,
        },
      ],
    ],
    [
      "an answer of a subagent that failed",
      { type: "answer", entryId: ENTRY, message, failure, agent: place },
      [{ type: "assistant", parent_tool_use_id: "toolu_1", error: "overloaded" }],
    ],
    [
      "feedback",
      { type: "feedback", content: [{ type: "text", text: "x" }], agent: place },
      [
        {
          type: "user",
          message: { role: "user", content: [{ type: "text", text: "x" }] },
          parent_tool_use_id: "toolu_1",
        },
      ],
    ],
    [
      "a retry without a status",
      {
        ...{ type: "retrying", attempt: 2, maxRetries: 10, delayMs: 700 },
        failure: {
          kind: "server_error",
          retryable: true,
          recordedAgentKind: "unknown",
          attempts: 2,
          model: "m",
        },
      },
      [
        {
          ...{ type: "system", subtype: "api_retry", attempt: 2, max_retries: 10, retry_delay_ms: 700 },
          ...{ error_status: null, error: "server_error" },
        },
      ],
    ],
    [
      "a notice of a hook",
      { type: "notice", level: "info", text: "careful", hook: "h" },
      [{ type: "system", subtype: "informational", level: "info", content: "careful", hook: "h" }],
    ],
    ["no piece of a text", { type: "text", text: "x" }, []],
    ["no move", { type: "cwd", cwd: "/q" }, []],
  ];
  test.for(cases)("tell %s", ([, event, expected]) => {
    const lines = linesOf(event);
    expect(lines).toMatchObject(expected);
    expect(lines).toHaveLength(expected.length);
    for (const { session_id, uuid } of lines)
      expect([session_id, uuid]).toEqual(["s-1", expect.stringMatching(/^[0-9a-f-]{36}$/)]);
  });

  test("a result says all of it, and a failure what is known of it", () => {
    expect(linesOf({ type: "result", result: RESULT })).toEqual([
      {
        ...{ type: "result", subtype: "success", is_error: false, duration_ms: 30, duration_api_ms: 20 },
        ...{ num_turns: 2, result: "done", stop_reason: "end_turn", terminal_reason: "completed" },
        ...{ usage: USAGE, permission_denials: [], api_error_status: null, total_cost_usd: 0 },
        modelUsage: {},
        kedge: { notices: [], cost_is_estimate: true, prices_as_of: "2026-11-22" },
        ...{ session_id: "s-1", uuid: expect.any(String) },
      },
    ]);
    const result: TurnResult = {
      ...{ ...RESULT, isError: true, terminalReason: "api_error", failure, origin: "wake", notices: ["n"] },
      permissionDenials: [{ toolName: "Bash", toolUseId: "t", toolInput: { command: "x" } }],
      deferredToolUse: { id: "t", name: "Bash", input: {} },
    };
    expect(linesOf({ type: "result", result })).toMatchObject([
      {
        ...{ is_error: true, api_error_status: 529, api_error_type: "overloaded_error" },
        origin: { kind: "task-notification" },
        permission_denials: [{ tool_name: "Bash", tool_use_id: "t", tool_input: { command: "x" } }],
        deferred_tool_use: { id: "t", name: "Bash", input: {} },
        kedge: {
          notices: ["n"],
          failure: {
            error: "overloaded",
            status: 529,
            request_id: "req_1",
            attempts: 3,
            retryable: true,
            model: "m",
          },
        },
      },
    ]);
  });
});

describe("lines of handlers", () => {
  test("stand for each run only when asked for; a gate without a verdict is always told", async () => {
    const world = await makeHost({ replies: [{ tool: "Bash", input: { command: "ls" } }, { text: "ok" }] });
    const [well, broken, secret] = [
      { type: "command", command: "exit 0" },
      { type: "command", command: "sleep 5", timeout: 0.1 },
      { type: "command", command: "echo secret; echo secret >&2; exit 2" },
    ];
    world.settings("user", hooksFor("PreToolUse", well, broken, secret));
    await (await world.open()).send("go");
    const [event] = world.eventsOf("hooks");
    if (!event) throw new Error("Expected handlers to have run");
    const quiet = linesOf(event);
    expect(quiet).toMatchObject([
      {
        ...{ type: "system", subtype: "informational", level: "warning", tag: "hook_no_verdict" },
        ...{ hook_event: "PreToolUse", timed_out: true, tool_use_id: event.toolUseId },
        content: expect.stringMatching(/^PreToolUse hook "command: sleep 5" of .* gave no verdict: /),
      },
    ]);
    const all = linesOf(event, true);
    expect(all.map(({ subtype, outcome }) => [subtype, outcome])).toEqual([
      ["hook_started", undefined],
      ["hook_response", "success"],
      ["hook_started", undefined],
      ["hook_response", "error"],
      ["hook_started", undefined],
      ["hook_response", "success"],
      ["informational", undefined],
    ]);
    expect(all[4]).toMatchObject({ hook_name: "PreToolUse:Bash", hook_event: "PreToolUse" });
    expect(all[5]).toMatchObject({
      hook_id: all[4]?.hook_id,
      exit_code: 2,
      kedge: {
        handler: expect.stringContaining("exit 2"),
        status: "blocked",
        decision: "deny",
        background: false,
      },
    });
  });
});
