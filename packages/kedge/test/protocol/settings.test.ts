import { describe, expect, it } from "vitest";
import { type Problem, parseSettings, type SettingsReading } from "../../src/protocol/index.ts";

function read(value: unknown): SettingsReading {
  return parseSettings(JSON.stringify(value), "settings.json");
}

function places(problems: readonly Problem[]): string[] {
  return problems.map(({ severity, code, path }) => `${severity} ${code} ${path}`);
}

describe("a settings file that is right", () => {
  it("gives its handlers in order, with times in milliseconds and the wire's names gone", () => {
    const { settings, problems } = read({
      hooks: {
        PreToolUse: [
          {
            matcher: "Bash",
            hooks: [
              { type: "command", command: "a", timeout: 0.3, if: "Bash(rm *)", onFailure: "block" },
              { type: "http", url: "https://example.com/h", headers: { "X-A": "$A" }, allowedEnvVars: ["A"] },
            ],
          },
        ],
        Stop: [{ hooks: [{ type: "command", command: "b", args: [], asyncRewake: true }] }],
      },
    });
    expect(problems).toEqual([]);
    expect(settings.hooks).toEqual([
      {
        event: "PreToolUse",
        matcher: "Bash",
        file: "settings.json",
        path: "hooks.PreToolUse[0].hooks[0]",
        handler: {
          type: "command",
          command: "a",
          timeoutMs: 300,
          if: "Bash(rm *)",
          onFailure: "block",
          isOnce: false,
          background: "no",
        },
      },
      {
        event: "PreToolUse",
        matcher: "Bash",
        file: "settings.json",
        path: "hooks.PreToolUse[0].hooks[1]",
        handler: {
          type: "http",
          url: "https://example.com/h",
          headers: { "X-A": "$A" },
          allowedEnvVars: ["A"],
          onFailure: "continue",
          isOnce: false,
        },
      },
      {
        event: "Stop",
        file: "settings.json",
        path: "hooks.Stop[0].hooks[0]",
        handler: {
          type: "command",
          command: "b",
          args: [],
          onFailure: "continue",
          isOnce: false,
          background: "rewake",
        },
      },
    ]);
  });

  it("reads the keys beside hooks, and keeps the rest as it is", () => {
    const { settings, problems } = read({
      disableAllHooks: true,
      allowManagedHooksOnly: false,
      allowedHttpHookUrls: [],
      httpHookAllowedEnvVars: ["A"],
      env: { A: "x", B: 1, C: true },
      permissions: { allow: ["Read"], ask: ["Bash(git push *)"], deny: ["mcp__srv__*"], defaultMode: "plan" },
      sandbox: { enabled: true, filesystem: { denyRead: ["~/.ssh"] }, network: { httpProxyPort: 8080 } },
      enabledPlugins: { "a@b": true },
      strictKnownMarketplaces: [{ source: "github", repo: "a/b" }],
      model: "opus",
    });
    expect(problems).toEqual([]);
    expect(settings).toMatchObject({
      disableAllHooks: true,
      allowManagedHooksOnly: false,
      allowedHttpHookUrls: [],
      httpHookAllowedEnvVars: ["A"],
      env: { A: "x", B: "1", C: "true" },
      permissions: {
        allow: [{ tool: "Read", source: "Read" }],
        ask: [{ tool: "Bash", content: "git push *", source: "Bash(git push *)" }],
        deny: [{ tool: "mcp__srv__*" }],
        defaultMode: "plan",
      },
      sandbox: { enabled: true, filesystem: { denyRead: ["~/.ssh"] }, network: { httpProxyPort: 8080 } },
      enabledPlugins: { "a@b": true },
      strictKnownMarketplaces: [{ source: "github", repo: "a/b" }],
      other: { model: "opus" },
    });
  });
});

describe("a mistake costs its own entry and nothing else (D1)", () => {
  const good = { type: "command", command: "good" };

  it.each([
    ["no command", { type: "command" }, "error missing hooks.PreToolUse[0].hooks[0].command"],
    ["an unknown type", { type: "wasm" }, "error wrong_type hooks.PreToolUse[0].hooks[0].type"],
    ["no type", { command: "x" }, "error missing hooks.PreToolUse[0].hooks[0].type"],
    [
      "a time-out of 0",
      { ...good, command: "x", timeout: 0 },
      "error wrong_type hooks.PreToolUse[0].hooks[0].timeout",
    ],
    [
      "a time-out in quotes",
      { ...good, command: "x", timeout: "5" },
      "error wrong_type hooks.PreToolUse[0].hooks[0].timeout",
    ],
    [
      "an unknown shell",
      { ...good, command: "x", shell: "sh" },
      "error wrong_type hooks.PreToolUse[0].hooks[0].shell",
    ],
    [
      "an unknown onFailure",
      { ...good, command: "x", onFailure: "no" },
      "error wrong_type hooks.PreToolUse[0].hooks[0].onFailure",
    ],
    [
      "a URL that is none",
      { type: "http", url: "nowhere" },
      "error forbidden_target hooks.PreToolUse[0].hooks[0].url",
    ],
    [
      "an argument that is no string",
      { ...good, command: "x", args: [1] },
      "error wrong_type hooks.PreToolUse[0].hooks[0].args[0]",
    ],
    ["an empty command", { ...good, command: " " }, "error missing hooks.PreToolUse[0].hooks[0].command"],
    ["a handler that is no object", "x", "error wrong_type hooks.PreToolUse[0].hooks[0]"],
  ])("%s in PreToolUse", (_, broken, place) => {
    const { settings, problems } = read({
      permissions: { deny: ["Bash(rm *)"] },
      env: { A: "x" },
      hooks: { PreToolUse: [{ hooks: [broken, good] }], Stop: [{ hooks: [good] }] },
    });
    expect(places(problems)).toEqual([place]);
    expect(settings.hooks.map(({ path }) => path)).toEqual([
      "hooks.PreToolUse[0].hooks[1]",
      "hooks.Stop[0].hooks[0]",
    ]);
    expect(settings.broken).toMatchObject([
      { event: "PreToolUse", path: "hooks.PreToolUse[0].hooks[0]", problems },
    ]);
    expect(settings.permissions.deny).toHaveLength(1);
    expect(settings.env).toEqual({ A: "x" });
  });

  it.each([
    ["hooks that is a list", { hooks: [] }, ["error wrong_type hooks"]],
    ["an unknown event", { hooks: { Nope: [] } }, ["error unknown_event hooks.Nope"]],
    ["an event in another case", { hooks: { stop: [] } }, ["error unknown_event hooks.stop"]],
    ["an inherited name", { hooks: { constructor: [] } }, ["error unknown_event hooks.constructor"]],
    ["events without hooks around them", { Stop: [] }, ["error missing Stop"]],
    [
      "a matcher on an event that has none",
      { hooks: { Stop: [{ matcher: "x", hooks: [good] }] } },
      ["warning ignored hooks.Stop[0].matcher"],
    ],
    ["an event that is null", { hooks: { PreToolUse: null } }, ["warning wrong_type hooks.PreToolUse"]],
    ["an event that is an object", { hooks: { PreToolUse: {} } }, ["error wrong_type hooks.PreToolUse"]],
    ["a group without hooks", { hooks: { Stop: [{}] } }, ["error missing hooks.Stop[0].hooks"]],
    [
      "a matcher that is no string",
      { hooks: { PreToolUse: [{ matcher: 42, hooks: [good] }] } },
      ["error invalid_matcher hooks.PreToolUse[0].matcher"],
    ],
    ["a switch in quotes", { disableAllHooks: "true" }, ["error wrong_type disableAllHooks"]],
    [
      "a rule that is none",
      { permissions: { deny: ["rm -rf", "Bash(x)"] } },
      ["error wrong_type permissions.deny[0]"],
    ],
    ["a variable that is a list", { env: { A: ["secret"], B: "x" } }, ["error wrong_type env.A"]],
    ["a sandbox switch in quotes", { sandbox: { enabled: "yes" } }, ["error wrong_type sandbox.enabled"]],
  ])("%s", (_, value, expected) => {
    const { settings, problems } = read({ ...value, allowedHttpHookUrls: ["https://a/*"] });
    expect(places(problems)).toEqual(expected);
    expect(settings.allowedHttpHookUrls).toEqual(["https://a/*"]);
  });

  it("never shows the value of a variable or a header", () => {
    const { problems } = read({
      env: { A: { token: "hunter2" } },
      hooks: {
        Stop: [
          {
            hooks: [
              { type: "http", url: "https://a/", headers: { "X-Key": ["hunter2"], "bad name": "hunter2" } },
            ],
          },
        ],
      },
    });
    expect(problems).toHaveLength(2);
    expect(JSON.stringify(problems)).not.toContain("hunter2");
  });

  it("what a name hides is shown wherever the name is told", () => {
    const headers = { "X\u001b]8;;https://evil.example\u0007": ["secret"], [`Y${"y".repeat(5_000)}`]: 1 };
    const { problems } = read({
      hooks: { Stop: [{ hooks: [{ type: "http", url: "https://a.example", headers }] }] },
    });
    expect(problems).toHaveLength(2);
    expect(problems[0]?.expected).toBe('`headers["X\\u001b]8;;https://evil.example\\u0007"]` to be a string');
    expect(problems[1]?.expected.length).toBeLessThan(100);
    expect(JSON.stringify(problems)).not.toContain("secret");
  });
});

describe("a file that is no settings file", () => {
  it.each([
    [
      "comments",
      '{\n  // team hooks\n  "hooks": {}\n}',
      "line 2, column 3",
      "JSON has no comments; remove them.",
    ],
    [
      "a trailing comma",
      '{"hooks": {},}',
      "line 1, column 14",
      "JSON allows no comma after the last element.",
    ],
    ["nothing", "", "line 1, column 1", ""],
    ["an array", "[]", "an array of 0", "Put { and } around it."],
    ["null", "null", "null", "Put { and } around it."],
  ])("%s: nothing of it is in force, and that is said with the place", (_, text, came, advice) => {
    const reading = parseSettings(text, "settings.json");
    expect(reading.isReadable).toBe(false);
    expect(reading.settings.hooks).toEqual([]);
    expect(reading.problems).toMatchObject([{ code: "unreadable", severity: "error", path: "", advice }]);
    expect(reading.problems[0]?.came).toContain(came);
  });

  it("a byte order mark is fine", () => {
    expect(parseSettings('\ufeff{"env":{"A":"1"}}', "f").settings.env).toEqual({ A: "1" });
  });

  it("of a key that stands twice the last one counts, and that is said", () => {
    const { settings, problems } = parseSettings(
      '{"hooks":{"Stop":[]},"hooks":{"Stop":[{"hooks":[{"type":"command","command":"b"}]}]}}',
      "f",
    );
    expect(settings.hooks).toHaveLength(1);
    expect(places(problems)).toEqual(["warning duplicate_key hooks"]);
  });
});

describe("limits", () => {
  it("clamps a time-out that is too long, and refuses one that is too short", () => {
    const handler = (timeout: number): object => ({ type: "command", command: String(timeout), timeout });
    const { settings, problems } = read({
      hooks: { Stop: [{ hooks: [handler(1e308), handler(2_147_484), handler(0.0001), handler(0.01)] }] },
    });
    expect(settings.hooks.map(({ handler: each }) => each.timeoutMs)).toEqual([3_600_000, 3_600_000, 10]);
    expect(places(problems)).toEqual([
      "warning out_of_range hooks.Stop[0].hooks[0].timeout",
      "warning out_of_range hooks.Stop[0].hooks[1].timeout",
      "error out_of_range hooks.Stop[0].hooks[2].timeout",
    ]);
  });

  it("takes 256 different handlers of one event, and says that more were left out", () => {
    const hooks = Array.from({ length: 300 }, (_, index) => ({ type: "command", command: `echo ${index}` }));
    const { settings, problems } = read({ hooks: { Stop: [{ hooks }] } });
    expect(settings.hooks).toHaveLength(256);
    expect(places(problems)).toEqual(["error too_many hooks.Stop[0].hooks[256]"]);
    expect(settings.broken).toHaveLength(300 - 256);
  });

  it("reports a handler type that the event never delivers to, and an `if` that is never judged", () => {
    const { settings, problems } = read({
      hooks: {
        SessionStart: [{ hooks: [{ type: "http", url: "https://a/" }] }],
        Stop: [{ hooks: [{ type: "command", command: "x", if: "Bash(rm *)" }] }],
      },
    });
    expect(settings.hooks).toEqual([]);
    expect(places(problems)).toEqual([
      "error ignored hooks.SessionStart[0].hooks[0].type",
      "error invalid_if hooks.Stop[0].hooks[0].if",
    ]);
  });
});
