import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { ElicitationAnswer, ElicitationQuestion, SessionOptions } from "../../../src/host/index.ts";
import { callOf, makeMcp } from "../../support/mcp-world.ts";

const output = (hookEventName: string, fields: object): string =>
  `echo '${JSON.stringify({ hookSpecificOutput: { hookEventName, ...fields } })}'`;

/** Lets the server ask, with hooks and perhaps a person, and says what it got. */
async function askWith(
  hooks: Readonly<Record<string, string>>,
  person?: (question: ElicitationQuestion) => ElicitationAnswer | Promise<ElicitationAnswer>,
  tool = "ask",
) {
  const world = await makeMcp(callOf(`mcp__odd__${tool}`));
  const all = { Notification: "", ElicitationResult: "", ...hooks };
  world.settings("user", {
    hooks: Object.fromEntries(
      Object.entries(all).map(([event, script]) => [event, [{ hooks: [world.hook(event, script)] }]]),
    ),
  });
  const questions: ElicitationQuestion[] = [];
  const own: Partial<SessionOptions> = person
    ? {
        asker: { ask: async () => ({ behavior: "allow", remembers: false }) },
        elicitor: {
          async elicit(question) {
            questions.push(question);
            return person(question);
          },
        },
      }
    : { allowedTools: ["mcp__odd"] };
  const session = await world.open({ ...world.servers({ odd: world.odd("ok") }), ...own });
  if (person) await expect.poll(() => session.mcpServers[0]?.status).toBe("connected");
  await session.send("go");
  return {
    world,
    questions,
    got: /answered (\{[^\n]*\})/.exec(world.said(1))?.[1] ?? world.said(1),
    kinds: world.inputs("Notification").map((input) => input.notification_type),
  };
}

const accept = (content: object): string => output("Elicitation", { action: "accept", content });

describe("what a server gets, by handlers", () => {
  test.for([
    ["an answer", accept({ name: "Ada", age: 36 }), '{"action":"accept","content":{"name":"Ada","age":36}}'],
    ["decline", output("Elicitation", { action: "decline" }), '{"action":"decline"}'],
    ["cancel", output("Elicitation", { action: "cancel" }), '{"action":"cancel"}'],
    ["exit 2", "exit 2", '{"action":"decline"}'],
    ["nothing", "", '{"action":"cancel"}'],
    ["an answer without what is needed", accept({ age: 36 }), '{"action":"cancel"}'],
    ["an answer that is too short", accept({ name: "A" }), '{"action":"cancel"}'],
    ["an answer of another type", accept({ name: "Ada", age: "36" }), '{"action":"cancel"}'],
    ["an answer that is no choice", accept({ name: "Ada", colour: "green" }), '{"action":"cancel"}'],
    ["more than was asked for", accept({ name: "Ada", token: "x" }), '{"action":"cancel"}'],
  ] as const)("%s", async ([, script, expected]) => {
    const { got, world } = await askWith({ Elicitation: script });
    expect(got).toBe(expected);
    expect(world.inputs("Elicitation")).toMatchObject([
      {
        mcp_server_name: "odd",
        message: "Who are you?",
        mode: "form",
        requested_schema: { required: ["name"] },
      },
    ]);
  });

  test("ElicitationResult sees the answer and changes it", async () => {
    const changed = output("ElicitationResult", { action: "accept", content: { name: "Grace" } });
    const { got, world } = await askWith({
      Elicitation: accept({ name: "Ada" }),
      ElicitationResult: changed,
    });
    expect(world.inputs("ElicitationResult")).toMatchObject([
      { mcp_server_name: "odd", mode: "form", action: "accept", content: { name: "Ada" } },
    ]);
    expect(got).toBe('{"action":"accept","content":{"name":"Grace"}}');
  });

  test("ElicitationResult with exit 2 declines", async () => {
    const { got } = await askWith({ Elicitation: accept({ name: "Ada" }), ElicitationResult: "exit 2" });
    expect(got).toBe('{"action":"decline"}');
  });

  test("what is wrong with an answer is told", async () => {
    const { world } = await askWith({ Elicitation: accept({ age: 36 }) });
    expect(world.notices().join("\n")).toContain("`name` is missing. It was not sent.");
  });
});

describe("a person", () => {
  test("is asked where no handler answers", async () => {
    const { got, questions, kinds } = await askWith({ Elicitation: "" }, () => ({
      action: "accept",
      content: { name: "Ada", colour: "blue" },
    }));
    expect(got).toBe('{"action":"accept","content":{"name":"Ada","colour":"blue"}}');
    expect(questions).toEqual([
      {
        serverName: "odd",
        message: "Who are you?",
        asks: {
          mode: "form",
          fields: [
            { name: "name", title: "Name", kind: "text", isRequired: true },
            { name: "age", title: "age", kind: "integer", isRequired: false },
            {
              name: "colour",
              title: "colour",
              kind: "choice",
              isRequired: false,
              options: [
                { value: "red", title: "red" },
                { value: "blue", title: "blue" },
              ],
            },
          ],
        },
      },
    ]);
    expect(kinds).toContain("elicitation_dialog");
    expect(kinds).toContain("elicitation_response");
  });

  test("is not asked where a handler answers", async () => {
    const { questions, kinds } = await askWith(
      { Elicitation: output("Elicitation", { action: "decline" }) },
      () => ({ action: "cancel" }),
    );
    expect(questions).toEqual([]);
    expect(kinds).not.toContain("elicitation_dialog");
  });

  test("is asked no more when the turn is interrupted, whatever the server does", async () => {
    const world = await makeMcp(callOf("mcp__odd__pester"));
    const asked: ElicitationQuestion[] = [];
    let isOpen = false;
    const session = await world.open({
      ...world.servers({ odd: world.odd("ok") }),
      asker: { ask: async () => ({ behavior: "allow", remembers: false }) },
      elicitor: {
        async elicit(question, signal) {
          asked.push(question);
          isOpen = true;
          await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
          isOpen = false;
          return { action: "cancel" };
        },
      },
    });
    await expect.poll(() => session.mcpServers[0]?.status).toBe("connected");
    const sent = session.send("go");
    await expect.poll(() => isOpen).toBe(true);
    session.interrupt();
    expect(await sent).toMatchObject({ terminalReason: "aborted_tools" });
    await expect.poll(() => isOpen).toBe(false);
    await session.send("again");
    expect([isOpen, asked.length]).toEqual([false, 1]);
  });

  test("keeps nobody waiting who does not heed that a question is taken back", async () => {
    const world = await makeMcp(callOf("mcp__odd__ask"));
    const asked: ElicitationQuestion[] = [];
    const session = await world.open({
      ...world.servers({ odd: world.odd("ok") }),
      asker: { ask: async () => ({ behavior: "allow", remembers: false }) },
      elicitor: {
        elicit(question) {
          asked.push(question);
          return Promise.withResolvers<ElicitationAnswer>().promise;
        },
      },
    });
    await expect.poll(() => session.mcpServers[0]?.status).toBe("connected");
    const sent = session.send("go");
    await expect.poll(() => asked.length).toBe(1);
    session.interrupt();
    expect(await sent).toMatchObject({ terminalReason: "aborted_tools" });
    await session.close();
  });

  test("is not asked for a call that was interrupted, nor is anything accepted for them", async () => {
    const world = await makeMcp(callOf("mcp__odd__linger"));
    world.settings("user", {
      hooks: { Elicitation: [{ hooks: [world.hook("accepts", accept({ name: "Ada" }))] }] },
    });
    const asked: ElicitationQuestion[] = [];
    const session = await world.open({
      ...world.servers({ odd: world.odd("ok") }),
      asker: { ask: async () => ({ behavior: "allow", remembers: false }) },
      elicitor: {
        async elicit(question) {
          asked.push(question);
          return { action: "accept", content: { name: "Ada" } };
        },
      },
    });
    await expect.poll(() => session.mcpServers[0]?.status).toBe("connected");
    const sent = session.send("go");
    await expect.poll(() => world.calls()).toEqual(["linger"]);
    session.interrupt();
    await sent;
    await expect.poll(() => readFileSync(world.log, "utf8"), { timeout: 10_000 }).toContain("late ");
    expect(readFileSync(world.log, "utf8")).toContain('late {"action":"cancel"}');
    expect([asked, world.inputs("accepts")]).toEqual([[], []]);
  });

  test("is shown the page that a server wants visited", async () => {
    const { got, questions, world } = await askWith(
      { Elicitation: "" },
      () => ({ action: "accept" }),
      "visit",
    );
    expect(questions).toMatchObject([{ asks: { mode: "url", url: "https://login.example/x" } }]);
    expect(got).toBe('{"action":"accept"}');
    expect(world.inputs("Elicitation")).toMatchObject([
      { mode: "url", url: "https://login.example/x", elicitation_id: "e1" },
    ]);
  });

  test("is asked one question at a time, and not by a server that asks without end", async () => {
    let open = 0;
    let most = 0;
    const { questions, got } = await askWith(
      { Elicitation: "" },
      async () => {
        most = Math.max(most, ++open);
        await new Promise(setImmediate);
        open--;
        return { action: "cancel" };
      },
      "pester",
    );
    expect(got).toContain("pestered");
    expect(most).toBe(1);
    expect(questions.length).toBeLessThanOrEqual(8);
  });
});
