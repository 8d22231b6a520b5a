import { getEventListeners } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import type { McpCaller } from "../../src/engine/ports.ts";
import { runMcpTool } from "../../src/engine/run-mcp-tool.ts";
import {
  type HookEventName,
  type JsonObject,
  type McpToolHandler,
  parseHandlerOutput,
} from "../../src/protocol/index.ts";
import { type RunSketch, runOf } from "../support/handler-run.ts";
import { connectMcp } from "../support/mcp-client.ts";

const dir = mkdtempSync(join(tmpdir(), "kedge-mcp-"));
afterAll(() => rmSync(dir, { recursive: true }));

interface CallSketch extends RunSketch {
  readonly event?: HookEventName;
  readonly server?: string;
  readonly template?: JsonObject;
}

function call(caller: McpCaller | undefined, tool: string, sketch: CallSketch = {}) {
  const { event = "PostToolUse", server = "disk", template = {}, ...run } = sketch;
  const base = { onFailure: "continue", isOnce: false } as const;
  const handler: McpToolHandler = { type: "mcp_tool", server, tool, input: template, ...base };
  return runMcpTool(handler, runOf(event, run), caller);
}

describe("an answer", () => {
  test("is the text of the result, as stdout", async () => {
    await using caller = await connectMcp("disk");
    const said = '{"decision":"block","reason":"no"}';
    const { ending, outputBytes, durationMs } = await call(caller, "say", { template: { texts: [said] } });
    expect(ending).toEqual({ type: "mcp_tool", exitCode: 0, stdout: said, stderr: "" });
    expect(outputBytes).toBe(said.length);
    expect(durationMs).toBeGreaterThan(0);
    expect(parseHandlerOutput("PostToolUse", ending)).toMatchObject({ decision: "deny", reason: "no" });
  });

  test.each<[tool: string, template: JsonObject, stdout: string]>([
    ["say", { texts: ["one", "two\u2028ä"] }, "one\ntwo\u2028ä"],
    ["say", { texts: [] }, ""],
    ["mixed", {}, "beside a picture"],
  ])("of %s with %j", async (tool, template, stdout) => {
    await using caller = await connectMcp("disk");
    expect((await call(caller, tool, { template })).ending).toMatchObject({ exitCode: 0, stdout });
  });

  test("comes on SessionStart too", async () => {
    await using caller = await connectMcp("disk");
    const { ending } = await call(caller, "say", { event: "SessionStart", template: { texts: ["hello"] } });
    expect(parseHandlerOutput("SessionStart", ending).contexts).toEqual(["hello"]);
  });
});

describe("the input", () => {
  test("is filled once, from own values only", async () => {
    await using caller = await connectMcp("disk");
    const tool_input = { file_path: "${tool_input.content}", content: "SECRET" };
    const template = {
      path: "${tool_input.file_path}",
      deep: [{ event: "<${hook_event_name}>" }],
      nothing: "${__proto__.polluted}${constructor.name}${tool_input.length}",
    };
    const { ending } = await call(caller, "echo", { template, input: { tool_input } });
    expect(JSON.parse(ending.stdout)).toEqual({
      path: "${tool_input.content}",
      deep: [{ event: "<PostToolUse>" }],
      nothing: "",
    });
  });
});

describe("a failure, which blocks nothing", () => {
  test.each<[name: string, tool: string, failure: string, stderr: string]>([
    [
      "a result that is an error",
      "refuse",
      "refuse of the MCP server disk reported an error",
      "the disk is full",
    ],
    ["a tool that is not there", "toString", "Unknown tool: toString", ""],
    ["a server that ends", "crash", "the server ended with 3", ""],
    ["a server that sends no JSON", "garble", "the server sent a line that is no JSON", ""],
  ])("%s", async (_name, tool, failure, stderr) => {
    await using caller = await connectMcp("disk");
    const { ending } = await call(caller, tool);
    expect(ending).toEqual({ type: "mcp_tool", exitCode: null, failure, stdout: "", stderr });
    expect(parseHandlerOutput("PostToolUse", ending)).toMatchObject({ status: "failed", decision: "none" });
  });

  test("a server that is not connected is not called", async () => {
    const log = join(dir, "not-connected");
    await using caller = await connectMcp("disk", log);
    const { ending } = await call(caller, "echo", { server: "other" });
    expect(ending).toMatchObject({ exitCode: null, failure: "the MCP server other is not connected" });
    expect(readFileSync(log, "utf8")).not.toContain("tools/call");
  });

  test("a server that has ended", async () => {
    await using caller = await connectMcp("disk");
    await call(caller, "crash");
    expect((await call(caller, "echo")).ending.failure).toBe("the MCP server disk is not connected");
  });

  test("nobody to call it", async () => {
    expect((await call(undefined, "echo")).ending.failure).toBe("the MCP server disk is not connected");
  });

  test.each<[name: string, thrown: unknown, failure: string]>([
    ["an error", new Error("first line\nsecond \u001b[31mline"), "first line"],
    ["a text", "no luck", "no luck"],
    ["nothing", undefined, "it failed without a reason"],
    ["an object", Object.create(null), "it failed without a reason"],
  ])("a caller that throws %s, at once or later", async (_name, thrown, failure) => {
    const throws = (): never => {
      throw thrown;
    };
    const callers: McpCaller[] = [
      { isConnected: throws, call: throws },
      { isConnected: () => true, call: throws },
      { isConnected: () => true, call: () => Promise.reject(thrown) },
    ];
    for (const caller of callers) expect((await call(caller, "echo")).ending.failure).toBe(failure);
  });
});

describe("time and cancelling", () => {
  test("a call ends at the limit, and the server is told", async () => {
    const log = join(dir, "time");
    await using caller = await connectMcp("disk", log);
    const { ending, durationMs } = await call(caller, "slow", { timeoutMs: 150 });
    expect(ending).toEqual({ type: "mcp_tool", exitCode: null, isTimedOut: true, stdout: "", stderr: "" });
    expect(durationMs).toBeLessThan(10_000);
    // The next answer proves that the server has read what came before.
    await call(caller, "echo");
    expect(readFileSync(log, "utf8")).toContain("notifications/cancelled");
  });

  test("cancelling ends it at once, and no listener stays", async () => {
    await using caller = await connectMcp("disk");
    const controller = new AbortController();
    const report = call(caller, "slow", { signal: controller.signal });
    setImmediate(() => controller.abort());
    expect((await report).ending).toMatchObject({ isCancelled: true });
    expect(getEventListeners(controller.signal, "abort")).toEqual([]);
  });

  test("a caller that hears nothing is not waited for, and what it throws later is nobody's", async () => {
    const late = Promise.withResolvers<never>();
    const deaf: McpCaller = { isConnected: () => true, call: () => late.promise };
    expect((await call(deaf, "echo", { timeoutMs: 20 })).ending).toMatchObject({ isTimedOut: true });
    late.reject(new Error("too late"));
    await new Promise((resolve) => setImmediate(resolve));
  });

  test("what is cancelled before it begins is not called", async () => {
    const caller: McpCaller = { isConnected: () => expect.unreachable(), call: () => expect.unreachable() };
    expect((await call(caller, "echo", { signal: AbortSignal.abort() })).ending).toMatchObject({
      isCancelled: true,
    });
  });
});

test("a text of 40 million characters is cut", async () => {
  const huge = "x".repeat(40_000_000);
  const caller: McpCaller = { isConnected: () => true, call: async () => ({ text: huge, isError: false }) };
  const { ending, outputBytes } = await call(caller, "echo");
  expect(ending.isStdoutCut).toBe(true);
  expect(ending.stdout.length).toBe(32 * 1024 * 1024);
  expect(outputBytes).toBe(40_000_000);
});
