import { describe, expect, test } from "vitest";
import { agentMode } from "../../../src/host/agents/agent-mode.ts";
import { agentFromFlag } from "../../../src/host/index.ts";
import { makeSkillWorld, PROJECT, USER } from "./skill-world.ts";

const BASH = { tool: "Bash", input: { command: "echo working" } };
const sub = (name: string, prompt: string) => ({ tool: "Agent", input: { prompt, subagent_type: name } });
const route = (prompt: string, ...replies: readonly object[]) =>
  ({ name: prompt, when: { prompt }, replies: [...replies, { text: `${prompt} done` }] }) as never;

describe("hooks of a subagent's file", () => {
  test("run while it runs, for its own events; Stop is SubagentStop", async () => {
    const world = await makeSkillWorld({
      routes: [route("TASK-A", BASH)],
      replies: [BASH, sub("careful", "TASK-A"), BASH, { text: "done" }] as never,
    });
    const hooks = {
      PreToolUse: [{ matcher: "Bash", hooks: [world.hook("pre")] }],
      Stop: [{ hooks: [world.hook("stop")] }],
    };
    world.markdown(`${USER}/agents/careful.md`, { name: "careful", description: "d", hooks }, "Be careful.");
    const session = await world.open();
    await session.send("go");
    expect(session.agents).toContain("careful");
    expect(world.inputs("pre")).toMatchObject([{ agent_type: "careful" }]);
    expect(world.inputs("stop")).toMatchObject([
      { hook_event_name: "SubagentStop", agent_type: "careful", last_assistant_message: "TASK-A done" },
    ]);
  });

  test("of two that run at once each hears its own subagent alone, of two kinds or of one", async () => {
    for (const [one, other] of [
      ["a", "b"],
      ["a", "a"],
    ] as const) {
      const world = await makeSkillWorld({
        routes: [route("TASK-1", BASH), route("TASK-2", BASH)],
        replies: [{ tools: [sub(one, "TASK-1"), sub(other, "TASK-2")] }, { text: "done" }] as never,
      });
      // Each waits for the other's call, so that both run at once.
      const both = world.at("both");
      const wait = `touch "${both}".$$; while [ $(ls "${both}".* | wc -l) -lt 2 ]; do sleep 0.01; done`;
      for (const name of ["a", "b"]) {
        const hooks = { PreToolUse: [{ hooks: [world.hook(`pre-${name}`, wait)] }] };
        world.markdown(`${USER}/agents/${name}.md`, { name, description: "d", hooks }, "x");
      }
      await (await world.open()).send("go");
      const heard = [...world.inputs("pre-a"), ...world.inputs("pre-b")];
      expect(heard.map(({ agent_type: type }) => type).sort()).toEqual([one, other]);
      expect(new Set(heard.map(({ agent_id: id }) => id)).size).toBe(2);
    }
  });

  test("a gate of it that cannot be used is told, and the rest holds", async () => {
    const world = await makeSkillWorld({
      routes: [route("TASK-A", BASH)],
      replies: [sub("careful", "TASK-A"), { text: "done" }] as never,
    });
    const hooks = { PreToolUse: [{ hooks: [{ type: "command", timeout: "5m" }, world.hook("pre")] }] };
    world.markdown(`${PROJECT}/agents/careful.md`, { name: "careful", description: "d", hooks }, "x");
    await (await world.open()).send("go");
    expect(world.inputs("pre")).toHaveLength(1);
    expect(world.notices()).toContain(".claude/agents/careful.md");
  });

  test("may come by the flag", async () => {
    const world = await makeSkillWorld({
      routes: [route("TASK-A", BASH)],
      replies: [sub("flagged", "TASK-A"), { text: "done" }] as never,
    });
    const hooks = { PreToolUse: [{ hooks: [world.hook("pre")] }] };
    const { agent, problems } = agentFromFlag("flagged", { description: "d", prompt: "p", hooks });
    expect(problems).toEqual([]);
    await (await world.openUntrusted({ agents: agent ? [agent] : [] })).send("go");
    expect(world.inputs("pre")).toMatchObject([{ agent_type: "flagged" }]);
  });
});

describe("facts of a subagent's file", () => {
  test("tools, model and skills are what it works with", async () => {
    const world = await makeSkillWorld({
      routes: [route("TASK-A")],
      replies: [sub("reader", "TASK-A"), { text: "done" }] as never,
    });
    world.markdown(`${USER}/skills/style/SKILL.md`, { description: "d" }, "STYLE TEXT");
    const facts = { name: "reader", description: "d", model: "small", skills: "style, nothing" };
    world.markdown(
      `${USER}/agents/reader.md`,
      { ...facts, tools: "Read, Bash(git *), Agent", disallowedTools: ["Bash"] },
      "INSTRUCTIONS",
    );
    await (await world.open()).send("go");
    const { tools, model, system } = world.asked(1);
    expect([tools.map(({ name }) => name), model]).toEqual([["Read"], "small"]);
    expect(system[0]?.text).toContain("INSTRUCTIONS");
    expect(world.said(1)).toMatch(/STYLE TEXT[\s\S]*TASK-A/);
    expect(world.notices()).toContain("The subagent reader starts without the skill nothing");
  });

  test.each([
    [PROJECT, "store", "claude-sonnet-5-5", 100],
    [PROJECT, "project", "claude-large", 103],
    [USER, "store", "claude-large", 103],
  ] as const)("of %s, with trust %s, the model is %s and its requests are %i", async (...row) => {
    const [place, trust, model, requests] = row;
    const world = await makeSkillWorld({
      routes: [route("TASK-A", ...Array(110).fill({ tool: "TaskList", input: {} }))],
      replies: [sub("greedy", "TASK-A"), { text: "done" }] as never,
    });
    const facts = { name: "greedy", description: "d", model: "claude-large", maxTurns: 103 };
    world.markdown(`${place}/agents/greedy.md`, facts, "x");
    await (await world.open({ hooks: { ...world.base.hooks, trust } })).send("go");
    expect(world.asked(1).model).toBe(model);
    expect(world.requests().filter(({ route: name }) => name === "TASK-A")).toHaveLength(requests);
  });

  test("of a project, fewer requests count", async () => {
    const world = await makeSkillWorld({
      routes: [route("TASK-A", ...Array(5).fill({ tool: "TaskList", input: {} }))],
      replies: [sub("modest", "TASK-A"), { text: "done" }] as never,
    });
    world.markdown(`${PROJECT}/agents/modest.md`, { name: "modest", description: "d", maxTurns: 2 }, "x");
    await (await world.openUntrusted()).send("go");
    expect(world.requests().filter(({ route: name }) => name === "TASK-A")).toHaveLength(2);
  });

  test("of two with one name the user's counts, and before it the flag's", async () => {
    const world = await makeSkillWorld();
    for (const [place, text] of [
      [PROJECT, "project"],
      [USER, "user"],
    ])
      world.markdown(`${place}/agents/x.md`, { name: "x", description: text }, "p");
    const agents = async (more: object) => {
      await (await world.open(more)).send("go");
      const tools = world.asked(world.requests().length - 1).tools as readonly {
        name: string;
        description: string;
      }[];
      return tools.find(({ name }) => name === "Agent")?.description;
    };
    expect(await agents({})).toContain("- x: user");
    expect(await agents({ agents: [{ name: "x", description: "flag", prompt: "p" }] })).toContain(
      "- x: flag",
    );
  });

  test.each([
    [PROJECT, false],
    [USER, true],
  ] as const)("a file of %s with the name of a subagent of the session", async (place, isTaken) => {
    const world = await makeSkillWorld({
      routes: [route("TASK-A")],
      replies: [sub("Explore", "TASK-A"), { text: "done" }] as never,
    });
    world.markdown(`${place}/agents/explore.md`, { name: "Explore", description: "d" }, "OTHER INSTRUCTIONS");
    await (await world.open()).send("go");
    const { tools, system } = world.asked(1);
    expect([
      system[0]?.text?.includes("OTHER INSTRUCTIONS"),
      tools.some(({ name }) => name === "Write"),
      world.notices().includes("a name that no subagent of the session has"),
    ]).toEqual([isTaken, isTaken, !isTaken]);
  });

  test("a skill that rules deny or ask about is none that it begins with", async () => {
    for (const rules of [{ deny: ["Skill(style)"] }, { ask: ["Skill(style)"] }]) {
      const world = await makeSkillWorld({
        routes: [route("TASK-A")],
        replies: [sub("reader", "TASK-A"), { text: "done" }] as never,
      });
      world.settings("user", { permissions: rules });
      world.markdown(`${USER}/skills/style/SKILL.md`, { description: "d" }, "STYLE TEXT");
      world.markdown(
        `${PROJECT}/agents/reader.md`,
        { name: "reader", description: "d", skills: "style" },
        "p",
      );
      await (await world.open()).send("go");
      expect(world.said(1)).not.toContain("STYLE TEXT");
      expect(world.notices()).toMatch(/reader starts without the skill style: the rule Skill\(style\)/);
    }
  });

  test("what cannot be read means less, never more, and is told", async () => {
    for (const facts of [{ tools: 5 }, { disallowedTools: {} }]) {
      const world = await makeSkillWorld({
        routes: [route("TASK-A", BASH)],
        replies: [sub("odd", "TASK-A"), { text: "done" }] as never,
      });
      const common = { name: "odd", description: "d", permissionMode: "Plan" };
      world.markdown(`${USER}/agents/odd.md`, { ...common, ...facts }, "x");
      await (await world.open()).send("go");
      expect(world.asked(1).tools ?? []).toEqual([]);
      for (const field of ["permissionMode", ...Object.keys(facts)])
        expect(world.notices()).toContain(`(~/.claude/agents/odd.md, ${field})`);
    }
  });

  test("an agent without a name, a description or instructions is none", async () => {
    const world = await makeSkillWorld();
    world.markdown(`${USER}/agents/a.md`, { description: "d" }, "p");
    world.markdown(`${USER}/agents/b.md`, { name: "b" }, "p");
    world.markdown(`${USER}/agents/c.md`, { name: "c", description: "d" }, " ");
    expect((await world.open()).agents).toEqual(["general-purpose", "Explore", "Plan"]);
  });
});

test.each([
  ["default", undefined, true, "default"],
  ["default", "plan", false, "plan"],
  ["default", "acceptEdits", true, "acceptEdits"],
  ["default", "acceptEdits", false, "default"],
  ["default", "bypassPermissions", true, "bypassPermissions"],
  ["default", "bypassPermissions", false, "default"],
  ["plan", "default", false, "plan"],
  ["dontAsk", "default", false, "dontAsk"],
  ["default", "dontAsk", false, "dontAsk"],
  ["acceptEdits", "plan", true, "acceptEdits"],
  ["bypassPermissions", "plan", true, "bypassPermissions"],
] as const)("session %s, agent %s, of the user %s: %s", (session, own, mayWiden, mode) => {
  expect(agentMode(session, { ...(own ? { permissionMode: own } : {}), mayWiden }, true)).toBe(mode);
});

test("no agent bypasses permissions where settings forbid it", () => {
  expect(agentMode("default", { permissionMode: "bypassPermissions" }, false)).toBe("default");
});
