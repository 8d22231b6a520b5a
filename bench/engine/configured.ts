import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Engine } from "../../packages/kedge/src/engine/index.ts";
import { interleave, median, percentile } from "../support.ts";
import { digits, fromComparison, type Measurement } from "./measurement.ts";
import { ratioOf, type Turns, takeTurns, valuesOf } from "./turns.ts";
import { createWorkspace, settingsWith, type Workspace } from "./workspace.ts";

const PLUGINS = 200;
const PER_PLUGIN = 5;
const LOAD_ROUNDS = 30;
const HANDLERS = 100;
const DISPATCH_ROUNDS = 3_000;
const MAX_P50_MS = 2;
const MAX_P99_MS = 15;

const INPUT = { session_id: "s", tool_name: "Bash", tool_input: { command: "ls" } };

/** What much configuration costs: loading it, and dispatching past it. */
export async function benchConfigured(): Promise<Measurement[]> {
  return [await benchLoading(), await benchUnmatched(), await benchUnmatchedPlugins()];
}

/** Making an engine over many plugins, beside reading and parsing the same files. */
async function benchLoading(): Promise<Measurement> {
  await using workspace = createWorkspace();
  const { pluginDirs, files } = writePlugins(workspace);
  const comparison = await interleave({
    a: () => workspace.createEngine({ pluginDirs }),
    b: () => files.map((file) => JSON.parse(readFileSync(file, "utf8"))),
    rounds: LOAD_ROUNDS,
  });
  const engine = await workspace.createEngine({ pluginDirs });
  const listed = await engine.list();
  if (listed.filter(({ isActive }) => isActive).length !== PLUGINS * PER_PLUGIN)
    throw new Error(`Expected ${PLUGINS * PER_PLUGIN} active handlers, got ${listed.length}`);
  return fromComparison(comparison, {
    what: `load ${PLUGINS} plugins with ${PER_PLUGIN} handlers each`,
    other: "read and parse",
  });
}

function writePlugins(workspace: Workspace): { readonly pluginDirs: string[]; readonly files: string[] } {
  const pluginDirs: string[] = [];
  const files: string[] = [];
  for (let plugin = 0; plugin < PLUGINS; plugin++) {
    const dir = `plugins/plugin-${plugin}`;
    const commands = Array.from({ length: PER_PLUGIN }, (_, at) => `"$CLAUDE_PLUGIN_ROOT/hook-${at}.sh"`);
    const hooks = settingsWith("PreToolUse", commands, `Tool${plugin}|Other${plugin}`);
    files.push(
      workspace.write(`${dir}/.claude-plugin/plugin.json`, { name: `plugin-${plugin}`, version: "1.0.0" }),
      workspace.write(`${dir}/hooks/hooks.json`, hooks),
    );
    pluginDirs.push(join(workspace.dir, dir));
  }
  return { pluginDirs, files };
}

/** An event that none of the configured handlers is for. */
async function benchUnmatched(): Promise<Measurement> {
  await using workspace = createWorkspace();
  const matchers = Array.from({ length: HANDLERS }, (_, at) => `Tool${at}|Other${at}`);
  const groups = matchers.map((matcher, at) => ({
    matcher,
    hooks: [{ type: "command", command: `./hook-${at}.sh` }],
  }));
  const file = workspace.write("home/.claude/settings.json", { hooks: { PreToolUse: groups } });
  const turns = await takeUnmatched(await workspace.createEngine(), { matchers, files: [file] });
  const [p50, p99] = [median(turns.ours), percentile(turns.ours, 99)];
  return {
    ...describeUnmatched(`${HANDLERS} handlers, none matches`, turns),
    must: `p50 ≤ ${MAX_P50_MS}, p99 ≤ ${MAX_P99_MS} ms`,
    isMet: p50 <= MAX_P50_MS && p99 <= MAX_P99_MS,
  };
}

/** The same with the files of many plugins, each of which may have changed. */
async function benchUnmatchedPlugins(): Promise<Measurement> {
  await using workspace = createWorkspace();
  const { pluginDirs, files } = writePlugins(workspace);
  const matchers = pluginDirs.flatMap((_, at) => Array<string>(PER_PLUGIN).fill(`Tool${at}|Other${at}`));
  const turns = await takeUnmatched(await workspace.createEngine({ pluginDirs }), { matchers, files });
  return describeUnmatched(`${matchers.length} handlers of ${PLUGINS} plugins, none matches`, turns);
}

/** Takes dispatches in turn with the least that they must do: look whether the files changed, and compare. */
async function takeUnmatched(
  engine: Engine,
  { matchers, files }: { readonly matchers: readonly string[]; readonly files: readonly string[] },
): Promise<Turns<"ours" | "floor">> {
  const dispatch = async (): Promise<void> => {
    const { trace } = await engine.dispatch("PreToolUse", INPUT);
    if (trace.runs.length > 0) throw new Error(`Expected no handler to run, got ${trace.runs.length}`);
  };
  const look = (): number => {
    const times = files.reduce((sum, file) => sum + statSync(file).mtimeMs, 0);
    return times + matchers.filter((matcher) => matcher === INPUT.tool_name).length;
  };
  return takeTurns({ ours: dispatch, floor: look }, DISPATCH_ROUNDS);
}

function describeUnmatched(what: string, { ours, floor }: Turns<"ours" | "floor">): Measurement {
  return {
    what,
    unit: "ms",
    ours: valuesOf(ours),
    other: { what: "stat and compare", ...valuesOf(floor) },
    ratio: ratioOf(ours, floor),
    note: `p99 ${digits(percentile(ours, 99))} ms`,
  };
}
