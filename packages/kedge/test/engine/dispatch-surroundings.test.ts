/** What a command handler is given: arguments, folder, environment, input, time. */
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { DispatchOptions, EngineOptions } from "../../src/engine/index.ts";
import { timeoutsFor } from "../../src/engine/timeouts.ts";
import type { Handler, HookEventName, JsonObject } from "../../src/protocol/index.ts";
import { fixture } from "../platform/child-fixtures.ts";
import { bashCall, hooksOf, makeWorld, type World } from "../support/engine-dispatch.ts";

/** What a handler wrote down of its surroundings. */
interface Surroundings {
  readonly stdin: string;
  readonly cwd: string;
  readonly args: readonly string[];
  readonly env: Readonly<{ [name: string]: string | undefined }>;
}

function readRecord(folder: string): Surroundings {
  const read = (file: string): string => readFileSync(join(folder, file), "utf8");
  const list = (file: string): string[] => read(file).split("\0").slice(0, -1);
  const pairs = list("env").map((line) => [line.split("=", 1)[0] ?? "", line.slice(line.indexOf("=") + 1)]);
  return {
    stdin: read("stdin"),
    cwd: read("cwd").trimEnd(),
    args: list("args"),
    env: Object.fromEntries(pairs),
  };
}

interface Occasion {
  readonly world?: World;
  readonly event?: HookEventName;
  readonly input?: JsonObject;
  readonly engine?: Partial<EngineOptions>;
  readonly dispatch?: DispatchOptions;
  readonly args?: readonly string[];
  /** In a plugin of this name. */
  readonly plugin?: string;
}

/** Runs one handler that records, from user settings or a plugin. */
async function record(occasion: Occasion = {}): Promise<Surroundings & { readonly world: World }> {
  const { world = makeWorld(), event = "PreToolUse", input = bashCall(), args = [], plugin } = occasion;
  const folder = join(world.folder, "record");
  const hooks = hooksOf(event, { command: fixture("records-surroundings.sh"), args: [folder, ...args] });
  if (plugin === undefined) world.write("flag.json", hooks);
  const from =
    plugin === undefined
      ? { flagSettings: [join(world.folder, "flag.json")] }
      : { pluginDirs: [world.plugin(plugin, hooks)] };
  const engine = await world.open({ ...from, ...occasion.engine });
  const { trace } = await engine.dispatch(event, input, occasion.dispatch);
  expect(trace.runs).toMatchObject([{ status: "ok", exitCode: 0 }]);
  return { world, ...readRecord(folder) };
}

describe("arguments", () => {
  test("are one each, with braced placeholders replaced and nothing else", async () => {
    const args = [
      "",
      "a b",
      "*",
      "~",
      "$HOME",
      "${HOME}",
      "$CLAUDE_PROJECT_DIR",
      "${user_config.key}",
      "`id`",
      "a\nb",
      "ä\u2028'\"\\",
    ];
    const { world, args: got } = await record({
      args: [...args, "x${CLAUDE_PROJECT_DIR}/y${CLAUDE_PROJECT_DIR}"],
    });
    const dir = world.projectDir;
    expect(got.slice(1)).toEqual([...args, `x${dir}/y${dir}`]);
  });

  test("of a plugin know its folders and its options, and what is filled in is not looked at again", async () => {
    const world = makeWorld();
    const options = { key: "${CLAUDE_PLUGIN_ROOT} $(id)", count: 7, flag: false };
    world.settings("user", { pluginConfigs: { "sorbet@inline": { options } } });
    const args = [
      ...["${CLAUDE_PLUGIN_ROOT}/a", "${CLAUDE_PLUGIN_DATA}"],
      ...["${user_config.key}", "${user_config.count}", "${user_config.flag}"],
    ];
    const { args: got } = await record({ world, plugin: "sorbet", args });
    expect(got.slice(1)).toEqual([
      join(world.folder, "sorbet/a"),
      join(world.folder, "home/.claude/plugins/data/sorbet-inline"),
      ...["${CLAUDE_PLUGIN_ROOT} $(id)", "7", "false"],
    ]);
  });

  test("that need an option which is not set keep a handler from running, visibly", async () => {
    const world = makeWorld();
    const hooks = hooksOf("PreToolUse", { command: "true", args: ["${user_config.key}"] });
    const engine = await world.open({ pluginDirs: [world.plugin("sorbet", hooks)] });
    const { trace, decision } = await engine.dispatch("PreToolUse", bashCall());
    expect(trace.runs).toMatchObject([{ status: "failed", error: "the option user_config.key is not set" }]);
    expect(decision.unanswered).toEqual([0]);
  });

  test("are expanded by /bin/sh when there is only a command, whatever SHELL and shell say", async () => {
    const world = makeWorld();
    const out = join(world.folder, "out");
    const command = `printf '%s|' "$0" "$CLAUDE_PROJECT_DIR" "\${CLAUDE_PROJECT_DIR}" $((1+1)) >'${out}'`;
    world.settings("user", hooksOf("Stop", { command, shell: "bash" }));
    const engine = await world.open({ env: { SHELL: "/bin/false" } });
    await engine.dispatch("Stop", {});
    const dir = world.projectDir;
    expect(readFileSync(out, "utf8")).toBe(`/bin/sh|${dir}|${dir}|2|`);
  });
});

describe("the folder", () => {
  test("is that of the dispatch, else of the input, else the project", async () => {
    const world = makeWorld();
    const [one, two] = ["one", "two"].map((name) => join(world.folder, name)) as [string, string];
    for (const folder of [one, two]) mkdirSync(folder);
    expect((await record({ world })).cwd).toBe(world.projectDir);
    expect((await record({ world, input: bashCall("ls", { cwd: one }) })).cwd).toBe(one);
    expect((await record({ world, input: bashCall("ls", { cwd: "one" }) })).cwd).toBe(world.projectDir);
    const both = { world, input: bashCall("ls", { cwd: one }), dispatch: { cwd: two } };
    const { cwd, env } = await record(both);
    expect(cwd).toBe(two);
    expect(env.CLAUDE_PROJECT_DIR).toBe(world.projectDir);
  });
});

describe("the environment", () => {
  test("leaves out what no environment can hold, and the gate holds", async () => {
    for (const session_id of ["a\0b", "x".repeat(200_000), "\u{1F600}".repeat(40_000)]) {
      const world = makeWorld();
      const env = { NUL: "a\0b", "A=B": "c" };
      const closes = 'test -z "$CLAUDE_CODE_SESSION_ID$NUL" && exit 2';
      world.settings("user", { env, ...hooksOf("PreToolUse", closes) });
      const { decision } = await (await world.open()).dispatch("PreToolUse", bashCall("ls", { session_id }));
      expect(decision.behavior).toBe("deny");
    }
  });

  test("is the agent's own without telemetry, then settings, then what is promised", async () => {
    const world = makeWorld();
    world.settings("user", { env: { FROM_USER: "1", IN_BOTH: "user", CLAUDECODE: "0" } });
    world.settings("local", { env: { IN_BOTH: "local" } });
    const env = {
      OWN: "own",
      FROM_USER: "0",
      OTEL_EXPORTER_OTLP_ENDPOINT: "x",
      OTEL_: "x",
      ANTHROPIC_API_KEY: "k",
    };
    const { env: got } = await record({ world, engine: { env, entrypoint: "cli", isAttended: true } });
    expect(got).toMatchObject({
      ...{ OWN: "own", ANTHROPIC_API_KEY: "k", FROM_USER: "1", IN_BOTH: "local" },
      ...{
        CLAUDECODE: "1",
        AI_AGENT: "kedge",
        CLAUDE_PID: String(process.pid),
        CLAUDE_PROJECT_DIR: world.projectDir,
      },
      ...{ CLAUDE_CODE_SESSION_ID: "s-1", CLAUDE_CODE_ENTRYPOINT: "cli", CLAUDE_CODE_CHILD_SESSION: "1" },
      ...{ CLAUDE_CODE_SESSION_ATTENDED: "1" },
    });
    expect(Object.keys(got).filter((name) => name.startsWith("OTEL_"))).toEqual([]);
    expect(Object.keys(got).filter((name) => name.startsWith("CLAUDE_PLUGIN_"))).toEqual([]);
  });

  test("has the effort on events that tell it", async () => {
    const input = bashCall("ls", { effort: { level: "high" } });
    expect((await record({ input })).env.CLAUDE_EFFORT).toBe("high");
    expect((await record()).env.CLAUDE_EFFORT).toBeUndefined();
  });

  test("has the folders and the options of a plugin, for its own handlers", async () => {
    const world = makeWorld();
    const options = { api_url: "u", count: 7, flag: true, list: ["x"] };
    world.settings("user", {
      pluginConfigs: { "sorbet@inline": { options }, "other@inline": { options: { o: "o" } } },
    });
    const { env } = await record({ world, plugin: "sorbet" });
    const names = Object.keys(env).filter((name) => name.startsWith("CLAUDE_PLUGIN_"));
    expect(Object.fromEntries(names.map((name) => [name, env[name]]))).toEqual({
      CLAUDE_PLUGIN_ROOT: join(world.folder, "sorbet"),
      CLAUDE_PLUGIN_DATA: join(world.folder, "home/.claude/plugins/data/sorbet-inline"),
      CLAUDE_PLUGIN_OPTION_API_URL: "u",
      CLAUDE_PLUGIN_OPTION_COUNT: "7",
      CLAUDE_PLUGIN_OPTION_FLAG: "true",
    });
  });

  const WITH_ENV_FILE: readonly HookEventName[] = ["SessionStart", "Setup", "CwdChanged", "FileChanged"];
  const WITHOUT: readonly HookEventName[] = [
    "PreToolUse",
    "Stop",
    "UserPromptSubmit",
    "SessionEnd",
    "Notification",
  ];
  test.for([...WITH_ENV_FILE, ...WITHOUT])(
    "has CLAUDE_ENV_FILE only where it is promised: %s",
    async (event) => {
      const envFile = WITH_ENV_FILE.includes(event) ? "/tmp/file" : undefined;
      const { env } = await record({ event, dispatch: { envFile: "/tmp/file" } });
      expect(env.CLAUDE_ENV_FILE).toBe(envFile);
    },
  );

  test("has nothing of what an outer agent promised to its own handlers", async () => {
    // Kedge itself may be started by a handler or a tool of another agent.
    const outer = { CLAUDE_ENV_FILE: "/outer", CLAUDE_EFFORT: "max", CLAUDE_CODE_SESSION_ID: "outer" };
    const plugin = {
      CLAUDE_PLUGIN_ROOT: "/outer",
      CLAUDE_PLUGIN_DATA: "/outer",
      CLAUDE_PLUGIN_OPTION_KEY: "outer",
    };
    const input = { tool_name: "Bash", tool_input: {} };
    const { env } = await record({ input, engine: { env: { ...outer, ...plugin } } });
    for (const name of [...Object.keys(outer), ...Object.keys(plugin)])
      expect(env[name], name).toBeUndefined();
  });
});

describe("the input", () => {
  test("is one line of compact JSON with the name of the event", async () => {
    const input = {
      ...bashCall("echo '\u2028ä\u2029🙂\n'"),
      hook_event_name: "Stop",
      n: null,
      big: 2 ** 53,
      empty: "",
    };
    const { stdin } = await record({ input });
    expect(stdin).toBe(`${JSON.stringify({ ...input, hook_event_name: "PreToolUse" })}\n`);
    expect(stdin).toContain("\u2028ä\u2029🙂\\n");
    expect(stdin.indexOf("\n")).toBe(stdin.length - 1);
  });

  test("has no half of a surrogate pair", async () => {
    const { stdin } = await record({ input: bashCall("a\ud83d") });
    expect(JSON.parse(stdin)).toMatchObject({
      tool_input: { command: expect.stringMatching(/^a[\ud83d\ufffd]$/) },
    });
    expect(stdin.isWellFormed()).toBe(true);
  });
});

describe("the time", () => {
  test("is what the handler says, and its end is no answer", async () => {
    const world = makeWorld();
    world.settings(
      "user",
      hooksOf("UserPromptSubmit", { command: "exec sleep 60", timeout: 0.2 }, "echo context"),
    );
    const { decision, trace } = await (await world.open()).dispatch("UserPromptSubmit", { prompt: "p" });
    expect(trace.runs).toMatchObject([
      { status: "timed_out", error: "it did not answer in time" },
      { status: "ok" },
    ]);
    expect(trace.runs[0]?.durationMs).toBeGreaterThanOrEqual(200);
    expect(decision).toMatchObject({
      behavior: "none",
      unanswered: [0],
      contexts: [{ by: 1, text: "context" }],
    });
  });

  test("of all SessionEnd handlers together is 1.5 s", async () => {
    const world = makeWorld();
    world.settings("user", hooksOf("SessionEnd", "exec sleep 61", "exec sleep 62"));
    const { trace } = await (await world.open()).dispatch("SessionEnd", { reason: "other" });
    expect(trace.runs).toMatchObject([{ status: "timed_out" }, { status: "timed_out" }]);
    expect(trace.durationMs).toBeGreaterThanOrEqual(1_500);
    expect(trace.durationMs).toBeLessThan(10_000);
  });

  const handler = (type: Handler["type"], timeoutMs?: number): Handler =>
    ({ type, ...(timeoutMs === undefined ? {} : { timeoutMs }) }) as Handler;

  test.for([
    ["PreToolUse", "command", 600_000],
    ["PreToolUse", "http", 600_000],
    ["PreToolUse", "mcp_tool", 600_000],
    ["PreToolUse", "prompt", 30_000],
    ["PreToolUse", "agent", 60_000],
    ["PreToolUse", "function", 600_000],
    ["UserPromptSubmit", "command", 30_000],
    ["MessageDisplay", "command", 10_000],
    ["StopFailure", "command", 600_000],
  ] as const)("of %s is by default for %s %i ms", ([event, type, ms]) => {
    expect(timeoutsFor(event, [{ handler: handler(type), source: "user" }])).toEqual([ms]);
    expect(timeoutsFor(event, [{ handler: handler(type, 5), source: "user" }])).toEqual([5]);
  });

  test("of SessionEnd is raised by settings up to a minute, and by no plugin", () => {
    const at = (source: "user" | "plugin", timeoutMs?: number) => ({
      source,
      handler: handler("command", timeoutMs),
    });
    expect(timeoutsFor("SessionEnd", [at("user"), at("plugin", 9_000)])).toEqual([1_500, 1_500]);
    expect(timeoutsFor("SessionEnd", [at("user", 9_000), at("plugin"), at("user", 100)])).toEqual([
      9_000, 9_000, 100,
    ]);
    expect(timeoutsFor("SessionEnd", [at("user", 90_000), at("plugin", 90_000)])).toEqual([60_000, 60_000]);
  });
});
