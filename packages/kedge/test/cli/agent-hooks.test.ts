import { describe, expect, test } from "vitest";
import { makeAgent } from "./agent-world.ts";
import { hooksOf, LOCAL, marking, PROJECT, USER } from "./hooks-world.ts";

/** Makes the session go on once. */
const ONCE = 'test -e once || { touch once; echo "not yet" >&2; exit 2; }';

describe("hooks of kedge agent", () => {
  test("of a project that nobody trusts do not run: one notice names each, and says what to do", async () => {
    const world = await makeAgent();
    world.write(PROJECT, hooksOf("Stop", marking("project")));
    world.write(USER, hooksOf("UserPromptSubmit", "exit 0"));
    const { exitCode, stdout, stderr } = await world.agent(["-p", "hi"]);
    expect([exitCode, stdout]).toEqual([0, "ok\n"]);
    expect(stderr).toMatch(
      /^kedge: Stop hook of .*settings\.json \(hooks\.Stop\[0\]\.hooks\[0\]\) did not run: .*\. `kedge hooks trust` shows what it runs and asks; --trust-project runs everything of the project\.\n$/,
    );
    expect(world.takeMarks()).toEqual([]);
    const trusting = await world.agent(["-p", "hi", "--trust-project", "--max-stop-continuations", "1"]);
    expect(trusting.stderr).not.toContain("did not run");
    expect(world.takeMarks()).toEqual(["project", "project"]);
  });

  test("come from --settings, a file or JSON text, and from --plugin-dir", async () => {
    const world = await makeAgent();
    const settings = world.write("more.json", hooksOf("Stop", "echo file >> log; exit 0"));
    world.write("plugin/.claude-plugin/plugin.json", { name: "mine" });
    world.write("plugin/hooks/hooks.json", hooksOf("Stop", ONCE));
    const { exitCode, stderr } = await world.agent([
      ...["-p", "hi", "--settings", settings, "--plugin-dir", `${world.folder}/plugin`],
    ]);
    expect([exitCode, stderr]).toEqual([0, ""]);
    expect(world.requests()).toHaveLength(2);
    expect(world.said()).toContain("not yet");
    expect(world.has("log")).toBe(true);
    const inline = JSON.stringify(hooksOf("Stop", "touch inline"));
    await world.agent(["-p", "hi", "--settings", inline]);
    expect(world.has("inline")).toBe(true);
  });

  test("come only from the files that --setting-sources names", async () => {
    const world = await makeAgent();
    const leaving = (name: string) => hooksOf("Stop", `echo ${name} >> "$KEDGE_MARKS"`);
    world.write(USER, leaving("user"));
    world.write(PROJECT, leaving("project"));
    world.write(LOCAL, leaving("local"));
    const ran = async (...args: readonly string[]) => {
      const { exitCode, stderr } = await world.agent(["-p", "hi", "--trust-project", ...args]);
      expect([exitCode, stderr]).toEqual([0, ""]);
      return world.takeMarks();
    };
    expect(await ran()).toEqual(["local", "project", "user"]);
    expect(await ran("--setting-sources", "user, local")).toEqual(["local", "user"]);
    expect(await ran("--setting-sources", "")).toEqual([]);
  });

  test("what is wrong with a hook is said before the first prompt", async () => {
    const world = await makeAgent();
    world.write(USER, { hooks: { Stopp: [{ hooks: [{ type: "command", command: "true" }] }] } });
    const { exitCode, stdout, stderr } = await world.agent(["-p", "hi"]);
    expect([exitCode, stdout]).toEqual([0, "ok\n"]);
    expect(stderr).toMatch(/^kedge: .*Stopp.*\n$/);
  });

  test("a call that a hook defers is told, and so is a turn that a hook ends", async () => {
    const world = await makeAgent({
      replies: [{ tool: "Bash", input: { command: "ls" } }, { text: "half" }],
    });
    const answer = (value: object) => `echo '${JSON.stringify(value)}'`;
    world.write(
      USER,
      hooksOf(
        "PreToolUse",
        answer({ hookSpecificOutput: { hookEventName: "PreToolUse", permissionDecision: "defer" } }),
      ),
    );
    expect(await world.agent(["-p", "hi"])).toEqual({
      exitCode: 0,
      stdout: "",
      stderr: "kedge: A hook deferred the call of Bash: it waits for somebody's decision.\n",
    });
    world.write(USER, hooksOf("Stop", answer({ continue: false, stopReason: "enough" })));
    const { exitCode, stdout, stderr } = await world.agent(["-p", "hi"]);
    expect([exitCode, stdout]).toEqual([0, "half\n"]);
    expect(stderr).toBe("kedge: A Stop hook ended the turn: enough\n");
  });
});
