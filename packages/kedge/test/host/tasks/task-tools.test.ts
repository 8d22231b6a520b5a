import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../../src/protocol/index.ts";
import { makeHost } from "../../support/host-world.ts";
import { makeToolWorld } from "../tools/tool-world.ts";

const call = (tool: string, input: JsonObject, id: string) => ({ tool, input, id });
const create = (subject: string, id = "toolu_c") =>
  call("TaskCreate", { subject, description: `do ${subject}` }, id);
const complete = (taskId: string, id = "toolu_u") => call("TaskUpdate", { taskId, status: "completed" }, id);
const list = call("TaskList", {}, "toolu_l");

/** What the model got for the call of that request. */
async function run(hooks: Readonly<Record<string, string>>, ...calls: readonly object[]) {
  const world = await makeHost({ replies: [...calls, { text: "done" }] });
  const groups = Object.entries(hooks).map(([event, script]) => [
    event,
    [{ hooks: [world.hook(event, script)] }],
  ]);
  world.settings("user", { hooks: Object.fromEntries(groups) });
  const session = await world.open({ permissionMode: "plan" });
  const result = await session.send("go");
  return { world, session, result };
}

describe("the task tools", () => {
  test("keep a list that the model can read, without anybody's permission", async () => {
    const { world, result } = await run(
      {},
      create("write"),
      create("test", "toolu_2"),
      complete("1"),
      list,
      call("TaskGet", { taskId: "2" }, "toolu_g"),
    );
    expect(result.permissionDenials).toEqual([]);
    expect(world.said(1)).toContain("Task #1 created: write");
    expect(world.said(3)).toContain("Task #1 is now completed");
    expect(world.said(4)).toContain("#1 [completed] write\n#2 [pending] test");
    expect(world.said(5)).toContain("#2 [pending] test\ndo test");
  });

  test("pass PreToolUse and PostToolUse as all tools do", async () => {
    const { world } = await run({ PreToolUse: "", PostToolUse: "" }, create("write"));
    expect(world.inputs("PreToolUse")).toMatchObject([
      { tool_name: "TaskCreate", tool_input: { subject: "write" } },
    ]);
    expect(world.inputs("PostToolUse")).toMatchObject([
      { tool_response: { task: { id: "1", subject: "write" } } },
    ]);
  });

  test.for([
    ["a task that there is not", complete("7"), "There is no task 7"],
    [
      "a state that there is not",
      call("TaskUpdate", { taskId: "1", status: "odd" }, "toolu_u"),
      "expected `status`",
    ],
    ["no subject", call("TaskCreate", { subject: " ", description: "d" }, "toolu_c"), "expected a subject"],
  ] as const)("say what is wrong with %s", async ([, wrong, words]) => {
    const { world } = await run({}, wrong);
    expect(world.said(1)).toContain(words);
  });

  test("remember the list in a session that is resumed, and in its fork", async () => {
    const remove = call("TaskUpdate", { taskId: "2", status: "deleted" }, "toolu_3");
    const { world, session } = await run(
      {},
      ...[create("write"), create("gone", "toolu_2"), remove, { text: "done" }],
      ...[list, { text: "done" }, create("next", "toolu_4"), list, { text: "done" }],
    );
    const { id: sessionId } = session;
    await session.close();
    const resumed = await world.open({ resume: { sessionId } });
    await resumed.send("go on");
    expect(world.said(5)).toMatch(/#1 \[pending\] write$/);
    await resumed.close();
    const fork = await world.open({ resume: { sessionId, forks: true } });
    await fork.send("go on");
    expect(world.said(8)).toMatch(/#1 \[pending\] write\n#3 \[pending\] next$/);
  });
});

describe("TaskCreated", () => {
  test("gets the task, and no permission mode", async () => {
    const { world } = await run({ TaskCreated: "" }, create("write"));
    const [input = {}] = world.inputs("TaskCreated");
    expect(input).toMatchObject({ task_id: "1", task_subject: "write", task_description: "do write" });
    expect(input).toHaveProperty("prompt_id");
    expect(input).not.toHaveProperty("permission_mode");
  });

  test("of a subagent names it, and its task is on the list of all", async () => {
    const { world } = await run(
      { TaskCreated: "" },
      ...[
        { tool: "Agent", input: { prompt: "plan" }, id: "toolu_a" },
        create("write"),
        { text: "planned" },
        list,
      ],
    );
    expect(world.inputs("TaskCreated")).toMatchObject([{ agent_type: "general-purpose" }]);
    expect(world.said(4)).toContain("#1 [pending] write");
  });

  test.for([
    ["exit 2", "echo too vague >&2; exit 2"],
    ["a block", `echo '{"decision":"block","reason":"too vague"}'`],
  ])("%s removes the task, and the model is told why", async ([, script = ""]) => {
    const { world } = await run({ TaskCreated: script }, create("write"), list);
    expect(world.said(1)).toContain("TaskCreated hook error: too vague");
    expect(world.said(2)).toContain("There are no tasks.");
  });

  test("that cannot be told leaves no task behind", async () => {
    const world = makeToolWorld();
    const create = world.call("TaskCreate", { subject: "write", description: "all of it" });
    await expect(create).rejects.toThrow("no tool here tells an event");
    expect(world.context.tasks.all).toEqual([]);
  });

  test("that fails lets the task be", async () => {
    const { world } = await run({ TaskCreated: "exit 1" }, create("write"), list);
    expect(world.said(2)).toContain("#1 [pending] write");
  });
});

describe("TaskCompleted", () => {
  test("exit 2 keeps the task open, and the model is told why", async () => {
    const { world } = await run(
      { TaskCompleted: "echo no tests >&2; exit 2" },
      create("write"),
      complete("1"),
      list,
    );
    expect(world.said(2)).toContain("TaskCompleted hook error: no tests");
    expect(world.said(3)).toContain("#1 [pending] write");
    expect(world.inputs("TaskCompleted")).toMatchObject([{ task_id: "1", task_subject: "write" }]);
  });

  test("comes when a task is closed, and not once more for one that is", async () => {
    const { world } = await run(
      { TaskCompleted: "" },
      create("write"),
      complete("1"),
      complete("1", "toolu_again"),
      list,
    );
    expect(world.inputs("TaskCompleted")).toHaveLength(1);
    expect(world.said(4)).toContain("#1 [completed] write");
  });
});
