/**
 * Where Kedge differs from Claude Code 2.1.329 on purpose in reading configuration. Each case would come out otherwise there.
 */
import { describe, expect, it } from "vitest";
import {
  compileHandlers,
  type HandlerIndex,
  parseHooksFile,
  parseSettings,
} from "../../src/protocol/index.ts";

const place = { projectDir: "/project", homeDir: "/home/me" };

function selectBash(index: HandlerIndex, event: "PreToolUse" | "PermissionRequest" = "PreToolUse") {
  const input = { tool_name: "Bash", tool_input: { command: "ls" } };
  return index.select({ event, input, ...place });
}

describe("D1 a handler that cannot be loaded takes nothing else with it", () => {
  const settingsWith = (broken: unknown, event = "PreToolUse") =>
    parseSettings(
      JSON.stringify({
        env: { CI: "1" },
        permissions: { deny: ["Bash(rm *)"] },
        hooks: {
          [event]: [{ hooks: [broken, { type: "command", command: "check" }] }],
          Stop: [{ hooks: [{ type: "command", command: "stop" }] }],
        },
      }),
      "settings.json",
    ).settings;

  const mistakes: readonly [string, unknown][] = [
    ["no command", { type: "command" }],
    ["an unknown type", { type: "script", command: "x" }],
    ["a timeout of 0", { type: "command", command: "x", timeout: 0 }],
    ["a timeout in words", { type: "command", command: "x", timeout: "5m" }],
    ["an unknown shell", { type: "command", command: "x", shell: "fish" }],
    ["an unknown onFailure", { type: "command", command: "x", onFailure: "deny" }],
    ["a bad URL", { type: "http", url: "not a url" }],
    ["no object", "check"],
  ];

  it.each(mistakes)(
    "[D1.neighbours] %s leaves deny rules, env and all other hooks in force",
    (_what, broken) => {
      for (const event of ["PreToolUse", "PermissionRequest"]) {
        const settings = settingsWith(broken, event);
        expect(settings.permissions.deny).toMatchObject([{ tool: "Bash", content: "rm *" }]);
        expect(settings.env).toEqual({ CI: "1" });
        expect(settings.hooks.map(({ handler }) => handler)).toMatchObject([
          { type: "command", command: "check" },
          { type: "command", command: "stop" },
        ]);
      }
    },
  );

  it.each(mistakes)("[D1.listed] %s is listed as broken, with its place and what to do", (_what, broken) => {
    const [hook] = settingsWith(broken).broken;
    expect(hook).toMatchObject({ event: "PreToolUse", file: "settings.json" });
    expect(hook?.path).toBe("hooks.PreToolUse[0].hooks[0]");
    expect(hook?.problems[0]).toMatchObject({ severity: "error", file: "settings.json" });
  });

  it.each([
    ["an object in place of the list", { hooks: [] }],
    ["text in place of the list", "check"],
    ["a group without hooks", [{ matcher: "Bash" }]],
    ["a matcher that is no text", [{ matcher: 5, hooks: [{ type: "command", command: "x" }] }]],
  ])("[D1.neighbours] %s costs that event or group only", (_what, groups) => {
    const text = JSON.stringify({
      permissions: { deny: ["Bash"] },
      hooks: { PreToolUse: groups, PostToolUse: [{ hooks: [{ type: "command", command: "log" }] }] },
    });
    const { settings } = parseSettings(text, "settings.json");
    expect(settings.permissions.deny).toHaveLength(1);
    expect(settings.hooks.map(({ event }) => event)).toEqual(["PostToolUse"]);
    expect(settings.broken).toMatchObject([{ event: "PreToolUse" }]);
  });

  it("[D1.neighbours] an unknown event costs its own handlers, and the name that was meant is given", () => {
    const hooks = [{ hooks: [{ type: "command", command: "x" }] }];
    const { settings, problems } = parseSettings(
      JSON.stringify({ hooks: { stop: hooks, Stop: hooks } }),
      "f",
    );
    expect(settings.hooks).toHaveLength(1);
    expect(problems).toMatchObject([{ code: "unknown_event", path: "hooks.stop" }]);
    expect(problems[0]?.advice).toContain("Stop");
  });

  it.each(["PreToolUse", "PermissionRequest"] as const)(
    "[D1.gate-closed] a broken handler with onFailure: block closes the gate of %s, and only for what it matches",
    async (event) => {
      const gate = { type: "command", command: "x", timeout: "5m", onFailure: "block" };
      const closedFor = async (matcher?: string) => {
        const text = JSON.stringify({ hooks: { [event]: [{ matcher, hooks: [gate] }] } });
        const { settings } = parseSettings(text, "settings.json");
        return selectBash(await compileHandlers(settings.hooks, settings.broken), event).closed.length;
      };
      expect(await closedFor()).toBe(1);
      expect(await closedFor("Bash|Edit")).toBe(1);
      expect(await closedFor("B.*")).toBe(1);
      expect(await closedFor("Edit")).toBe(0);
    },
  );

  it("[D1.gate-closed] a broken handler named for the old name of a tool closes the gate for the new one", async () => {
    const gate = { type: "command", onFailure: "block" };
    const text = JSON.stringify({ hooks: { PreToolUse: [{ matcher: "Task", hooks: [gate] }] } });
    const { settings } = parseSettings(text, "settings.json");
    const index = await compileHandlers(settings.hooks, settings.broken);
    const input = { tool_name: "Agent", tool_input: {} };
    expect(index.select({ event: "PreToolUse", input, ...place }).closed).toHaveLength(1);
  });

  it("[D1.listed] without onFailure the gate stays open, and the hook stays listed", async () => {
    const { hooks, broken } = settingsWith({ type: "command" });
    const index = await compileHandlers(hooks, broken);
    expect(selectBash(index).closed).toEqual([]);
    expect(index.broken).toHaveLength(1);
  });
});

describe("D9 what cannot be read is an error at load", () => {
  const load = (group: object, event = "PreToolUse") => {
    const { settings } = parseSettings(JSON.stringify({ hooks: { [event]: [group] } }), "settings.json");
    return compileHandlers(settings.hooks, settings.broken);
  };

  it.each(["[", "*Bash", "Edit|*", "(?i)x"])("[D9.matcher] the matcher %j", async (matcher) => {
    const index = await load({ matcher, hooks: [{ type: "command", command: "x", onFailure: "block" }] });
    expect(index.problems).toMatchObject([
      { severity: "error", code: "invalid_matcher", path: "hooks.PreToolUse[0].matcher" },
    ]);
    expect(index.broken).toHaveLength(1);
    expect(selectBash(index)).toMatchObject({ entries: [], closed: [{ event: "PreToolUse" }] });
  });

  it.each(["Bash(echo", "A && B", "*", "Teleport(x)", "bash(rm *)"])("[D9.if] the rule %j", async (rule) => {
    const index = await load({ hooks: [{ type: "command", command: "x", if: rule, onFailure: "block" }] });
    expect(index.problems).toMatchObject([
      { severity: "error", code: "invalid_if", path: "hooks.PreToolUse[0].hooks[0].if" },
    ]);
    expect(selectBash(index).closed).toHaveLength(1);
  });

  it("[D9.if] an `if` on an event that never judges one is broken, not silent", async () => {
    const index = await load({ hooks: [{ type: "command", command: "x", if: "Bash(rm *)" }] }, "Stop");
    expect(index.broken).toMatchObject([{ event: "Stop", problems: [{ code: "invalid_if" }] }]);
  });

  it("[D9.bounded-time] a pattern that nobody can judge in time runs its handler, and says so", async () => {
    const index = await load({ matcher: "(?=(a+)+$)Bash", hooks: [{ type: "command", command: "x" }] });
    const runner = { test: () => "timed_out" as const };
    const input = { tool_name: "Bash", tool_input: {} };
    expect(index.consider({ event: "PreToolUse", input, runner, ...place })).toMatchObject([
      { outcome: "runs", isUndecided: true },
    ]);
  });
});

describe("D12 where a handler was configured changes nothing", () => {
  const hooks = { Stop: [{ hooks: [{ type: "command", command: "check", timeout: 5 }] }] };
  const settings = parseSettings(JSON.stringify({ hooks }), "settings.json").settings.hooks;
  const plugin = parseHooksFile(JSON.stringify({ hooks }), "hooks.json").entries;

  it("[D12.origin] settings and a plugin give the same handler", () => {
    expect(plugin.map(({ handler }) => handler)).toEqual(settings.map(({ handler }) => handler));
    expect(plugin.map(({ event, path }) => [event, path])).toEqual(
      settings.map(({ event, path }) => [event, path]),
    );
  });

  it("[D12.once] copies in settings run once, and once in each plugin, in configured order", async () => {
    const of = (id: string) => plugin.map((entry) => ({ ...entry, plugin: id }));
    const entries = [...settings, ...settings, ...of("a@m"), ...of("a@m"), ...of("b@m")];
    const index = await compileHandlers(entries);
    expect(index.select({ event: "Stop", input: {}, ...place }).entries).toEqual([
      settings[0],
      ...of("a@m"),
      ...of("b@m"),
    ]);
  });
});
