import { describe, expect, test } from "vitest";
import { jsonLines, makeAgent } from "./agent-world.ts";

const setup = (command: string, matcher = "") => ({
  hooks: { Setup: [{ matcher, hooks: [{ type: "command", command }] }] },
});

describe("kedge agent prepares a folder", () => {
  test("--init-only runs the Setup and SessionStart hooks, asks no model, and says nothing", async () => {
    const world = await makeAgent();
    world.write("home/.claude/settings.json", {
      hooks: {
        ...setup("touch set-up", "init").hooks,
        SessionStart: [{ hooks: [{ type: "command", command: "touch started" }] }],
      },
    });
    expect(await world.agent(["--init-only"])).toEqual({ exitCode: 0, stdout: "", stderr: "" });
    expect([world.has("set-up"), world.has("started"), world.requests().length]).toEqual([true, true, 0]);
  });

  test("--init-only ends with 1 when a Setup hook failed, and names it", async () => {
    const world = await makeAgent();
    world.write("home/.claude/settings.json", setup("echo no disk >&2; exit 3"));
    const { exitCode, stderr } = await world.agent(["--init-only"]);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^kedge: Setup hook "command: echo no disk.*no disk\n$/);
  });

  test("--init-only ends with 1 when a Setup hook waits for trust", async () => {
    const world = await makeAgent();
    world.write("project/.claude/settings.json", setup("touch set-up"));
    const { exitCode, stderr } = await world.agent(["--init-only"]);
    expect([exitCode, world.has("set-up")]).toEqual([1, false]);
    expect(stderr).toContain("did not run");
    expect((await world.agent(["--init-only", "--trust-project"])).exitCode).toBe(0);
    expect(world.has("set-up")).toBe(true);
  });

  test.for([
    ["--init", "init"],
    ["--maintenance", "maintenance"],
  ] as const)("-p %s goes on with the prompt, whatever the hook does", async ([flag, trigger]) => {
    const world = await makeAgent();
    world.write("home/.claude/settings.json", setup("touch set-up; exit 2", trigger));
    const { exitCode, stdout } = await world.agent(["-p", "go", flag, "--output-format", "stream-json"]);
    expect(exitCode).toBe(0);
    expect(world.has("set-up")).toBe(true);
    expect(jsonLines(stdout).at(-1)).toMatchObject({ type: "result", is_error: false });
  });

  test.for([
    [["--init", "--maintenance", "-p", "go"], /--maintenance and --init contradict/],
    [["--init-only", "--maintenance"], /--maintenance and --init-only contradict/],
    [["--init-only", "go"], /takes no prompt/],
  ] as const)("%j is a wrong call", async ([args, words]) => {
    const world = await makeAgent();
    const { exitCode, stderr } = await world.agent(args);
    expect(exitCode).toBe(64);
    expect(stderr).toMatch(words);
  });
});
