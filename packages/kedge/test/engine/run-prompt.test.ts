import { getEventListeners } from "node:events";
import { describe, expect, test } from "vitest";
import type { ModelClient } from "../../src/engine/ports.ts";
import { runPrompt } from "../../src/engine/run-prompt.ts";
import {
  describeEvent,
  EVENT_NAMES,
  type HookEventName,
  mergeResults,
  type PromptHandler,
  parseHandlerOutput,
} from "../../src/protocol/index.ts";
import { type RunSketch, runOf } from "../support/handler-run.ts";
import { createModelClient, type ScriptedAnswer, serveMessages } from "../support/messages-api.ts";

interface AskSketch extends RunSketch {
  readonly event?: HookEventName;
  readonly prompt?: string;
  readonly model?: string;
  readonly continuesOnBlock?: boolean;
}

function ask(client: ModelClient | undefined, sketch: AskSketch = {}) {
  const {
    event = "PreToolUse",
    prompt = "Judge: $ARGUMENTS",
    model,
    continuesOnBlock = false,
    ...run
  } = sketch;
  const base = { onFailure: "continue", isOnce: false, ...(model === undefined ? {} : { model }) } as const;
  const handler: PromptHandler = { type: "prompt", prompt, continuesOnBlock, ...base };
  return runPrompt(handler, runOf(event, run), client);
}

/** The report and the requests of one question to a model with this script. */
async function exchange(answer: ScriptedAnswer, sketch?: AskSketch) {
  await using server = await serveMessages(answer);
  const report = await ask(createModelClient(server.url), sketch);
  const result = parseHandlerOutput(sketch?.event ?? "PreToolUse", report.ending);
  return { report, result, requests: server.requests };
}

const ok = { text: '{"ok": true, "reason": "fine"}' };
const no = { text: '```json\n{"ok": false, "reason": "unsafe"}\n```' };

describe("the question", () => {
  test("is one message with the input in it, without tools", async () => {
    const { requests } = await exchange(ok, { input: { tool_name: "Bash" } });
    const input = '{"session_id":"s-1","hook_event_name":"PreToolUse","tool_name":"Bash"}';
    expect(requests).toEqual([
      { model: "small-model", max_tokens: 1_024, messages: [{ role: "user", content: `Judge: ${input}` }] },
    ]);
  });

  test("goes to the model that the handler names", async () => {
    const { requests } = await exchange(ok, { model: "large-model" });
    expect(requests[0]?.model).toBe("large-model");
  });

  test("is filled once: what the input holds is never expanded", async () => {
    const last_assistant_message = "$ARGUMENTS $& $` $' $1 $$ \\$ARGUMENTS";
    const { requests } = await exchange(ok, {
      event: "Stop",
      prompt: "<$ARGUMENTS>",
      input: { last_assistant_message },
    });
    const content = String(requests[0]?.messages[0]?.content);
    expect(content.startsWith("<{") && content.endsWith("}>")).toBe(true);
    expect(JSON.parse(content.slice(1, -1))).toMatchObject({ last_assistant_message });
  });

  test.each(EVENT_NAMES.filter((event) => !describeEvent(event).handlers.includes("prompt")))(
    "is never asked on %s",
    async (event) => {
      const { report, requests } = await exchange(no, { event });
      expect(report.ending.failure).toBe(`prompt handlers are never run on ${event}`);
      expect(requests).toEqual([]);
    },
  );
});

describe("the answer", () => {
  test("of a model that passes says nothing", async () => {
    const { report, result } = await exchange(ok);
    expect(report.ending).toEqual({ type: "prompt", exitCode: 0, stdout: "", stderr: "" });
    expect(report.outputBytes).toBe(ok.text.length);
    expect(report.durationMs).toBeGreaterThan(0);
    expect(result).toMatchObject({ status: "ok", decision: "none" });
  });

  test("of a model that refuses ends the turn, or gives its reason", async () => {
    const alone = mergeResults("PreToolUse", [(await exchange(no)).result]);
    const going = mergeResults("PreToolUse", [(await exchange(no, { continuesOnBlock: true })).result]);
    expect(alone).toMatchObject({ behavior: "deny", reason: "unsafe", stop: { reason: "unsafe" } });
    expect(going).toMatchObject({ behavior: "deny", reason: "unsafe" });
    expect(going.stop).toBeUndefined();
  });

  test("at Stop goes on with the reason, unless it is impossible", async () => {
    const event = "Stop";
    expect((await exchange(no, { event })).result).toMatchObject({ decision: "deny", reason: "unsafe" });
    const impossible = { text: '{"ok": false, "reason": "no", "impossible": true}' };
    expect((await exchange(impossible, { event })).result).toMatchObject({ status: "ok", decision: "none" });
  });

  test("of several objects that disagree is a refusal, and the doubt is noted", async () => {
    const both = { text: '```json\n{"ok": true}\n```\n{"ok": false, "reason": "unsafe"}' };
    const { report, result } = await exchange(both);
    expect(result).toMatchObject({ decision: "deny", reason: "unsafe" });
    expect(report.ending.stderr).toContain("more than one object");
  });

  test.each<[name: string, answer: ScriptedAnswer, failure: RegExp]>([
    ["prose", { text: "I think that is fine." }, /^no verdict: /],
    ["prose around JSON", { text: `Sure! ${ok.text}` }, /^no verdict: /],
    ["no reason", { text: '{"ok": false}' }, /^no verdict: `reason` is missing/],
    ["nothing", { text: "" }, /^no verdict: /],
    ["an overloaded server", { status: 529, error: "overloaded_error" }, /^HTTP 529 overloaded_error$/],
    ["a rate limit", { status: 429, error: "rate_limit_error" }, /^HTTP 429 rate_limit_error$/],
  ])("%s is a failure, which blocks nothing", async (_name, answer, failure) => {
    const { report, result } = await exchange(answer);
    expect(report.ending).toMatchObject({ type: "prompt", exitCode: null, stdout: "", stderr: "" });
    expect(report.ending.failure).toMatch(failure);
    expect(result).toMatchObject({ status: "failed", decision: "none" });
    expect(mergeResults("PreToolUse", [result]).unanswered).toEqual([0]);
  });

  test("of a client that gives no text is a failure", async () => {
    for (const value of [undefined, null, 5, {}]) {
      const client = { ask: async () => value } as unknown as ModelClient;
      expect((await ask(client)).ending).toMatchObject({
        exitCode: null,
        failure: expect.stringMatching(/./),
      });
    }
  });

  test("of nobody is a failure", async () => {
    expect((await ask(undefined)).ending.failure).toBe("there is no model to ask");
  });
});

describe("time and cancelling", () => {
  test("a question ends at the limit, and its request with it", async () => {
    const { report } = await exchange("silence", { timeoutMs: 150 });
    expect(report.ending).toEqual({
      type: "prompt",
      exitCode: null,
      isTimedOut: true,
      stdout: "",
      stderr: "",
    });
    expect(report.durationMs).toBeLessThan(10_000);
  });

  test("cancelling ends it at once, and no listener stays", async () => {
    const controller = new AbortController();
    const report = exchange("silence", { signal: controller.signal });
    setTimeout(() => controller.abort(), 50);
    expect((await report).report.ending).toMatchObject({ isCancelled: true });
    expect(getEventListeners(controller.signal, "abort")).toEqual([]);
  });

  test("a client that hears nothing is not waited for", async () => {
    const late = Promise.withResolvers<never>();
    const { ending } = await ask({ ask: () => late.promise }, { timeoutMs: 20 });
    expect(ending).toMatchObject({ isTimedOut: true });
    late.reject(new Error("too late"));
    await new Promise((resolve) => setImmediate(resolve));
  });

  test("no timer outlives an answer", async () => {
    const timers = (): number => process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;
    const before = timers();
    for (let count = 0; count < 20; count++) await ask({ ask: async () => ok.text });
    expect(timers() - before).toBeLessThan(10);
  });
});
