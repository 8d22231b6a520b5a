import { describe, expect, it } from "vitest";
import { parseHooksFile, parseMarketplace, parsePluginManifest } from "../../src/protocol/index.ts";

const stop = { Stop: [{ hooks: [{ type: "command", command: "${CLAUDE_PLUGIN_ROOT}/stop.sh" }] }] };

describe("a plugin manifest", () => {
  it("holds events, paths, or a list of both", () => {
    const read = (hooks: unknown) => parsePluginManifest(JSON.stringify({ name: "p", hooks }), "plugin.json");
    expect(read(stop).manifest?.hooks).toMatchObject([{ event: "Stop", path: "hooks.Stop[0].hooks[0]" }]);
    expect(read("./hooks/more.json").manifest?.hookFiles).toEqual(["hooks/more.json"]);
    const both = read(["./a.json", stop]);
    expect(both.manifest?.hookFiles).toEqual(["a.json"]);
    expect(both.manifest?.hooks).toMatchObject([{ path: "hooks[1].Stop[0].hooks[0]" }]);
    expect(both.problems).toEqual([]);
  });

  it.each([
    "hooks/hooks.json",
    "../x.json",
    "./../x.json",
    "./x.sh",
    "/etc/x.json",
    "./a/../../x.json",
    "./a\\b.json",
  ])("refuses the path %s, and loads the plugin without it", (hooks) => {
    const { manifest, problems } = parsePluginManifest(JSON.stringify({ name: "p", hooks }), "plugin.json");
    expect(manifest).toMatchObject({ name: "p", hookFiles: [] });
    expect(problems).toMatchObject([{ code: "forbidden_target", path: "hooks" }]);
  });

  it.each([["café"], [""], ["../p"], ["a b"], [7], [undefined], [`a${"b".repeat(64)}`]])(
    "is not loaded under the name %s",
    (name) => {
      const { manifest, problems } = parsePluginManifest(JSON.stringify({ name }), "plugin.json");
      expect(manifest).toBeNull();
      expect(problems).toMatchObject([{ path: "name", effect: "The plugin is not loaded." }]);
    },
  );

  it("leaves out an option with keys that options do not have", () => {
    const userConfig = { good: { type: "string", title: "Good" }, bad: { type: "string", run: "x" } };
    const { manifest, problems } = parsePluginManifest(
      JSON.stringify({ name: "p", userConfig }),
      "plugin.json",
    );
    expect(manifest?.userConfig).toEqual({ good: userConfig.good });
    expect(problems).toMatchObject([{ path: "userConfig.bad" }]);
  });

  it("shows at most 200 characters of a description, with control characters escaped", () => {
    const { manifest } = parsePluginManifest(
      JSON.stringify({ name: "p", description: "\u001b[2J".repeat(1000) }),
      "plugin.json",
    );
    expect(manifest?.description?.length).toBeLessThan(240);
    expect(manifest?.description).not.toContain("\u001b");
  });
});

describe("hooks/hooks.json", () => {
  it("needs the `hooks` key around the events", () => {
    expect(parseHooksFile(JSON.stringify({ hooks: stop }), "hooks.json").entries).toHaveLength(1);
    const bare = parseHooksFile(JSON.stringify(stop), "hooks.json");
    expect(bare.entries).toEqual([]);
    expect(bare.problems).toMatchObject([
      { code: "missing", path: "hooks", advice: 'Write {"hooks": { … }}.' },
    ]);
  });

  it("refuses an option of the user in shell text, and takes it as an argument", () => {
    const read = (handler: object) =>
      parseHooksFile(JSON.stringify({ hooks: { Stop: [{ hooks: [handler] }] } }), "hooks.json");
    expect(read({ type: "command", command: "echo ${user_config.url}" }).entries).toEqual([]);
    expect(read({ type: "command", command: "echo", args: ["${user_config.url}"] }).entries).toHaveLength(1);
  });
});

describe("a marketplace", () => {
  const read = (plugins: unknown) =>
    parseMarketplace(JSON.stringify({ name: "m", owner: { name: "o" }, plugins }), "marketplace.json");

  it("offers plugins from folders, repositories and npm", () => {
    const { marketplace, problems } = read([
      { name: "a", source: "./plugins/a", description: "A" },
      { name: "b", source: { source: "github", repo: "owner/name", ref: "v1" } },
      { name: "c", source: { source: "url", url: "https://example.com/c.git" } },
      { name: "d", source: { source: "npm", package: "@scope/d", version: "1.0.0" }, strict: false },
    ]);
    expect(problems).toEqual([]);
    expect(marketplace?.plugins.map(({ source }) => source)).toEqual([
      { type: "folder", path: "plugins/a" },
      { type: "github", repo: "owner/name", ref: "v1" },
      { type: "git", url: "https://example.com/c.git" },
      { type: "npm", package: "@scope/d", version: "1.0.0" },
    ]);
    expect(marketplace?.plugins.map(({ isStrict }) => isStrict)).toEqual([true, true, true, false]);
  });

  it.each([
    ["--upload-pack=touch pwned"],
    ["../outside"],
    ["/absolute"],
    [{ source: "git", url: "ext::sh -c touch% pwned" }],
    [{ source: "git", url: "-oProxyCommand=touch pwned" }],
    [{ source: "git", url: "file:///etc" }],
    [{ source: "git", url: "https://-host/x" }],
    [{ source: "git", url: "git@host:--upload-pack=x" }],
    [{ source: "git", url: "https://example.com/x", ref: "--exec=x" }],
    [{ source: "github", repo: "a/b/c" }],
    [{ source: "npm", package: "--registry=x" }],
    [{ source: "ftp" }],
    [undefined],
  ])("never fetches from %j, and offers the others", (source) => {
    const { marketplace, problems } = read([
      { name: "bad", source },
      { name: "good", source: "./good" },
    ]);
    expect(marketplace?.plugins.map(({ name }) => name)).toEqual(["good"]);
    expect(problems).toMatchObject([{ code: "forbidden_target", path: "plugins[0].source" }]);
  });

  it("keeps the first of two plugins with one name", () => {
    const { marketplace, problems } = read([
      { name: "a", source: "./one" },
      { name: "a", source: "./two" },
    ]);
    expect(marketplace?.plugins).toMatchObject([{ source: { path: "one" } }]);
    expect(problems).toMatchObject([{ severity: "warning", code: "duplicate_key" }]);
  });
});
