import { readFileSync, rmSync, symlinkSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  type EnginePlaces,
  makePlaces,
  runMarks,
  SETTINGS_FILES,
  settingsOf,
  trustAll,
} from "../support/engine-places.ts";

const ID = "my-plugin@mk";

interface Layout {
  /** In place for a marketplace that is a folder of this machine, else below the cache. */
  readonly places: EnginePlaces;
  /** Folders, below the folder of the places. */
  readonly marketplace: string;
  readonly cache: string;
}

/** Writes what the real agent leaves after `plugin marketplace add` and `plugin install`, with a copy of the plugin in the cache. */
function install(
  source: "directory" | "github",
  enabledIn: string = SETTINGS_FILES.user,
  marketplace = "market place",
): Layout {
  const places = makePlaces();
  const [cache] = ["home/.claude/plugins/cache/mk/my-plugin/1.2.3"];
  const path = places.at(marketplace);
  const from = source === "directory" ? { source, path } : { source, repo: "someone/mk" };
  const installLocation = source === "directory" ? path : places.at("home/.claude/plugins/marketplaces/mk");
  const at = "2026-11-20T10:00:00.000Z";
  const user = { extraKnownMarketplaces: { mk: { source: from } } };
  places.write(SETTINGS_FILES.user, user);
  const enabled = { enabledPlugins: { [ID]: true } };
  places.write(enabledIn, enabledIn === SETTINGS_FILES.user ? { ...enabled, ...user } : enabled);
  places.write("home/.claude/plugins/known_marketplaces.json", {
    mk: { source: from, installLocation, lastUpdated: at },
  });
  places.write("home/.claude/plugins/installed_plugins.json", {
    version: 2,
    plugins: {
      [ID]: [
        { scope: "user", installPath: places.at(cache), version: "1.2.3", installedAt: at, lastUpdated: at },
      ],
    },
  });
  const plugins = [{ name: "my-plugin", source: "./plugins/first", version: "1.2.3" }];
  const list = { name: "mk", owner: { name: "Somebody" }, plugins };
  if (source === "directory") places.write(`${marketplace}/.claude-plugin/marketplace.json`, list);
  for (const [root, name] of [
    [`${marketplace}/plugins/first`, "in-place"],
    [cache, "cached"],
  ] as const) {
    places.write(`${root}/.claude-plugin/plugin.json`, { name: "my-plugin", version: "1.2.3" });
    places.write(`${root}/hooks/hooks.json`, { description: "One hook.", ...settingsOf(name) });
  }
  return { places, marketplace, cache };
}

const findingsOf = async (places: EnginePlaces): Promise<readonly string[]> =>
  (await (await places.engine()).findings()).map(({ place, message }) => `${place}: ${message}`);

describe("a plugin that is installed as the real agent does it", () => {
  it("runs from the cache, with its id, root and data folder", async () => {
    const { places, cache } = install("github");
    const engine = await places.engine();
    expect(await runMarks(engine, places)).toEqual(["cached"]);
    const { configuration } = await engine.state();
    expect(configuration.sources.find(({ kind }) => kind === "plugin")?.plugin).toEqual({
      id: ID,
      root: places.at(cache),
      dataDir: places.at("home/.claude/plugins/data/my-plugin-mk"),
      options: {},
    });
  });

  it("runs in place when its marketplace is a folder of this machine: edits act at once", async () => {
    const { places, marketplace } = install("directory");
    const engine = await places.engine();
    expect(await runMarks(engine, places)).toEqual(["in-place"]);
    places.write(`${marketplace}/plugins/first/hooks/hooks.json`, settingsOf("edited"));
    expect(await runMarks(engine, places)).toEqual(["edited"]);
  });

  it("is the project's when it runs in place inside of the project, unless managed settings force it on", async () => {
    const { places } = install("directory", SETTINGS_FILES.user, "project/market");
    expect(await runMarks(await places.engine(), places)).toEqual([]);
    expect(await runMarks(await places.engine({ trust: "project" }), places)).toEqual(["in-place"]);
    places.write(SETTINGS_FILES.managed, { enabledPlugins: { [ID]: true } });
    expect(await runMarks(await places.engine(), places)).toEqual(["in-place"]);
  });

  it("follows the marketplace when its list moves the plugin", async () => {
    const { places, marketplace } = install("directory");
    const engine = await places.engine();
    expect(await runMarks(engine, places)).toEqual(["in-place"]);
    places.write(`${marketplace}/second/hooks/hooks.json`, settingsOf("moved"));
    const plugins = [{ name: "my-plugin", source: "./second" }];
    places.write(`${marketplace}/.claude-plugin/marketplace.json`, { name: "mk", owner: {}, plugins });
    expect(await runMarks(engine, places)).toEqual(["moved"]);
  });

  it("runs from the cache when the folder of its marketplace has gone", async () => {
    const { places, marketplace } = install("directory");
    rmSync(places.at(marketplace), { recursive: true });
    expect(await runMarks(await places.engine(), places)).toEqual(["cached"]);
  });

  it("is replaced by a plugin directory of its name", async () => {
    const { places } = install("github");
    places.write("mine/.claude-plugin/plugin.json", { name: "my-plugin" });
    places.write("mine/hooks/hooks.json", settingsOf("mine"));
    const engine = await places.engine({ pluginDirs: [places.at("mine")] });
    expect(await runMarks(engine, places)).toEqual(["mine"]);
  });

  it("gets its options by its id, from the user's settings", async () => {
    const { places } = install("github");
    const file = places.at(SETTINGS_FILES.user);
    const settings: object = JSON.parse(readFileSync(file, "utf8"));
    places.write(SETTINGS_FILES.user, { ...settings, pluginConfigs: { [ID]: { options: { level: 3 } } } });
    places.write(SETTINGS_FILES.project, { pluginConfigs: { [ID]: { options: { level: 9, cmd: "x" } } } });
    const { configuration } = await (await places.engine({ trust: "project" })).state();
    const plugin = configuration.sources.find(({ kind }) => kind === "plugin")?.plugin;
    expect(plugin?.options).toEqual({ level: "3" });
  });

  it("is seen again after its manifest was repaired", async () => {
    const { places, cache } = install("github");
    const manifest = places.write(`${cache}/.claude-plugin/plugin.json`, "{");
    const engine = await places.engine();
    expect(await runMarks(engine, places)).toEqual([]);
    places.write(`${cache}/.claude-plugin/plugin.json`, { name: "my-plugin" });
    expect(await runMarks(engine, places)).toEqual(["cached"]);
    unlinkSync(manifest);
    symlinkSync("nowhere", manifest);
    expect(await runMarks(engine, places)).toEqual(["cached"]);
  });
});

describe("who enables a plugin", () => {
  it("stays away when nobody enables it, or the user disables it", async () => {
    const { places } = install("github");
    places.write(SETTINGS_FILES.user, {});
    expect(await runMarks(await places.engine(), places)).toEqual([]);
    places.write(SETTINGS_FILES.user, { enabledPlugins: { [ID]: false } });
    expect(await runMarks(await places.engine(), places)).toEqual([]);
    expect(await findingsOf(places)).toEqual([]);
  });

  it("says that one is enabled and not installed", async () => {
    const { places } = install("github");
    places.write("home/.claude/plugins/installed_plugins.json", { version: 2, plugins: {} });
    expect(await findingsOf(places)).toEqual([
      `${ID}: The plugin is enabled, but not installed. Install it, or disable it.`,
    ]);
  });

  it("says that the folder of one has gone", async () => {
    const { places, cache } = install("github");
    rmSync(places.at(cache), { recursive: true });
    expect(await findingsOf(places)).toEqual([
      `${places.at(cache)}: There is no such folder: no plugin is loaded from it.`,
    ]);
  });

  it.each(["{", "[]", '{"version":2,"plugins":[]}', '{"version":2,"plugins":{"my-plugin@mk":"x"}}', ""])(
    "takes a plugin for not installed when the list of installed ones is %j",
    async (text) => {
      const { places } = install("github");
      places.write("home/.claude/plugins/installed_plugins.json", text);
      expect(await findingsOf(places)).toHaveLength(1);
    },
  );

  it.each([SETTINGS_FILES.project, SETTINGS_FILES.local])("needs trust when only %s does", async (file) => {
    const { places } = install("github", file);
    const engine = await places.engine();
    expect(await runMarks(engine, places)).toEqual([]);
    expect((await engine.list()).map(({ trust, isActive }) => [trust, isActive])).toEqual([
      ["untrusted", false],
    ]);
    await trustAll(engine);
    expect(await runMarks(engine, places)).toEqual(["cached"]);
    expect(await runMarks(await places.engine({ trust: "project" }), places)).toEqual(["cached"]);
  });

  it("needs no trust when the user enables it as well", async () => {
    const { places } = install("github");
    places.write(SETTINGS_FILES.project, { enabledPlugins: { [ID]: true } });
    expect(await runMarks(await places.engine(), places)).toEqual(["cached"]);
  });

  it("is not disabled by a project that nobody trusts, and is by one that runs trusted", async () => {
    const { places } = install("github");
    places.write(SETTINGS_FILES.project, { enabledPlugins: { [ID]: false } });
    expect(await runMarks(await places.engine(), places)).toEqual(["cached"]);
    expect(await runMarks(await places.engine({ trust: "project" }), places)).toEqual([]);
  });

  it("is not displaced by one of its name that a project enables from elsewhere", async () => {
    const { places, cache } = install("github");
    const other = "home/.claude/plugins/cache/other/my-plugin/1.0.0";
    places.write(`${other}/hooks/hooks.json`, settingsOf("other"));
    const record = (path: string) => [{ scope: "user", installPath: places.at(path), version: "1.0.0" }];
    const plugins = { [ID]: record(cache), "my-plugin@other": record(other) };
    places.write("home/.claude/plugins/installed_plugins.json", { version: 2, plugins });
    places.write(SETTINGS_FILES.project, { enabledPlugins: { "my-plugin@other": true } });
    expect(await runMarks(await places.engine(), places)).toEqual(["cached"]);
  });

  it("takes no marketplace and no place of a plugin from the project", async () => {
    const { places } = install("github");
    places.write("project/evil/.claude-plugin/marketplace.json", {
      name: "evil",
      owner: {},
      plugins: [{ name: "x", source: "./x" }],
    });
    places.write("project/evil/x/hooks/hooks.json", settingsOf("evil"));
    const path = join(places.project, "evil");
    places.write(SETTINGS_FILES.project, {
      extraKnownMarketplaces: { evil: { source: { source: "directory", path } } },
      enabledPlugins: { "x@evil": true },
    });
    const engine = await places.engine();
    expect(await runMarks(engine, places)).toEqual(["cached"]);
    expect((await engine.findings()).map(({ place }) => place)).toEqual(["x@evil"]);
  });
});
