import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createBackground, MAX_BACKGROUND_RUNS } from "../../src/engine/background.ts";
import type { BackgroundOutcome, Engine, EngineOptions } from "../../src/engine/index.ts";
import type { JsonObject } from "../../src/protocol/index.ts";
import {
  bashCall,
  createInbox,
  hooksOf,
  type Inbox,
  makeWorld,
  permission,
  printing,
  specific,
  type World,
} from "../support/engine-dispatch.ts";

interface Scene {
  readonly world: World;
  readonly engine: Engine;
  readonly outcomes: Inbox<BackgroundOutcome>;
}

async function open(world: World, options: Partial<EngineOptions> = {}): Promise<Scene> {
  const outcomes = createInbox<BackgroundOutcome>();
  const engine = await world.open({ onBackground: outcomes.add, wakes: { firstDelayMs: 1 }, ...options });
  return { world, engine, outcomes };
}

/** An engine with these handlers of one event. */
async function openWith(
  event: string,
  handlers: readonly (string | JsonObject)[],
  options?: Partial<EngineOptions>,
): Promise<Scene> {
  const world = makeWorld();
  world.settings("user", hooksOf(event, ...handlers));
  return open(world, options);
}

const isAsync = (command: string, more: JsonObject = {}): JsonObject => ({ command, async: true, ...more });
const wakes = (command: string, more: JsonObject = {}): JsonObject => ({
  command,
  asyncRewake: true,
  ...more,
});

describe("an async handler", () => {
  test("is not awaited and decides nothing, not even with exit 2", async () => {
    const world = makeWorld();
    const checkpoint = world.checkpoint();
    const deny = printing(permission("deny", "no"));
    const handlers = ["exit 2", `${deny}; exit 0`, deny].map((end, n) =>
      isAsync(`${checkpoint.wait(n)}; ${end}`),
    );
    world.settings("user", hooksOf("PreToolUse", ...handlers));
    const { engine } = await open(world);
    const { decision, trace } = await engine.dispatch("PreToolUse", bashCall());
    // They wait, so that the answer came without them.
    await checkpoint.arrived(3);
    expect(decision).toMatchObject({ behavior: "none", effect: "nothing", unanswered: [] });
    expect(trace.runs).toMatchObject(Array(3).fill({ isBackground: true, status: "ok", decision: "none" }));
    expect(engine.background.running).toBe(3);
    checkpoint.release();
  });

  test("says afterwards what it has for the model and the user, and nothing else", async () => {
    const answer = {
      systemMessage: "m\u001b[31m",
      decision: "block",
      reason: "r",
      ...specific("PostToolUse", { additionalContext: "c" }),
    };
    const { engine, outcomes } = await openWith("PostToolUse", [isAsync(printing(answer))]);
    await engine.dispatch("PostToolUse", bashCall());
    const [said] = await outcomes.hasAll(1);
    expect(said).toEqual({
      type: "said",
      event: "PostToolUse",
      place: {
        source: "~/.claude/settings.json",
        kind: "user",
        file: expect.any(String),
        path: "hooks.PostToolUse[0].hooks[0]",
      },
      contexts: ["c"],
      systemMessage: "m",
    });
  });

  test("that has nothing to say, fails, or is out of time says nothing", async () => {
    const world = makeWorld();
    const quiet = [
      "true",
      "exit 1",
      "echo text; exit 2",
      "kill -KILL $$",
      `${printing({ systemMessage: "late" })}; exec sleep 60`,
    ];
    const handlers = quiet.map((command) => isAsync(command, { timeout: 0.3 }));
    world.settings("user", hooksOf("PostToolUse", ...handlers));
    const { engine, outcomes } = await open(world);
    await engine.dispatch("PostToolUse", bashCall());
    await expect.poll(() => engine.background.running, { timeout: 15_000 }).toBe(0);
    expect(outcomes.all).toEqual([]);
  });

  test("outlives the signal of the dispatch that started it, and is ended by close", async () => {
    const world = makeWorld();
    const checkpoint = world.checkpoint();
    world.settings(
      "user",
      hooksOf("Stop", isAsync(`sleep 60 & ${checkpoint.wait("a")}; ${printing({ systemMessage: "m" })}`)),
    );
    const { engine, outcomes } = await open(world);
    const aborter = new AbortController();
    await engine.dispatch("Stop", {}, { signal: aborter.signal });
    await checkpoint.arrived(1);
    aborter.abort();
    await engine.dispatch("PreToolUse", bashCall());
    expect(engine.background.running).toBe(1);
    await engine.close();
    expect(engine.background.running).toBe(0);
    expect(world.processes()).toEqual([]);
    expect(outcomes.all).toEqual([]);
  });

  test("is one of 64 at most, and the next is not started, visibly", async () => {
    const world = makeWorld();
    const checkpoint = world.checkpoint();
    const proof = join(world.folder, "proof");
    const handlers = Array.from({ length: MAX_BACKGROUND_RUNS }, (_, n) => isAsync(checkpoint.wait(n)));
    world.settings("user", hooksOf("Stop", ...handlers, isAsync(`touch '${proof}'`)));
    const { engine } = await open(world, { maxParallel: 100 });
    const { trace } = await engine.dispatch("Stop", {});
    expect(MAX_BACKGROUND_RUNS).toBe(64);
    await checkpoint.arrived(64);
    expect(engine.background).toMatchObject({ running: 64, hasRoom: false });
    expect(trace.runs.filter(({ status }) => status === "ok")).toHaveLength(64);
    expect(trace.runs.at(-1)).toMatchObject({
      status: "failed",
      isBackground: true,
      error: expect.stringContaining("background"),
    });
    checkpoint.release();
    await expect.poll(() => engine.background.running, { timeout: 15_000 }).toBe(0);
    expect(existsSync(proof)).toBe(false);
  });

  test("takes no place from handlers that are awaited", async () => {
    const world = makeWorld();
    const checkpoint = world.checkpoint();
    world.settings("user", {
      hooks: {
        ...hooksOf("Stop", isAsync(checkpoint.wait("a"))).hooks,
        ...hooksOf("PreToolUse", "exit 2").hooks,
      },
    });
    const { engine } = await open(world, { maxParallel: 1 });
    await engine.dispatch("Stop", {});
    await checkpoint.arrived(1);
    const late = new Promise((resolve) => setTimeout(resolve, 3_000, "it waited").unref());
    expect(await Promise.race([engine.dispatch("PreToolUse", bashCall()), late])).toMatchObject({
      decision: { behavior: "deny" },
    });
  });
});

describe("a handler that asks on stdout to go on in the background", () => {
  const ask = { async: true };
  test.for([
    ["beside a deny", printing({ ...ask, ...permission("deny", "no") }), "no"],
    ["beside a block", printing({ ...ask, decision: "block", reason: "no" }), "no"],
    ["and exits 2", `${printing(ask)}; echo no >&2; exit 2`, "no\n"],
  ] as const)("still refuses: %s (D2)", async ([, command, reason]) => {
    const { engine } = await openWith("PreToolUse", [command]);
    const { decision } = await engine.dispatch("PreToolUse", bashCall());
    expect(decision).toMatchObject({ behavior: "deny", reason });
  });

  test("permits nothing", async () => {
    const { engine } = await openWith("PreToolUse", [printing({ ...ask, ...permission("allow", "yes") })]);
    expect((await engine.dispatch("PreToolUse", bashCall())).decision.behavior).toBe("none");
  });
});

describe("an asyncRewake handler", () => {
  test.for([
    ["stderr", "echo out; echo err >&2; exit 2", "err\n"],
    ["stdout when there is no stderr", "echo out; exit 2", "out\n"],
    ["JSON as it stands", `${printing({ systemMessage: "m" })}; exit 2`, '{"systemMessage":"m"}'],
    ["text without what only a terminal sees", "printf 'a\\033[31mb\\000c' >&2; exit 2", "abc"],
  ] as const)("wakes the session with exit 2 and %s", async ([, command, text]) => {
    const { engine, outcomes } = await openWith("StopFailure", [wakes(command)]);
    const { decision, trace } = await engine.dispatch("StopFailure", { error: "rate_limit" });
    expect(decision.behavior).toBe("none");
    expect(trace.runs).toMatchObject([{ isBackground: true }]);
    expect(await outcomes.hasAll(1)).toMatchObject([{ type: "wake", event: "StopFailure", text }]);
  });

  test("with another exit code only says what it has to say, and one out of time does not wake", async () => {
    const says = printing({ systemMessage: "m" });
    const late = wakes("trap 'exit 2' TERM; sleep 60 & wait", { timeout: 0.2 });
    const { engine, outcomes } = await openWith("Stop", [wakes(`${says}; exit 0`), wakes("exit 1"), late]);
    await engine.dispatch("Stop", {});
    await expect.poll(() => engine.background.running, { timeout: 15_000 }).toBe(0);
    expect(outcomes.all).toMatchObject([{ type: "said", systemMessage: "m" }]);
  });

  test("wakes as often as is allowed between two prompts, each time later", async () => {
    const bound = { maxWakes: 3, firstDelayMs: 40 };
    const { engine, outcomes } = await openWith("StopFailure", [wakes("exit 2")], { wakes: bound });
    const wake = async () => {
      const count = outcomes.all.length;
      const began = performance.now();
      await engine.dispatch("StopFailure", { error: "rate_limit" });
      const outcome = (await outcomes.hasAll(count + 1)).at(-1);
      return { type: outcome?.type, ms: performance.now() - began };
    };
    const [first, second, third, fourth] = [await wake(), await wake(), await wake(), await wake()];
    expect([first, second, third, fourth].map(({ type }) => type)).toEqual([
      "wake",
      "wake",
      "wake",
      "wake_refused",
    ]);
    expect(second.ms).toBeGreaterThanOrEqual(40);
    expect(third.ms).toBeGreaterThanOrEqual(80);
    expect(outcomes.all.at(-1)).toMatchObject({ why: expect.stringContaining("3 wakes") });
    engine.background.resetWakes();
    expect((await wake()).type).toBe("wake");
  });

  test("that is awaited, as headless runs do, answers like any other", async () => {
    const handlers = [wakes("echo no >&2; exit 2"), isAsync("exit 2")];
    const { engine, outcomes } = await openWith("Stop", handlers);
    const { decision, trace } = await engine.dispatch("Stop", {}, { awaitsRewakes: true });
    expect(decision).toMatchObject({ effect: "continues_turn", reasons: [{ by: 0, text: "no\n" }] });
    expect(trace.runs).toMatchObject([{ isBackground: false, exitCode: 2 }, { isBackground: true }]);
    expect(outcomes.all).toEqual([]);
  });

  test("wakes nobody after close, whether its wake was delayed or its end came late", async () => {
    const outcomes: BackgroundOutcome[] = [];
    const background = createBackground({ onOutcome: (outcome) => outcomes.push(outcome) });
    const { promise, resolve } = Promise.withResolvers<void>();
    const ending = { exitCode: 2, stdout: "", stderr: "wake up" };
    const report = { ending, durationMs: 1, outputBytes: 7 };
    const place = { source: "s", kind: "user", file: "f", path: "p" } as const;
    background.follow(Promise.resolve(report), { event: "Stop", place, wakes: true });
    background.follow(
      promise.then(() => report),
      { event: "Stop", place, wakes: true },
    );
    const closed = background.close();
    resolve();
    await closed;
    // Longer than a wake that is not delayed takes.
    await new Promise((done) => setTimeout(done, 20));
    expect(outcomes).toEqual([]);
  });
});
