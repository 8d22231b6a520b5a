import { describe, expect, test } from "vitest";
import { jsonLines, KEDGE, makeAgent } from "./agent-world.ts";
import { HIDDEN, type HooksWorld } from "./hooks-world.ts";

const SKILL = `---
description: Deploys.
allowed-tools: Bash(touch *)
hooks:
  PreToolUse:
    - matcher: Bash
      hooks:
        - type: command
          command: sh ./note.sh
---
Deploy $0: !\`touch deployed\`
`;

/** `kedge hooks trust` with the state folder of the sessions. */
function trusting({ folder, env }: { readonly folder: string; readonly env: HooksWorld["env"] }): string {
  return `HOME='${String(env.HOME)}' KEDGE_STATE_DIR='${folder}/state' ${KEDGE} hooks trust --yes`;
}

describe("kedge agent with skills", () => {
  test("a project's skill runs when it was trusted as it is", async () => {
    const world = await makeAgent();
    world.write("project/.claude/skills/deploy/SKILL.md", SKILL);
    world.write("project/note.sh", "touch noted");
    const before = await world.agent(["-p", "/deploy shop"]);
    expect([before.exitCode, before.stdout]).toEqual([1, ""]);
    expect(before.stderr).toMatch(/\/deploy was not expanded: .*nobody has trusted it/);
    expect([world.has("deployed"), world.has("noted")]).toEqual([false, false]);
    const { stdout } = await world.shell(trusting(world));
    expect(stdout).toMatch(/sh \.\/note\.sh[\s\S]*touch deployed[\s\S]*allowed-tools: /);
    expect(stdout).toContain("Trusted 3.");
    expect(stdout).not.toMatch(HIDDEN);
    expect(await world.agent(["-p", "/deploy shop"])).toMatchObject({ exitCode: 0, stdout: "ok\n" });
    expect([world.has("deployed"), world.has("noted")]).toEqual([true, true]);
    expect(world.said()).toContain("Deploy shop: ");
  });

  test("an unknown command fails without a request; /help is an answer", async () => {
    const world = await makeAgent();
    expect(await world.agent(["-p", "/hlep"])).toEqual({
      exitCode: 1,
      stdout: "",
      stderr:
        "kedge: Unknown command: /hlep. Did you mean /help? /help lists them; a prompt may begin with a blank instead.\n",
    });
    const help = await world.agent(["-p", "/help"]);
    expect([help.exitCode, help.stderr]).toEqual([0, ""]);
    expect(help.stdout).toContain("/add-dir <path>");
    expect(world.requests()).toEqual([]);
  });

  test("the first line of stream-json names commands and skills; a line of input may be a command", async () => {
    const world = await makeAgent();
    world.write("home/.claude/skills/deploy/SKILL.md", "---\ndescription: d\n---\nDEPLOY TEXT");
    world.write("home/.claude/commands/greet.md", "Hello.");
    const line = JSON.stringify({ type: "user", message: { role: "user", content: "/deploy" } });
    const { stdout } = await world.agent(
      ["-p", "--input-format", "stream-json", "--output-format", "stream-json"],
      { stdin: `${line}\n` },
    );
    expect(jsonLines(stdout)[0]).toMatchObject({
      subtype: "init",
      slash_commands: ["add-dir", "compact", "help", "mcp", "mode", "deploy", "greet"],
      skills: ["deploy"],
    });
    expect(world.said()).toContain("DEPLOY TEXT");
  });

  test("--agents may bring hooks; one that cannot be used is an error", async () => {
    const agents = (hooks: object) => JSON.stringify({ x: { description: "d", prompt: "p", hooks } });
    const world = await makeAgent();
    const bad = await world.agent([
      "-p",
      "go",
      "--agents",
      agents({ PreToolUse: [{ hooks: [{ type: "command" }] }] }),
    ]);
    expect(bad.exitCode).toBe(64);
    expect(bad.stderr).toMatch(/Expected `command` to be given.*--agents x/);
    const good = agents({ PreToolUse: [{ hooks: [{ type: "command", command: "true" }] }] });
    expect((await world.agent(["-p", "go", "--agents", good])).exitCode).toBe(0);
  });
});
