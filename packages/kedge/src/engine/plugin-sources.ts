import { realpath, stat } from "node:fs/promises";
import { basename, join, sep } from "node:path";
import { isPassing, type TextReading } from "../platform/index.ts";
import {
  isJsonObject,
  type JsonObject,
  ownValue,
  type Problem,
  parseHooksFile,
  parsePluginManifest,
} from "../protocol/index.ts";
import { misplacedHooks } from "./misplaced-hooks.ts";
import { readPluginFile } from "./plugin-file.ts";
import type { Finding, PluginPlace, Source } from "./source.ts";
import { asBefore } from "./unread-source.ts";

/** A folder that is a plugin, and under which name. */
export interface PluginFolder {
  /** Absolute. */
  readonly root: string;
  /** `inline` for a plugin directory given by flag. */
  readonly marketplace: string;
  /** The name in the marketplace; missing for plugin directories. */
  readonly name?: string;
  /** Whether only the project enabled it. */
  readonly isFromProject: boolean;
  /** Whether managed settings enabled it. */
  readonly isForced: boolean;
}

/** Plugins, in the order in which they were found, and what was found besides. */
export interface PluginsReading {
  readonly sources: readonly Source[];
  readonly findings: readonly Finding[];
  /** Files and folders that were looked at, there or not: their change changes this. */
  readonly watched: readonly string[];
}

/** What reading plugins needs to know of their surroundings. */
export interface PluginSurroundings {
  /** The user's `.claude`. */
  readonly userDir: string;
  /** `pluginConfigs` of the user's settings: options by plugin id. */
  readonly pluginConfigs: JsonObject;
  /** What was in force before: it counts in place of what cannot be read for now. */
  readonly former: readonly Source[];
}

/**
 * Reads plugins. Of two with one name the first counts, and a plugin directory replaces an installed plugin of its name, so
 * give directories first.
 *
 * @source Claude Code plugins reference; recorded for names, data folders and places of hooks
 */
export async function readPlugins(
  folders: readonly PluginFolder[],
  surroundings: PluginSurroundings,
): Promise<PluginsReading> {
  const sources: Source[] = [];
  const findings: Finding[] = [];
  const watched: string[] = [];
  const names = new Set<string>();
  const readings = await Promise.all(
    folders.map(async (folder) => ({ folder, reading: await readPlugin(folder, surroundings) })),
  );
  for (const { folder, reading } of readings) {
    findings.push(...reading.findings);
    watched.push(...reading.looked.map((path) => join(folder.root, path)));
    if (!reading.source) continue;
    const name = reading.source.plugin?.id.split("@")[0];
    if (name !== undefined && names.has(name))
      findings.push({
        place: folder.root,
        message: `A plugin named ${name} was found before; this one is not loaded.`,
      });
    else sources.push(reading.source);
    if (name !== undefined) names.add(name);
  }
  return { sources, findings, watched };
}

interface PluginReading {
  readonly source: Source | null;
  readonly findings: readonly Finding[];
  /** Paths in the plugin that were looked at. */
  readonly looked: readonly string[];
}

const MANIFEST = ".claude-plugin/plugin.json";
const HOOKS = "hooks/hooks.json";
/** The folder besides, for scripts that stand where nothing looks for them. */
const ALWAYS_LOOKED_AT = [MANIFEST, HOOKS, "hooks"];

async function readPlugin(folder: PluginFolder, surroundings: PluginSurroundings): Promise<PluginReading> {
  const { root } = folder;
  if (!(await isFolder(root)))
    return {
      source: null,
      findings: [{ place: root, message: "There is no such folder: no plugin is loaded from it." }],
      looked: ALWAYS_LOOKED_AT,
    };
  const unread = (file: string, { message }: { readonly message: string }): PluginReading => {
    const source = asBefore(unusable(folder, []), { file, message }, surroundings.former);
    return { source, findings: [], looked: ALWAYS_LOOKED_AT };
  };
  const manifest = await readInside(root, MANIFEST);
  if (!manifest.ok && manifest.reason === "failed") return unread(MANIFEST, manifest);
  const named = manifest.ok ? parsePluginManifest(manifest.text, MANIFEST) : null;
  if (named && !named.manifest)
    return { source: unusable(folder, named.problems), findings: [], looked: ALWAYS_LOOKED_AT };
  const name = folder.name ?? named?.manifest?.name ?? basename(root);
  const plugin = pluginPlace(folder, name, surroundings);
  const files = new Set([HOOKS, ...(named?.manifest?.hookFiles ?? [])]);
  const readings = [];
  for (const file of files) {
    const reading = await readInside(root, file);
    if (reading.ok) readings.push(parseHooksFile(reading.text, `${name}/${file}`));
    else if (reading.reason === "failed") return unread(`${name}/${file}`, reading);
  }
  const findings =
    readings.length === 0 && !named?.manifest?.hooks.length ? await misplacedHooks(root, name) : [];
  const source: Source = {
    kind: "plugin",
    name: `plugin ${plugin.id}`,
    file: root,
    isFromProject: folder.isFromProject,
    entries: [...readings.flatMap((each) => each.entries), ...(named?.manifest?.hooks ?? [])].map(
      (entry) => ({ ...entry, plugin: plugin.id }),
    ),
    broken: [...readings.flatMap((each) => each.broken), ...(named?.manifest?.broken ?? [])],
    problems: [...readings.flatMap((each) => each.problems), ...(named?.problems ?? [])],
    plugin,
    isForced: folder.isForced,
  };
  return { source, findings, looked: [...ALWAYS_LOOKED_AT, ...files] };
}

function unusable(folder: PluginFolder, problems: readonly Problem[]): Source {
  const name = `plugin ${folder.name ?? basename(folder.root)}@${folder.marketplace}`;
  return {
    kind: "plugin",
    name,
    file: folder.root,
    isFromProject: folder.isFromProject,
    entries: [],
    broken: [],
    problems,
    isForced: folder.isForced,
  };
}

function pluginPlace(
  folder: PluginFolder,
  name: string,
  { userDir, pluginConfigs }: PluginSurroundings,
): PluginPlace {
  const id = `${name}@${folder.marketplace}`;
  const config = ownValue(pluginConfigs, id);
  const options = isJsonObject(config) ? ownValue(config, "options") : undefined;
  return {
    id,
    root: folder.root,
    dataDir: join(userDir, "plugins/data", `${name}-${folder.marketplace}`),
    options: Object.fromEntries(
      Object.entries(isJsonObject(options) ? options : {})
        .filter(([, value]) => ["string", "number", "boolean"].includes(typeof value))
        .map(([key, value]) => [key, String(value)]),
    ),
  };
}

/** A file of the plugin; one that a link leads out of the plugin is not followed, and as good as missing. */
export async function readInside(root: string, path: string): Promise<TextReading> {
  try {
    const [folder, file] = await Promise.all([realpath(root), realpath(join(root, path))]);
    if (file.startsWith(folder + sep)) return await readPluginFile(file);
    return { ok: false, reason: "missing", message: `${path} leads out of the plugin` };
  } catch (error) {
    const reason = isPassing(error) ? "failed" : "missing";
    return { ok: false, reason, message: error instanceof Error ? error.message : String(error) };
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false; // missing, or not ours to read
  }
}
