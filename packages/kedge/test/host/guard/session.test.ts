import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { PermissionAsker } from "../../../src/host/index.ts";
import { createStreamJson } from "../../../src/host/index.ts";
import { hooksFor, makeHost } from "../../support/host-world.ts";
import { makeRowCommand } from "./row-command.ts";

const call = (command: string, more: object = {}): object => ({
  ...{ tool: "Bash", input: { command, ...more }, id: "toolu_1" },
});

/** A session in a project with a folder of git, whose model calls one command. */
async function makeWorld(...commands: readonly object[]) {
  const world = await makeHost({ replies: [...commands, { text: "done" }] });
  mkdirSync(`${world.project}/.git/hooks`, { recursive: true });
  world.write("project/.git/config", "[core]\n\tbare = false\n");
  return world;
}

describe("a session with permissions bypassed", () => {
  test("puts back what a command wrote under a hidden name; the model, the person and the hooks hear of it (pth-027)", async () => {
    const world = await makeWorld(call(makeRowCommand("pth-027")));
    world.settings("user", {
      hooks: {
        PostToolUse: [{ hooks: [world.hook("post")] }],
        PostToolUseFailure: [{ hooks: [world.hook("failed")] }],
      },
    });
    const session = await world.open({ permissionMode: "bypassPermissions" });
    await session.send("go");
    const hook = `${world.project}/.git/hooks/pre-commit`;
    expect(existsSync(hook)).toBe(false);
    const [result] = world.asked(1).messages.at(-1)?.content ?? [];
    const words = `${hook} was made, and is removed again. The other version is kept as `;
    expect(result).toMatchObject({ type: "tool_result", is_error: true });
    expect(result?.content).toContain(words);
    const kept = `${world.state}/undone/${session.id}/1/version`;
    expect(result?.content).toContain(kept);
    expect(readFileSync(kept, "utf8")).toBe("x");
    const notices = world.eventsOf("notice").filter(({ text }) => text.includes(words));
    expect(notices).toMatchObject([{ level: "warning" }]);
    expect(world.inputs("post")).toEqual([]);
    expect(world.inputs("failed")).toMatchObject([{ error: expect.stringContaining(words) }]);
    const stream = createStreamJson({ includesHookEvents: false, version: "0" });
    const lines = notices.flatMap((notice) => stream.lines(notice, session));
    expect(lines).toMatchObject([{ subtype: "informational", level: "warning" }]);
  });

  test("looks after a background command, and tells before the next request", async () => {
    const world = await makeWorld(
      call("until [ -e go ]; do sleep 0.01; done; x=.mcp; echo y >$x.json; touch wrote", {
        run_in_background: true,
      }),
      call("touch go; until [ -e wrote ] && [ ! -e .mcp.json ]; do sleep 0.01; done"),
    );
    const session = await world.open({ permissionMode: "bypassPermissions" });
    await session.send("go");
    expect(world.said(2)).toMatch(/\.mcp\.json was made, and is removed again/);
  });

  test("looks after what a background command does as the session ends", async () => {
    const world = await makeWorld(
      call("trap 'echo y >.mcp.json; exit' TERM; touch ready; while :; do sleep 0.01; done", {
        run_in_background: true,
      }),
      call("until [ -e ready ]; do sleep 0.01; done"),
    );
    const session = await world.open({ permissionMode: "bypassPermissions" });
    await session.send("go");
    await session.close();
    expect(existsSync(`${world.project}/.mcp.json`)).toBe(false);
    expect(
      world
        .eventsOf("notice")
        .map(({ text }) => text)
        .join("\n"),
    ).toContain(".mcp.json was made");
  });
});

describe("what a person permits", () => {
  const yes: PermissionAsker = { ask: async () => ({ behavior: "allow", remembers: false }) };
  const command = "touch .mcp.json && python3 -c \"open('.npm'+'rc','w')\"";

  test("a protected place that was asked about stays changed, and only that", async () => {
    const world = await makeWorld(call(command));
    await (await world.open({ asker: yes })).send("go");
    expect([existsSync(`${world.project}/.mcp.json`), existsSync(`${world.project}/.npmrc`)]).toEqual([
      true,
      false,
    ]);
  });

  test("so does one that a PermissionRequest handler permits", async () => {
    const world = await makeWorld(call("touch .mcp.json"));
    const decision = { hookEventName: "PermissionRequest", decision: { behavior: "allow" } };
    const script = `echo '${JSON.stringify({ hookSpecificOutput: decision })}'`;
    world.settings("user", hooksFor("PermissionRequest", world.hook("request", script)));
    await (await world.open()).send("go");
    expect(existsSync(`${world.project}/.mcp.json`)).toBe(true);
    expect(world.eventsOf("notice")).toEqual([]);
  });

  test("a place that is asked about because a hook asks is named in the question", async () => {
    const asked: string[] = [];
    const asker: PermissionAsker = {
      ask: async ({ why }) => {
        asked.push(why);
        return { behavior: "allow", remembers: false };
      },
    };
    const world = await makeWorld(call("touch .mcp.json"));
    const output = {
      hookEventName: "PreToolUse",
      permissionDecision: "ask",
      permissionDecisionReason: "Sure?",
    };
    const script = `echo '${JSON.stringify({ hookSpecificOutput: output })}'`;
    world.settings("user", hooksFor("PreToolUse", world.hook("pre", script)));
    await (await world.open({ asker, permissionMode: "bypassPermissions" })).send("go");
    expect(asked).toEqual(["Sure? (.mcp.json is protected)"]);
    expect(existsSync(`${world.project}/.mcp.json`)).toBe(true);
  });
});
