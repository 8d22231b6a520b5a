import { existsSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { createStreamJson } from "../../../src/host/index.ts";
import type { Step } from "../../../src/model-api/index.ts";
import { hooksFor, makeHost } from "../../support/host-world.ts";

/** An answer of the default model that costs a dollar. */
const DOLLAR = { usage: { input_tokens: 0, output_tokens: 100_000 } } as const;
const AGAIN = { tool: "Bash", input: { command: "echo again" }, ...DOLLAR } as const;

describe("a session with a budget", () => {
  test("ends its turn before the request that is too much, and keeps what was said", async () => {
    const world = await makeHost({ replies: [AGAIN] });
    world.settings("project", {
      hooks: {
        Stop: [{ hooks: [world.hook("stop")] }],
        StopFailure: [{ hooks: [world.hook("failure")] }],
      },
    });
    const session = await world.open({ maxBudgetUsd: 2.5 });
    const result = await session.send("go");
    expect(result).toMatchObject({
      ...{ isError: true, subtype: "error_max_budget_usd", terminalReason: "budget_exhausted", turns: 3 },
      notices: [expect.stringContaining("$2.5 is used up")],
      spending: { totalUsd: 3 },
    });
    expect(world.requests()).toHaveLength(3);
    expect([...world.inputs("stop"), ...world.inputs("failure")]).toEqual([]);
    expect(await session.send("more")).toMatchObject({ subtype: "error_max_budget_usd", turns: 0 });
    expect(world.requests()).toHaveLength(3);
    await session.close();
    const resumed = await world.open({ maxBudgetUsd: 10, maxTurns: 1, resume: { sessionId: session.id } });
    await resumed.send("go on");
    expect(world.said(3)).toMatch(/go[\s\S]*again[\s\S]*go on/);
  });

  test("counts subagents, and ends them as well", async () => {
    const world = await makeHost({
      routes: [{ when: { prompt: "SUBTASK" }, replies: [AGAIN] }],
      replies: [{ tool: "Agent", input: { prompt: "SUBTASK" }, ...DOLLAR }],
    });
    const result = await (await world.open({ maxBudgetUsd: 3 })).send("go");
    expect(result).toMatchObject({ terminalReason: "budget_exhausted", spending: { totalUsd: 3 } });
    expect(world.requests()).toHaveLength(3);
  });

  test("counts the questions of hooks", async () => {
    const world = await makeHost({
      routes: [
        {
          when: { model: "claude-haiku-5-5" },
          replies: [{ text: '{"ok": true, "reason": "fine"}', usage: { output_tokens: 2_000_000 } }],
        },
      ],
      replies: [{ tool: "Bash", input: { command: "echo a" } }, { text: "done" }],
    });
    world.settings("project", hooksFor("PreToolUse", { type: "prompt", prompt: "Is it fine?" }));
    const result = await (await world.open({ maxBudgetUsd: 0.9 })).send("go");
    expect(result.terminalReason).toBe("budget_exhausted");
    expect(result.spending.models.map(({ model }) => model)).toEqual([
      "claude-sonnet-5-5",
      "claude-haiku-5-5",
    ]);
    expect(result.spending.totalUsd).toBeGreaterThan(1);
  });

  describe("pays what it can of the questions of two gates:", () => {
    const fine = { ok: true, reason: "fine" };
    const judge = { text: JSON.stringify(fine), usage: { output_tokens: 2_000_000 } } as const;
    const answer = { tool: "StructuredOutput", input: fine, ...DOLLAR } as const;
    const look = { tool: "Glob", input: { pattern: "*" }, ...DOLLAR } as const;

    const run = async (handler: object, answers: readonly Step[], maxBudgetUsd: number) => {
      const world = await makeHost({
        routes: [{ name: "hook", when: { prompt: "HOOKQUESTION" }, replies: [...answers] }],
        replies: [
          { tools: ["a", "b"].map((name) => ({ tool: "Bash", input: { command: `touch ${name}` } })) },
        ],
      });
      world.settings("user", hooksFor("PreToolUse", { prompt: "HOOKQUESTION $ARGUMENTS", ...handler }));
      const session = await world.open({ maxBudgetUsd, permissionMode: "bypassPermissions" });
      const { terminalReason } = await session.send("go");
      const gates = world.eventsOf("hooks").filter(({ trace }) => trace.event === "PreToolUse");
      return {
        terminalReason,
        asked: world.requests().filter(({ route }) => route === "hook").length,
        errors: gates.map(({ trace }) => trace.runs[0]?.error ?? null),
        unanswered: gates.map(({ decision }) => decision.unanswered.length),
        made: ["a", "b"].map((name) => existsSync(`${world.project}/${name}`)),
      };
    };

    test.for([
      ["the prompt of the second is not asked", "prompt", [judge], 0.9, 1, [true, false]],
      ["the subagent of the second is not asked", "agent", [answer], 0.9, 1, [true, false]],
      ["the subagent of the second ends in the middle", "agent", [look, answer, look], 2.9, 3, [true, false]],
      ["the subagent of the first ends in the middle", "agent", [look, answer], 0.9, 1, [false, false]],
    ] as const)("%s", async ([, type, answers, maxBudgetUsd, asked, isPaid]) => {
      const end = {
        ...{ terminalReason: "budget_exhausted", asked },
        errors: isPaid.map((is) => (is ? null : expect.stringContaining(`$${maxBudgetUsd} is used up`))),
      };
      expect(await run({ type }, answers, maxBudgetUsd)).toEqual({
        ...{ ...end, unanswered: isPaid.map((is) => (is ? 0 : 1)), made: [true, true] },
      });
      // A gate that is closed is an answer.
      expect(await run({ type, onFailure: "block" }, answers, maxBudgetUsd)).toEqual({
        ...{ ...end, unanswered: [0, 0], made: isPaid },
      });
    });
  });

  test("counts an answer that broke off, as far as it came", async () => {
    const world = await makeHost({
      replies: [{ text: "one two three", usage: { input_tokens: 500_000 }, stream: { stop_at: "delta" } }],
    });
    const result = await (await world.open()).send("go");
    expect(result.isError).toBe(true);
    expect(result.spending.totalUsd).toBeGreaterThanOrEqual(1);
  });

  test("is refused with a model whose price nobody knows, and opens with a price", async () => {
    const world = await makeHost();
    const own = { model: "large-1", maxBudgetUsd: 1 };
    await expect(world.open(own)).rejects.toMatchObject({ code: "OPTION_NOT_USABLE" });
    await expect(world.open({ fallbackModel: "large-1", maxBudgetUsd: 1 })).rejects.toThrow("no price");
    const prices = { "large-1": { input: 1, output: 1, cacheWrite: 1, cacheRead: 1 } };
    expect((await world.open({ ...own, prices })).model).toBe("large-1");
  });
});

describe("a session without a budget", () => {
  test("says what it cost by model, and null where nobody knows", async () => {
    const world = await makeHost({ replies: [{ text: "a", ...DOLLAR }] });
    const lines = createStreamJson({ includesHookEvents: false, version: "1" });
    const known = await world.open();
    const result = await known.send("go");
    expect(lines.lines({ type: "result", result }, known)[0]).toMatchObject({
      total_cost_usd: 1,
      modelUsage: {
        "claude-sonnet-5-5": { outputTokens: 100_000, costUSD: 1, contextWindow: 1_000_000 },
      },
      kedge: { cost_is_estimate: true },
    });
    const unknown = await world.open({ model: "large-1" });
    const other = await unknown.send("go");
    expect(lines.lines({ type: "result", result: other }, unknown)[0]).toMatchObject({
      total_cost_usd: null,
      modelUsage: { "large-1": { costUSD: null } },
    });
  });
});
