import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Scenario } from "../../../src/model-api/index.ts";
import { type HostWorld, makeHost } from "../../support/host-world.ts";

type Reply = NonNullable<Scenario["replies"]>[number];

/** Summaries are asked for without tools; everything else has some. */
const summaries = (...replies: [Reply, ...Reply[]]) => [{ when: { tools_at_most: 0 }, replies }];
const FULL = { usage: { input_tokens: 900 } } as const;
const SMALL = { compaction: { windowTokens: 1_000 } } as const;
const TOO_LONG = { status: 400, message: "prompt is too long: 210000 tokens > 200000 maximum" } as const;

const isSummary = (world: HostWorld, index: number): boolean => world.asked(index).tools === undefined;

function allEvents(world: HostWorld): void {
  const events = [
    "PreCompact",
    "PostCompact",
    "SessionStart",
    "SubagentStop",
    "StopFailure",
    "UserPromptSubmit",
  ];
  world.settings("project", {
    hooks: Object.fromEntries(events.map((event) => [event, [{ hooks: [world.hook("all")] }]])),
  });
}

const names = (world: HostWorld) => world.inputs("all").map((input) => input.hook_event_name);

describe("a conversation that is nearly full", () => {
  test("is replaced by a summary before the next request, and the prompt stays as it was", async () => {
    const world = await makeHost({
      routes: summaries({ text: "THE SUMMARY" }),
      replies: [{ text: "FIRST ANSWER", ...FULL }, { text: "second" }],
    });
    allEvents(world);
    const session = await world.open(SMALL);
    await session.send("first prompt");
    expect(await session.send("second prompt")).toMatchObject({ isError: false, text: "second" });
    expect(world.requests()).toHaveLength(3);
    expect(world.said(1)).toMatch(/first prompt[\s\S]*FIRST ANSWER/);
    expect(world.said(1)).not.toContain("second prompt");
    expect(world.asked(2).messages).toHaveLength(1);
    expect(world.said(2)).toMatch(/THE SUMMARY[\s\S]*second prompt/);
    expect(world.said(2)).not.toContain("FIRST ANSWER");
    const [, , , ...compaction] = world.inputs("all");
    expect(compaction).toMatchObject([
      { hook_event_name: "PreCompact", trigger: "auto", custom_instructions: "" },
      { hook_event_name: "SessionStart", source: "compact", model: "claude-sonnet-5-5" },
      { hook_event_name: "PostCompact", trigger: "auto", compact_summary: "THE SUMMARY" },
    ]);
    expect(world.eventsOf("compacted")).toMatchObject([{ trigger: "auto" }]);
  });

  test("keeps the last call with its result when it is compacted within a turn", async () => {
    const world = await makeHost({
      routes: summaries({ text: "THE SUMMARY" }),
      replies: [
        { text: "hello" },
        { tool: "Bash", input: { command: "echo from-the-shell" }, ...FULL },
        { text: "done" },
      ],
    });
    const session = await world.open(SMALL);
    await session.send("first");
    expect(await session.send("go")).toMatchObject({ text: "done" });
    const { messages } = world.asked(3);
    expect(messages.map(({ role }) => role)).toEqual(["user", "assistant", "user"]);
    expect(messages[1]?.content[0]).toMatchObject({ type: "tool_use" });
    expect(world.said(3)).toMatch(/THE SUMMARY[\s\S]*from-the-shell/);
  });

  test("has what SessionStart handlers say once more", async () => {
    const world = await makeHost({
      routes: summaries({ text: "S" }),
      replies: [{ text: "a", ...FULL }, { text: "b" }],
    });
    world.settings("project", {
      hooks: {
        SessionStart: [
          { matcher: "compact", hooks: [{ type: "command", command: "echo REMEMBER-THE-RULES" }] },
        ],
      },
    });
    const session = await world.open(SMALL);
    await session.send("one");
    await session.send("two");
    expect(world.said(2)).toContain("REMEMBER-THE-RULES");
  });

  test("goes on from its summary after a resume, also when the process died right behind it", async () => {
    const world = await makeHost({
      routes: summaries({ text: "THE SUMMARY" }),
      replies: [{ text: "FIRST ANSWER", ...FULL }, { text: "b" }, { text: "c" }],
    });
    const session = await world.open(SMALL);
    await session.send("one");
    await session.send("two");
    await session.close();
    const resumed = await world.open({ ...SMALL, resume: { sessionId: session.id } });
    await resumed.send("three");
    expect(world.said(3)).toMatch(/THE SUMMARY[\s\S]*two[\s\S]*three/);
    expect(world.said(3)).not.toContain("FIRST ANSWER");
    await resumed.close();
    // The line of the boundary is all that a compaction needs.
    const lines = readFileSync(session.transcriptPath, "utf8").split("\n");
    const boundary = lines.findIndex((line) => line.includes('"compact_boundary"'));
    world.write(
      session.transcriptPath.slice(world.at("").length),
      `${lines.slice(0, boundary + 1).join("\n")}\n`,
    );
    const again = await world.open({ resume: { sessionId: session.id } });
    await again.send("four");
    expect(world.said(4)).toMatch(/THE SUMMARY[\s\S]*two[\s\S]*four/);
  });

  test("stays as it is with autoCompactEnabled: false, and with the option", async () => {
    const world = await makeHost({ replies: [{ text: "a", ...FULL }] });
    world.settings("user", { autoCompactEnabled: false, autoCompactWindow: 1_000 });
    const session = await world.open();
    for (const prompt of ["one", "two", "three"]) await session.send(prompt);
    expect(world.requests()).toHaveLength(3);
    expect(world.said(2)).toContain("one");
  });

  test("counts with the window of the settings", async () => {
    const world = await makeHost({ routes: summaries({ text: "S" }), replies: [{ text: "a", ...FULL }] });
    world.settings("user", { autoCompactWindow: 1_000 });
    const session = await world.open();
    await session.send("one");
    await session.send("two");
    expect(isSummary(world, 1)).toBe(true);
  });

  test("is not compacted again and again when that makes no room", async () => {
    const world = await makeHost({ routes: summaries({ text: "S" }), replies: [{ text: "a", ...FULL }] });
    const session = await world.open(SMALL);
    for (const prompt of ["1", "2", "3", "4", "5", "6"]) await session.send(prompt);
    const asked = world.requests().map((_, index) => isSummary(world, index));
    // Three answers lie between one compaction and the next.
    expect(asked).toEqual([false, true, false, false, false, true, false, false].slice(0, asked.length));
    expect(world.eventsOf("notice").map(({ text }) => text)).toContainEqual(
      expect.stringContaining("nearly full again"),
    );
  });
});

describe("a turn whose context is full again and again", () => {
  test("waits with the next compaction until the API asks for it", async () => {
    const again = { tool: "Bash", input: { command: "echo a" }, ...FULL } as const;
    const world = await makeHost({
      routes: summaries({ text: "S" }),
      replies: [{ text: "a", ...FULL }, again, again, again, again, TOO_LONG, { text: "done" }],
    });
    const session = await world.open(SMALL);
    await session.send("one");
    expect(await session.send("two")).toMatchObject({ isError: false, text: "done" });
    const asked = world.requests().map((_, index) => isSummary(world, index));
    expect(asked).toEqual([false, true, false, false, false, false, false, true, false]);
  });
});

describe("a compaction that does not come about", () => {
  test("loses nothing, is told, and is given up after three times", async () => {
    const world = await makeHost({ routes: summaries({ status: 500 }), replies: [{ text: "a", ...FULL }] });
    const session = await world.open(SMALL);
    for (const prompt of ["P-1", "P-2", "P-3", "P-4", "P-5", "P-6"])
      expect(await session.send(prompt)).toMatchObject({ isError: false });
    const tries = world.requests().filter((_, index) => isSummary(world, index));
    expect(tries).toHaveLength(3);
    const last = world.said(world.requests().length - 1);
    for (const prompt of ["P-1", "P-2", "P-3", "P-4", "P-5", "P-6"]) expect(last).toContain(prompt);
    const notices = world.eventsOf("notice").map(({ text }) => text);
    expect(notices.filter((text) => text.includes("stays as it is"))).toHaveLength(3);
    expect(notices.at(-1)).toContain("not tried again");
  });

  test.for([
    ["exit 2", "echo NOT-NOW >&2; exit 2"],
    ["a block", `echo '{"decision":"block","reason":"NOT-NOW"}'`],
  ] as const)(
    "because of %s of a PreCompact handler: the turn goes on, and is told why",
    async ([, script]) => {
      const world = await makeHost({
        routes: summaries({ text: "S" }),
        replies: [
          { text: "a", ...FULL },
          { tool: "Bash", input: { command: "echo b" }, ...FULL },
          { text: "c" },
        ],
      });
      world.settings("project", { hooks: { PreCompact: [{ hooks: [world.hook("pre", script)] }] } });
      const session = await world.open(SMALL);
      await session.send("one");
      expect(await session.send("two")).toMatchObject({ isError: false, text: "c" });
      expect(world.requests().some((_, index) => isSummary(world, index))).toBe(false);
      // Once in a turn is enough.
      expect(world.inputs("pre")).toHaveLength(1);
      expect(world.eventsOf("notice").map(({ text }) => text)).toContainEqual(
        expect.stringContaining("NOT-NOW"),
      );
    },
  );
});

describe("a block of PreCompact beside context", () => {
  test("is an answer that cannot be read, as recorded: the compaction goes on, and that is seen", async () => {
    const world = await makeHost({ routes: summaries({ text: "S" }), replies: [{ text: "a" }] });
    const context = { hookEventName: "PreCompact", additionalContext: "x" };
    const answer = JSON.stringify({ decision: "block", reason: "NOT-NOW", hookSpecificOutput: context });
    world.settings("project", {
      hooks: { PreCompact: [{ hooks: [world.hook("pre", `echo '${answer}'`)] }] },
    });
    const session = await world.open();
    await session.send("one");
    expect(await session.compact()).toMatchObject({ text: expect.stringContaining("was compacted") });
    const [told] = world.eventsOf("hooks").filter(({ trace }) => trace.event === "PreCompact");
    expect(told?.decision.unanswered).toEqual([0]);
  });
});

describe("a conversation that the API finds too long", () => {
  const history: readonly Reply[] = [{ text: "FIRST ANSWER" }, TOO_LONG, { text: "done" }];

  test("is compacted once, and the request is sent again", async () => {
    const world = await makeHost({ routes: summaries({ text: "THE SUMMARY" }), replies: [...history] });
    allEvents(world);
    const session = await world.open();
    await session.send("one");
    expect(await session.send("two")).toMatchObject({ isError: false, text: "done" });
    expect(world.said(3)).toMatch(/THE SUMMARY[\s\S]*two/);
    expect(names(world)).not.toContain("StopFailure");
  });

  test("is a failure when it is too long right behind that", async () => {
    const world = await makeHost({
      routes: summaries({ text: "THE SUMMARY" }),
      replies: [{ text: "FIRST ANSWER" }, TOO_LONG],
    });
    allEvents(world);
    const session = await world.open();
    await session.send("one");
    expect(await session.send("two")).toMatchObject({ isError: true, terminalReason: "prompt_too_long" });
    expect(world.requests()).toHaveLength(4);
    expect(names(world).filter((name) => name === "StopFailure")).toHaveLength(1);
  });

  test("is a failure right behind it also where a call with its result stayed", async () => {
    const world = await makeHost({
      routes: summaries({ text: "THE SUMMARY" }),
      replies: [{ text: "hello" }, { tool: "Bash", input: { command: "echo a" } }, TOO_LONG],
    });
    const session = await world.open();
    await session.send("one");
    expect(await session.send("two")).toMatchObject({ terminalReason: "prompt_too_long" });
    expect(world.requests()).toHaveLength(5);
  });

  test("is a failure when there is nothing to summarise, or a handler refuses", async () => {
    const world = await makeHost({ replies: [TOO_LONG] });
    expect(await (await world.open()).send("one")).toMatchObject({ terminalReason: "prompt_too_long" });
    expect(world.requests()).toHaveLength(1);
    const other = await makeHost({ routes: summaries({ text: "S" }), replies: [...history] });
    other.settings("project", { hooks: { PreCompact: [{ hooks: [other.hook("pre", "exit 2")] }] } });
    const session = await other.open();
    await session.send("one");
    expect(await session.send("two")).toMatchObject({ terminalReason: "prompt_too_long" });
  });

  test("is summarised in part when even that is too long", async () => {
    const world = await makeHost({
      routes: summaries({ ...TOO_LONG, times: 2 }, { text: "THE SUMMARY" }),
      replies: [...history],
    });
    const session = await world.open();
    await session.send(`one ${"x".repeat(4_000)}`);
    expect(await session.send("two")).toMatchObject({ text: "done" });
    const sizes = [2, 3, 4].map((index) => world.said(index).length);
    expect(sizes[1]).toBeLessThan((sizes[0] ?? 0) * 0.7);
    expect(sizes[2]).toBeLessThan((sizes[1] ?? 0) * 0.9);
  });

  test("is compacted when an answer ends because the window is full", async () => {
    const world = await makeHost({
      routes: summaries({ text: "THE SUMMARY" }),
      replies: [
        { text: "FIRST ANSWER" },
        { text: "half", stop_reason: "model_context_window_exceeded" },
        { text: "whole" },
      ],
    });
    const session = await world.open();
    await session.send("one");
    expect(await session.send("two")).toMatchObject({ isError: false, text: "whole" });
    expect(world.said(3)).not.toContain("half");
  });

  test("is a failure when the next answer ends so as well", async () => {
    const world = await makeHost({
      routes: summaries({ text: "THE SUMMARY" }),
      replies: [{ text: "FIRST ANSWER" }, { text: "half", stop_reason: "model_context_window_exceeded" }],
    });
    const session = await world.open();
    await session.send("one");
    expect(await session.send("two")).toMatchObject({ failure: { kind: "max_output_tokens" } });
    expect(world.requests()).toHaveLength(4);
  });
});

describe("/compact", () => {
  test("summarises with what the user wants of it, and tells handlers in the recorded order", async () => {
    const world = await makeHost({
      routes: summaries({ text: "THE SUMMARY" }),
      replies: [{ text: "FIRST ANSWER" }, { text: "b" }],
    });
    const session = await world.open();
    await session.send("one");
    allEvents(world);
    expect(await session.send("/compact keep the plan")).toMatchObject({
      ...{ isError: false, terminalReason: "completed", turns: 1 },
      text: expect.stringContaining("was compacted"),
    });
    expect(world.said(1)).toContain("keep the plan");
    expect(world.inputs("all")).toMatchObject([
      { hook_event_name: "PreCompact", trigger: "manual", custom_instructions: "keep the plan" },
      { hook_event_name: "SessionStart", source: "compact" },
      { hook_event_name: "PostCompact", trigger: "manual", compact_summary: "THE SUMMARY" },
    ]);
    for (const input of world.inputs("all")) expect(input.prompt_id).toMatch(/^[0-9a-f-]{36}$/);
    await session.send("two");
    expect(world.asked(2).messages).toHaveLength(1);
    expect(world.said(2)).toMatch(/THE SUMMARY[\s\S]*two/);
  });

  test("is a method as well; it says when there is nothing to do, and who refused", async () => {
    const world = await makeHost({ replies: [{ text: "a" }] });
    world.settings("project", {
      hooks: { PreCompact: [{ hooks: [world.hook("pre", "echo NOT-NOW >&2; exit 2")] }] },
    });
    const session = await world.open();
    expect(await session.compact()).toMatchObject({
      isError: false,
      text: expect.stringContaining("nothing"),
    });
    await session.send("one");
    expect(await session.compact("x")).toMatchObject({
      ...{ isError: false, terminalReason: "prompt_blocked" },
      text: expect.stringContaining("NOT-NOW"),
    });
    expect(world.requests()).toHaveLength(1);
  });

  test("is the way out of a conversation whose last prompt is too long", async () => {
    const world = await makeHost({
      routes: summaries({ text: "THE SUMMARY" }),
      replies: [TOO_LONG, { text: "fine" }],
    });
    const session = await world.open();
    expect(await session.send(`HUGE ${"x".repeat(100_000)}`)).toMatchObject({
      terminalReason: "prompt_too_long",
    });
    expect(await session.compact()).toMatchObject({ isError: false });
    expect(await session.send("smaller")).toMatchObject({ text: "fine" });
    expect(world.said(2).length).toBeLessThan(2_000);
  });

  test("that fails ends as a failed turn, and loses nothing", async () => {
    const world = await makeHost({
      routes: summaries({ status: 401 }),
      replies: [{ text: "FIRST ANSWER" }, { text: "b" }],
    });
    const session = await world.open();
    await session.send("one");
    allEvents(world);
    expect(await session.compact()).toMatchObject({
      ...{ isError: true, terminalReason: "api_error", failure: { kind: "authentication_failed" } },
    });
    expect(names(world)).toEqual(["PreCompact", "StopFailure"]);
    await session.send("two");
    expect(JSON.stringify(world.asked(2).messages)).toContain("FIRST ANSWER");
  });

  test("can be interrupted", async () => {
    const world = await makeHost({
      routes: summaries({ connection: "hang" }),
      replies: [{ text: "FIRST ANSWER" }, { text: "b" }],
    });
    const session = await world.open();
    await session.send("one");
    const compaction = session.compact();
    await expect.poll(() => world.requests().length).toBe(2);
    session.interrupt();
    expect(await compaction).toMatchObject({ terminalReason: "aborted_streaming" });
    await session.send("two");
    expect(JSON.stringify(world.asked(2).messages)).toContain("FIRST ANSWER");
  });
});

describe("a subagent whose conversation is nearly full", () => {
  test("is compacted by itself, its handlers told of the agent and of no session", async () => {
    const world = await makeHost({
      routes: [
        ...summaries({ text: "THE SUMMARY" }),
        {
          when: { prompt: "SUBTASK" },
          replies: [
            { tool: "Bash", input: { command: "echo a" } },
            { tool: "Bash", input: { command: "echo b" }, ...FULL },
          ],
        },
        { when: { prompt: "THE SUMMARY" }, replies: [{ text: "SUB-DONE" }] },
      ],
      replies: [
        { tool: "Agent", input: { prompt: "SUBTASK" }, usage: { input_tokens: 10 } },
        { text: "done" },
      ],
    });
    allEvents(world);
    expect(await (await world.open(SMALL)).send("go")).toMatchObject({ text: "done" });
    const told = world
      .inputs("all")
      .filter(({ hook_event_name: name }) => /Compact|SubagentStop/.test(String(name)));
    expect(told).toMatchObject([
      { hook_event_name: "PreCompact", agent_type: "general-purpose" },
      { hook_event_name: "PostCompact", agent_type: "general-purpose" },
      { hook_event_name: "SubagentStop", agent_type: "general-purpose", last_assistant_message: "SUB-DONE" },
    ]);
    expect(names(world).filter((name) => name === "SessionStart")).toHaveLength(1);
  });
});

test("what stood in folders comes again after a compaction, when it is needed again", async () => {
  const read = (file: string): Reply => ({ tool: "Read", input: { file_path: file } });
  const world = await makeHost({
    routes: summaries({ text: "THE SUMMARY" }),
    replies: [read("src/a.ts"), { text: "read", ...FULL }, read("src/b.ts"), { text: "done" }],
  });
  for (const name of ["a.ts", "b.ts"]) world.write(`project/src/${name}`, name);
  world.write("project/src/CLAUDE.md", "THE RULES OF SRC");
  world.write("project/CLAUDE.md", "THE RULES OF ALL");
  const session = await world.open(SMALL);
  await session.send("first");
  await session.send("second");
  expect(world.eventsOf("compacted")).toHaveLength(1);
  const last = world.said(world.requests().length - 1);
  expect(last).toMatch(/THE SUMMARY[\s\S]*THE RULES OF SRC/);
  expect(last.match(/THE RULES OF ALL/g) ?? []).toHaveLength(0);
});
