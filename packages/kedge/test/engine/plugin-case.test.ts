/**
 * One handler, wherever it is configured: JSON with a reason on stderr and exit 2 makes the turn go on with that reason.
 */
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Dispatch, EngineOptions } from "../../src/engine/index.ts";
import { fixture } from "../platform/child-fixtures.ts";
import { hooksOf, makeWorld, type World } from "../support/engine-dispatch.ts";
import { needs, type ToolName } from "../support/requires.ts";

type Handler = Readonly<Record<string, unknown>>;

const REASON = "Please continue by fixing the error above";

const shellForm: Handler = { command: `'${fixture("blocks-on-stderr.sh")}'` };
const execForm: Handler = { command: fixture("blocks-on-stderr.sh"), args: [] };
const rubyShellForm: Handler = { command: `ruby '${fixture("blocks-on-stderr.rb")}'` };
const rubyExecForm: Handler = { command: "ruby", args: [fixture("blocks-on-stderr.rb")] };

/** Puts hooks somewhere, and says how the engine is made that finds them there. */
type Place = (world: World, hooks: Handler) => Partial<EngineOptions>;

function inSettings(place: Parameters<World["settings"]>[0]): Place {
  return (world, hooks) => {
    world.settings(place, hooks);
    return {};
  };
}

const PLACES: Readonly<Record<string, Place>> = {
  "user settings": inSettings("user"),
  "project settings": inSettings("project"),
  "local settings": inSettings("local"),
  "managed settings": inSettings("managed"),
  "a managed drop-in": (world, hooks) => {
    world.write("managed/managed-settings.d/a.json", hooks);
    return {};
  },
  "a file given by flag": (world, hooks) => ({ flagSettings: [world.write("flag.json", hooks)] }),
  "text given by flag": (_world, hooks) => ({ flagSettings: [JSON.stringify(hooks)] }),
  "a plugin directory": (world, hooks) => ({ pluginDirs: [world.plugin("sorbet", hooks)] }),
  "the manifest of a plugin": (world, hooks) => {
    world.write("sorbet/.claude-plugin/plugin.json", { name: "sorbet", ...hooks });
    return { pluginDirs: [join(world.folder, "sorbet")] };
  },
  "an installed plugin": (world, hooks) => {
    install(world, hooks);
    world.settings("user", { enabledPlugins: { "sorbet@market": true } });
    return {};
  },
  "an installed plugin that the project enables": (world, hooks) => {
    install(world, hooks);
    world.settings("project", { enabledPlugins: { "sorbet@market": true } });
    return {};
  },
  "a plugin of a marketplace that is a folder": (world, hooks) => {
    const path = join(world.folder, "market");
    world.write("market/.claude-plugin/marketplace.json", {
      name: "market",
      owner: { name: "somebody" },
      plugins: [{ name: "sorbet", source: "./plugins/sorbet" }],
    });
    world.plugin("market/plugins/sorbet", hooks);
    world.write("home/.claude/plugins/known_marketplaces.json", {
      market: { source: { source: "directory", path }, installLocation: path },
    });
    world.settings("user", { enabledPlugins: { "sorbet@market": true } });
    return {};
  },
};

/** As the real agent lays out a plugin that it installed from a marketplace. */
function install(world: World, hooks: Handler): void {
  const cache = "home/.claude/plugins/cache/market/sorbet/1.2.0";
  world.write(`${cache}/.claude-plugin/plugin.json`, { name: "sorbet", version: "1.2.0" });
  world.write(`${cache}/hooks/hooks.json`, hooks);
  const installPath = join(world.folder, cache);
  world.write("home/.claude/plugins/installed_plugins.json", {
    version: 2,
    plugins: { "sorbet@market": [{ scope: "user", installPath, version: "1.2.0" }] },
  });
  world.write("home/.claude/plugins/known_marketplaces.json", {
    market: {
      source: { source: "github", repo: "somebody/market" },
      installLocation: join(world.folder, "market"),
    },
  });
}

/** What came of it, without where the handler stood and how long it took. */
function withoutProvenance({ decision, trace }: Dispatch) {
  const { considered: _considered, at: _at, durationMs: _ms, runs, ...rest } = trace;
  const ran = runs.map(({ source: _source, kind: _kind, file: _file, path: _path, durationMs, ...run }) => {
    expect(durationMs).toBeGreaterThan(0);
    return run;
  });
  return { decision, trace: { ...rest, runs: ran } };
}

async function stopWith(place: Place, handler: Handler): Promise<Dispatch> {
  const world = makeWorld();
  const engine = await world.open(place(world, hooksOf("Stop", handler)));
  return engine.dispatch("Stop", { session_id: "s-1", stop_hook_active: false });
}

const FORMS: Readonly<Record<string, { handler: Handler; needed: readonly ToolName[] }>> = {
  "a shell script in shell form": { handler: shellForm, needed: [] },
  "a shell script in exec form": { handler: execForm, needed: [] },
  "a Ruby script in shell form": { handler: rubyShellForm, needed: ["ruby"] },
  "a Ruby script in exec form": { handler: rubyExecForm, needed: ["ruby"] },
};

function raise(): never {
  throw new RangeError("there is no such place");
}

describe.each(Object.entries(FORMS))("%s that exits 2 with JSON on stderr", (_name, { handler, needed }) => {
  test.for(Object.keys(PLACES))("makes the turn go on with its reason from %s", async (name, context) => {
    needs(context, ...needed);
    const place = PLACES[name] ?? raise();
    const { decision, trace } = await stopWith(place, handler);
    expect(decision).toMatchObject({
      behavior: "deny",
      effect: "continues_turn",
      reason: REASON,
      decidedBy: 0,
      reasons: [{ by: 0, text: REASON }],
      unanswered: [],
    });
    expect(trace.runs).toMatchObject([{ status: "blocked", decision: "deny", exitCode: 2 }]);
  });

  test("gives the same result from everywhere but for provenance", async (context) => {
    needs(context, ...needed);
    const [first, ...others] = await Promise.all(
      Object.values(PLACES).map((place) => stopWith(place, handler)),
    );
    const expected = withoutProvenance(first ?? raise());
    for (const other of others) expect(withoutProvenance(other)).toEqual(expected);
  });
});

test("a script inside of the plugin is found by the plugin's own placeholders", async () => {
  const script = '#!/bin/sh\ncat >/dev/null\necho \'{"decision":"block","reason":"r"}\' >&2\nexit 2\n';
  const handlers = [
    { command: 'sh "$CLAUDE_PLUGIN_ROOT"/hooks/stop.sh' },
    { command: 'sh "${CLAUDE_PLUGIN_ROOT}/hooks/stop.sh"' },
    { command: "sh", args: ["${CLAUDE_PLUGIN_ROOT}/hooks/stop.sh"] },
  ];
  const world = makeWorld();
  world.write("sorbet/hooks/stop.sh", script);
  const engine = await world.open({ pluginDirs: [world.plugin("sorbet", hooksOf("Stop", ...handlers))] });
  const { decision } = await engine.dispatch("Stop", { session_id: "s-1" });
  expect(decision.reasons).toEqual([0, 1, 2].map((by) => ({ by, text: "r" })));
});
