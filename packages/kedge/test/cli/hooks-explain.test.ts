import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hooksOf, makeWorld, marking, PROJECT, USER } from "./hooks-world.ts";
import { runKedge } from "./run-kedge.ts";

let folder = "";
const write = (name: string, value: unknown): void =>
  writeFileSync(join(folder, name), typeof value === "string" ? value : JSON.stringify(value));
const explain = (args: string[], stdin?: string) =>
  runKedge(["hooks", "explain", ...args], {
    cwd: folder,
    env: { HOME: join(folder, "home") },
    ...(stdin === undefined ? {} : { stdin }),
  });

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "kedge-explain-"));
  write("good.json", {
    hooks: {
      PreToolUse: [
        {
          matcher: "Bash",
          hooks: [{ type: "command", command: "./gate.sh \u202e", if: "Bash(git push *)" }],
        },
      ],
      Stop: [{ hooks: [{ type: "command", command: "echo more >&2; exit 2" }] }],
    },
  });
  write("bad.json", {
    hooks: {
      PreToolUse: [{ matcher: "*Bash", hooks: [{ type: "command", command: "x", onFailure: "block" }] }],
    },
  });
  write("broken.json", '{"hooks": {} // gone\n}');
  write("hooks.json", {
    hooks: { Stop: [{ hooks: [{ type: "command", command: "${CLAUDE_PLUGIN_ROOT}/stop.sh" }] }] },
  });
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("kedge hooks explain", () => {
  it("says which handler would run and why, and runs nothing", async () => {
    const { exitCode, stdout, stderr } = await explain(
      ["PreToolUse", "-s", "good.json", "-t", "Bash", "-i", "-"],
      '{"command":"git push"}',
    );
    expect(stderr).toBe("");
    expect(exitCode).toBe(0);
    expect(stdout).toContain('Matchers are compared with tool_name = "Bash".');
    expect(stdout).toContain("1 of 1 handlers would run");
    expect(stdout).toContain("git push * covers one of `git push`");
    expect(stdout).toContain("exit 2, text on stderr");
  });

  it("shows what does not show: direction marks in a command are escaped, and no colour is written into a pipe", async () => {
    const { stdout } = await explain(["PreToolUse", "-s", "good.json", "-t", "Bash"]);
    expect(stdout).toContain("./gate.sh \\u{202e}");
    for (const hidden of ["\u001b", "\u202e"]) expect(stdout).not.toContain(hidden);
  });

  it("prints one JSON object with --json", async () => {
    const { stdout } = await explain(["PreToolUse", "-s", "good.json", "-t", "Edit", "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({
      event: "PreToolUse",
      value: "Edit",
      problems: [],
      findings: [],
      handlers: [
        {
          outcome: "matcher",
          why: '"Edit" is not one of Bash',
          file: "good.json",
          path: "hooks.PreToolUse[0].hooks[0]",
        },
      ],
    });
  });

  it("exits with 1 and says what to do when a matcher cannot be read; onFailure closes the gate", async () => {
    const { exitCode, stdout } = await explain(["PreToolUse", "-s", "bad.json", "-t", "Bash"]);
    expect(exitCode).toBe(1);
    expect(stdout).toContain("A broken one blocks all the same.");
    expect(stdout).toContain("bad.json hooks.PreToolUse[0].matcher");
    expect(stdout).toContain("Names are separated with |");
  });

  it("a file that is no JSON is a problem with its place, not a crash", async () => {
    const { exitCode, stdout } = await explain(["Stop", "-s", "broken.json", "good.json"]);
    expect(exitCode).toBe(1);
    expect(stdout).toContain("line 1, column 14");
    expect(stdout).toContain("JSON has no comments");
    expect(stdout).toContain("1 of 1 handlers would run");
  });

  it("reads the hook file of a plugin with the variables that plugins have", async () => {
    const { exitCode, stdout } = await explain(["Stop", "-s", "hooks.json"]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain("${CLAUDE_PLUGIN_ROOT}/stop.sh");
  });

  it("without --settings explains everything that is configured for the project, with trust", async () => {
    const world = makeWorld();
    world.write(USER, hooksOf("Stop", marking("user")));
    world.write(PROJECT, hooksOf("Stop", marking("project")));
    const { exitCode, stdout } = await world.hooks(["explain", "Stop"]);
    expect(stdout).toContain("1 of 2 handlers would run");
    expect(stdout).toMatch(/untrusted +\.claude\/settings\.json .*echo project .*\n.*nobody has trusted it/);
    expect(stdout).toMatch(/runs +~\/\.claude\/settings\.json .*echo user /);
    expect(world.takeMarks()).toEqual([]);
    expect(exitCode).toBe(0);
  });

  it("explains an event for which nothing is configured, and names the project that it looked at", async () => {
    const world = makeWorld();
    const { exitCode, stdout } = await world.hooks(["explain", "StopFailure"]);
    expect(stdout).toContain(`No handler of StopFailure in the sources of ${world.folder}/project.`);
    expect(stdout).toContain("What the ending of a handler means");
    expect(exitCode).toBe(0);
  });

  it.each([
    [["Stopp"], 64, 'expected the name of a hook event, got "Stopp". Did you mean Stop'],
    [["Stop", "-s", "none.json"], 66, "none.json does not exist. Check the path."],
    [["Stop", "-s", "."], 66, "is a folder"],
    [["Stop", "--tool", "Bash"], 64, "expected --tool with an event about a tool, got Stop"],
    [["Stop", "--value", "x"], 64, "which ignores matchers"],
    [["PreToolUse", "-i", "broken.json"], 65, "line 1, column 14"],
    [["PreToolUse", "-i", "none.json"], 66, "does not exist"],
    [[], 64, "missing required argument 'event'"],
    [["Stop", "--nope"], 64, "unknown option '--nope'"],
  ])("%j ends with %i and says what was expected", async (args, code, words) => {
    const { exitCode, stdout, stderr } = await explain(args);
    expect(stdout).toBe("");
    expect(stderr).toContain(words);
    expect(stderr).toMatch(/^kedge: /);
    expect(exitCode).toBe(code);
  });

  it("refuses the input of another event", async () => {
    const { exitCode, stderr } = await explain(["PreToolUse", "-i", "-"], '{"hook_event_name":"Stop"}');
    expect(exitCode).toBe(65);
    expect(stderr).toContain('expected an input of PreToolUse, got one of "Stop"');
  });
});
