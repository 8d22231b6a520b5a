import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type DispatchTrace, type HookErrorCode, isHookError } from "../../src/engine/index.ts";
import type { HookEventName, JsonObject } from "../../src/protocol/index.ts";
import { bashCall, hooksOf, makeWorld, permission, printing } from "../support/engine-dispatch.ts";
import { createRandom, fuzzSeed } from "../support/random.ts";

describe("handlers of one event", () => {
  test("all start at once, over groups, files and plugins", async () => {
    const world = makeWorld();
    const checkpoint = world.checkpoint();
    const names = Array.from({ length: 12 }, (_, index) => index);
    const [a, b, c, d] = [0, 3, 6, 9].map((from) => names.slice(from, from + 3).map(checkpoint.wait));
    const groups = (a ?? []).map((command) => ({ hooks: [{ type: "command", command }] }));
    world.settings("user", { hooks: { Stop: groups } });
    world.settings("project", hooksOf("Stop", ...(b ?? [])));
    world.settings("managed", hooksOf("Stop", ...(c ?? [])));
    const engine = await world.open({ pluginDirs: [world.plugin("twelve", hooksOf("Stop", ...(d ?? [])))] });
    const dispatched = engine.dispatch("Stop", { session_id: "s-1" });
    // Each of them waits, so that all are here only when none waits for another.
    const arrived = await checkpoint.arrived(12);
    expect(arrived.map(Number).toSorted((x, y) => x - y)).toEqual(names);
    checkpoint.release();
    expect((await dispatched).trace.runs.map(({ status }) => status)).toEqual(Array(12).fill("ok"));
  });

  test.for([0, 1, 2])("give results in configured order, whichever ends first (%i)", async (round) => {
    const world = makeWorld();
    const random = createRandom(fuzzSeed + round);
    let count = 0;
    const two = () =>
      hooksOf(
        "PreToolUse",
        ...[1, 2].map(() => `sleep 0.0${random.below(10)}; echo reason ${count++} >&2; exit 2`),
      );
    // Strongest source first, as they are to come out.
    world.settings("managed", two());
    const flag = JSON.stringify(two());
    world.settings("local", two());
    world.settings("project", two());
    world.settings("user", two());
    const plugins = ["one", "two"].map((name) => world.plugin(name, two()));
    const engine = await world.open({ flagSettings: [flag], pluginDirs: plugins });
    const { decision, trace } = await engine.dispatch("PreToolUse", bashCall());
    const kinds = ["managed", "flag", "local", "project", "user", "plugin", "plugin"];
    expect(trace.runs.map(({ kind }) => kind)).toEqual(kinds.flatMap((kind) => [kind, kind]));
    expect(decision).toMatchObject({ behavior: "deny", decidedBy: 0, reason: "reason 0\n" });
    expect(decision.reasons).toEqual(Array.from({ length: 14 }, (_, by) => ({ by, text: `reason ${by}\n` })));
  });

  test("run at most as many at once as maxParallel says, and all of them run", async () => {
    const world = makeWorld();
    const log = join(world.folder, "log");
    const handlers = [1, 2, 3, 4, 5, 6].map((n) => `echo + >>'${log}'; sleep 0.0${n}; echo - >>'${log}'`);
    world.settings("user", hooksOf("Stop", ...handlers));
    const engine = await world.open({ maxParallel: 2 });
    const { trace } = await engine.dispatch("Stop", {});
    expect(trace.runs).toHaveLength(6);
    let running = 0;
    const counts = readFileSync(log, "utf8")
      .trim()
      .split("\n")
      .map((line) => (running += line === "+" ? 1 : -1));
    expect(counts).toHaveLength(12);
    expect(Math.max(...counts)).toBeLessThanOrEqual(2);
  });
});

describe("a handler that is configured more than once", () => {
  test("runs once over all settings, and once for each plugin, whatever differs besides command, args, shell and if", async () => {
    const world = makeWorld();
    const log = join(world.folder, "log");
    const command = `echo ran >>'${log}'`;
    world.settings("user", hooksOf("PreToolUse", command, { command, timeout: 5 }));
    world.settings("project", hooksOf("PreToolUse", { command, statusMessage: "…" }));
    world.settings("local", {
      hooks: { PreToolUse: [{ matcher: "B.*", hooks: [{ type: "command", command }] }] },
    });
    world.settings("managed", hooksOf("PreToolUse", { command, shell: "bash" }));
    const plugins = ["one", "two"].map((name) => world.plugin(name, hooksOf("PreToolUse", command)));
    const engine = await world.open({
      flagSettings: [JSON.stringify(hooksOf("PreToolUse", command))],
      pluginDirs: plugins,
    });
    const { trace } = await engine.dispatch("PreToolUse", bashCall());
    expect(readFileSync(log, "utf8")).toBe("ran\n".repeat(3));
    expect(trace.runs.map(({ source }) => source)).toEqual([
      "managed-settings.json",
      "plugin one@inline",
      "plugin two@inline",
    ]);
  });

  test("runs each time when its if, its args or one blank differs", async () => {
    const world = makeWorld();
    const log = join(world.folder, "log");
    const command = `echo ran >>'${log}'`;
    const script = world.write("log.sh", `#!/bin/sh\necho ran >>'${log}'\n`);
    world.settings(
      "user",
      hooksOf(
        "PreToolUse",
        ...[command, `${command} `, { command, if: "Bash" }],
        ...[["x"], ["y"], ["x", "y"], ["x y"]].map((args) => ({ command: "sh", args: [script, ...args] })),
      ),
    );
    const engine = await world.open();
    await engine.dispatch("PreToolUse", bashCall());
    expect(readFileSync(log, "utf8")).toBe("ran\n".repeat(7));
  });

  test("runs for each plugin, because where its text names the plugin it is another program", async () => {
    const world = makeWorld();
    const handlers = [
      'cat "$CLAUDE_PLUGIN_ROOT/reason" >&2; exit 2',
      { command: "sh", args: ["${CLAUDE_PLUGIN_ROOT}/deny.sh"] },
    ];
    const plugins = ["one", "two"].map((name) => {
      world.write(`${name}/reason`, `${name} in shell form`);
      world.write(`${name}/deny.sh`, `printf '${name} in exec form' >&2; exit 2`);
      return world.plugin(name, hooksOf("PreToolUse", ...handlers));
    });
    const engine = await world.open({ pluginDirs: plugins });
    const { decision } = await engine.dispatch("PreToolUse", bashCall());
    expect(decision.reasons.map(({ text }) => text)).toEqual([
      "one in shell form",
      "one in exec form",
      "two in shell form",
      "two in exec form",
    ]);
  });

  test.for(["project", "local"] as const)(
    "runs from the user's settings when an untrusted copy in %s settings may not",
    async (place) => {
      const world = makeWorld();
      world.settings("user", hooksOf("PreToolUse", "exit 2"));
      world.settings(place, hooksOf("PreToolUse", { command: "exit 2", onFailure: "block" }));
      const engine = await world.open({ trust: "store" });
      const { decision, trace } = await engine.dispatch("PreToolUse", bashCall());
      expect(decision.behavior).toBe("deny");
      expect(trace.runs).toMatchObject([{ kind: "user" }]);
    },
  );
});

describe("a handler that fails", () => {
  const FAILURES: Readonly<Record<string, { handler: JsonObject; says: string }>> = {
    "exits 1": { handler: { command: "echo no disk >&2; exit 1" }, says: "failed; .*\nno disk" },
    "exits 1 beside an allow": {
      handler: { command: `${printing(permission("allow", "fine"))}; exit 1` },
      says: "failed; .*\nexit code 1",
    },
    "does not exist": { handler: { command: "/nowhere/program", args: [] }, says: "failed; .*\n.*nowhere" },
    "is killed": { handler: { command: "kill -KILL $$" }, says: "failed; .*\nkilled by SIGKILL" },
    "runs out of time": { handler: { command: "exec sleep 60", timeout: 0.05 }, says: "timed out; " },
  };

  test.for(Object.entries(FAILURES))("and %s denies with onFailure block", async ([, { handler, says }]) => {
    const world = makeWorld();
    world.settings("user", hooksOf("PreToolUse", { ...handler, onFailure: "block" }));
    const engine = await world.open();
    const { decision, trace } = await engine.dispatch("PreToolUse", bashCall());
    expect(decision).toMatchObject({ behavior: "deny", effect: "refuses_call", unanswered: [] });
    expect(decision.reason).toMatch(new RegExp(`^${says}`));
    expect(decision.reason).toContain('blocking because onFailure is "block"');
    expect(trace).toMatchObject({ isGateOpen: false, runs: [{ status: "blocked" }] });
  });

  test("and has onFailure block lets a turn end, where that has no effect", async () => {
    const world = makeWorld();
    world.settings("user", hooksOf("Stop", { command: "exit 1", onFailure: "block" }));
    const { decision } = await (await world.open()).dispatch("Stop", {});
    expect(decision).toMatchObject({ behavior: "none", effect: "nothing" });
  });

  test("and cannot even be read denies with onFailure block, for what its matcher means", async () => {
    const world = makeWorld();
    const broken = { type: "command", command: 7, onFailure: "block" };
    world.settings("user", { hooks: { PreToolUse: [{ matcher: "Bash", hooks: [broken] }] } });
    const engine = await world.open();
    const { decision, trace } = await engine.dispatch("PreToolUse", bashCall());
    expect(decision).toMatchObject({ behavior: "deny", decidedBy: 0 });
    expect(decision.reason).toContain("hooks.PreToolUse[0].hooks[0]");
    expect(trace.runs).toMatchObject([
      { kind: "user", path: "hooks.PreToolUse[0].hooks[0]", exitCode: null },
    ]);
    const other = await engine.dispatch("PreToolUse", { tool_name: "Read", tool_input: {} });
    expect(other.decision.behavior).toBe("none");
  });
});

describe("a dispatch that is not wanted any more", () => {
  test("ends all its handlers when its signal says so, and resolves", async () => {
    const world = makeWorld();
    const checkpoint = world.checkpoint();
    world.settings(
      "user",
      hooksOf("PreToolUse", checkpoint.wait("a"), `setsid sh -c "sleep 60" & ${checkpoint.wait("b")}`),
    );
    const engine = await world.open();
    const aborter = new AbortController();
    const dispatched = engine.dispatch("PreToolUse", bashCall(), { signal: aborter.signal });
    await checkpoint.arrived(2);
    aborter.abort();
    const { decision, trace } = await dispatched;
    expect(trace.runs.map(({ status }) => status)).toEqual(["cancelled", "cancelled"]);
    expect(decision.behavior).toBe("none");
    expect(world.processes()).toEqual([]);
    expect((await engine.dispatch("Stop", {})).decision.behavior).toBe("none");
  });

  test("starts nothing when its signal was aborted before", async () => {
    const world = makeWorld();
    const proof = join(world.folder, "proof");
    world.settings("user", hooksOf("Stop", `touch '${proof}'`));
    const engine = await world.open();
    const { trace } = await engine.dispatch("Stop", {}, { signal: AbortSignal.abort() });
    expect(trace.runs).toMatchObject([{ status: "cancelled" }]);
    expect(existsSync(proof)).toBe(false);
  });

  test("resolves at once, also while it waits for places that others hold", async () => {
    const world = makeWorld();
    const checkpoint = world.checkpoint();
    world.settings("user", {
      hooks: { ...hooksOf("Stop", checkpoint.wait("a")).hooks, ...hooksOf("PreToolUse", "exit 2").hooks },
    });
    const engine = await world.open({ maxParallel: 1 });
    const holding = engine.dispatch("Stop", {});
    await checkpoint.arrived(1);
    const aborter = new AbortController();
    const waiting = engine.dispatch("PreToolUse", bashCall(), { signal: aborter.signal });
    aborter.abort();
    const late = new Promise((resolve) => setTimeout(resolve, 3_000, "it waited").unref());
    const first = await Promise.race([waiting, late]);
    expect(first).toMatchObject({ trace: { runs: [{ status: "cancelled" }] } });
    checkpoint.release();
    expect((await holding).trace.runs).toMatchObject([{ status: "ok" }]);
  });

  test("is ended by close, which waits for that, and then there is no decision", async () => {
    const world = makeWorld();
    const checkpoint = world.checkpoint();
    const gate = { command: checkpoint.wait("a"), onFailure: "block" };
    world.settings("user", hooksOf("PreToolUse", gate));
    const traces: DispatchTrace[] = [];
    const engine = await world.open({ trace: { record: (trace) => void traces.push(trace) } });
    const refused = expect(engine.dispatch("PreToolUse", bashCall())).rejects.toMatchObject({
      code: "ENGINE_CLOSED",
    });
    await checkpoint.arrived(1);
    await engine.close();
    expect(world.processes()).toEqual([]);
    await refused;
    expect(traces).toMatchObject([{ runs: [{ status: "cancelled" }] }]);
  });

  test("that was given up by whoever asked is no mistake when the engine closes", async () => {
    const world = makeWorld();
    const checkpoint = world.checkpoint();
    world.settings("user", hooksOf("Stop", checkpoint.wait("a")));
    const engine = await world.open();
    const given = new AbortController();
    const dispatched = engine.dispatch("Stop", {}, { signal: given.signal });
    await checkpoint.arrived(1);
    given.abort();
    await engine.close();
    expect((await dispatched).trace.runs).toMatchObject([{ status: "cancelled" }]);
  });
});

describe("a mistake of the caller", () => {
  async function codeOf(work: Promise<unknown>): Promise<HookErrorCode | undefined> {
    const error = await work.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    return isHookError(error) ? error.code : undefined;
  }

  test("is to ask a closed engine, which may be closed twice", async () => {
    const engine = await makeWorld().open();
    await engine.close();
    await engine.close();
    expect(await codeOf(engine.dispatch("Stop", {}))).toBe("ENGINE_CLOSED");
    expect(await codeOf(engine.list())).toBe("ENGINE_CLOSED");
    expect(await codeOf(engine.state())).toBe("ENGINE_CLOSED");
    expect(await codeOf(engine.findings())).toBe("ENGINE_CLOSED");
  });

  const cycle: Record<string, unknown> = {};
  cycle.self = cycle;
  const unwilling = {
    toJSON() {
      throw new Error("not this one");
    },
  };

  test.for([
    ["has a cycle", cycle],
    ["has a number of arbitrary size", { tokens: 1n }],
    ["does not want to be JSON", { unwilling }],
  ] as const)("is an input that %s, which starts nothing", async ([, tool_input]) => {
    const world = makeWorld();
    const proof = join(world.folder, "proof");
    world.settings("user", hooksOf("PreToolUse", `touch '${proof}'`));
    const engine = await world.open();
    const dispatched = engine.dispatch("PreToolUse", { tool_name: "Bash", tool_input });
    expect(await codeOf(dispatched)).toBe("INPUT_NOT_JSON");
    expect(existsSync(proof)).toBe(false);
  });

  test("rejects an event that there is none of, and one that is only a property of objects", async () => {
    const engine = await makeWorld().open();
    for (const event of ["Stopp", "constructor", ""] as unknown as HookEventName[])
      expect(await codeOf(engine.dispatch(event, {}))).toBe("EVENT_UNKNOWN");
  });
});
