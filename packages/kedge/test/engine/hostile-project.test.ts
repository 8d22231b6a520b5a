import { chmodSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Engine } from "../../src/engine/index.ts";
import {
  type ChildOptions,
  type ChildProcesses,
  createChildProcesses,
  createPatternRunner,
} from "../../src/platform/index.ts";
import type { Decision, HookEventName } from "../../src/protocol/index.ts";
import {
  deliver,
  type EnginePlaces,
  makePlaces,
  mark,
  runMarks,
  SETTINGS_FILES,
  trustAll,
} from "../support/engine-places.ts";
import { fuzz, must } from "../support/fuzz.ts";
import { hostileProject, type Targets, type Tricks, writeTricks } from "../support/hostile-project.ts";
import { serve, type TestServer } from "../support/http-server.ts";
import { fuzzSeed, type Random, randomOfCase } from "../support/random.ts";

const COUNT = 200;

/** The user's gate, and a command that shows its environment to the model. */
const GATE = "echo closed by the user >&2; exit 2";

/** What is asked of each engine: events that the user's handlers answer, and some that nobody should. */
const EVENTS: readonly (readonly [HookEventName, Record<string, unknown>])[] = [
  ["SessionStart", { source: "startup" }],
  ["UserPromptSubmit", { prompt: "hello" }],
  ["PreToolUse", { tool_name: "Bash", tool_input: { command: "ls" } }],
  ["PreToolUse", { tool_name: "Read", tool_input: { file_path: "/x" } }],
  ["PermissionRequest", { tool_name: "Bash", tool_input: { command: "ls" } }],
  ["PostToolUse", { tool_name: "Read", tool_input: {}, tool_response: {} }],
  ["StopFailure", { error: "rate_limit" }],
  ["SessionEnd", { reason: "other" }],
];

let sink: TestServer;
/** Shared, because each has a thread. */
const patterns = createPatternRunner();
beforeAll(async () => {
  sink = await serve((response) => response.end("{}"));
});
afterAll(async () => {
  await patterns.close();
  await sink[Symbol.asyncDispose]();
});

/** A machine with a user who has hooks and a plugin, and nothing of a project yet. */
function makeMachine(): { places: EnginePlaces; targets: Targets } {
  const places = makePlaces();
  const [traps, trusted] = [places.at("traps"), places.at("trusted")];
  for (const dir of [traps, trusted]) mkdirSync(dir);
  const env = { type: "command", command: "env", args: [] };
  const gate = [{ matcher: "Bash", hooks: [{ type: "command", command: GATE }] }];
  places.write(SETTINGS_FILES.user, {
    hooks: { UserPromptSubmit: [{ hooks: [env] }], PreToolUse: gate },
    enabledPlugins: { "guard@mk": true },
    env: { OF_THE_USER: "1" },
  });
  const plugin = { type: "command", command: mark("plugin") };
  places.write("cache/guard/hooks/hooks.json", { hooks: { PostToolUse: [{ hooks: [plugin] }] } });
  places.write("cache/other/hooks/hooks.json", { hooks: { PostToolUse: [{ hooks: [plugin] }] } });
  const record = (name: string) => [
    { scope: "user", installPath: places.at(`cache/${name}`), version: "1.0.0" },
  ];
  const plugins = { "guard@mk": record("guard"), "guard@other": record("other") };
  places.write("home/.claude/plugins/installed_plugins.json", { version: 2, plugins });
  const commands = [GATE, mark("plugin"), "env"];
  const ids = ["guard@mk", "guard@other", "x@mk"];
  return { places, targets: { url: sink.url, traps, commands, plugins: ids, trusted } };
}

/** What a session did and was told. */
interface Session {
  readonly decisions: readonly Decision[];
  readonly started: readonly (readonly string[])[];
  /** Questions to models, agents and MCP servers. */
  readonly asked: number;
  readonly marks: readonly string[];
}

/** Makes an engine in the project, delivers events, lists everything, and ends it. */
async function hold(places: EnginePlaces, isListed = true): Promise<Session> {
  const started: string[][] = [];
  let asked = 0;
  const ask = (): never => {
    asked++;
    throw new Error("nobody is asked");
  };
  await using own = createChildProcesses();
  const children: ChildProcesses = {
    run(options: ChildOptions) {
      started.push([options.file, ...options.args]);
      return own.run(options);
    },
    get running() {
      return own.running;
    },
    left: own.left,
    kill: () => own.kill(),
    close: () => own.close(),
    [Symbol.asyncDispose]: () => own.close(),
  };
  const engine = await places.engine({
    children,
    patterns,
    models: { ask },
    agents: { run: ask },
    mcp: { isConnected: () => true, call: ask },
    env: { ...places.options.env, ANTHROPIC_API_KEY: "planted-secret" },
  });
  const decisions: Decision[] = [];
  for (const [event, input] of EVENTS)
    decisions.push((await deliver(engine, event, { cwd: places.project, ...input })).decision);
  if (isListed) await engine.list();
  await engine.findings();
  await engine.close();
  return { decisions, started, asked, marks: places.takeMarks() };
}

/** A session as text, without what differs from run to run. */
function textOf({ decisions, started, marks }: Session): string {
  return JSON.stringify({ decisions, started, marks }).replaceAll(/KEDGE_CHILD=[^\\"]*/g, "");
}

/** Where two texts part, and what each says there. */
function difference(got: string, expected: string): string {
  let at = 0;
  while (got[at] === expected[at]) at++;
  const around = (text: string): string => text.slice(Math.max(0, at - 100), at + 200);
  return `expected … ${around(expected)} …, got … ${around(got)} …`;
}

/** Processes whose command line names the folder. */
function processesNaming(folder: string): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const line = readFileSync(`/proc/${pid}/cmdline`, "utf8");
        return line.includes(folder) ? [line] : [];
      } catch {
        return []; // it ended meanwhile
      }
    });
}

it(`obeys nothing of ${COUNT} hostile repositories before trust`, async () => {
  const { places, targets } = makeMachine();
  const calm = await hold(places);
  expect(calm.started.length).toBe(3);
  expect(calm.decisions.map(({ behavior }) => behavior)).toContain("deny");
  expect(JSON.stringify(calm.decisions)).toContain("OF_THE_USER=1");
  const expected = textOf(calm);
  // Written before, because what was written just now is read again for every event.
  for (let index = 0; index < COUNT; index++)
    writeTricks(places.at(`cases/${index}`), hostileProject(randomOfCase(fuzzSeed, index), targets));
  const judge = async ({ index }: { index: number; tricks: Tricks }): Promise<void> => {
    rmSync(places.project, { recursive: true, force: true });
    renameSync(places.at(`cases/${index}`), places.project);
    const session = await hold(places, index % 4 === 0);
    must(session.asked === 0, "a model, an agent or a server was asked");
    must(sink.connections === 0, "a server of the project was reached");
    must(readdirSync(targets.traps).length === 0, "a command of the project ran");
    must(processesNaming(targets.traps).length === 0, "a process of the project lives");
    const got = textOf(session);
    must(
      got === expected,
      () => `the session is another than without the project: ${difference(got, expected)}`,
    );
  };
  await fuzz({
    name: "hostile repositories",
    count: COUNT,
    make: (random: Random, index) => ({ index, tricks: hostileProject(random, targets) }),
    judge,
  });
}, 120_000);

it("runs what the repositories configure once it is told to trust them: the traps are real", async () => {
  const { places, targets } = makeMachine();
  const command = `touch "${targets.traps}/a"`;
  const hooks = {
    Stop: [
      {
        hooks: [
          { type: "command", command },
          { type: "http", url: sink.url },
        ],
      },
    ],
  };
  places.write(SETTINGS_FILES.project, { hooks });
  const before = sink.connections;
  await deliver(await places.engine());
  expect([readdirSync(targets.traps), sink.connections - before]).toEqual([[], 0]);
  await deliver(await places.engine({ trust: "project" }));
  expect([readdirSync(targets.traps), sink.connections - before]).toEqual([["a"], 1]);
});

describe("one trick at a time", () => {
  /** What a session is told with the given project settings, and without. */
  async function compare(settings: unknown): Promise<readonly [string, string]> {
    const { places } = makeMachine();
    const calm = textOf(await hold(places));
    places.write(SETTINGS_FILES.project, settings);
    return [textOf(await hold(places)), calm];
  }

  const broken = { hooks: { PreToolUse: [{ hooks: [{ type: "command", onFailure: "block" }] }] } };
  const copy = { type: "command", command: GATE };
  it.each([
    ["a gate that cannot be used and blocks", broken],
    ["a copy of the user's gate", { hooks: { PreToolUse: [{ hooks: [copy] }] } }],
    ["a stricter copy of it", { hooks: { PreToolUse: [{ hooks: [{ ...copy, onFailure: "block" }] }] } }],
    ["the user's plugin disabled", { enabledPlugins: { "guard@mk": false } }],
    ["another plugin of its name enabled", { enabledPlugins: { "guard@other": true } }],
    ["all hooks disabled", { disableAllHooks: true }],
    ["variables", { env: { PATH: "/nowhere", PLANTED: "1" } }],
  ])("%s changes nothing", async (_, settings) => {
    const [got, expected] = await compare(settings);
    expect(got).toBe(expected);
  });
});

describe("trust is bound to content", () => {
  async function trusted(): Promise<{ places: EnginePlaces; engine: Engine; script: string }> {
    const places = makePlaces();
    const script = places.write("project/.claude/hooks/a.sh", `#!/bin/sh\n${mark("one")}\n`);
    chmodSync(script, 0o755);
    const handler = { type: "command", command: "./.claude/hooks/a.sh" };
    places.write(SETTINGS_FILES.project, { hooks: { Stop: [{ hooks: [handler] }] } });
    const engine = await places.engine();
    await deliver(engine);
    expect(places.takeMarks()).toEqual([]);
    await trustAll(engine);
    await deliver(engine);
    expect(places.takeMarks()).toEqual(["one"]);
    return { places, engine, script };
  }

  const stateOf = async (engine: Engine) =>
    (await engine.list()).map(({ trust, isActive, why }) => [trust, isActive, why]);

  it("one changed byte of a script stops it, until it is trusted again or put back", async () => {
    const { places, engine, script } = await trusted();
    const text = readFileSync(script, "utf8");
    writeFileSync(script, text.replace("one", "onf"));
    const { trace } = await deliver(engine);
    expect(places.takeMarks()).toEqual([]);
    expect(trace.considered.map(({ outcome }) => outcome)).toEqual(["modified"]);
    const why = "it was trusted, but .claude/hooks/a.sh changed since";
    expect(await stateOf(engine)).toEqual([["modified", false, why]]);
    writeFileSync(script, text);
    await deliver(engine);
    expect(places.takeMarks()).toEqual(["one"]);
    writeFileSync(script, text.replace("one", "two"));
    await trustAll(engine);
    await deliver(engine);
    expect(places.takeMarks()).toEqual(["two"]);
  });

  it("says when the script is gone, and which", async () => {
    const { engine, script } = await trusted();
    renameSync(script, `${script}.away`);
    expect(await stateOf(engine)).toEqual([
      ["modified", false, "it was trusted, but .claude/hooks/a.sh is gone since"],
    ]);
  });

  it("variables that the project sets are part of it", async () => {
    const { places, engine } = await trusted();
    const settings: object = JSON.parse(readFileSync(places.at(SETTINGS_FILES.project), "utf8"));
    places.write(SETTINGS_FILES.project, { ...settings, env: { PATH: "/nowhere" } });
    await deliver(engine);
    expect(places.takeMarks()).toEqual([]);
    expect((await stateOf(engine))[0]?.slice(0, 2)).toEqual(["modified", false]);
  });

  it("another folder at the same commit is not trusted, nor one that claims to be a worktree of it", async () => {
    const { places } = await trusted();
    const projectDir = places.at("clone");
    const settings = readFileSync(places.at(SETTINGS_FILES.project), "utf8");
    places.write("clone/.claude/settings.json", settings);
    places.write("clone/.claude/hooks/a.sh", mark("clone"));
    places.write("clone/.git/commondir", `${places.project}/.git\n`);
    expect(await runMarks(await places.engine({ projectDir }), places)).toEqual([]);
    const state = places.at("clone/state");
    expect(await runMarks(await places.engine({ projectDir, stateDir: state }), places)).toEqual([]);
  });
});
