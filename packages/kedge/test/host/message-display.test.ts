import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import type { SessionOptions } from "../../src/host/index.ts";
import { hooksFor, makeHost } from "../support/host-world.ts";

const show = (displayContent: string): string =>
  `echo '${JSON.stringify({ hookSpecificOutput: { hookEventName: "MessageDisplay", displayContent } })}'`;

/** A person is there, who is asked nothing. */
const ATTENDED: Partial<SessionOptions> = {
  asker: { ask: async () => ({ behavior: "deny" }) },
  isOneShot: false,
};

async function run(script: string, replies: readonly object[], more: Partial<SessionOptions> = {}) {
  const world = await makeHost({ replies: [...replies] });
  world.settings("user", hooksFor("MessageDisplay", world.hook("shown", script)));
  const session = await world.open({ permissionMode: "bypassPermissions", ...more });
  const result = await session.send("go");
  const texts = world.eventsOf("text").map(({ text }) => text);
  const answers = world.eventsOf("answer").map(({ message }) => message.content);
  return { world, session, result, texts, answers, inputs: world.inputs("shown") };
}

describe("MessageDisplay", () => {
  test("gets each message at once, and what it leaves alone is shown", async () => {
    const { inputs, result, texts } = await run("", [{ text: "first\nsecond" }]);
    expect(result.text).toBe("first\nsecond");
    expect(texts).toEqual(["first\nsecond"]);
    expect(inputs).toMatchObject([{ index: 0, final: true, delta: "first\nsecond" }]);
    for (const field of ["turn_id", "message_id", "prompt_id"])
      expect(inputs[0]?.[field]).toMatch(/^[0-9a-f-]{36}$/);
    expect(inputs[0]).not.toHaveProperty("permission_mode");
  });

  test("replaces what people see, result included, and nothing that is kept or sent", async () => {
    const { world, session, result, texts, answers } = await run(show("hidden"), [{ text: "my secret" }]);
    expect(result.text).toBe("hidden");
    expect(texts).toEqual(["hidden"]);
    expect(answers).toEqual([[{ type: "text", text: "hidden" }]]);
    expect(readFileSync(session.transcriptPath, "utf8")).toContain("my secret");
    await session.send("again");
    expect(JSON.stringify(world.asked(1).messages)).toContain("my secret");
    expect(JSON.stringify(world.events)).not.toContain("my secret");
  });

  test("drops a message by an empty text", async () => {
    const { result, texts, answers } = await run(show(""), [{ text: "nobody sees this" }]);
    expect([result.text, texts, answers]).toEqual(["", [], []]);
  });

  test("is about text alone: calls beside it are shown as they are", async () => {
    const call = { type: "tool_use", id: "toolu_1", name: "Bash", input: { command: "echo ran" } };
    const content = [{ type: "text", text: "I run it" }, call];
    const { answers, inputs, world } = await run(show("!"), [{ content }, { text: "done" }]);
    expect(answers).toEqual([[{ type: "text", text: "!" }, call], [{ type: "text", text: "!" }]]);
    expect(inputs.map(({ delta }) => delta)).toEqual(["I run it", "done"]);
    expect(new Set(inputs.map(({ turn_id: id }) => id)).size).toBe(1);
    expect(new Set(inputs.map(({ message_id: id }) => id)).size).toBe(2);
    expect(world.said(1)).toContain("ran");
  });

  test("a Stop handler gets what the model said", async () => {
    const world = await makeHost({ replies: [{ text: "the truth" }] });
    world.settings("user", {
      hooks: {
        MessageDisplay: [{ hooks: [world.hook("shown", show("another thing"))] }],
        Stop: [{ hooks: [world.hook("stop")] }],
      },
    });
    await (await world.open()).send("go");
    expect(world.inputs("stop")).toMatchObject([{ last_assistant_message: "the truth" }]);
  });

  test("what a subagent says goes to the model as it is", async () => {
    const { world, inputs } = await run(show("!"), [
      { tool: "Agent", input: { prompt: "look" } },
      { text: "found it" },
      { text: "done" },
    ]);
    expect(world.said(2)).toContain("found it");
    expect(inputs.map(({ delta }) => delta)).toEqual(["done"]);
  });

  test.for([
    ["exit 2", `${show("changed")}; exit 2`],
    ["exit 1", "exit 1"],
    ["text that is no JSON", "echo changed"],
  ])("%s shows the original", async ([, script = ""]) => {
    expect((await run(script, [{ text: "original" }])).result.text).toBe("original");
  });

  test("passes what a forked skill answers to a person who typed it", async () => {
    const world = await makeHost({ replies: [{ text: "my secret" }] });
    world.write("home/.claude/skills/apart/SKILL.md", "---\ncontext: fork\n---\nwork");
    world.settings("user", hooksFor("MessageDisplay", world.hook("shown", show("hidden"))));
    const session = await world.open({ parseYaml: parse });
    expect((await session.send("/apart")).text).toBe("hidden");
    expect(readFileSync(session.transcriptPath, "utf8")).toContain("my secret");
  });

  test("what it shows instead holds no control sequences", async () => {
    const { result } = await run(show("\u001b[31mred\u202e"), [{ text: "original" }]);
    expect(result.text).toBe("red");
  });

  test("where a person watches, whole lines pass as they come, and none before it has", async () => {
    const { inputs, texts, result } = await run("", [{ text: "one\ntwo\nthree" }], ATTENDED);
    expect(inputs.map(({ delta }) => delta).join("")).toBe("one\ntwo\nthree");
    expect(inputs.map(({ index }) => index)).toEqual(inputs.map((_, at) => at));
    expect(inputs.map(({ final }) => final)).toEqual(inputs.map((_, at) => at === inputs.length - 1));
    expect(new Set(inputs.map(({ message_id: id }) => id)).size).toBe(1);
    expect(texts.join("")).toBe("one\ntwo\nthree");
    expect(result.text).toBe("one\ntwo\nthree");
  });

  test("where a person watches, what it hides never comes through, a retry included", async () => {
    const replies = [
      { text: "a secret line\nand more", stream: { chunk_chars: 4, stop_at: "delta", stop_by: "reset" } },
      { text: "a secret line\nand more" },
    ];
    const { world, texts, inputs } = await run(show("*"), replies, {
      ...ATTENDED,
      retries: { maxRetries: 2, firstDelayMs: 1, maxDelayMs: 2 },
    });
    expect(world.requests().length).toBeGreaterThan(1);
    expect(JSON.stringify(world.events)).not.toContain("secret");
    expect(texts.join("")).toMatch(/^\*+$/);
    // The answer that came in the end is a message of its own.
    const last = inputs.filter(({ message_id: id }) => id === inputs.at(-1)?.message_id);
    expect(last.map(({ delta }) => delta).join("")).toBe("a secret line\nand more");
    expect(last[0]).toMatchObject({ index: 0 });
  });

  test("of an answer that counts as none, nothing passes any more when it is over", async () => {
    const refusal = { text: "one\ntwo\nthree", stop_reason: "refusal" };
    const slow = `sleep 0.5; ${show("*")}`;
    const { world, session, texts } = await run(slow, [refusal], ATTENDED);
    await session.close();
    expect([texts, world.eventsOf("text")]).toEqual([[], []]);
  });

  test("an interrupt shows nothing that has not passed", async () => {
    const world = await makeHost({ replies: [{ text: "a secret" }] });
    world.settings("user", hooksFor("MessageDisplay", world.hook("shown", "exec sleep 60")));
    const session = await world.open();
    const turn = session.send("go");
    await expect.poll(() => world.inputs("shown").length).toBe(1);
    session.interrupt();
    await turn;
    expect(JSON.stringify(world.events)).not.toContain("secret");
  });
});
