import { existsSync, readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import type { PermissionAsker, Session } from "../../src/host/index.ts";
import { type HostWorld, hooksFor, makeHost } from "../support/host-world.ts";
import { testWith } from "../support/requires.ts";

/** A gate that would refuse, had it the time. */
const REFUSES_LATE = "sleep 10; exit 2";
const BYPASS = { permissionMode: "bypassPermissions" } as const;

const ENDINGS = {
  interrupted: async (session: Session) => session.interrupt(),
  closed: (session: Session) => session.close(),
} as const;
const ENDING_NAMES = ["interrupted", "closed"] as const;

const write = { tool: "Write", input: { file_path: "made", content: "x" } };
const inBackground = { tool: "Bash", input: { command: "touch made", run_in_background: true } };
const inForeground = { tool: "Bash", input: { command: "touch made" } };

const begun = (world: HostWorld, name: string): Promise<void> =>
  expect.poll(() => world.inputs(name).length, { timeout: 10_000 }).toBe(1);
const made = (world: HostWorld): boolean => existsSync(`${world.project}/made`);

/** Runs a prompt until a gate has begun, and ends that. */
async function endDuring(
  world: HostWorld,
  event: string,
  { how, options = BYPASS }: { how: keyof typeof ENDINGS; options?: object },
) {
  const session = await world.open(options);
  const turn = session.send("go");
  await begun(world, event);
  const ending = ENDINGS[how](session);
  return { session, result: await turn, ended: await ending };
}

describe.for(ENDING_NAMES)("a gate of PreToolUse in a session that is %s meanwhile", (how) => {
  test.for([
    ["Write", write, {}],
    ["Write, where a failure blocks,", write, { onFailure: "block" }],
    ["Bash in the background", inBackground, {}],
    ["Bash", inForeground, {}],
  ] as const)("lets no %s through", async ([, call, more]) => {
    const world = await makeHost({ replies: [call, { text: "done" }] });
    world.settings("user", hooksFor("PreToolUse", { ...world.hook("PreToolUse", REFUSES_LATE), ...more }));
    const { result } = await endDuring(world, "PreToolUse", { how });
    expect(result.terminalReason).toMatch(/^aborted_/);
    expect(made(world)).toBe(false);
    expect(world.eventsOf("tool_started")).toEqual([]);
  });
});

test.for(ENDING_NAMES)(
  "a gate of PermissionRequest lets nothing through when the turn is %s",
  async (how) => {
    const world = await makeHost({ replies: [write, { text: "done" }] });
    // The one that permits is done before the one that would refuse.
    const permits = `echo '{"hookSpecificOutput":{"hookEventName":"PermissionRequest","decision":{"behavior":"allow"}}}'`;
    world.settings(
      "user",
      hooksFor(
        "PermissionRequest",
        { type: "command", command: permits },
        world.hook("PermissionRequest", REFUSES_LATE),
      ),
    );
    await endDuring(world, "PermissionRequest", { how, options: {} });
    expect(made(world)).toBe(false);
  },
);

describe("a person is asked about no call", () => {
  const neverAnswers = (asked: unknown[]): PermissionAsker => ({
    ask(question) {
      asked.push(question);
      return new Promise(() => {});
    },
  });

  test.for(ENDING_NAMES)("once the turn is %s while handlers hear of the question", async (how) => {
    const world = await makeHost({ replies: [inForeground, { text: "done" }] });
    world.settings("user", hooksFor("Notification", world.hook("Notification", "sleep 10")));
    const asked: unknown[] = [];
    const { result } = await endDuring(world, "Notification", {
      how,
      options: { asker: neverAnswers(asked) },
    });
    expect(asked).toEqual([]);
    expect(result).toMatchObject({ terminalReason: "aborted_tools", permissionDenials: [] });
    expect(made(world)).toBe(false);
  });

  test.for(ENDING_NAMES)("any longer than until the turn is %s", async (how) => {
    const world = await makeHost({ replies: [inForeground, { text: "done" }] });
    const asked: unknown[] = [];
    const session = await world.open({ asker: neverAnswers(asked) });
    const turn = session.send("go");
    await expect.poll(() => asked.length, { timeout: 10_000 }).toBe(1);
    await ENDINGS[how](session);
    expect(await turn).toMatchObject({ terminalReason: "aborted_tools", permissionDenials: [] });
    expect(made(world)).toBe(false);
  });
});

describe("a prompt whose gate is interrupted", () => {
  test.for(["UserPromptSubmit", "UserPromptExpansion"])("is not read later: %s", async (event) => {
    const world = await makeHost({ replies: [{ text: "done" }] });
    world.write("home/.claude/commands/tell.md", "THE-REFUSED-PROMPT");
    world.settings("user", hooksFor(event, world.hook(event, REFUSES_LATE)));
    const session = await world.open({ ...BYPASS, parseYaml: parse });
    const turn = session.send(event === "UserPromptSubmit" ? "THE-REFUSED-PROMPT" : "/tell");
    await begun(world, event);
    session.interrupt();
    expect(await turn).toMatchObject({ terminalReason: "aborted_tools", turns: 0 });
    world.settings("user", {});
    expect(await session.send("another")).toMatchObject({ text: "done" });
    expect(JSON.stringify(world.requests().map(({ body }) => body))).not.toContain("THE-REFUSED-PROMPT");
  });
});

describe("a command that is to run in the background", () => {
  const staysAway = async (sandbox: object): Promise<void> => {
    const world = await makeHost({ replies: [inBackground, { text: "done" }] });
    world.settings("user", { sandbox, ...hooksFor("PostToolUseFailure", world.hook("failure")) });
    const session: Session = await world.open({
      ...BYPASS,
      onEvent: ({ type }) => {
        if (type === "tool_started") session.interrupt();
      },
    });
    expect(await session.send("go")).toMatchObject({ terminalReason: "aborted_tools" });
    await session.close();
    expect(world.inputs("failure")).toMatchObject([{ is_interrupt: true }]);
    // Nor is anything left that stood in for what is missing.
    expect(readdirSync(world.project)).toEqual([]);
  };

  test("does not when the turn is interrupted before it does", () => staysAway({}));

  testWith({ needs: ["bwrap"] }, "does not in the sandbox either", () => staysAway({ enabled: true }));
});

test("a task whose gate is interrupted is neither made nor done", async () => {
  const input = { subject: "test it", description: "all of it" };
  const world = await makeHost({
    replies: [
      { tool: "TaskCreate", input },
      { tool: "TaskUpdate", input: { taskId: "1", status: "completed" } },
      { tool: "TaskCreate", input },
      { tool: "TaskList", input: {} },
      { text: "done" },
    ],
  });
  world.settings("user", hooksFor("TaskCompleted", world.hook("TaskCompleted", REFUSES_LATE)));
  const { session } = await endDuring(world, "TaskCompleted", { how: "interrupted" });
  world.settings("user", hooksFor("TaskCreated", world.hook("TaskCreated", REFUSES_LATE)));
  const turn = session.send("go on");
  await begun(world, "TaskCreated");
  session.interrupt();
  await turn;
  await session.send("list");
  const list = world.said(world.requests().length - 1);
  expect(list).toContain("#1 [pending] test it");
  expect(list).not.toContain("#2");
});
