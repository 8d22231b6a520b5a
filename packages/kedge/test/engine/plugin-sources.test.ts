import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Engine } from "../../src/engine/index.ts";
import {
  type EnginePlaces,
  makePlaces,
  mark,
  marks,
  runMarks,
  settingsOf,
} from "../support/engine-places.ts";

interface Loaded {
  readonly engine: Engine;
  readonly ran: readonly string[];
  /** Ids of the plugins, in order. */
  readonly ids: readonly string[];
  readonly findings: readonly string[];
}

/** Loads plugin directories, given below the folder of the places, and delivers `Stop`. */
async function load(places: EnginePlaces, ...dirs: readonly string[]): Promise<Loaded> {
  const engine = await places.engine({ pluginDirs: dirs.map((dir) => places.at(dir)) });
  const { configuration } = await engine.state();
  return {
    engine,
    ran: await runMarks(engine, places),
    ids: configuration.sources.flatMap(({ plugin }) => (plugin ? [plugin.id] : [])),
    findings: (await engine.findings()).map(({ place, message }) => `${place}: ${message}`),
  };
}

describe("names", () => {
  it("names a plugin for its manifest, else for its folder", async () => {
    const places = makePlaces();
    places.write("one/.claude-plugin/plugin.json", { name: "named" });
    places.write("one/hooks/hooks.json", settingsOf("one"));
    places.write("two/hooks/hooks.json", settingsOf("two"));
    const { ids, ran, findings } = await load(places, "one", "two");
    expect(ids).toEqual(["named@inline", "two@inline"]);
    expect(ran).toEqual(["one", "two"]);
    expect(findings).toEqual([]);
  });

  it("does not load a plugin whose manifest cannot be read, and says so", async () => {
    const places = makePlaces();
    places.write("one/hooks/hooks.json", settingsOf("one"));
    places.write("one/.claude-plugin/plugin.json", "{");
    places.write("two/hooks/hooks.json", settingsOf("two"));
    const { engine, ran } = await load(places, "one", "two");
    expect(ran).toEqual(["two"]);
    const { problems } = await engine.state();
    expect(problems.map(({ file, effect }) => [file, effect])).toEqual([
      [".claude-plugin/plugin.json", "The plugin is not loaded."],
    ]);
  });

  it("takes the first of two plugins with one name", async () => {
    const places = makePlaces();
    for (const dir of ["a", "b"]) {
      places.write(`${dir}/.claude-plugin/plugin.json`, { name: "same" });
      places.write(`${dir}/hooks/hooks.json`, settingsOf(dir));
    }
    const { ids, ran, findings } = await load(places, "b", "a");
    expect([ids, ran]).toEqual([["same@inline"], ["b"]]);
    expect(findings).toEqual([
      `${places.at("a")}: A plugin named same was found before; this one is not loaded.`,
    ]);
  });

  it("says that a plugin directory is not there", async () => {
    const places = makePlaces();
    expect((await load(places, "nowhere")).findings).toEqual([
      `${places.at("nowhere")}: There is no such folder: no plugin is loaded from it.`,
    ]);
  });
});

describe("where the hooks of a plugin stand", () => {
  it.each([
    { form: "the events themselves", hooks: marks("map"), ran: ["standard", "map"] },
    { form: "a path", hooks: "./more.json", ran: ["standard", "more"] },
    { form: "a list of both", hooks: ["./more.json", marks("map")], ran: ["standard", "more", "map"] },
    { form: "the standard file again", hooks: "./hooks/hooks.json", ran: ["standard"] },
  ])("adds what the manifest has as $form", async ({ hooks, ran }) => {
    const places = makePlaces();
    places.write("plug/hooks/hooks.json", settingsOf("standard"));
    places.write("plug/more.json", settingsOf("more"));
    places.write("plug/.claude-plugin/plugin.json", { name: "plug", hooks });
    expect((await load(places, "plug")).ran).toEqual(ran);
  });

  it.each(["../outside.json", "/etc/hosts.json", "./../outside.json", "hooks.json", "./hooks.txt"])(
    "refuses the path %s in a manifest, and keeps the rest",
    async (path) => {
      const places = makePlaces();
      places.write("outside.json", settingsOf("outside"));
      places.write("plug/hooks.txt", settingsOf("text"));
      places.write("plug/hooks/hooks.json", settingsOf("standard"));
      places.write("plug/.claude-plugin/plugin.json", { name: "plug", hooks: path });
      const { engine, ran } = await load(places, "plug");
      expect(ran).toEqual(["standard"]);
      expect((await engine.state()).problems.map(({ code }) => code)).toEqual(["forbidden_target"]);
    },
  );

  it("does not follow a link that leads out of the plugin, and follows one that stays inside", async () => {
    const places = makePlaces();
    places.write("outside/hooks.json", settingsOf("outside"));
    mkdirSync(places.at("file/hooks"), { recursive: true });
    symlinkSync(places.at("outside/hooks.json"), places.at("file/hooks/hooks.json"));
    mkdirSync(places.at("folder"));
    symlinkSync(places.at("outside"), places.at("folder/hooks"));
    places.write("inside/real.json", settingsOf("inside"));
    mkdirSync(places.at("inside/hooks"));
    symlinkSync("../real.json", places.at("inside/hooks/hooks.json"));
    symlinkSync(places.at("inside"), places.at("whole"));
    expect((await load(places, "file", "folder", "inside")).ran).toEqual(["inside"]);
    expect((await load(places, "whole")).ran).toEqual(["inside"]);
  });

  it("reports a hooks.json without its wrapper", async () => {
    const places = makePlaces();
    places.write("plug/hooks/hooks.json", marks("bare"));
    const { engine, ran } = await load(places, "plug");
    expect(ran).toEqual([]);
    expect((await engine.state()).problems[0]).toMatchObject({ code: "missing", path: "hooks" });
  });

  it("ignores hooks in a plugin's settings.json", async () => {
    const places = makePlaces();
    places.write("plug/settings.json", settingsOf("settings"));
    places.write("plug/.claude/settings.json", settingsOf("settings"));
    expect((await load(places, "plug")).ran).toEqual([]);
  });
});

describe("handlers of a plugin", () => {
  it("know their root and their data folder, which is made for them, in both forms", async () => {
    const places = makePlaces();
    const out = places.at("out.txt");
    const shell = `printf '%s\\n' "\${CLAUDE_PLUGIN_ROOT}" "$CLAUDE_PLUGIN_DATA" >> "${out}"; touch "$CLAUDE_PLUGIN_DATA/a"`;
    const args = ["-c", `printf '%s\\n' "$0" "$CLAUDE_PLUGIN_ROOT" >> "${out}"`, "${CLAUDE_PLUGIN_ROOT}"];
    const hooks = [
      { type: "command", command: shell },
      { type: "command", command: "sh", args },
    ];
    places.write("my plug/hooks/hooks.json", { hooks: { Stop: [{ hooks }] } });
    const root = places.at("my plug");
    const engine = await places.engine({ pluginDirs: [root] });
    const { trace } = await engine.dispatch("Stop", {});
    expect(trace.runs.map(({ status }) => status)).toEqual(["ok", "ok"]);
    const data = places.at("home/.claude/plugins/data/my plug-inline");
    expect(readFileSync(out, "utf8").split("\n").sort()).toEqual(["", root, root, root, data].sort());
    expect(existsSync(join(data, "a"))).toBe(true);
    expect(statSync(data).mode & 0o777).toBe(0o700);
  });

  it("run once in each plugin, and besides the same command of settings", async () => {
    const places = makePlaces();
    places.write("home/.claude/settings.json", settingsOf("same"));
    places.write("a/hooks/hooks.json", settingsOf("same"));
    places.write("b/hooks/hooks.json", settingsOf("same"));
    expect((await load(places, "a", "b")).ran).toEqual(["same", "same", "same"]);
  });

  it("get options from the user's settings only, and no defaults", async () => {
    const places = makePlaces();
    const options = (who: string, more = {}) => ({
      pluginConfigs: {
        "plug@inline": { options: { who, ...more } },
        "other@inline": { options: { x: "1" } },
      },
    });
    places.write("home/.claude/settings.json", options("user", { count: 3, on: false, list: ["no"] }));
    places.write("project/.claude/settings.json", options("project", { added: "by the project" }));
    places.write("project/.claude/settings.local.json", options("local"));
    const userConfig = { who: { type: "string" }, unset: { type: "string", default: "default" } };
    places.write("plug/.claude-plugin/plugin.json", { name: "plug", userConfig });
    const command = `env | grep ^CLAUDE_PLUGIN_OPTION_ | sort > "${places.at("out.txt")}"`;
    places.write("plug/hooks/hooks.json", { hooks: { Stop: [{ hooks: [{ type: "command", command }] }] } });
    const engine = await places.engine({ pluginDirs: [places.at("plug")], trust: "project" });
    await engine.dispatch("Stop", {});
    expect(readFileSync(places.at("out.txt"), "utf8").trim().split("\n")).toEqual(
      ["COUNT=3", "ON=false", "WHO=user"].map((each) => `CLAUDE_PLUGIN_OPTION_${each}`),
    );
  });
});

describe("hooks where no agent looks for them", () => {
  it("says of a hooks.json at the root where it belongs", async () => {
    const places = makePlaces();
    places.write("plug/hooks.json", settingsOf("root"));
    const { ran, findings } = await load(places, "plug");
    expect(ran).toEqual([]);
    expect(findings).toEqual([
      `${places.at("plug/hooks.json")}: Nothing reads this file. Move it to plug/hooks/hooks.json.`,
    ]);
  });

  it.each(["my_handler.rb", "my handler.sh", "run", "it's.sh", 'a"b.sh', "$HOME.sh", "a;b&c.sh", "`x`.sh"])(
    "says why hooks/Stop/%s does not run, and what it advises works",
    async (script) => {
      const places = makePlaces();
      const log = places.at("ran.txt");
      // As a Ruby program `ruby` has to be there: a stand-in on the PATH runs it with sh.
      const file = places.write(`plug/hooks/Stop/${script}`, `#!/bin/sh\necho ran >> "${log}"\n`);
      const bin = places.write("bin/ruby", '#!/bin/sh\nexec sh "$@"\n');
      for (const program of [file, bin]) chmodSync(program, 0o755);
      const { ran, findings } = await load(places, "plug");
      expect(ran).toEqual([]);
      expect(findings).toHaveLength(1);
      const [finding = ""] = findings;
      expect(finding).toContain(`${file}: No agent looks for scripts in folders`);
      const advised: unknown = JSON.parse(finding.slice(finding.indexOf('{"hooks"')));
      places.write("plug/hooks/hooks.json", advised);
      const env = { ...places.options.env, PATH: `${dirname(bin)}:${process.env.PATH}` };
      const engine = await places.engine({ pluginDirs: [places.at("plug")], env });
      const { trace } = await engine.dispatch("Stop", {});
      expect(trace.runs.map(({ status, error }) => [status, error])).toEqual([["ok", undefined]]);
      expect(readFileSync(log, "utf8")).toBe("ran\n");
      expect(await engine.findings()).toEqual([]);
    },
  );

  it("finds nothing to say of a plugin that has its list, or no hooks at all", async () => {
    const places = makePlaces();
    places.write("plug/hooks/hooks.json", settingsOf("listed"));
    places.write("plug/hooks/Stop/part.sh", "true\n");
    places.write("bare/README.md", "nothing\n");
    expect((await load(places, "plug", "bare")).findings).toEqual([]);
  });

  it("names each script when there are several", async () => {
    const places = makePlaces();
    for (const path of ["Stop/a.sh", "PreToolUse/b.py", "lib/c.sh"])
      places.write(`plug/hooks/${path}`, "true\n");
    const { findings } = await load(places, "plug");
    expect(findings.map((each) => each.split(": ")[0])).toEqual(
      expect.arrayContaining(["Stop/a.sh", "PreToolUse/b.py"].map((path) => places.at(`plug/hooks/${path}`))),
    );
    expect(findings).toHaveLength(2);
  });
});

it("gives a plugin no options that were set for one of that name from elsewhere", async () => {
  const places = makePlaces();
  places.write("home/.claude/settings.json", { pluginConfigs: { "plug@mk": { options: { a: "1" } } } });
  places.write("plug/hooks/hooks.json", {
    hooks: { Stop: [{ hooks: [{ type: "command", command: mark("x") }] }] },
  });
  const { engine } = await load(places, "plug");
  const plugin = (await engine.state()).configuration.sources.find(({ kind }) => kind === "plugin")?.plugin;
  expect(plugin?.options).toEqual({});
});
