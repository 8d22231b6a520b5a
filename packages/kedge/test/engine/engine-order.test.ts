/** Which of several answers counts: the strictest, and of equals the first as configured, never the one that came first. */
import { describe, expect, test } from "vitest";
import type { Dispatch, FunctionHook } from "../../src/engine/index.ts";
import type { JsonObject } from "../../src/protocol/index.ts";
import { bashCall, hooksOf, makeWorld, permission, printing, specific } from "../support/engine-dispatch.ts";
import { createRandom, fuzzSeed } from "../support/random.ts";

async function dispatchTo(commands: readonly string[]): Promise<Dispatch> {
  const world = makeWorld();
  world.settings("user", hooksOf("PreToolUse", ...commands));
  return (await world.open()).dispatch("PreToolUse", bashCall());
}

describe("D3 the strictest answer wins, in configured order", () => {
  const answers: readonly JsonObject[] = [
    permission("deny", "deny"),
    permission("defer", "defer"),
    permission("ask", "ask"),
    permission("allow", "allow"),
    specific("PreToolUse", { additionalContext: "context" }),
    { systemMessage: "nothing" },
  ];

  test("of functions, in every order", async () => {
    const world = makeWorld();
    let count = 0;
    for (let strictest = 0; strictest < answers.length; strictest++) {
      for (const order of permute(answers.slice(strictest))) {
        const functions = order.map((answer, index): FunctionHook => {
          return { event: "PreToolUse", name: `f${index}`, call: () => answer };
        });
        const engine = await world.open({ functions });
        const { decision } = await engine.dispatch("PreToolUse", bashCall());
        await engine.close();
        const expected = ["deny", "defer", "ask", "allow", "none", "none"][strictest];
        expect(decision.behavior).toBe(expected);
        if (expected === "none") expect(decision.decidedBy).toBeUndefined();
        else
          expect(decision).toMatchObject({
            reason: expected,
            decidedBy: order.indexOf(answers[strictest] ?? {}),
          });
        count++;
      }
    }
    expect(count).toBe(720 + 120 + 24 + 6 + 2 + 1);
  });

  test.for([0, 1, 2, 3, 4])("of processes that take their time (%i)", async (round) => {
    const random = createRandom(fuzzSeed + round);
    const orders = [...permute(answers)];
    const order = random.pick(orders);
    const { decision } = await dispatchTo(
      order.map((answer) => `sleep 0.0${random.below(10)}; ${printing(answer)}`),
    );
    expect(decision).toMatchObject({
      behavior: "deny",
      reason: "deny",
      decidedBy: order.indexOf(answers[0] ?? {}),
    });
  });

  test("and of equals the first, whichever ends first", async () => {
    const answer = (n: number): JsonObject =>
      permission("allow", `${n}`, { updatedInput: { command: `${n}` } });
    const handlers = [0.15, 0.07, 0].map((delay, n) => `sleep ${delay}; ${printing(answer(n))}`);
    const { decision } = await dispatchTo(handlers);
    expect(decision).toMatchObject({
      behavior: "allow",
      reason: "0",
      effects: { updatedInput: { command: "0" } },
    });
  });
});

function* permute<Value>(values: readonly Value[]): Generator<readonly Value[]> {
  if (values.length <= 1) yield values;
  for (const [index, value] of values.entries()) {
    if (values.length <= 1) return;
    for (const rest of permute(values.toSpliced(index, 1))) yield [value, ...rest];
  }
}
