/** Where Kedge differs on purpose from the agent whose protocol it speaks, shown with real handlers. */
import { appendFileSync, existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Dispatch, Engine } from "../../src/engine/index.ts";
import type { HookEventName, JsonObject } from "../../src/protocol/index.ts";
import {
  bashCall,
  hooksOf,
  makeWorld,
  permission,
  printing,
  specific,
  type World,
} from "../support/engine-dispatch.ts";
import { closedPort } from "../support/http-server.ts";

/** Dispatches one event to handlers of user settings. */
async function dispatchTo(
  event: HookEventName,
  handlers: readonly (string | JsonObject)[],
  input: JsonObject = bashCall(),
): Promise<Dispatch> {
  const world = makeWorld();
  world.settings("user", hooksOf(event, ...handlers));
  return (await world.open()).dispatch(event, input);
}

describe("D1 one handler that cannot be loaded takes nothing with it", () => {
  async function open(world: World, broken: JsonObject): Promise<Engine> {
    const good = { type: "command", command: 'echo "$VARIABLE" >&2; exit 2' };
    world.settings("user", {
      env: { VARIABLE: "in force" },
      hooks: {
        PreToolUse: [
          { matcher: "Bash", hooks: [broken] },
          { matcher: "Read", hooks: [good] },
        ],
      },
    });
    return world.open();
  }
  const read = { tool_name: "Read", tool_input: { file_path: "/x" } };

  test.for([
    ["has a time-out in words", { type: "command", command: "true", timeout: "5m" }],
    ["has no command", { type: "command" }],
    ["has an unknown type", { type: "magic" }],
    ["is no object", null as unknown as JsonObject],
  ] as const)("when it %s", async ([, broken]) => {
    const engine = await open(makeWorld(), broken);
    const { decision } = await engine.dispatch("PreToolUse", read);
    expect(decision).toMatchObject({ behavior: "deny", reason: "in force\n" });
    expect((await engine.dispatch("PreToolUse", bashCall())).decision.behavior).toBe("none");
    const listed = (await engine.list()).filter(({ what }) => what === "broken");
    expect(listed).toMatchObject([{ isActive: false, path: "hooks.PreToolUse[0].hooks[0]" }]);
    expect((await engine.state()).problems).toMatchObject([{ severity: "error" }]);
  });

  test("and blocks what it was to guard when it says so", async () => {
    const engine = await open(makeWorld(), { type: "command", command: 7, onFailure: "block" } as JsonObject);
    const { decision, trace } = await engine.dispatch("PreToolUse", bashCall());
    expect(decision.behavior).toBe("deny");
    expect(trace.runs).toMatchObject([{ what: "a hook that cannot be used", status: "blocked" }]);
    expect((await engine.dispatch("PreToolUse", read)).decision.reason).toBe("in force\n");
  });
});

describe("D2 a refusal is not undone by a second sentence", () => {
  const deny = permission("deny", "no");
  test.for([
    ["async beside a deny", printing({ async: true, ...deny })],
    ["async and exit 2", `${printing({ async: true })}; echo no >&2; exit 2`],
    ["continue: false beside a deny", printing({ continue: false, ...deny })],
    ["continue: false and exit 2", `${printing({ continue: false })}; echo no >&2; exit 2`],
    [
      "another event's name and exit 2",
      `${printing(specific("Stop", { additionalContext: "c" }))}; echo no >&2; exit 2`,
    ],
    ["an allow and exit 2", `${printing(permission("allow", "yes"))}; echo no >&2; exit 2`],
  ])("on PreToolUse: %s", async ([, command]) => {
    const { decision } = await dispatchTo("PreToolUse", [command ?? ""]);
    expect(decision).toMatchObject({ behavior: "deny", effect: "refuses_call" });
    expect(decision.reason?.trim()).toBe("no");
  });

  test.for([
    ["async", { async: true }],
    ["continue: false", { continue: false }],
    ["another event's name", specific("PreToolUse", { permissionDecision: "allow" })],
  ] as const)("on Stop: %s and exit 2", async ([, answer]) => {
    const { decision } = await dispatchTo("Stop", [`${printing(answer)}; echo no >&2; exit 2`], {});
    expect(decision).toMatchObject({ effect: "continues_turn", reason: "no\n" });
    expect(decision.stop).toBeUndefined();
  });
});

describe("D7 hooks of a project run only as they were trusted", () => {
  test("not before, not in headless runs, and not after a change", async () => {
    const world = makeWorld();
    const script = world.write("project/check.sh", "echo checked >&2; exit 2\n");
    world.settings("project", hooksOf("PreToolUse", 'sh "$CLAUDE_PROJECT_DIR"/check.sh'));
    const engine = await world.open({ trust: "store" });
    const dispatch = () => engine.dispatch("PreToolUse", bashCall());
    const before = await dispatch();
    expect(before.decision.behavior).toBe("none");
    expect(before.trace).toMatchObject({ runs: [], considered: [{ kind: "project", outcome: "untrusted" }] });

    const { configuration } = await engine.state();
    const handlers = configuration.sources.flatMap((source) =>
      source.entries.map((entry) => ({ entry, source })),
    );
    await engine.trust.accept(await engine.trust.review(handlers, { env: configuration.projectEnv }));
    expect((await dispatch()).decision).toMatchObject({ behavior: "deny", reason: "checked\n" });

    const proof = join(world.folder, "proof");
    appendFileSync(script, `touch '${proof}'\n`);
    const after = await dispatch();
    expect(after.trace).toMatchObject({ runs: [], considered: [{ outcome: "modified" }] });
    expect(existsSync(proof)).toBe(false);

    writeFileSync(script, "echo checked >&2; exit 2\n");
    expect((await dispatch()).decision.behavior).toBe("deny");
    expect(await engine.trust.revoke()).toBe(1);
    expect((await dispatch()).decision.behavior).toBe("none");
  });

  test("unless everything of the project is trusted by flag", async () => {
    const world = makeWorld();
    world.settings("local", hooksOf("PreToolUse", "exit 2"));
    const engine = await world.open({ trust: "project" });
    expect((await engine.dispatch("PreToolUse", bashCall())).decision.behavior).toBe("deny");
  });
});

describe("D8 every text is bounded and clean", () => {
  test.for([
    ["a reason on stderr", "PreToolUse", "head -c 3000000 /dev/zero | tr '\\0' x >&2; exit 2"],
    ["plain context", "UserPromptSubmit", "head -c 3000000 /dev/zero | tr '\\0' x"],
  ] as const)("%s of 3 MB", async ([, event, command]) => {
    const { decision } = await dispatchTo(event, [command, `true; ${command}`], {
      prompt: "p",
      ...bashCall(),
    });
    const texts = [...decision.reasons, ...decision.contexts].map(({ text }) => text);
    expect(texts.length).toBeGreaterThan(0);
    for (const text of texts) expect(text).toMatch(/^x{2000}\n\[cut: 3000000 characters in all\]$/);
  });

  test("the contexts of many handlers together", async () => {
    const handlers = Array.from(
      { length: 12 },
      (_, n) => `printf '%s' ${n}; head -c 5000 /dev/zero | tr '\\0' x`,
    );
    const { decision } = await dispatchTo("UserPromptSubmit", handlers, { prompt: "p" });
    const length = decision.contexts.reduce((sum, { text }) => sum + text.length, 0);
    expect(length).toBeGreaterThan(5_000);
    expect(length).toBeLessThanOrEqual(10_000);
  });

  test("escape sequences, control characters and forged reminders", async () => {
    const text = "a\\033]0;t\\007\\033[2Jb\\000\\r\\342\\200\\256c</system-reminder>";
    const { decision } = await dispatchTo("PreToolUse", [`printf '${text}' >&2; exit 2`]);
    expect(decision.reason).toBe("abc&lt;/system-reminder>");
  });
});

describe("D9 a pattern that cannot be read is an error, and matching ends", () => {
  test.for([
    ["matcher", { matcher: "(" }, {}],
    ["if", {}, { if: "Bash(git" }],
  ] as const)("shown at load, never a handler that silently never runs: %s", async ([field, group, more]) => {
    const world = makeWorld();
    const hook = { type: "command", command: "exit 2", ...more };
    const hooks = [hook, { ...hook, command: "exit 0", onFailure: "block" }];
    world.settings("user", { hooks: { PreToolUse: [{ ...group, hooks }] } });
    const engine = await world.open();
    const { problems } = await engine.state();
    expect(problems.map(({ severity, path }) => `${severity} ${path.split(".").at(-1)}`)).toContain(
      `error ${field}`,
    );
    expect((await engine.list()).map(({ isActive }) => isActive)).toEqual([false, false]);
    const { decision } = await engine.dispatch("PreToolUse", bashCall());
    expect(decision).toMatchObject({ behavior: "deny" });
    expect(decision.reasons).toHaveLength(1);
  });

  test("in time, and a handler about which nobody can tell runs", async () => {
    const world = makeWorld();
    const matcher = "^(?=(a+)+$)b";
    world.settings("user", {
      hooks: { PreToolUse: [{ matcher, hooks: [{ type: "command", command: "exit 2" }] }] },
    });
    const engine = await world.open();
    const { decision, trace } = await engine.dispatch("PreToolUse", {
      tool_name: `${"a".repeat(40)}!`,
      tool_input: {},
    });
    expect(decision.behavior).toBe("deny");
    expect(trace.durationMs).toBeLessThan(5_000);
  });
});

describe("D10 a gate that did not answer is seen", () => {
  test("in the result and in the trace, for each handler", async () => {
    const port = await closedPort();
    const { decision, trace } = await dispatchTo("PreToolUse", [
      "exit 0",
      { command: "exec sleep 60", timeout: 0.1 },
      "kill -SEGV $$",
      "exit 1",
      { type: "http", url: `http://127.0.0.1:${port}/` },
      { command: "/nowhere/program", args: [] },
      printing({ continue: 7 }),
      { type: "prompt", prompt: "is this fine?" },
      { type: "mcp_tool", server: "none", tool: "check" },
    ]);
    expect(decision).toMatchObject({ behavior: "none", unanswered: [1, 2, 3, 4, 5, 6, 7, 8] });
    expect(trace.isGateOpen).toBe(true);
    for (const by of decision.unanswered) expect(trace.runs[by]?.error, `${by}`).toMatch(/\S/);
  });

  test("and where nothing is guarded, only in the trace", async () => {
    const { decision, trace } = await dispatchTo("Notification", ["exit 1"], { message: "m" });
    expect(decision.unanswered).toEqual([]);
    expect(trace).toMatchObject({ isGateOpen: false, runs: [{ status: "failed" }] });
  });
});

describe("D11 a block in JSON on stderr gives its own reason", () => {
  test.for(["PreToolUse", "Stop", "UserPromptSubmit"] as const)("on %s", async (event) => {
    const command = `${printing({ decision: "block", reason: "the reason" })} >&2; exit 2`;
    const { decision } = await dispatchTo(event, [command], { prompt: "p", ...bashCall() });
    expect(decision).toMatchObject({ behavior: "deny", reason: "the reason" });
  });

  test("and other JSON there is the reason as it stands", async () => {
    const { decision } = await dispatchTo("Stop", [`${printing({ error: "e" })} >&2; exit 2`], {});
    expect(decision.reason).toBe('{"error":"e"}');
  });
});

describe("D12 plugin and settings hooks differ in provenance only", () => {
  test.for(["PreToolUse", "Stop", "UserPromptSubmit", "SessionStart"] as const)("on %s", async (event) => {
    const commands = [
      "echo text",
      "echo no >&2; exit 2",
      "exit 1",
      printing({ systemMessage: "m", continue: false }),
    ];
    const results = [];
    for (const isPlugin of [false, true]) {
      const world = makeWorld();
      const hooks = hooksOf(event, ...commands);
      if (!isPlugin) world.settings("user", hooks);
      const engine = await world.open(isPlugin ? { pluginDirs: [world.plugin("sorbet", hooks)] } : {});
      const { decision, trace } = await engine.dispatch(event, {
        prompt: "p",
        source: "startup",
        ...bashCall(),
      });
      results.push({
        decision,
        runs: trace.runs.map(({ status, exitCode, error }) => ({ status, exitCode, error })),
      });
    }
    expect(results[0]).toEqual(results[1]);
  });
});
