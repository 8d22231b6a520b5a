import { describe, expect, it } from "vitest";
import type { Engine } from "../../src/engine/index.ts";
import type { JsonObject } from "../../src/protocol/index.ts";
import {
  deliver,
  type EnginePlaces,
  makePlaces,
  mark,
  runMarks,
  SETTINGS_FILES,
  settingsOf,
} from "../support/engine-places.ts";
import { serve } from "../support/http-server.ts";

type Layer = keyof typeof SETTINGS_FILES;
const LAYERS = Object.keys(SETTINGS_FILES) as readonly Layer[];

/** An engine whose layers each have a handler and the keys given, and that runs a plugin and a trusted project. */
async function withKeys(
  keys: Partial<Record<Layer, JsonObject>>,
  more: { readonly trust?: "project" | "store" } = { trust: "project" },
): Promise<{ places: EnginePlaces; engine: Engine; ran: string[] }> {
  const places = makePlaces();
  for (const layer of LAYERS) places.write(SETTINGS_FILES[layer], settingsOf(layer, keys[layer]));
  places.write("plug/hooks/hooks.json", settingsOf("plugin"));
  const flagSettings = [places.at(SETTINGS_FILES.flag)];
  const engine = await places.engine({ ...more, flagSettings, pluginDirs: [places.at("plug")] });
  return { places, engine, ran: await runMarks(engine, places) };
}

const ALL = [...LAYERS, "plugin"];

describe("disableAllHooks", () => {
  const on = { disableAllHooks: true };
  const off = { disableAllHooks: false };

  it.each(["flag", "local", "project", "user"] as const)("in %s leaves managed hooks only", async (layer) => {
    expect((await withKeys({ [layer]: on })).ran).toEqual(["managed"]);
  });

  it("in managed stops all, functions of the program too", async () => {
    const { places, ran } = await withKeys({ managed: on });
    expect(ran).toEqual([]);
    let calls = 0;
    const functions = [{ event: "Stop", name: "f", call: () => void calls++ }] as const;
    await deliver(await places.engine({ functions }));
    expect(calls).toBe(0);
  });

  it("follows precedence: what is stronger and says false wins over what is weaker and says true", async () => {
    expect((await withKeys({ project: off, user: on })).ran).toEqual(ALL);
    expect((await withKeys({ local: off, project: on })).ran).toEqual(ALL);
    expect((await withKeys({ managed: off, flag: on })).ran).toEqual(ALL);
    expect((await withKeys({ local: on, project: off })).ran).toEqual(["managed"]);
  });

  it("of a project counts only when the project is trusted", async () => {
    const user = ["managed", "flag", "user", "plugin"];
    expect((await withKeys({ project: on }, { trust: "store" })).ran).toEqual(user);
    expect((await withKeys({ local: on }, { trust: "store" })).ran).toEqual(user);
    expect((await withKeys({ project: off, user: on }, { trust: "store" })).ran).toEqual(["managed"]);
  });

  it.each(["true", 1, null, {}])("that is %j counts as not given, and is reported", async (value) => {
    const { engine, ran } = await withKeys({ user: { disableAllHooks: value } });
    expect(ran).toEqual(ALL);
    expect((await engine.state()).problems).toMatchObject([{ code: "wrong_type", path: "disableAllHooks" }]);
  });

  it("says which file switched a handler off", async () => {
    const { engine } = await withKeys({ user: on });
    const why = (await engine.list()).map(({ kind, why }) => [kind, why]);
    expect(why).toContainEqual(["plugin", "switched off by disableAllHooks (~/.claude/settings.json)"]);
    expect(why.filter(([, each]) => each?.startsWith("switched off"))).toHaveLength(ALL.length - 1);
  });
});

describe("allowManagedHooksOnly", () => {
  const only = { allowManagedHooksOnly: true };

  it("in managed stops what users, projects and plugins configure", async () => {
    expect((await withKeys({ managed: only })).ran).toEqual(["managed", "flag"]);
  });

  it.each(["flag", "local", "project", "user"] as const)("does nothing in %s", async (layer) => {
    expect((await withKeys({ [layer]: only })).ran).toEqual(ALL);
  });

  it("leaves plugins that managed settings force on, and no others", async () => {
    const places = makePlaces();
    const ids = ["forced@mk", "own@mk"];
    const plugins = Object.fromEntries(
      ids.map((id) => [id, [{ scope: "user", installPath: places.at(id), version: "1.0.0" }]]),
    );
    for (const id of ids) places.write(`${id}/hooks/hooks.json`, settingsOf(id));
    places.write("home/.claude/plugins/installed_plugins.json", { version: 2, plugins });
    places.write(SETTINGS_FILES.managed, { ...only, enabledPlugins: { "forced@mk": true } });
    places.write(SETTINGS_FILES.user, { enabledPlugins: { "forced@mk": true, "own@mk": true } });
    expect(await runMarks(await places.engine(), places)).toEqual(["forced@mk"]);
  });
});

it("keeps plugins that managed settings force on or off, whatever others say", async () => {
  const places = makePlaces();
  const record = (id: string) => [{ scope: "user", installPath: places.at(id), version: "1.0.0" }];
  const ids = ["on@mk", "off@mk"];
  for (const id of ids) places.write(`${id}/hooks/hooks.json`, settingsOf(id));
  const plugins = Object.fromEntries(ids.map((id) => [id, record(id)]));
  places.write("home/.claude/plugins/installed_plugins.json", { version: 2, plugins });
  places.write(SETTINGS_FILES.managed, { enabledPlugins: { "on@mk": true, "off@mk": false } });
  for (const layer of LAYERS.filter((name) => name !== "managed"))
    places.write(SETTINGS_FILES[layer], { enabledPlugins: { "on@mk": false, "off@mk": true } });
  const engine = await places.engine({ trust: "project", flagSettings: [places.at(SETTINGS_FILES.flag)] });
  expect(await runMarks(engine, places)).toEqual(["on@mk"]);
});

describe("lists for http handlers", () => {
  /** Statuses of two handlers of managed settings that post to two servers, and of what arrived there. */
  async function post(keys: Partial<Record<Layer, (one: string, two: string) => JsonObject>>) {
    await using one = await serve((response) => response.end());
    await using two = await serve((response) => response.end());
    const places = makePlaces();
    const hooks = [one, two].map(({ url }) => ({
      type: "http",
      url,
      headers: { "x-a": "$A", "x-b": "$B" },
      allowedEnvVars: ["A", "B"],
    }));
    for (const layer of LAYERS) {
      const own = keys[layer]?.(one.url, two.url) ?? {};
      places.write(
        SETTINGS_FILES[layer],
        layer === "managed" ? { hooks: { Stop: [{ hooks }] }, ...own } : own,
      );
    }
    const env = { ...places.options.env, A: "a", B: "b" };
    const flagSettings = [places.at(SETTINGS_FILES.flag)];
    const engine = await places.engine({ env, flagSettings, trust: "project" });
    await deliver(engine);
    const got = [...one.received, ...two.received].map(({ headers }) => [headers["x-a"], headers["x-b"]]);
    return { reached: [one, two].map(({ received }) => received.length), got };
  }

  it("reaches any address while nobody lists any", async () => {
    expect((await post({})).reached).toEqual([1, 1]);
  });

  it("adds up the lists of all files, and holds managed handlers to them", async () => {
    const list = (url: string) => ({ allowedHttpHookUrls: [url] });
    expect((await post({ user: list })).reached).toEqual([1, 0]);
    expect((await post({ user: list, project: (_, two) => list(two) })).reached).toEqual([1, 1]);
    expect((await post({ user: () => ({ allowedHttpHookUrls: [] }) })).reached).toEqual([0, 0]);
  });

  it("counts only the list of managed settings when they have one", async () => {
    const wide = () => ({ allowedHttpHookUrls: ["*"] });
    const managed = (one: string) => ({ allowedHttpHookUrls: [one] });
    expect((await post({ managed, flag: wide, local: wide, project: wide, user: wide })).reached).toEqual([
      1, 0,
    ]);
    const none = () => ({ allowedHttpHookUrls: [] });
    expect((await post({ managed: none, user: wide })).reached).toEqual([0, 0]);
  });

  it("gives headers only the variables that every list has", async () => {
    const names =
      (...list: readonly string[]) =>
      () => ({ httpHookAllowedEnvVars: list });
    expect((await post({})).got).toEqual([
      ["a", "b"],
      ["a", "b"],
    ]);
    expect((await post({ managed: names("A"), user: names("A", "B") })).got[0]).toEqual(["a", ""]);
    expect((await post({ managed: names("A"), project: names("B") })).got[0]).toEqual(["", ""]);
    expect((await post({ user: names() })).got[0]).toEqual(["", ""]);
  });
});

it("gives a managed handler its own place when weaker layers configure the same command", async () => {
  const places = makePlaces();
  const handler = { type: "command", command: mark("gate") };
  places.write(SETTINGS_FILES.managed, { hooks: { Stop: [{ hooks: [handler] }] } });
  for (const layer of ["flag", "local", "project", "user"] as const)
    places.write(SETTINGS_FILES[layer], {
      hooks: { Stop: [{ hooks: [{ ...handler, onFailure: "block", timeout: 1 }] }] },
      env: { PATH: "/nowhere" },
    });
  for (const trust of ["store", "project"] as const) {
    const engine = await places.engine({ trust, flagSettings: [places.at(SETTINGS_FILES.flag)] });
    const { trace } = await deliver(engine);
    expect(trace.runs.map(({ kind }) => kind)).toContain("managed");
    places.takeMarks();
  }
});
