/** The server that npm has with everything in it, over both transports, in sessions with hooks. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import type { JsonObject } from "../../../src/protocol/index.ts";
import { hooksFor } from "../../support/host-world.ts";
import { callOf, EVERYTHING, makeMcp, until } from "../../support/mcp-world.ts";

const stdio: JsonObject = { command: process.execPath, args: [EVERYTHING, "stdio"] };
const ALLOWED = { allowedTools: ["mcp__all__*"] } as const;
const ELICIT = callOf("mcp__all__trigger-elicitation-request");

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

/** A hook's script that refuses a call by JSON. */
const DENY = `echo '${JSON.stringify({
  hookSpecificOutput: {
    ...{ hookEventName: "PreToolUse", permissionDecision: "deny", permissionDecisionReason: "not this one" },
  },
})}'`;

/** Starts the server at an address, and says its configuration. */
async function serveEverything(transport: "streamableHttp" | "sse"): Promise<JsonObject> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  const port = typeof address === "object" ? address?.port : undefined;
  probe.close();
  const env = { ...process.env, PORT: String(port) };
  const child = spawn(process.execPath, [EVERYTHING, transport], { env, stdio: ["ignore", "pipe", "pipe"] });
  const exited = once(child, "exit");
  ends.push(() => {
    child.kill("SIGKILL");
    return exited;
  });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  await until(() => said.includes(String(port)));
  return transport === "sse"
    ? { type: "sse", url: `http://127.0.0.1:${port}/sse` }
    : { type: "http", url: `http://127.0.0.1:${port}/mcp` };
}

/** What is the same over every transport. */
async function useIt(server: JsonObject): Promise<void> {
  const world = await makeMcp(
    callOf("mcp__all__get-sum", { a: 2, b: 40 }),
    callOf("mcp__all__get-structured-content", { location: "New York" }),
    callOf("mcp__all__get-sum", { a: "two", b: 1 }),
    ELICIT,
  );
  const answer = { hookEventName: "Elicitation", action: "accept", content: { name: "Ada", check: true } };
  world.settings("user", {
    hooks: {
      Elicitation: [
        {
          matcher: "all",
          hooks: [world.hook("ask", `echo '${JSON.stringify({ hookSpecificOutput: answer })}'`)],
        },
      ],
    },
  });
  const session = await world.open({ ...world.servers({ all: server }), ...ALLOWED });
  expect(world.notices()).toEqual([]);
  expect(session.mcpServers).toMatchObject([{ name: "all", status: "connected", why: "" }]);
  expect(await session.send("go")).toMatchObject({ text: "done", isError: false });
  expect(world.said(1)).toContain("The sum of 2 and 40 is 42.");
  expect(world.said(2)).toContain("temperature");
  // The schema says number, so the server is not asked.
  expect(world.said(3)).toContain("expected `a` to be a number, got");
  expect(world.said(4)).toContain("Ada");
  expect(world.inputs("ask")).toMatchObject([{ mcp_server_name: "all", mode: "form" }]);
  await session.close();
}

describe("the real server", () => {
  test("over stdio", () => useIt(stdio));

  test("over Streamable HTTP", async () => useIt(await serveEverything("streamableHttp")));

  test("over SSE, also where Streamable HTTP is configured", async () => {
    const sse = await serveEverything("sse");
    await useIt({ ...sse, type: "http" });
  });

  test("gets no call that a PreToolUse hook refuses, by the name of the server", async () => {
    const world = await makeMcp(ELICIT);
    world.settings("user", {
      hooks: {
        PreToolUse: [{ matcher: "mcp__all__.*", hooks: [world.hook("pre", DENY)] }],
        // It would ask back.
        Elicitation: [{ hooks: [world.hook("ask")] }],
      },
    });
    const session = await world.open({ ...world.servers({ all: stdio }), ...ALLOWED });
    await session.send("go");
    expect(world.said(1)).toMatch(/hook error: not this one$/);
    expect([world.inputs("ask"), world.eventsOf("tool_started")]).toEqual([[], []]);
  });
});

describe("a call of an MCP tool", () => {
  test("meets hooks by its name, which are told whose tool it is", async () => {
    const world = await makeMcp(callOf("mcp__odd__ok"), callOf("mcp__odd__none"), callOf("mcp__odd__die"));
    world.settings("user", {
      hooks: {
        PreToolUse: [{ matcher: "mcp__odd__.*", hooks: [world.hook("pre")] }],
        PostToolUse: [{ matcher: "mcp__odd__ok", hooks: [world.hook("post")] }],
        PostToolUseFailure: [{ matcher: "mcp__odd__die", hooks: [world.hook("failure")] }],
      },
    });
    const session = await world.open({
      ...world.servers({ odd: world.odd("ok") }),
      allowedTools: ["mcp__odd"],
    });
    await session.send("go");
    const whose = { mcp_server: { name: "odd", source: "dynamic" } };
    expect(world.inputs("pre")).toMatchObject([
      { tool_name: "mcp__odd__ok", ...whose },
      { tool_name: "mcp__odd__die", ...whose },
    ]);
    expect(world.inputs("post")).toMatchObject([
      { ...whose, tool_response: [{ type: "text", text: "all is well" }] },
    ]);
    expect(world.inputs("failure")).toMatchObject([
      { ...whose, error: expect.stringContaining("exit code 3") },
    ]);
  });

  test.for([
    ["exit 2", {}, "echo not this one >&2; exit 2"],
    ["JSON, by the name of its server", { matcher: "mcp__odd__.*" }, DENY],
  ] as const)("that a PreToolUse hook refuses does not reach the server: %s", async ([, group, script]) => {
    const world = await makeMcp(callOf("mcp__odd__ok"));
    world.settings("user", { hooks: { PreToolUse: [{ ...group, hooks: [world.hook("pre", script)] }] } });
    const session = await world.open({
      ...world.servers({ odd: world.odd("ok") }),
      permissionMode: "bypassPermissions",
    });
    await session.send("go");
    expect(world.said(1)).toContain("not this one");
    expect(world.calls()).toEqual([]);
  });

  test.for([
    ["nothing", {}, false],
    ["a rule for its server", { allowedTools: ["mcp__odd"] }, true],
    ["a rule for its server, with a star", { allowedTools: ["mcp__odd__*"] }, true],
    ["a rule for it", { allowedTools: ["mcp__odd__ok"] }, true],
    ["a rule for another tool", { allowedTools: ["mcp__odd__o"] }, false],
    ["a rule for a server whose name begins the same", { allowedTools: ["mcp__od"] }, false],
    ["a rule, in plan mode", { allowedTools: ["mcp__odd"], permissionMode: "plan" }, false],
    ["edits that are accepted", { permissionMode: "acceptEdits" }, false],
    ["no permission needed", { permissionMode: "bypassPermissions" }, true],
    [
      "a rule that denies its server, with no permission needed",
      { permissionMode: "bypassPermissions", disallowedTools: ["mcp__odd"] },
      false,
    ],
  ] as const)("runs or not with %s", async ([, options, runs]) => {
    const world = await makeMcp(callOf("mcp__odd__ok"));
    const session = await world.open({ ...world.servers({ odd: world.odd("ok") }), ...options });
    await session.send("go");
    expect(world.calls()).toEqual(runs ? ["ok"] : []);
  });

  test.for([
    ["a text", "REPLACED", "REPLACED"],
    ["an object", { a: 1 }, '{"a":1}'],
    ["blocks", [{ type: "text", text: "in blocks" }], "in blocks"],
  ] as const)("has its answer replaced by %s", async ([, updatedToolOutput, text]) => {
    const world = await makeMcp(callOf("mcp__odd__ok"));
    const output = { hookSpecificOutput: { hookEventName: "PostToolUse", updatedToolOutput } };
    world.settings("user", hooksFor("PostToolUse", world.hook("post", `echo '${JSON.stringify(output)}'`)));
    const session = await world.open({
      ...world.servers({ odd: world.odd("ok") }),
      allowedTools: ["mcp__odd"],
    });
    await session.send("go");
    expect(world.said(1)).toContain(text);
    expect(world.said(1)).not.toContain("all is well");
  });
});

describe("an mcp_tool handler", () => {
  const handler = (tool: string): object => ({ type: "mcp_tool", server: "odd", tool, input: {} });

  test("calls a server of the session, but not before it has begun, and meets no hooks itself", async () => {
    const world = await makeMcp({ tool: "Bash", input: { command: "true" } });
    world.settings("user", {
      hooks: {
        SessionStart: [{ hooks: [handler("ok")] }],
        PreToolUse: [{ hooks: [handler("ok"), world.hook("pre")] }],
        Elicitation: [{ hooks: [handler("ask")] }],
      },
    });
    const session = await world.open({ ...world.servers({ odd: world.odd("ok") }) });
    expect(world.calls()).toEqual([]);
    await session.send("go");
    expect(world.calls()).toEqual(["ok"]);
    expect(world.inputs("pre")).toHaveLength(1);
  });

  test("whose tool asks something gets no answer, rather than calling itself", async () => {
    const world = await makeMcp({ tool: "Bash", input: { command: "true" } });
    world.settings("user", {
      hooks: {
        PreToolUse: [{ hooks: [handler("ask")] }],
        Elicitation: [{ hooks: [handler("ask"), world.hook("asked")] }],
      },
    });
    const session = await world.open({ ...world.servers({ odd: world.odd("ok") }) });
    await session.send("go");
    expect(world.calls()).toEqual(["ask"]);
    expect(world.inputs("asked")).toEqual([]);
  });
});
