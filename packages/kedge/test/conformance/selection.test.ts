/** Which handlers an event selects: configuration, matchers, `if`, and the same handler configured twice. */
import { describe, expect, it } from "vitest";
import {
  compileHandlers,
  compileMatcher,
  describeEvent,
  EVENT_NAMES,
  type HandlerType,
  type HookEventName,
  parseSettings,
} from "../../src/protocol/index.ts";

const place = { projectDir: "/project", homeDir: "/home/me" };
const command = (text: string, fields: object = {}) => ({ type: "command", command: text, ...fields });

/** Handlers of one event, without matchers, as they are read. */
function read(event: HookEventName, ...handlers: unknown[]) {
  const text = JSON.stringify({ hooks: { [event]: [{ hooks: handlers }] } });
  const { settings, problems } = parseSettings(text, "settings.json");
  return { handlers: settings.hooks.map(({ handler }) => handler), settings, problems };
}

async function fires(event: HookEventName, matcher: string | undefined, value: string | undefined) {
  return (await compileMatcher(event, matcher)).test(value).fires;
}

/** Whether a handler with this `if` would run for the call. */
async function runs(rule: string, tool: string, input: Readonly<Record<string, string>>): Promise<boolean> {
  const { settings } = read("PreToolUse", command("x", { if: rule }));
  const index = await compileHandlers(settings.hooks, settings.broken);
  expect(index.broken).toEqual([]);
  const call = { tool_name: tool, tool_input: input };
  return index.select({ event: "PreToolUse", input: call, ...place }).entries.length === 1;
}

const bash = (rule: string, line: string) => runs(rule, "Bash", { command: line });

describe("configuration", () => {
  it("[config.levels] an event has groups, a group has a matcher and handlers; the order of the file is kept", () => {
    const groups = [{ matcher: "Bash", hooks: [command("a"), command("b")] }, { hooks: [command("c")] }];
    const { settings } = parseSettings(JSON.stringify({ hooks: { PreToolUse: groups } }), "settings.json");
    expect(settings.hooks).toMatchObject([
      {
        event: "PreToolUse",
        matcher: "Bash",
        handler: { command: "a" },
        path: "hooks.PreToolUse[0].hooks[0]",
      },
      { matcher: "Bash", handler: { command: "b" }, path: "hooks.PreToolUse[0].hooks[1]" },
      { handler: { command: "c" }, path: "hooks.PreToolUse[1].hooks[0]" },
    ]);
  });

  it("[config.unknown-fields] fields that nobody knows are ignored", () => {
    const { handlers, problems } = read("Stop", command("x", { colour: "red", retries: 3 }));
    expect(handlers).toHaveLength(1);
    expect(problems).toEqual([]);
  });

  it.each([
    [30, 30_000],
    [0.5, 500],
    [99_999, 3_600_000],
    [undefined, undefined],
  ])("[config.timeout] a timeout of %s seconds counts as %s ms", (timeout, timeoutMs) => {
    expect(read("Stop", command("x", { timeout })).handlers[0]?.timeoutMs).toBe(timeoutMs);
  });

  it.each([0, -1, "30", null])("[config.timeout] a timeout of %j costs the handler", (timeout) => {
    const { handlers, settings } = read("Stop", command("x", { timeout }), command("y"));
    expect(handlers).toMatchObject([{ command: "y" }]);
    expect(settings.broken).toHaveLength(1);
  });

  it("[config.handler-types] a handler of a type that the event does not take is broken, and so never silent", () => {
    const made: Readonly<Record<HandlerType, object>> = {
      command: command("x"),
      http: { type: "http", url: "https://hooks.example/x" },
      mcp_tool: { type: "mcp_tool", server: "s", tool: "t" },
      prompt: { type: "prompt", prompt: "Is it done?" },
      agent: { type: "agent", prompt: "Look." },
    };
    for (const event of EVENT_NAMES) {
      const { handlers, settings } = read(event, ...Object.values(made));
      expect(handlers.map(({ type }) => type)).toEqual(describeEvent(event).handlers);
      expect(settings.broken).toHaveLength(5 - handlers.length);
    }
  });

  it("[config.background] asyncRewake runs in the background too; args, even empty, select exec form", () => {
    const { handlers } = read(
      "Stop",
      command("a", { async: true }),
      command("b", { asyncRewake: true }),
      command("c", { args: [] }),
    );
    expect(handlers).toMatchObject([
      { background: "async" },
      { background: "rewake" },
      { background: "no", args: [] },
    ]);
  });

  it("[config.file] a byte order mark is fine; comments, a trailing comma and an array cost the whole file, and are reported", () => {
    const good = JSON.stringify({ hooks: { Stop: [{ hooks: [command("x")] }] } });
    expect(parseSettings(`\ufeff${good}`, "f").settings.hooks).toHaveLength(1);
    for (const text of [
      `// note\n${good}`,
      good.replace(/}$/, ",}"),
      `[${good}]`,
      "null",
      `${good}${good}`,
    ]) {
      const reading = parseSettings(text, "f");
      expect(reading).toMatchObject({ isReadable: false, problems: [{ code: "unreadable", file: "f" }] });
    }
  });
});

describe("the same handler twice", () => {
  const selected = async (event: HookEventName, ...handlers: unknown[]) => {
    const { settings } = read(event, ...handlers);
    const input = { tool_name: "Bash", tool_input: { command: "ls" } };
    return (await compileHandlers(settings.hooks)).select({ event, input, ...place }).entries.length;
  };

  it("[dedup.key] runs once, whatever its time-out, message and background say", async () => {
    const twins = [{}, { timeout: 5 }, { statusMessage: "m" }, { async: true }].map((each) =>
      command("x", each),
    );
    expect(await selected("Stop", ...twins)).toBe(1);
  });

  it("[dedup.key] a blank more, other args, another shell or another `if` make it another handler", async () => {
    expect(await selected("Stop", command("x"), command("x "), command("x", { args: [] }))).toBe(3);
    expect(await selected("Stop", command("x", { args: ["a"] }), command("x", { args: ["b"] }))).toBe(2);
    expect(await selected("Stop", command("x"), command("x", { shell: "powershell" }))).toBe(2);
    expect(await selected("PreToolUse", command("x"), command("x", { if: "Bash(ls)" }))).toBe(2);
  });
});

describe("matchers", () => {
  it.each([undefined, "", "*"])("[matcher.all] %j matches everything", async (matcher) => {
    for (const value of ["Bash", "mcp__srv__tool", ""])
      expect(await fires("PreToolUse", matcher, value)).toBe(true);
  });

  it("[matcher.exact-set] a pattern of name characters and separators is a list of exact names", async () => {
    for (const matcher of ["Edit", "Edit|Write", "Edit,Write", " Edit , Write ", "Edit||Write,"])
      expect(await fires("PreToolUse", matcher, "Edit"), matcher).toBe(true);
    for (const matcher of ["Edi", "edit", "Edit Write", "NotebookEdit"])
      expect(await fires("PreToolUse", matcher, "Edit"), matcher).toBe(false);
  });

  it("[matcher.pattern] anything else is a JavaScript regular expression, unanchored, with case", async () => {
    expect(await fires("PreToolUse", "Edit.*", "NotebookEdit")).toBe(true);
    expect(await fires("PreToolUse", "^Edit$", "NotebookEdit")).toBe(false);
    expect(await fires("PreToolUse", "edit.*", "Edit")).toBe(false);
  });

  it("[matcher.mcp] the tools of a server are mcp__srv__.*; the bare server is an exact name that matches none", async () => {
    const tool = "mcp__srv__echo";
    for (const matcher of ["mcp__srv__.*", "mcp__srv__*", "mcp__*", tool])
      expect(await fires("PreToolUse", matcher, tool), matcher).toBe(true);
    expect(await fires("PreToolUse", "mcp__srv", tool)).toBe(false);
    expect((await compileMatcher("PreToolUse", "mcp__srv")).warning).toContain("mcp__srv__.*");
  });

  it("[matcher.agent-alias] Task and Agent both name the subagent tool", async () => {
    for (const matcher of ["Task", "Agent"]) expect(await fires("PreToolUse", matcher, "Agent")).toBe(true);
  });

  it.each(["Bash(echo *)", "/Bash/", "Edit;Write"])(
    "[matcher.foreign-syntax] %s is accepted, matches nothing, and is warned about",
    async (matcher) => {
      const compiled = await compileMatcher("PreToolUse", matcher);
      expect(compiled).toMatchObject({ kind: "pattern", warning: expect.any(String) });
      for (const tool of ["Bash", "Edit", "Write"]) expect(compiled.test(tool).fires).toBe(false);
    },
  );

  it("[matcher.narrow-set] StopFailure and FileChanged: a blank, comma or hyphen makes a regular expression", async () => {
    expect(await fires("StopFailure", "rate_limit|overloaded", "overloaded")).toBe(true);
    for (const matcher of ["rate_limit, overloaded", "rate_limit,overloaded", "rate_limit | overloaded"])
      expect(await fires("StopFailure", matcher, "rate_limit"), matcher).toBe(false);
    expect(await fires("FileChanged", "a-b", "xa-by")).toBe(true);
  });

  it("[matcher.ignored] an event without a matcher ignores one, even one that is no pattern", async () => {
    for (const event of EVENT_NAMES.filter((name) => !describeEvent(name).matcher))
      for (const matcher of ["nothing", "["]) expect(await fires(event, matcher, undefined)).toBe(true);
  });

  it("[matcher.base-name] FileChanged compares the last part of the path", async () => {
    const { settings } = parseSettings(
      JSON.stringify({ hooks: { FileChanged: [{ matcher: ".envrc|package.json", hooks: [command("x")] }] } }),
      "settings.json",
    );
    const index = await compileHandlers(settings.hooks);
    const select = (file_path: string) =>
      index.select({ event: "FileChanged", input: { file_path }, ...place }).entries.length;
    expect([select("/project/.envrc"), select("/.envrc/other")]).toEqual([1, 0]);
  });
});

describe("if", () => {
  it("[if.events] is judged for five tool events and makes a handler of any other event broken", () => {
    const judging = EVENT_NAMES.filter(
      (event) => read(event, command("x", { if: "Bash" })).handlers.length === 1,
    );
    expect(judging.toSorted()).toEqual([
      "PermissionDenied",
      "PermissionRequest",
      "PostToolUse",
      "PostToolUseFailure",
      "PreToolUse",
    ]);
  });

  it("[if.tool] a rule is about one tool, by its exact name; an empty one is about all", async () => {
    expect(await runs("Bash", "Edit", { file_path: "/project/a" })).toBe(false);
    expect(await runs("", "Edit", { file_path: "/project/a" })).toBe(true);
    expect(await runs("Edit", "Write", { file_path: "/project/a" })).toBe(false);
  });

  it.each([
    ["Bash(rm *)", "rm", true],
    ["Bash(rm *)", "rm -rf x", true],
    ["Bash(rm *)", "rmdir x", false],
    ["Bash(rm:*)", "rm x", true],
    ["Bash(rm*)", "rmdir x", true],
    ["Bash(npm test)", "npm test", true],
    ["Bash(npm test)", "npm test -- --x", false],
  ])("[if.bash-words] %s on `%s`: %s", async (rule, line, isCovered) => {
    expect(await bash(rule, line)).toBe(isCovered);
  });

  it.each([
    "ls; rm x",
    "ls && rm x",
    "ls | rm x",
    "ls\nrm x",
    "(rm x)",
    "if true; then rm x; fi",
    "A=1 rm x",
    "\\rm x",
  ])("[if.bash-parts] every command of a line is looked at: %j", async (line) => {
    expect(await bash("Bash(rm *)", line)).toBe(true);
  });

  it.each([
    "echo 'rm x'",
    "echo hi # rm x",
    "bash -c 'rm x'",
    "eval 'rm x'",
    "sudo rm x",
    "timeout 5 rm x",
    "/bin/rm x",
  ])(
    "[if.bash-not-inside] quoted text, comments and what a wrapper starts are not looked into: %j",
    async (line) => {
      expect(await bash("Bash(rm *)", line)).toBe(false);
    },
  );

  it.each(['"$X" y', "{ ls; }", "f() { ls; }; f", "ls $'a'", 'echo "unclosed', `echo ${"x".repeat(11_000)}`])(
    "[if.bash-open] what cannot be taken apart with certainty runs the handler: %.30s",
    async (line) => {
      expect(await bash("Bash(git push *)", line)).toBe(true);
    },
  );

  it.each([
    ["Edit(*.ts)", "/project/deep/in/a.TS", true],
    ["Edit(src/**)", "/project/src/a.ts", true],
    ["Edit(src/**)", "/project/lib/src/a.ts", false],
    ["Edit(**/src/**)", "/project/lib/src/a.ts", true],
    ["Edit(~/**)", "/home/me/notes", true],
    ["Edit(//etc/**)", "/etc/hosts", true],
    ["Edit(//etc/**)", "/project/etc/hosts", false],
  ])("[if.paths] %s on %s: %s", async (rule, file_path, isCovered) => {
    expect(await runs(rule, "Edit", { file_path })).toBe(isCovered);
  });

  it("[if.mcp] a rule for an MCP tool names that tool; there is no star for a server", async () => {
    for (const rule of ["mcp__srv__echo", "mcp__srv__echo(*)"])
      expect(await runs(rule, "mcp__srv__echo", {})).toBe(true);
    expect(await runs("mcp__srv", "mcp__srv__echo", {})).toBe(false);
  });
});
