import { describe, expect, test } from "vitest";
import { makeHost } from "../support/host-world.ts";

const context = (text: string): string =>
  `echo '{"hookSpecificOutput":{"hookEventName":"Setup","additionalContext":"${text}"}}'`;

describe("Setup", () => {
  test("comes before SessionStart, and what it adds reaches the model", async () => {
    const world = await makeHost();
    world.settings("user", {
      hooks: {
        Setup: [{ matcher: "init", hooks: [world.hook("setup", context("the database is there"))] }],
        SessionStart: [{ hooks: [world.hook("start", "echo second")] }],
      },
    });
    const session = await world.open({ setup: "init" });
    await session.send("go");
    expect(world.inputs("setup")).toMatchObject([{ hook_event_name: "Setup", trigger: "init" }]);
    expect(world.said(0)).toMatch(/the database is there[\s\S]*second[\s\S]*go/);
  });

  test.for([
    ["maintenance", "maintenance", 1],
    ["init", "maintenance", 0],
    [undefined, "init|maintenance", 0],
  ] as const)("asked for %s, runs handlers of %s %i times", async ([setup, matcher, times]) => {
    const world = await makeHost();
    world.settings("user", { hooks: { Setup: [{ matcher, hooks: [world.hook("setup")] }] } });
    await world.open(setup ? { setup } : {});
    expect(world.inputs("setup")).toHaveLength(times);
  });

  test("leaves variables for the commands of the session", async () => {
    const world = await makeHost({
      replies: [{ tool: "Bash", input: { command: "echo is $PREPARED" } }, { text: "ok" }],
    });
    const leave = `echo 'export PREPARED=ready' >>"$CLAUDE_ENV_FILE"`;
    world.settings("user", { hooks: { Setup: [{ hooks: [world.hook("setup", leave)] }] } });
    await (await world.open({ setup: "init", permissionMode: "bypassPermissions" })).send("go");
    expect(world.said(1)).toContain("is ready");
  });

  test("that fails is told, and the session goes on", async () => {
    const world = await makeHost();
    const script = "echo no disk >&2; exit 2";
    world.settings("user", { hooks: { Setup: [{ hooks: [world.hook("setup", script)] }] } });
    const session = await world.open({ setup: "init" });
    expect(world.eventsOf("notice")).toMatchObject([
      { level: "warning", text: expect.stringContaining("no disk") },
    ]);
    expect(await session.send("go")).toMatchObject({ isError: false });
  });
});
