import { describe, expect, it } from "vitest";
import { HIDDEN, hooksOf, LOCAL, makeWorld, marking, PROJECT, USER } from "./hooks-world.ts";

const FRONTMATTER = `---
name: made
hooks:
  Stop:
    - hooks:
        - type: command
          command: echo done
---
Text.
`;

/** A handler in every source that can be had without an administrator. */
function fullWorld() {
  const world = makeWorld();
  world.write(USER, {
    hooks: {
      Stop: [{ hooks: [{ type: "command", command: marking("user") }] }],
      PreToolUse: [{ matcher: "Bash", hooks: [{ type: "command" }] }],
    },
  });
  world.write(PROJECT, hooksOf("Stop", marking("project")));
  world.write(LOCAL, hooksOf("Stop", marking("local")));
  world.write("flag.json", hooksOf("PreToolUse", marking("flag")));
  world.write("plugin/hooks/hooks.json", hooksOf("Stop", marking("plugin")));
  world.write("project/.claude/skills/deploy/SKILL.md", FRONTMATTER);
  world.write("home/.claude/agents/reviewer.md", FRONTMATTER);
  return world;
}

const EVERYWHERE = ["--settings", "../flag.json", "--plugin-dir", "../plugin"];

describe("kedge hooks list", () => {
  it("shows every handler with its source and whether it is active or why not, and what the project waits for", async () => {
    const { exitCode, stdout, stderr } = await fullWorld().hooks(["list", ...EVERYWHERE]);
    expect(stderr).toBe("");
    expect(stdout).toContain("3 of 6 handlers are active.");
    expect(stdout).toMatch(
      /off +\w{6} +Stop .*echo project .*\n +\.claude\/settings\.json, .*nobody has trusted it/,
    );
    expect(stdout).toMatch(/off +\w{6} +Stop .*echo local .*\n +\.claude\/settings\.local\.json, /);
    expect(stdout).toMatch(/active +\w{6} +Stop .*echo user .*\n +~\/\.claude\/settings\.json, /);
    expect(stdout).toMatch(/active +\w{6} +PreToolUse .*echo flag /);
    expect(stdout).toMatch(/active +\w{6} +Stop .*echo plugin .*\n +plugin plugin@inline, /);
    // A skill stops with the session; the end of an agent is SubagentStop.
    expect(stdout).toMatch(
      /off +\w{6} +Stop .*echo done\n +\.claude\/skills\/deploy\/SKILL\.md, .*nobody has trusted it/,
    );
    expect(stdout).toMatch(
      /active +\w{6} +SubagentStop .*echo done\n +~\/\.claude\/agents\/reviewer\.md, .*the user configured it/,
    );
    expect(stdout).toContain("`kedge hooks trust` shows what the project wants to run");
    expect(stdout).toMatch(/error +Expected `command` to be given, got nothing/);
    expect(stdout).not.toMatch(HIDDEN);
    expect(exitCode).toBe(1);
  });

  it("prints the same as JSON", async () => {
    const { stdout } = await fullWorld().hooks(["list", "--json", ...EVERYWHERE]);
    const { handlers, waiting, problems, findings } = JSON.parse(stdout);
    const brief = handlers.map((each: Record<string, unknown>) => [each.kind, each.event, each.isActive]);
    expect(brief).toEqual([
      ["flag", "PreToolUse", true],
      ["local", "Stop", false],
      ["project", "Stop", false],
      ["user", "Stop", true],
      ["plugin", "Stop", true],
      ["user", "PreToolUse", false],
    ]);
    expect(handlers[2]).toMatchObject({
      source: ".claude/settings.json",
      path: "hooks.Stop[0].hooks[0]",
      trust: "untrusted",
      id: expect.stringMatching(/^[0-9a-f]{64}$/),
      handler: { type: "command", command: marking("project") },
    });
    expect(handlers[5]).toMatchObject({ handler: null, why: expect.stringContaining("cannot be used") });
    expect(waiting).toMatchObject([
      { kind: "skill", event: "Stop", trust: "untrusted", isActive: false },
      { kind: "agent", event: "SubagentStop", isActive: true, handler: { command: "echo done" } },
    ]);
    expect(problems).toHaveLength(1);
    expect(findings).toEqual([]);
  });

  it("--event leaves everything of other events out; what the user broke asks for no trust", async () => {
    const world = makeWorld();
    world.write(USER, { hooks: { Stop: [{ hooks: [{ type: "command" }] }], PreCompact: [{ hooks: [{}] }] } });
    world.write("home/.claude/skills/deploy/SKILL.md", FRONTMATTER);
    const { stdout } = await world.hooks(["list", "--event", "PreCompact"]);
    expect(stdout).toContain("0 of 1 handlers are active.");
    expect(stdout).toMatch(/off +PreCompact +broken\n/);
    expect(stdout).not.toContain("SKILL.md");
    expect(stdout).not.toContain("kedge hooks trust");
  });

  it("names the file whose disableAllHooks switches everything off", async () => {
    const world = makeWorld();
    world.write(USER, { ...hooksOf("Stop", marking("user")), disableAllHooks: true });
    const { exitCode, stdout } = await world.hooks(["list"]);
    expect(stdout).toContain("0 of 1 handlers are active.");
    expect(stdout).toContain("switched off by disableAllHooks (~/.claude/settings.json)");
    expect(exitCode).toBe(0);
  });

  it("explains a plugin whose handlers nothing reads, and how to make them read", async () => {
    const world = makeWorld();
    world.write("plugin/hooks/Stop/check.rb", "exit 2");
    world.write("plugin/hooks/Stop/\u001b[2J\u202e.rb", "exit 2");
    const { exitCode, stdout } = await world.hooks(["list", "--plugin-dir", "../plugin"]);
    expect(stdout).toContain("Not loaded");
    expect(stdout).toContain("which this plugin does not have. Add it with");
    expect(stdout).toContain('"command": "ruby \\"${CLAUDE_PLUGIN_ROOT}\\"/hooks/Stop/check.rb"');
    expect(stdout).toContain("\\u{1b}[2J\\u{202e}.rb: ");
    expect(stdout).not.toMatch(HIDDEN);
    expect(exitCode).toBe(1);
  });

  it("shows what does not show in a matcher or in the name of a skill", async () => {
    const world = makeWorld();
    world.write(USER, {
      hooks: { PreToolUse: [{ matcher: "Ba\u202esh", hooks: [{ type: "command", command: "x" }] }] },
    });
    world.write("project/.claude/skills/\u001b[31mred/SKILL.md", FRONTMATTER);
    const { stdout } = await world.hooks(["list"]);
    expect(stdout).toContain('PreToolUse "Ba\\u{202e}sh"');
    expect(stdout).toContain(".claude/skills/\\u{1b}[31mred/SKILL.md");
    expect(stdout).not.toMatch(HIDDEN);
  });

  it("a settings file that is no JSON is said with its line, and the other files count", async () => {
    const world = makeWorld();
    world.write(USER, "{\n  hooks\n}");
    world.write("flag.json", hooksOf("Stop", marking("flag")));
    const { exitCode, stdout } = await world.hooks(["list", "--settings", "../flag.json"]);
    expect(stdout).toContain("1 of 1 handlers are active.");
    expect(stdout).toMatch(/error .*line 2, column 3.*~\/\.claude\/settings\.json/);
    expect(exitCode).toBe(1);
  });

  it("says that nothing is configured", async () => {
    expect(await makeWorld().hooks(["list"])).toEqual({
      exitCode: 0,
      stdout: "No handler is configured.\n",
      stderr: "",
    });
  });

  it.each([
    [["--event", "Stopp"], 64, 'expected the name of a hook event, got "Stopp". Did you mean Stop'],
    [["--settings", "none.json"], 66, "none.json does not exist"],
  ])("list %j ends with %i and says what was expected", async (args, code, words) => {
    const { exitCode, stdout, stderr } = await makeWorld().hooks(["list", ...args]);
    expect(stdout).toBe("");
    expect(stderr).toMatch(/^kedge: [^\n]*\n$/);
    expect(stderr).toContain(words);
    expect(exitCode).toBe(code);
  });
});
