import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Dispatch, EngineOptions } from "../engine/index.ts";
import type { HookEntry, HookEventName, JsonObject } from "../protocol/index.ts";
import { openEngine } from "./open-engine.ts";
import { toWire } from "./to-wire.ts";

/** Sources that handlers can be tried as. */
export const SOURCES_TO_TRY = [
  "managed",
  "flag",
  "local",
  "project",
  "user",
  "plugin-dir",
  "plugin",
] as const;
export type SourceToTry = (typeof SOURCES_TO_TRY)[number];

/** One event, delivered to the same handlers from several sources. */
export interface Tried {
  /** How many handlers were tried; with none, no answer says anything. */
  readonly handlers: number;
  /** How many match and were not tried, because nobody trusts them. */
  readonly untrusted: number;
  readonly tries: readonly {
    readonly as: SourceToTry;
    readonly decision: Dispatch["decision"];
    readonly trace: Dispatch["trace"];
  }[];
  /** Whether every source gave the same decision with the same reasons. */
  readonly isSame: boolean;
}

interface Trial {
  readonly event: HookEventName;
  readonly input: JsonObject;
  readonly settings: EngineOptions;
  readonly signal: AbortSignal;
}

/**
 * Puts the handlers that would run for an event into each kind of source in turn, in a folder of its own and through the same
 * files that an agent reads, and delivers the event. The project stays where it is: only its configuration is moved.
 */
export async function dispatchAs(kinds: readonly SourceToTry[], trial: Trial): Promise<Tried> {
  const { entries, untrusted } = await entriesThatRun(trial);
  const hooks = groupsOf(entries);
  const tries = [];
  for (const as of kinds) {
    const home = await mkdtemp(join(tmpdir(), "kedge-as-"));
    try {
      tries.push({ as, ...(await tryAs(as, home, { ...trial, hooks })) });
    } finally {
      await rm(home, { recursive: true, force: true });
    }
  }
  const answers = new Set(tries.map(({ decision }) => JSON.stringify(decision)));
  return { handlers: entries.length, untrusted, tries, isSame: answers.size <= 1 };
}

async function entriesThatRun({
  event,
  input,
  settings,
}: Trial): Promise<{ entries: readonly HookEntry[]; untrusted: number }> {
  await using engine = await openEngine(settings);
  const considered = await engine.consider(event, input);
  const running = new Set(
    considered.filter(({ outcome }) => outcome === "runs").map(({ file, path }) => `${file}\0${path}`),
  );
  const { inventory } = await engine.state();
  return {
    entries: inventory.entries.filter(({ file, path }) => running.has(`${file}\0${path}`)),
    untrusted: considered.filter(({ outcome }) => outcome === "untrusted" || outcome === "modified").length,
  };
}

/** The handlers in the form of a settings file, each in a group of its own. */
function groupsOf(entries: readonly HookEntry[]): JsonObject {
  const groups: Record<string, object[]> = {};
  for (const { event, matcher, handler } of entries) {
    groups[event] ??= [];
    groups[event].push({ ...(matcher === undefined ? {} : { matcher }), hooks: [toWire(handler)] });
  }
  return groups;
}

async function tryAs(
  as: SourceToTry,
  home: string,
  { event, input, settings, signal, hooks }: Trial & { hooks: JsonObject },
): Promise<Dispatch> {
  const userDir = join(home, "home/.claude");
  const projectConfigDir = join(home, "project/.claude");
  const managedDir = join(home, "managed");
  const plugin = join(home, "plugins/tried");
  const text = JSON.stringify({ hooks });
  const files: Readonly<Record<SourceToTry, Readonly<Record<string, string>>>> = {
    managed: { [join(managedDir, "managed-settings.json")]: text },
    flag: {},
    local: { [join(projectConfigDir, "settings.local.json")]: text },
    project: { [join(projectConfigDir, "settings.json")]: text },
    user: { [join(userDir, "settings.json")]: text },
    "plugin-dir": { [join(plugin, "hooks/hooks.json")]: text },
    plugin: installedPlugin(userDir, text),
  };
  for (const [file, content] of Object.entries(files[as])) {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  }
  await using engine = await openEngine({
    ...settings,
    userDir,
    projectConfigDir,
    managedDir,
    stateDir: join(home, "state"),
    flagSettings: as === "flag" ? [text] : [],
    pluginDirs: as === "plugin-dir" ? [plugin] : [],
    // Only handlers that may run are tried, so that trust was asked already.
    trust: "project",
  });
  // Awaited here: the engine is closed when this function is left.
  return await engine.dispatch(event, input, { signal, awaitsRewakes: true });
}

/** A plugin as the real agent leaves it after an installation. */
function installedPlugin(userDir: string, hooks: string): Readonly<Record<string, string>> {
  const root = join(userDir, "plugins/cache/market/tried/1.0.0");
  const id = "tried@market";
  return {
    [join(root, "hooks/hooks.json")]: hooks,
    [join(userDir, "settings.json")]: JSON.stringify({ enabledPlugins: { [id]: true } }),
    [join(userDir, "plugins/installed_plugins.json")]: JSON.stringify({
      version: 2,
      plugins: { [id]: [{ scope: "user", installPath: root, version: "1.0.0" }] },
    }),
  };
}
