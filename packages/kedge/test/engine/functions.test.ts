import { describe, expect, test } from "vitest";
import type { Dispatch, Engine, FunctionHook } from "../../src/engine/index.ts";
import type { JsonObject } from "../../src/protocol/index.ts";
import {
  bashCall,
  createInbox,
  hooksOf,
  makeWorld,
  permission,
  specific,
} from "../support/engine-dispatch.ts";

type Call = FunctionHook["call"];

/** Dispatches a call of Bash to functions. */
async function callWith(
  hooks: readonly Partial<FunctionHook>[],
  input: JsonObject = bashCall(),
): Promise<Dispatch> {
  const functions = hooks.map(
    (hook, index): FunctionHook => ({
      event: "PreToolUse",
      name: `f${index}`,
      call: () => undefined,
      ...hook,
    }),
  );
  const engine = await makeWorld().open({ functions });
  return engine.dispatch("PreToolUse", input);
}

describe("the answer of a function", () => {
  test("is read like the JSON of a command", async () => {
    const deny = await callWith([{ call: () => permission("deny", "no") }]);
    expect(deny.decision).toMatchObject({ behavior: "deny", reason: "no", decidedBy: 0 });
    const context = await callWith([
      { call: async () => specific("PreToolUse", { additionalContext: "c" }) },
    ]);
    expect(context.decision).toMatchObject({ behavior: "none", contexts: [{ by: 0, text: "c" }] });
    const stop = await callWith([{ call: () => ({ continue: false, stopReason: "enough" }) }]);
    expect(stop.decision.stop).toMatchObject({ reason: "enough" });
  });

  test("is nothing when it returns nothing", async () => {
    const calls: readonly Call[] = [() => undefined, () => null, async () => {}, () => ({})];
    const { decision, trace } = await callWith(calls.map((call) => ({ call })));
    expect(decision).toMatchObject({ behavior: "none", unanswered: [] });
    expect(trace.runs).toMatchObject(Array(4).fill({ status: "ok", kind: "memory", exitCode: 0 }));
  });

  test("counts with those of commands, in configured order", async () => {
    const world = makeWorld();
    world.settings("user", hooksOf("PreToolUse", "echo command >&2; exit 2"));
    const call: Call = () => permission("deny", "function");
    const engine = await world.open({ functions: [{ event: "PreToolUse", name: "f", call }] });
    const { decision } = await engine.dispatch("PreToolUse", bashCall());
    expect(decision.reasons.map(({ text }) => text)).toEqual(["command\n", "function"]);
  });

  test("of the wrong shape is none", async () => {
    const call: Call = () => specific("PreToolUse", { permissionDecision: 7 });
    const { decision } = await callWith([{ call, onFailure: "continue" }]);
    expect(decision).toMatchObject({ behavior: "none", unanswered: [0] });
  });
});

describe("a function that fails", () => {
  const cycle: Record<string, unknown> = {};
  cycle.self = cycle;
  const FAILURES: Readonly<Record<string, Call>> = {
    "throws an error": () => {
      throw new Error("out of order");
    },
    rejects: () => Promise.reject(new Error("out of order")),
    "throws a text": () => {
      throw "out of order";
    },
    "throws what cannot be a text": () => {
      throw Object.create(null);
    },
    "throws an error without a message": () => {
      throw Object.assign(new Error(), { message: undefined });
    },
    "throws nothing": () => {
      throw undefined;
    },
    "returns a text": () => '{"decision":"approve"}',
    "returns a list": () => [permission("allow", "yes")],
    "returns true": () => true,
    "returns what cannot be JSON": () => cycle,
    "returns what becomes nothing in JSON": () => ({ toJSON: () => undefined }),
  };

  test.for(Object.entries(FAILURES))("because it %s denies by default", async ([, call]) => {
    const { decision, trace } = await callWith([{ call, timeoutMs: 3_000 }]);
    expect(decision).toMatchObject({ behavior: "deny", effect: "refuses_call", unanswered: [] });
    expect(decision.reason).toContain("failed; blocking because");
    expect(trace.runs).toMatchObject([{ status: "blocked", error: expect.stringMatching(/\S/) }]);
  });

  test.for(Object.entries(FAILURES))("because it %s, and may, leaves the gate open", async ([, call]) => {
    const { decision, trace } = await callWith([{ call, timeoutMs: 3_000, onFailure: "continue" }]);
    expect(decision).toMatchObject({ behavior: "none", unanswered: [0] });
    expect(trace).toMatchObject({ isGateOpen: true, runs: [{ status: "failed", decision: "none" }] });
  });

  test("keeps no other function from its answer", async () => {
    const call: Call = () => {
      throw new Error("x");
    };
    const { decision } = await callWith([
      { call, onFailure: "continue" },
      { call: () => permission("ask", "sure?") },
    ]);
    expect(decision).toMatchObject({ behavior: "ask", decidedBy: 1, unanswered: [0] });
  });
});

describe("a function that takes its time", () => {
  const never: Call = () => new Promise(() => {});

  test("is told by its signal at its limit, and is no longer waited for", async () => {
    let told: AbortSignal | undefined;
    const call: Call = (_input, { signal }) => {
      told = signal;
      return new Promise(() => {});
    };
    const { decision, trace } = await callWith([{ call, timeoutMs: 20 }]);
    expect(told?.aborted).toBe(true);
    expect(decision).toMatchObject({ behavior: "deny", reason: expect.stringMatching(/^timed out; /) });
    expect(trace.runs).toMatchObject([{ status: "blocked", error: "it did not answer in time" }]);
    const open = await callWith([{ call: never, timeoutMs: 20, onFailure: "continue" }]);
    expect(open.decision).toMatchObject({ behavior: "none", unanswered: [0] });
    expect(open.trace.runs).toMatchObject([{ status: "timed_out" }]);
  });

  test("and answers after its limit, or fails then, changes nothing", async () => {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const other = Promise.withResolvers<unknown>();
    const calls: readonly Call[] = [() => promise, () => other.promise];
    const { decision } = await callWith(
      calls.map((call) => ({ call, timeoutMs: 20, onFailure: "continue" })),
    );
    resolve(permission("deny", "late"));
    other.reject(new Error("late"));
    reject(new Error("later"));
    await new Promise(setImmediate);
    expect(decision).toMatchObject({ behavior: "none", unanswered: [0, 1] });
  });

  test.for([2 ** 31, 1e12, Number.POSITIVE_INFINITY])("may take %d ms", async (timeoutMs) => {
    const call: Call = () => new Promise((resolve) => setTimeout(resolve, 30, permission("allow", "yes")));
    const { decision } = await callWith([{ call, timeoutMs }]);
    expect(decision.behavior).toBe("allow");
  });

  test("is cancelled by the signal of the dispatch, and by close", async () => {
    const signals = new Map<unknown, AbortSignal>();
    const called = createInbox<unknown>();
    const call: Call = (input, { signal }) => {
      signals.set(input.n, signal);
      called.add(input.n);
      return new Promise(() => {});
    };
    const engine = await makeWorld().open({ functions: [{ event: "Stop", name: "f", call }] });
    const aborter = new AbortController();
    const first = engine.dispatch("Stop", { n: 1 }, { signal: aborter.signal });
    const second = engine.dispatch("Stop", { n: 2 }).catch((error: unknown) => error);
    await called.hasAll(2);
    aborter.abort();
    expect((await first).trace.runs).toMatchObject([{ status: "cancelled" }]);
    expect([signals.get(1)?.aborted, signals.get(2)?.aborted]).toEqual([true, false]);
    await engine.close();
    expect(await second).toMatchObject({ code: "ENGINE_CLOSED" });
    expect(signals.get(2)?.aborted).toBe(true);
  });

  test("is not told anything when it answers in time", async () => {
    let told: AbortSignal | undefined;
    const call: Call = (_input, { signal }) => {
      told = signal;
    };
    await callWith([{ call }]);
    expect(told?.aborted).toBe(false);
  });
});

describe("a function is called", () => {
  test("with the input and the name of the event", async () => {
    const inputs: JsonObject[] = [];
    const call: Call = (input) => {
      inputs.push(input);
    };
    await callWith([{ call }], bashCall("ls", { hook_event_name: "Stop" }));
    expect(inputs).toEqual([{ ...bashCall("ls"), hook_event_name: "PreToolUse" }]);
  });

  test("when its matcher and its if hold", async () => {
    const called: string[] = [];
    const hook = (name: string, more: Partial<FunctionHook>): Partial<FunctionHook> => ({
      name,
      ...more,
      call: () => void called.push(name),
    });
    const hooks = [
      hook("all", {}),
      hook("Bash", { matcher: "Bash" }),
      hook("Read", { matcher: "Read" }),
      hook("expression", { matcher: "^B.*h$" }),
      hook("push", { if: "Bash(git push *)" }),
      hook("any", { if: "Bash" }),
      hook("both", { matcher: "Read", if: "Bash" }),
      hook("stop", { event: "Stop" }),
    ];
    await callWith(hooks);
    expect(called).toEqual(["all", "Bash", "expression", "any"]);
    called.length = 0;
    await callWith(hooks, bashCall("cd x && git push origin"));
    expect(called).toEqual(["all", "Bash", "expression", "push", "any"]);
  });

  test("at once with all others", async () => {
    let here = 0;
    const all = Promise.withResolvers<void>();
    const call: Call = () => {
      if (++here === 12) all.resolve();
      return all.promise;
    };
    const { trace } = await callWith(Array.from({ length: 12 }, () => ({ call })));
    expect(trace.runs.map(({ status }) => status)).toEqual(Array(12).fill("ok"));
  });

  test("and what it does to its input changes nothing for commands", async () => {
    const world = makeWorld();
    world.settings("user", hooksOf("PreToolUse", "cat >&2; exit 2"));
    const call: Call = (input) => {
      Object.assign(input, { tool_input: { command: "changed" } });
    };
    const engine = await world.open({ functions: [{ event: "PreToolUse", name: "f", call }] });
    const input = bashCall("ls");
    const { decision } = await engine.dispatch("PreToolUse", input);
    expect(JSON.parse(decision.reason ?? "")).toMatchObject({ tool_input: { command: "ls" } });
    expect(input).toEqual(bashCall("ls"));
  });
});

describe("a function that waits for another event", () => {
  const opened = (call: Call): Promise<Engine> =>
    makeWorld().open({
      maxParallel: 1,
      functions: [
        { event: "PreToolUse", name: "gate", call, timeoutMs: 10_000 },
        { event: "Elicitation", name: "form", call: () => ({}) },
        { event: "Notification", name: "told", call: () => ({}) },
      ],
    });

  test("that it causes itself has the answer, though it has the last place", async () => {
    const call: Call = async () => {
      const { trace } = await engine.dispatch("Notification", { message: "m" });
      return permission("deny", `told: ${trace.runs[0]?.status}`);
    };
    const engine = await opened(call);
    const { decision } = await engine.dispatch("PreToolUse", bashCall());
    expect(decision).toMatchObject({ behavior: "deny", reason: "told: ok" });
  });

  test("that a server causes has the answer as well", async () => {
    const isCalled = Promise.withResolvers<void>();
    const isAnswered = Promise.withResolvers<void>();
    const engine = await opened(async () => {
      isCalled.resolve();
      await isAnswered.promise;
      return permission("deny", "asked");
    });
    const call = engine.dispatch("PreToolUse", bashCall());
    await isCalled.promise;
    // As of a server: nothing tells that a handler waits for it.
    const { trace } = await engine.dispatch("Elicitation", { mcp_server_name: "s", message: "m" });
    isAnswered.resolve();
    expect(trace.runs).toMatchObject([{ status: "ok" }]);
    expect((await call).decision).toMatchObject({ behavior: "deny", reason: "asked" });
  });
});
