import { existsSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { hooksFor, makeHost } from "../support/host-world.ts";

/** A session whose first tool call writes settings of the project, and whose second one meets what is in force then. */
async function changeSettings(change: string, { signalled = false } = {}) {
  const world = await makeHost({
    replies: [
      { tool: "Bash", input: { command: "sh later.sh" }, id: "toolu_1" },
      { tool: "Bash", input: { command: "echo second" }, id: "toolu_2" },
      { text: "done" },
      { tool: "Bash", input: { command: "echo third" }, id: "toolu_3" },
      { text: "done" },
    ],
  });
  const later = { hooks: { PreToolUse: [{ matcher: "Bash", hooks: [world.hook("later")] }] } };
  world.write("project/later.json", later);
  world.write("project/later.sh", "cp later.json .claude/settings.local.json");
  world.settings("local", {});
  world.settings("user", {
    ...hooksFor("ConfigChange", { ...world.hook("asked", change) }),
    // The command would be undone otherwise, before anybody is asked about what it changed.
    permissions: { unprotectedPaths: [".claude"] },
  });
  const session = await world.open({ permissionMode: "bypassPermissions" });
  const turn = session.send("go");
  if (signalled) {
    await expect.poll(() => existsSync(`${world.project}/asked`)).toBe(true);
    session.interrupt();
  }
  const result = await turn;
  const notices = world.eventsOf("notice").map(({ text }) => text);
  return { world, session, result, notices, isApplied: world.inputs("later").length > 0 };
}

describe("ConfigChange", () => {
  test("tells whose settings changed, and the change counts at once", async () => {
    const { world, isApplied, notices } = await changeSettings("");
    expect(isApplied).toBe(true);
    expect(world.inputs("asked")).toMatchObject([
      {
        hook_event_name: "ConfigChange",
        source: "local_settings",
        file_path: `${world.project}/.claude/settings.local.json`,
      },
    ]);
    expect(notices).toEqual([]);
  });

  test.for([
    ["exit 2", "echo not now >&2; exit 2"],
    ["a block", `echo '{"decision":"block","reason":"not now"}'`],
  ])("%s keeps the former settings, and a notice says so", async ([, script = ""]) => {
    const { world, isApplied, notices } = await changeSettings(script);
    expect(isApplied).toBe(false);
    expect(world.inputs("asked")).toHaveLength(1);
    expect(notices.join()).toMatch(/keeps this session on its former settings.*not now/);
  });

  test.for([
    ["continue: false", `echo '{"continue":false}'`],
    ["an answer that is an error", `echo '{"hookSpecificOutput":{"hookEventName":"ConfigChange"}}'`],
    ["exit 1", "exit 1"],
  ])("%s lets the change through", async ([, script = ""]) => {
    expect((await changeSettings(script)).isApplied).toBe(true);
  });

  test("holds permission rules back as well, until the file changes again", async () => {
    const world = await makeHost({
      replies: [
        { tool: "Bash", input: { command: "touch one" }, id: "toolu_1" },
        { text: "first" },
        { tool: "Bash", input: { command: "touch two" }, id: "toolu_2" },
        { text: "second" },
      ],
    });
    const gate = { type: "command", command: `test -e '${world.at("open")}' || exit 2` };
    world.settings("user", hooksFor("ConfigChange", gate));
    world.settings("project", {});
    const session = await world.open();
    world.settings("project", { permissions: { allow: ["Bash(touch *)"] } });
    expect(await session.send("go")).toMatchObject({ permissionDenials: [{ toolName: "Bash" }] });
    world.write("open", "");
    world.settings("project", { permissions: { allow: ["Bash(touch *)", "Bash(true)"] } });
    expect(await session.send("go")).toMatchObject({ permissionDenials: [] });
  });

  test("with onFailure: block, a handler that fails keeps the former settings", async () => {
    const world = await makeHost();
    const handler = { ...world.hook("asked", "exit 1"), onFailure: "block" };
    world.settings("user", hooksFor("ConfigChange", handler));
    const session = await world.open();
    world.settings("local", hooksFor("UserPromptSubmit", world.hook("later")));
    await session.send("go");
    expect(world.inputs("asked")).toHaveLength(1);
    expect(world.inputs("later")).toEqual([]);
  });

  test("a turn that is interrupted does not wait for its handlers, and the next one asks again", async () => {
    const script = "if [ -e asked ]; then exit 2; fi; touch asked; exec sleep 60";
    const { world, session, result } = await changeSettings(script, { signalled: true });
    expect(result.terminalReason).toBe("aborted_tools");
    await session.send("go on");
    expect(world.inputs("asked")).toHaveLength(2);
    expect(world.inputs("later")).toEqual([]);
  });

  test("a turn that is interrupted does not wait for those that began before it either", async () => {
    const world = await makeHost();
    const script = "if [ -e slow ]; then exit 0; fi; touch slow; exec sleep 60";
    const hooks = hooksFor("ConfigChange", world.hook("asked", script));
    world.settings("user", hooks);
    const session = await world.open();
    world.settings("user", { ...hooks, env: { A: "1" } });
    const quiet = session.quiet();
    await expect.poll(() => existsSync(`${world.project}/slow`)).toBe(true);
    const turn = session.send("go");
    session.interrupt();
    expect(await turn).toMatchObject({ terminalReason: "aborted_tools", turns: 0 });
    await quiet;
    expect(world.inputs("asked")).toHaveLength(2);
  });

  test("nobody is asked as the session ends: it ends with what was in force", async () => {
    const world = await makeHost();
    const { hooks } = hooksFor("ConfigChange", world.hook("asked", "exec sleep 60"));
    world.settings("user", { hooks: { ...hooks, SessionEnd: [{ hooks: [world.hook("former")] }] } });
    const session = await world.open();
    world.settings("user", hooksFor("SessionEnd", world.hook("later")));
    await session.close();
    expect(["asked", "former", "later"].map((name) => world.inputs(name).length)).toEqual([0, 1, 0]);
  });
});
