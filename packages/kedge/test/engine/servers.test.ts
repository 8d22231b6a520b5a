import { describe, expect, test } from "vitest";
import type { EngineOptions } from "../../src/engine/index.ts";
import type { JsonObject } from "../../src/protocol/index.ts";
import { type EnginePlaces, makePlaces } from "../support/engine-places.ts";

const program = (command: string): JsonObject => ({ command });
const mcp = (servers: JsonObject): JsonObject => ({ mcpServers: servers });

/** Names of the servers, each with where it stands and whether it may be started. */
async function listed(places: EnginePlaces, more: Partial<EngineOptions> = {}) {
  const { servers } = await (await places.engine({ trust: "project", ...more })).servers();
  return servers.map(({ name, source, isActive }) => `${name} ${source} ${isActive ? "on" : "off"}`);
}

describe("where MCP servers are configured", () => {
  test("the user's for a project, the user's, the project's, a plugin's, by flag before all", async () => {
    const places = makePlaces();
    const { project } = places;
    places.write("home/.claude.json", {
      ...mcp({ mine: program("a") }),
      projects: { [project]: mcp({ here: program("b") }), "/elsewhere": mcp({ other: program("c") }) },
    });
    places.write("project/.mcp.json", mcp({ theirs: program("d") }));
    const plugin = places.write("plugin/.mcp.json", { bare: program("e") }).replace("/.mcp.json", "");
    places.write("plugin/.claude-plugin/plugin.json", {
      name: "p",
      mcpServers: ["./more.json", mcp({}).mcpServers, { inline: program("f") }],
    });
    places.write("plugin/more.json", mcp({ more: program("g") }));
    const options = { pluginDirs: [plugin], mcpConfigs: [JSON.stringify(mcp({ flag: program("h") }))] };
    expect(await listed(places, options)).toEqual([
      "flag --mcp-config on",
      "here ~/.claude.json on",
      "mine ~/.claude.json on",
      "theirs .mcp.json on",
      "plugin:p:bare plugin p@inline on",
      "plugin:p:more plugin p@inline on",
      "plugin:p:inline plugin p@inline on",
    ]);
    expect(await listed(places, { ...options, isMcpStrict: true })).toEqual(["flag --mcp-config on"]);
  });

  test("a managed file leaves room for no other, by flag neither", async () => {
    const places = makePlaces();
    places.write("managed/managed-mcp.json", mcp({ theirs: program("a") }));
    places.write("home/.claude.json", mcp({ mine: program("b") }));
    expect(await listed(places, { mcpConfigs: [JSON.stringify(mcp({ flag: program("h") }))] })).toEqual([
      "theirs managed-mcp.json on",
    ]);
  });

  test("of two servers with one name, as the model has it, the first counts", async () => {
    const places = makePlaces();
    places.write("home/.claude.json", mcp({ "a b": program("a"), a_b: program("b") }));
    expect(await listed(places)).toEqual(["a b ~/.claude.json on", "a_b ~/.claude.json off"]);
  });

  test.for([
    ["missing", "nope.json", "SETTINGS_MISSING"],
    ["no JSON", "{", "SETTINGS_NOT_USABLE"],
    ["without servers", "{}", "SETTINGS_NOT_USABLE"],
    ["with a server that is none", '{"mcpServers":{"a":{}}}', "SETTINGS_NOT_USABLE"],
    [
      "with a name that stands below another",
      '{"mcpServers":{"a__b":{"command":"x"}}}',
      "SETTINGS_NOT_USABLE",
    ],
  ] as const)("what is given by flag and is %s ends the start", async ([, config, code]) => {
    const engine = await makePlaces().engine({ mcpConfigs: [config] });
    await expect(engine.servers()).rejects.toMatchObject({ code });
  });

  test("one server that cannot be used takes no other with it", async () => {
    const places = makePlaces();
    places.write("project/.mcp.json", mcp({ bad: { type: "carrier-pigeon" }, good: program("a") }));
    const { servers, problems } = await (await places.engine()).servers();
    expect(servers.map(({ name }) => name)).toEqual(["good"]);
    expect(problems).toMatchObject([{ path: "mcpServers.bad.type", came: '"carrier-pigeon"' }]);
  });
});

describe("servers of plugins", () => {
  /** A plugin that stands in a marketplace of this machine, enabled in a settings file. */
  function install(enabledIn: string, marketplace: string): EnginePlaces {
    const places = makePlaces();
    const from = { source: "directory", path: places.at(marketplace) };
    places.write("home/.claude/plugins/known_marketplaces.json", { mk: { source: from } });
    places.write(enabledIn, { enabledPlugins: { "p@mk": true } });
    const plugins = [{ name: "p", source: "./p" }];
    places.write(`${marketplace}/.claude-plugin/marketplace.json`, {
      name: "mk",
      owner: { name: "Somebody" },
      plugins,
    });
    places.write(`${marketplace}/p/.claude-plugin/plugin.json`, { name: "p" });
    places.write(`${marketplace}/p/.mcp.json`, mcp({ s: { command: "node", args: [`${ROOT}/s.js`] } }));
    places.write(`${marketplace}/p/s.js`, "1");
    return places;
  }
  const ROOT = "$".concat("{CLAUDE_PLUGIN_ROOT}");

  test.for([
    ["the user enabled, elsewhere", "home/.claude/settings.json", "market", "trusted", true],
    ["only the project enabled", "project/.claude/settings.json", "market", "untrusted", false],
    [
      "the user enabled, inside of the project",
      "home/.claude/settings.json",
      "project/m",
      "untrusted",
      false,
    ],
  ] as const)("%s", async ([, enabledIn, marketplace, trust, isActive]) => {
    const engine = await install(enabledIn, marketplace).engine();
    const { servers } = await engine.servers();
    expect(servers).toMatchObject([{ name: "plugin:p:s", trust, isActive }]);
  });

  test("of a project are bound to the files of the plugin that they name", async () => {
    const places = install("project/.claude/settings.json", "market");
    const engine = await places.engine();
    const [server] = (await engine.servers()).servers;
    if (!server) throw new Error("Expected a server");
    const reviews = await engine.trust.review([{ entry: server.entry, source: server.origin }], { env: {} });
    expect(reviews[0]?.content.files).toMatchObject([{ root: "plugin", path: "s.js", state: "file" }]);
    await engine.trust.accept(reviews);
    expect((await engine.servers()).servers).toMatchObject([{ trust: "trusted", isActive: true }]);
    places.write("market/p/s.js", "2");
    expect((await engine.servers()).servers).toMatchObject([{ trust: "modified", isActive: false }]);
  });
});

describe("settings that keep a server from being started", () => {
  const three = mcp({
    one: { command: "npx", args: ["-y", "one"] },
    two: { type: "http", url: "https://two.example/mcp" },
    three: program("three"),
  });

  test.for([
    ["disabledMcpjsonServers, of the user", "user", { disabledMcpjsonServers: ["one"] }, ["one"]],
    ["deniedMcpServers by name", "user", { deniedMcpServers: [{ serverName: "three" }] }, ["three"]],
    [
      "deniedMcpServers by command",
      "managed",
      { deniedMcpServers: [{ serverCommand: ["npx", "-y", "one"] }] },
      ["one"],
    ],
    [
      "deniedMcpServers by address",
      "managed",
      { deniedMcpServers: [{ serverUrl: "https://*.example/*" }] },
      ["two"],
    ],
    [
      "deniedMcpServers that nobody can read",
      "managed",
      { deniedMcpServers: ["one"] },
      ["one", "two", "three"],
    ],
    [
      "allowedMcpServers, managed",
      "managed",
      { allowedMcpServers: [{ serverName: "one" }] },
      ["two", "three"],
    ],
    ["no allowedMcpServers at all, managed", "managed", { allowedMcpServers: [] }, ["one", "two", "three"]],
    [
      "allowedMcpServers by command, which a name does not get round",
      "managed",
      { allowedMcpServers: [{ serverName: "three" }, { serverCommand: ["npx", "-y", "one"] }] },
      ["two", "three"],
    ],
    ["allowedMcpServers of a project", "project", { allowedMcpServers: [] }, []],
    ["a project's denial of its own", "project", { deniedMcpServers: [{ serverName: "one" }] }, ["one"]],
  ] as const)("%s", async ([, source, settings, off]) => {
    const places = makePlaces();
    places.write("project/.mcp.json", three);
    const files = {
      user: "home/.claude/settings.json",
      managed: "managed/managed-settings.json",
      project: "project/.claude/settings.json",
    };
    places.write(files[source], settings);
    const { servers } = await (await places.engine({ trust: "project" })).servers();
    expect(servers.filter(({ isActive }) => !isActive).map(({ name }) => name)).toEqual(off);
  });

  test("a project takes no server of the user away", async () => {
    const places = makePlaces();
    places.write("home/.claude.json", mcp({ mine: program("a") }));
    places.write("project/.claude/settings.json", {
      deniedMcpServers: [{ serverName: "mine" }],
      disabledMcpjsonServers: ["mine"],
    });
    expect(await listed(places)).toEqual(["mine ~/.claude.json on"]);
  });
});
