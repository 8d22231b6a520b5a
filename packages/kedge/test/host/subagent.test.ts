import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Scenario } from "../../src/model-api/index.ts";
import { hooksFor, makeHost } from "../support/host-world.ts";

const task = (more: object = {}): object => ({ tool: "Agent", input: { prompt: "SUBTASK: look", ...more } });
const scenario = (sub: Scenario["replies"], input: object = {}): Scenario => ({
  routes: [{ name: "sub", when: { prompt: "SUBTASK" }, replies: sub ?? [] }],
  replies: [task(input) as never, { text: "main done" }],
});

describe("a subagent", () => {
  test("has a context, a transcript and hooks of its own, and gives its last message", async () => {
    const world = await makeHost(
      scenario([{ tool: "Bash", input: { command: "echo below" } }, { text: "sub done" }]),
    );
    world.settings("user", {
      hooks: {
        SubagentStart: [
          {
            matcher: "general-purpose",
            hooks: [
              world.hook(
                "start",
                `echo '{"hookSpecificOutput":{"hookEventName":"SubagentStart","additionalContext":"be brief"}}'`,
              ),
            ],
          },
        ],
        SubagentStop: [{ hooks: [world.hook("stop")] }],
        PreToolUse: [{ matcher: "Bash", hooks: [world.hook("pre")] }],
      },
    });
    const session = await world.open();
    expect(await session.send("go")).toMatchObject({ text: "main done" });
    expect(world.said(1)).toMatch(/be brief[\s\S]*SUBTASK: look/);
    expect(world.said(1)).not.toContain("go\n");
    const [start] = world.inputs("start");
    const [stop] = world.inputs("stop");
    const agentId = String(start?.agent_id);
    expect(stop).toMatchObject({
      agent_id: agentId,
      agent_type: "general-purpose",
      last_assistant_message: "sub done",
      stop_hook_active: false,
    });
    expect(world.inputs("pre")).toMatchObject([
      { agent_id: agentId, transcript_path: session.transcriptPath },
    ]);
    const own = join(dirname(session.transcriptPath), session.id, "subagents", `agent-${agentId}.jsonl`);
    expect(stop?.agent_transcript_path).toBe(own);
    expect(readFileSync(own, "utf8")).toContain("sub done");
    expect(readFileSync(session.transcriptPath, "utf8")).not.toContain("be brief");
    expect(world.said(3)).toContain("sub done");
  });

  test("goes on while SubagentStop blocks, and ends at its guard", async () => {
    const world = await makeHost(scenario([{ text: "sub" }]));
    world.settings("user", hooksFor("SubagentStop", world.hook("stop", "echo more >&2; exit 2")));
    expect(await (await world.open()).send("go")).toMatchObject({ text: "main done" });
    expect(world.inputs("stop")).toHaveLength(9);
    expect(world.inputs("stop").map(({ stop_hook_active: active }) => active)).toEqual([
      false,
      ...Array(8).fill(true),
    ]);
  });

  test("of a kind that there is not never starts", async () => {
    const world = await makeHost(scenario([{ text: "never" }], { subagent_type: "wizard" }));
    world.settings("user", hooksFor("SubagentStart", world.hook("start")));
    await (await world.open()).send("go");
    expect(world.inputs("start")).toEqual([]);
    expect(world.said(1)).toMatch(/no kind of subagent "wizard".*general-purpose, Explore, Plan/);
  });

  test("starts no subagents, and has only the tools of its kind", async () => {
    const world = await makeHost(scenario([{ text: "sub done" }], { subagent_type: "reader" }));
    const reader = {
      name: "reader",
      description: "reads",
      prompt: "Read.",
      tools: ["Read", "Agent"],
      model: "claude-small",
    };
    await (await world.open({ agents: [reader] })).send("go");
    const { tools, model } = world.asked(1);
    expect([tools.map(({ name }) => name), model]).toEqual([["Read"], "claude-small"]);
  });

  test("several run at once", async () => {
    const world = await makeHost({
      routes: [{ name: "sub", when: { prompt: "SUBTASK" }, replies: [{ text: "sub done" }] }],
      replies: [{ tools: [task(), task()] as never }, { text: "main done" }],
    });
    const both = world.at("both");
    const wait = `touch '${both}'.$$; while [ $(ls '${both}'.* | wc -l) -lt 2 ]; do sleep 0.01; done`;
    world.settings("user", hooksFor("SubagentStart", world.hook("start", wait)));
    await (await world.open()).send("go");
    expect(world.inputs("start")).toHaveLength(2);
  });

  test("is ended with its turn", async () => {
    const world = await makeHost(scenario([{ tool: "Bash", input: { command: "touch began; sleep 60" } }]));
    const session = await world.open({ permissionMode: "bypassPermissions" });
    const turn = session.send("go");
    await expect.poll(() => existsSync(`${world.project}/began`)).toBe(true);
    session.interrupt();
    expect(await turn).toMatchObject({ terminalReason: "aborted_tools" });
  });

  test("begins every command in the folder of the session, and is told so where one went elsewhere", async () => {
    const world = await makeHost(
      scenario([
        { tool: "Bash", input: { command: "mkdir -p sub && cd sub" } },
        { tool: "Bash", input: { command: "pwd -P" } },
        { text: "sub done" },
      ]),
    );
    const session = await world.open({ permissionMode: "bypassPermissions" });
    await session.send("go");
    expect(session.cwd).toBe(world.project);
    expect(world.said(2)).toContain(
      `The working directory is ${world.project} again: every command of a subagent begins there.`,
    );
    expect(world.said(3).split(/\n|"/)).toContain(world.project);
  });
});

describe("handlers that ask a model", () => {
  const verdict = (ok: boolean): object => ({ text: JSON.stringify({ ok, reason: "the verdict" }) });

  test("a prompt handler asks over the session's own connection, without tools", async () => {
    const world = await makeHost({
      routes: [
        {
          name: "hook",
          when: { last: "HOOKQUESTION" },
          replies: [verdict(false) as never, verdict(true) as never],
        },
      ],
      replies: [{ text: "first" }, { text: "second" }],
    });
    world.settings("user", hooksFor("Stop", { type: "prompt", prompt: "HOOKQUESTION $ARGUMENTS" }));
    expect(await (await world.open()).send("go")).toMatchObject({ text: "second" });
    const asked = world.requests().filter(({ route }) => route === "hook");
    expect(asked).toHaveLength(2);
    expect(asked[0]).toMatchObject({ model: "claude-haiku-5-5" });
    expect(asked[0]?.body).not.toHaveProperty("tools");
  });

  test("an agent handler reads files and answers by a call; its own calls meet no handlers", async () => {
    const world = await makeHost({
      routes: [
        {
          name: "hook",
          when: { prompt: "AGENTQUESTION" },
          replies: [
            { tool: "Read", input: { file_path: "notes.md" } },
            { tool: "StructuredOutput", input: { ok: false, reason: "the notes say no" } },
          ],
        },
      ],
      replies: [{ tool: "Bash", input: { command: "touch made" } }, { text: "done" }],
    });
    world.write("project/notes.md", "say no");
    world.settings("user", {
      hooks: {
        PreToolUse: [
          { matcher: "Bash", hooks: [{ type: "agent", prompt: "AGENTQUESTION" }] },
          { matcher: "Read", hooks: [world.hook("read")] },
        ],
      },
    });
    await (await world.open({ permissionMode: "bypassPermissions" })).send("go");
    expect(existsSync(`${world.project}/made`)).toBe(false);
    expect(world.inputs("read")).toEqual([]);
    const last = world.requests().at(-1);
    expect(JSON.stringify(last?.body)).toContain("the notes say no");
  });
});
