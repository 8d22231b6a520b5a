import { relative } from "node:path";
import { describe, expect, test } from "vitest";
import { type AgentWorld, makeAgent, oneObject } from "./agent-world.ts";
import { USER } from "./hooks-world.ts";

const JSON_OUT = ["--output-format", "json"];
const touch = (name: string) => ({ tool: "Bash", input: { command: `touch ${name}` } });

/** Commands of calls that were refused. */
async function denied(world: AgentWorld, args: readonly string[]): Promise<readonly unknown[]> {
  const { stdout } = await world.agent(["-p", "go", ...JSON_OUT, ...args]);
  const { permission_denials: denials } = oneObject(stdout) as {
    permission_denials: readonly { tool_input: { command: string } }[];
  };
  return denials.map(({ tool_input }) => tool_input.command);
}

describe("permission rules on the command line of kedge agent", () => {
  test.for([
    ["one list with commas", ["--allowedTools", "Bash(touch a),Bash(touch b)"]],
    ["one list with blanks", ["--allowed-tools", "Bash(touch a) Bash(touch b)"]],
    ["several values", ["--allowedTools", "Bash(touch a)", "Bash(touch b)"]],
    ["the flag again", ["--allowedTools", "Bash(touch a)", "--allowedTools", "Bash(touch b)"]],
    ["a pattern", ["--allowedTools", "Read, Bash(touch a:*) , Bash(touch b:*)"]],
    ["a tool, less what is denied", ["--allowedTools", "Bash", "--disallowedTools", "Bash(touch c)"]],
  ] as const)("are taken as %s", async ([, args]) => {
    const world = await makeAgent({
      replies: [{ tools: [touch("a"), touch("b"), touch("c")] }, { text: "ok" }],
    });
    expect(await denied(world, args)).toEqual(["touch c"]);
    expect(["a", "b", "c"].map(world.has)).toEqual([true, true, false]);
  });

  test("a rule for a tool that nobody knows is told: it may be a prompt that was taken for one", async () => {
    const world = await makeAgent();
    const { exitCode, stderr } = await world.agent(["-p", "--allowedTools", "Read", "do it"]);
    expect(exitCode).toBe(64);
    expect(stderr).toContain('kedge: --allowedTools "do" fits no call: no tool is named "do"');
    expect(stderr).toContain("A prompt stands before options that take several values, or behind --.");
    const behind = await world.agent(["-p", "--allowedTools", "Read", "--", "do it"]);
    expect(behind).toEqual({ exitCode: 0, stdout: "ok\n", stderr: "" });
  });
});

describe("--permission-mode", () => {
  const replies = [
    {
      tools: [
        { tool: "Write", input: { file_path: "a", content: "x" } },
        touch("b"),
        { tool: "Bash", input: { command: "curl x" } },
      ],
    },
    { text: "ok" },
  ];
  test.for([
    ["default", [], [false, false], 3],
    ["plan", [], [false, false], 3],
    ["auto", [], [false, false], 3],
    ["dontAsk", [], [false, false], 3],
    ["acceptEdits", [], [true, true], 1],
    ["bypassPermissions", [], [true, true], 0],
    [null, ["--dangerously-skip-permissions"], [true, true], 0],
  ] as const)("%s", async ([mode, more, made, refused]) => {
    const world = await makeAgent({ replies });
    const args = mode === null ? more : ["--permission-mode", mode];
    expect(await denied(world, args)).toHaveLength(refused);
    expect(["a", "b"].map(world.has)).toEqual(made);
  });

  test("settings can forbid to bypass", async () => {
    const world = await makeAgent();
    world.write(USER, { permissions: { disableBypassPermissionsMode: "disable" } });
    expect(await world.agent(["-p", "hi", "--dangerously-skip-permissions"])).toEqual({
      exitCode: 64,
      stdout: "",
      stderr: "kedge: Settings do not permit to bypass permissions (disableBypassPermissionsMode).\n",
    });
  });
});

describe("--add-dir", () => {
  test("lets tools work in another folder, and in no third one", async () => {
    const world = await makeAgent();
    const [mine, other] = [world.write("mine/a.txt", "mine"), world.write("other/a.txt", "other")];
    const read = (file_path: string) => ({ tool: "Read", input: { file_path } });
    const { api, agent, project } = await makeAgent({
      replies: [{ tools: [read(mine), read(other)] }, { text: "ok" }],
    });
    const { stdout } = await agent([
      "-p",
      "go",
      ...JSON_OUT,
      "--add-dir",
      relative(project, `${world.folder}/mine`),
    ]);
    expect(oneObject(stdout).permission_denials).toMatchObject([{ tool_input: { file_path: other } }]);
    expect(JSON.stringify(api.requests.at(-1)?.body)).toContain("mine");
  });
});
