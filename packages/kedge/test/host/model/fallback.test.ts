import { describe, expect, test } from "vitest";
import { needsFallback } from "../../../src/host/model/fallback.ts";
import { toWire } from "../../../src/host/model/request-wire.ts";
import { hooksFor, makeHost, QUICK } from "../../support/host-world.ts";

const WITH = { fallbackModel: "claude-haiku-4-5", retries: { ...QUICK, maxRetries: 5 } } as const;
const OVERLOADED = { when: { model: "claude-sonnet-5-5" }, replies: [{ status: 529 }] };

describe("which failures another model helps against", () => {
  const failure = { retryable: true, recordedAgentKind: "server_error" } as const;
  test.for([
    ["overloaded", 1, false, false],
    ["overloaded", 3, false, true],
    ["overloaded", 1, true, true],
    ["model_not_found", 0, true, true],
    ["server_error", 0, true, false],
    ["rate_limit", 0, true, false],
    ["billing_error", 0, true, false],
    ["authentication_failed", 0, true, false],
    ["invalid_request", 0, true, false],
  ] as const)("%s after %i overloads, last %s: %s", ([kind, overloads, isLast, helps]) => {
    expect(needsFallback({ ...failure, kind }, { overloads, isLast })).toBe(helps);
  });
});

describe("a session with a fallback model", () => {
  test("asks it after the third overload for the rest of the turn, and the first one again with the next prompt", async () => {
    const world = await makeHost({
      routes: [OVERLOADED],
      replies: [{ tool: "Bash", input: { command: "echo a" } }, { text: "done" }],
    });
    const session = await world.open(WITH);
    expect(await session.send("go")).toMatchObject({ isError: false, text: "done", turns: 2 });
    const models = () => world.requests().map((_, index) => world.asked(index).model);
    const primary = Array.from({ length: 3 }, () => "claude-sonnet-5-5");
    expect(models()).toEqual([...primary, WITH.fallbackModel, WITH.fallbackModel]);
    expect(world.eventsOf("fallback")).toMatchObject([
      { from: "claude-sonnet-5-5", to: WITH.fallbackModel, failure: { kind: "overloaded", status: 529 } },
    ]);
    await session.send("again");
    expect(models().slice(5, 9)).toEqual([...primary, WITH.fallbackModel]);
  });

  test("asks it at once when the model does not exist", async () => {
    const world = await makeHost({
      routes: [{ when: { model: "claude-sonnet-5-5" }, replies: [{ status: 404 }] }],
      replies: [{ text: "done" }],
    });
    expect(await (await world.open(WITH)).send("go")).toMatchObject({ text: "done" });
    expect(world.requests()).toHaveLength(2);
  });

  test("names both models when the other one fails too", async () => {
    const world = await makeHost({ replies: [{ status: 529 }] });
    world.settings("project", hooksFor("StopFailure", world.hook("failure")));
    const result = await (await world.open(WITH)).send("go");
    expect(result.failure).toMatchObject({
      model: WITH.fallbackModel,
      insteadOf: "claude-sonnet-5-5",
      attempts: 6,
    });
    expect(result.text).toContain(`${WITH.fallbackModel}, asked in place of claude-sonnet-5-5`);
    expect(world.requests()).toHaveLength(9);
    expect(world.inputs("failure")).toMatchObject([
      { error: "overloaded", kedge: { model: WITH.fallbackModel, instead_of: "claude-sonnet-5-5" } },
    ]);
  });

  test("does not ask it for what is no failure of the model", async () => {
    const world = await makeHost({ replies: [{ status: 401 }] });
    await (await world.open(WITH)).send("go");
    expect(world.eventsOf("fallback")).toEqual([]);
  });

  test("is refused where the fallback is the model itself", async () => {
    const world = await makeHost();
    await expect(world.open({ fallbackModel: "claude-sonnet-5-5" })).rejects.toMatchObject({
      code: "OPTION_NOT_USABLE",
    });
  });
});

describe("what is sent of another model's answers", () => {
  const thought = { type: "thinking", thinking: "hm", signature: "s" };
  const text = { type: "text", text: "said" } as const;
  const sent = (model: string | undefined, content: readonly (typeof thought | typeof text)[]) => {
    const answer = { role: "assistant", content, ...(model === undefined ? {} : { model }) } as const;
    const ask = { role: "user", content: [{ type: "text", text: "go" }] } as const;
    const request = { model: "claude-opus-5", maxTokens: 1, system: "", tools: [] };
    return toWire({ ...request, messages: [ask, answer, ask] });
  };
  test.for([
    ["claude-opus-5", [thought, text]],
    ["claude-opus-5-20260724", [thought, text]],
    ["claude-opus-5-5", [text]],
    ["claude-haiku-5-5", [text]],
    [undefined, [thought, text]],
  ] as const)("thoughts of %s", ([model, content]) => {
    expect(sent(model, [thought, text])).toMatchObject({
      messages: [{}, { role: "assistant", content }, {}],
    });
    expect(JSON.stringify(sent(model, [text]))).not.toContain('"model":"claude-haiku');
  });

  test("leave no empty message behind", () => {
    expect(sent("claude-haiku-5-5", [thought])).toMatchObject({
      messages: [{}, { content: [{ type: "text" }] }, {}],
    });
  });
});
