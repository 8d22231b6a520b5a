import { getEventListeners } from "node:events";
import { describe, expect, test } from "vitest";
import type { AgentRunner } from "../../src/engine/ports.ts";
import { runAgent } from "../../src/engine/run-agent.ts";
import {
  type AgentHandler,
  type HookEventName,
  mergeResults,
  parseHandlerOutput,
} from "../../src/protocol/index.ts";
import { type RunSketch, runOf } from "../support/handler-run.ts";
import { createAgentRunner, type ScriptedAnswer, serveMessages } from "../support/messages-api.ts";

interface AgentSketch extends RunSketch {
  readonly event?: HookEventName;
  readonly model?: string;
}

function send(runner: AgentRunner | undefined, sketch: AgentSketch = {}) {
  const { event = "PreToolUse", model, ...run } = sketch;
  const base = { onFailure: "continue", isOnce: false, ...(model === undefined ? {} : { model }) } as const;
  const handler: AgentHandler = { type: "agent", prompt: "Check $ARGUMENTS", ...base };
  return runAgent(handler, runOf(event, run), runner);
}

/** The report and the requests of one subagent whose model has this script. */
async function exchange(script: readonly ScriptedAnswer[], sketch?: AgentSketch) {
  await using server = await serveMessages(...script);
  const report = await send(createAgentRunner(server.url), sketch);
  const result = parseHandlerOutput(sketch?.event ?? "PreToolUse", report.ending);
  return { report, result, requests: server.requests };
}

const read: ScriptedAnswer = { tool: "Read", input: { file_path: "/a" } };

function says(input: object): ScriptedAnswer {
  return { tool: "StructuredOutput", input };
}

describe("the subagent", () => {
  test("gets the task with the input in it, and works until it answers", async () => {
    const { report, requests } = await exchange([read, read, says({ ok: true, reason: "fine" })]);
    expect(requests).toHaveLength(3);
    expect(requests[0]?.messages[0]?.content).toBe(
      'Check {"session_id":"s-1","hook_event_name":"PreToolUse"}',
    );
    expect(requests[0]?.model).toBe("session-model");
    expect(requests[2]?.messages).toHaveLength(5);
    expect(report.ending).toEqual({ type: "agent", exitCode: 0, stdout: "", stderr: "" });
    expect(report.outputBytes).toBe('{"ok":true,"reason":"fine"}'.length);
  });

  test("uses the model that the handler names", async () => {
    const { requests } = await exchange([says({ ok: true, reason: "" })], { model: "large-model" });
    expect(requests[0]?.model).toBe("large-model");
  });

  test("ends after 50 turns without an answer", async () => {
    const { report, requests } = await exchange([read]);
    expect(requests).toHaveLength(50);
    expect(report.ending.failure).toBe("the subagent ended without a structured answer");
  });

  test("is not started where agent handlers are never run", async () => {
    const { report, requests } = await exchange([says({ ok: false, reason: "no" })], {
      event: "StopFailure",
    });
    expect(report.ending.failure).toBe("agent handlers are never run on StopFailure");
    expect(requests).toEqual([]);
  });
});

describe("a refusal", () => {
  const refusal = says({ ok: false, reason: "unsafe", impossible: true });

  test.each<[event: HookEventName, effect: string]>([
    ["PreToolUse", "refuses_call"],
    ["PostToolUse", "tells_model"],
    ["Stop", "continues_turn"],
    ["TeammateIdle", "continues_teammate"],
  ])("on %s gives its reason and ends nothing, even if it calls itself impossible", async (event, effect) => {
    const { result } = await exchange([refusal], { event });
    const decision = mergeResults(event, [result]);
    expect(decision).toMatchObject({ behavior: "deny", reason: "unsafe", effect });
    expect(decision.stop).toBeUndefined();
  });
});

describe("a failure, which blocks nothing", () => {
  test.each<[name: string, script: readonly ScriptedAnswer[], failure: RegExp]>([
    ["an answer in prose", [{ text: '{"ok": false, "reason": "no"}' }], /without a structured answer$/],
    ["an answer without a verdict", [says({ reason: "hm" })], /^no verdict: /],
    ["a verdict that is no boolean", [says({ ok: "no", reason: "hm" })], /^no verdict: /],
    ["an error in the middle", [read, { status: 500, error: "api_error" }], /^HTTP 500 api_error$/],
  ])("%s", async (_name, script, failure) => {
    const { report, result } = await exchange(script);
    expect(report.ending).toMatchObject({ type: "agent", exitCode: null, stdout: "" });
    expect(report.ending.failure).toMatch(failure);
    expect(result).toMatchObject({ status: "failed", decision: "none" });
  });

  test("nobody to run it", async () => {
    expect((await send(undefined)).ending.failure).toBe("there is nobody to run a subagent");
  });
});

describe("time and cancelling", () => {
  test("a subagent ends at the limit, whatever turn it is in", async () => {
    const { report, requests } = await exchange([read, read, "silence"], { timeoutMs: 300 });
    expect(report.ending).toEqual({
      type: "agent",
      exitCode: null,
      isTimedOut: true,
      stdout: "",
      stderr: "",
    });
    expect(requests).toHaveLength(3);
  });

  test("cancelling ends it at once, and no listener stays", async () => {
    const controller = new AbortController();
    const report = exchange(["silence"], { signal: controller.signal });
    setTimeout(() => controller.abort(), 50);
    expect((await report).report.ending).toMatchObject({ isCancelled: true });
    expect(getEventListeners(controller.signal, "abort")).toEqual([]);
  });
});
