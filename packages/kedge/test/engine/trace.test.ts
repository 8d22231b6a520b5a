import { describe, expect, test } from "vitest";
import type { DispatchTrace, Engine, EngineOptions } from "../../src/engine/index.ts";
import type { HookEventName, JsonObject } from "../../src/protocol/index.ts";
import {
  bashCall,
  createInbox,
  hooksOf,
  type Inbox,
  makeWorld,
  permission,
  specific,
  type World,
} from "../support/engine-dispatch.ts";

interface Traced {
  readonly world: World;
  readonly engine: Engine;
  readonly traces: Inbox<DispatchTrace>;
}

async function openTraced(world: World, options: Partial<EngineOptions> = {}): Promise<Traced> {
  const traces = createInbox<DispatchTrace>();
  const engine = await world.open({ trace: { record: traces.add }, ...options });
  return { world, engine, traces };
}

describe("the trace", () => {
  test("is recorded of every dispatch, also where nothing is configured, and is what dispatch gives", async () => {
    let now = 1_000;
    const { engine, traces } = await openTraced(makeWorld(), { clock: { now: () => now++ } });
    const first = await engine.dispatch("PreToolUse", bashCall());
    const second = await engine.dispatch("Stop", {});
    expect(traces.all).toHaveLength(2);
    expect(traces.all[0]).toBe(first.trace);
    expect(traces.all[1]).toBe(second.trace);
    expect(first.trace).toEqual({
      ...{ event: "PreToolUse", value: "Bash", at: expect.any(Number), durationMs: expect.any(Number) },
      ...{ considered: [], runs: [], decision: { ...first.decision, effects: [] }, isGateOpen: false },
    });
    expect(second.trace.value).toBeUndefined();
    expect(second.trace.at).toBeGreaterThan(first.trace.at);
    expect(first.trace.at).toBeLessThan(2_000);
  });

  test("says of every handler of the event whether it ran, and if not, why", async () => {
    const world = makeWorld();
    const handler = (command: string, more = {}) => ({ type: "command", command, ...more });
    world.settings("user", {
      hooks: {
        PreToolUse: [
          { matcher: "Bash", hooks: [handler("exit 0"), handler("exit 0")] },
          { matcher: "Read", hooks: [handler("echo matcher")] },
          { hooks: [handler("echo if", { if: "Bash(git push *)" })] },
          { hooks: [handler("echo broken", { timeout: "5m" })] },
          { matcher: "[", hooks: [handler("echo broken matcher")] },
        ],
        Stop: [{ hooks: [handler("echo another event")] }],
      },
    });
    world.settings("project", hooksOf("PreToolUse", "echo untrusted"));
    const { engine, traces } = await openTraced(world, { trust: "store" });
    await engine.dispatch("PreToolUse", bashCall());
    const [trace] = traces.all;
    const said = trace?.considered.map(({ kind, path, outcome }) => `${kind} ${path}: ${outcome}`);
    expect(said?.toSorted()).toEqual([
      "project hooks.PreToolUse[0].hooks[0]: untrusted",
      "user hooks.PreToolUse[0].hooks[0]: runs",
      "user hooks.PreToolUse[0].hooks[1]: duplicate",
      "user hooks.PreToolUse[1].hooks[0]: matcher",
      "user hooks.PreToolUse[2].hooks[0]: if",
      "user hooks.PreToolUse[3].hooks[0]: broken",
      "user hooks.PreToolUse[4].hooks[0]: broken",
    ]);
    for (const { why, source, file } of trace?.considered ?? []) {
      expect([why, source, file].every((text) => text.length > 0)).toBe(true);
    }
    expect(trace?.runs).toMatchObject([{ path: "hooks.PreToolUse[0].hooks[0]", status: "ok" }]);
  });

  test("says what a switch stops", async () => {
    const world = makeWorld();
    world.settings("user", { disableAllHooks: true, ...hooksOf("Stop", "echo user") });
    world.settings("managed", hooksOf("Stop", "echo managed"));
    const { engine, traces } = await openTraced(world);
    await engine.dispatch("Stop", {});
    expect(traces.all[0]?.considered).toMatchObject([
      { kind: "managed", outcome: "runs" },
      { kind: "user", outcome: "switched_off", why: expect.stringContaining("disableAllHooks") },
    ]);
  });

  test("has what became of each run, in configured order", async () => {
    const world = makeWorld();
    const commands = ["echo some text", "echo no >&2; exit 2", "exit 7", "kill -KILL $$"];
    const handlers = [
      ...commands.map((command) => ({ command })),
      { command: "exec sleep 60", timeout: 0.1 },
    ];
    world.settings("user", hooksOf("PreToolUse", ...handlers, { command: "sleep 9", async: true }));
    const { engine, traces } = await openTraced(world);
    const { decision } = await engine.dispatch("PreToolUse", bashCall());
    const [trace] = traces.all;
    expect(trace?.runs).toMatchObject([
      { status: "ok", decision: "none", exitCode: 0, outputBytes: 10, what: "command: echo some text" },
      { status: "blocked", decision: "deny", exitCode: 2, outputBytes: 3 },
      { status: "failed", decision: "none", exitCode: 7 },
      { status: "failed", exitCode: null, signal: "SIGKILL" },
      { status: "timed_out", error: "it did not answer in time" },
      { status: "ok", isBackground: true },
    ]);
    expect(decision).toMatchObject({ decidedBy: 1, unanswered: [2, 3, 4] });
    expect(trace).toMatchObject({ decision, isGateOpen: true });
    expect(trace?.durationMs).toBeGreaterThanOrEqual(trace?.runs[4]?.durationMs ?? Number.POSITIVE_INFINITY);
  });
});

describe("the trace holds nothing that was said", () => {
  const SECRET = "sk-ant-0123456789";

  /** The trace of one handler, with the secret wherever a handler can find it but in what it says. */
  async function traceOf(event: HookEventName, handler: string | { prints: JsonObject }, input = bashCall()) {
    const world = makeWorld();
    const file = typeof handler === "string" ? "" : world.write("answer.json", handler.prints);
    const command = typeof handler === "string" ? handler : `cat '${file}'`;
    world.settings("user", { env: { TOKEN: SECRET }, ...hooksOf(event, command) });
    const { engine, traces } = await openTraced(world, { env: { ANTHROPIC_API_KEY: SECRET } });
    await engine.dispatch(event, input);
    expect(traces.all).toMatchObject([{ runs: [{}] }]);
    return JSON.stringify(traces.all);
  }

  test("of the input", async () => {
    const input = bashCall(`curl -H ${SECRET}`, {
      session_id: SECRET,
      cwd: "/",
      transcript_path: SECRET,
      prompt: SECRET,
    });
    expect(await traceOf("PreToolUse", "cat >/dev/null", input)).not.toContain(SECRET);
  });

  test.for([
    ["as text", "PreToolUse", 'echo "$TOKEN"'],
    ["as context", "PostToolUse", { prints: specific("PostToolUse", { additionalContext: SECRET }) }],
    ["for the user", "PostToolUse", { prints: { systemMessage: SECRET } }],
    [
      "as new output",
      "PostToolUse",
      { prints: specific("PostToolUse", { updatedToolOutput: { a: SECRET } }) },
    ],
    ["as new input", "PreToolUse", { prints: permission("allow", "fine", { updatedInput: { a: SECRET } }) }],
  ] as const)("on stdout by a handler that answers: %s", async ([, event, handler]) => {
    expect(await traceOf(event, handler)).not.toContain(SECRET);
  });

  test("on stderr by a handler that fails, but the first line", async () => {
    const trace = await traceOf("PreToolUse", 'printf "no access\\n$TOKEN" >&2; exit 1');
    expect(trace).toContain("no access");
    expect(trace).not.toContain(SECRET);
  });
});
