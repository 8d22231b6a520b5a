import { isAbsolute, join, resolve } from "node:path";
import { isJsonObject, type JsonObject, ownValue, parseMarketplace, readJson } from "../protocol/index.ts";
import { readPluginFile } from "./plugin-file.ts";
import type { PluginFolder } from "./plugin-sources.ts";
import type { Finding, Source } from "./source.ts";

/**
 * Finds the folders of plugins that are installed in the real agent's layout and enabled in settings. A plugin of a
 * marketplace that is a local folder runs in place; any other from the cache.
 *
 * @param enabled `enabledPlugins` by id, and who said so
 * @param former what was in force before: while a list cannot be read, plugins are where they were
 * @source recorded layout: `plugins/installed_plugins.json` (version 2) and `plugins/known_marketplaces.json`
 */
export async function findInstalledPlugins(
  userDir: string,
  enabled: ReadonlyMap<string, Pick<PluginFolder, "isFromProject" | "isForced">>,
  former: readonly Source[],
): Promise<{
  readonly folders: readonly PluginFolder[];
  readonly findings: readonly Finding[];
  /** Files that were looked at, there or not. */
  readonly watched: readonly string[];
  /** A list could not be read for now. */
  readonly isUnread: boolean;
}> {
  // Where no plugin is enabled, nothing in these files matters, and a look at them is saved before every event.
  if (enabled.size === 0) return { folders: [], findings: [], watched: [], isUnread: false };
  const watched = [
    join(userDir, "plugins/installed_plugins.json"),
    join(userDir, "plugins/known_marketplaces.json"),
  ];
  const unread = new Map<string, string>();
  const read = async (file: string): Promise<string | null> => {
    const reading = await readPluginFile(file);
    if (!reading.ok && reading.reason === "failed") unread.set(file, reading.message);
    return reading.ok ? reading.text : null;
  };
  const [installed = {}, known = {}] = (await Promise.all(watched.map(read))).map(asObject);
  const plugins = ownValue(installed, "plugins");
  const folders: PluginFolder[] = [];
  const findings: Finding[] = [];
  for (const [id, whose] of enabled) {
    const [name = "", marketplace = ""] = id.split("@");
    const location = localMarketplace(known, marketplace);
    if (location !== null) watched.push(join(location, MARKETPLACE));
    const root =
      (location && placeInMarketplace(location, name, await read(join(location, MARKETPLACE)))) ??
      cachePlace(plugins, id) ??
      (unread.size > 0 ? formerPlace(former, id) : null);
    if (root === null)
      findings.push({
        place: id,
        message: "The plugin is enabled, but not installed. Install it, or disable it.",
      });
    else folders.push({ root, marketplace, name, ...whose });
  }
  for (const [place, message] of unread)
    findings.push({
      place,
      message: `It cannot be read now, and is tried again at the next event: ${message}`,
    });
  return { folders, findings, watched, isUnread: unread.size > 0 };
}

const MARKETPLACE = ".claude-plugin/marketplace.json";

/** Folder of a marketplace that is a local directory. */
function localMarketplace(known: JsonObject, marketplace: string): string | null {
  const entry = ownValue(known, marketplace);
  const source = isJsonObject(entry) ? ownValue(entry, "source") : undefined;
  if (!isJsonObject(source) || ownValue(source, "source") !== "directory") return null;
  const location = ownValue(source, "path");
  return typeof location === "string" && isAbsolute(location) ? location : null;
}

function placeInMarketplace(location: string, name: string, text: string | null): string | null {
  const plugins =
    text === null ? [] : (parseMarketplace(text, "marketplace.json").marketplace?.plugins ?? []);
  const plugin = plugins.find((each) => each.name === name);
  return plugin?.source.type === "folder" ? resolve(location, plugin.source.path) : null;
}

/** Folder of a plugin in the cache, as its installation recorded it. */
function cachePlace(plugins: unknown, id: string): string | null {
  const records = isJsonObject(plugins) ? ownValue(plugins, id) : undefined;
  for (const record of Array.isArray(records) ? records : []) {
    const path: unknown = isJsonObject(record) ? ownValue(record, "installPath") : undefined;
    if (typeof path === "string" && isAbsolute(path)) return path;
  }
  return null;
}

function formerPlace(former: readonly Source[], id: string): string | null {
  return former.find(({ kind, plugin }) => kind === "plugin" && plugin?.id === id)?.file ?? null;
}

function asObject(text: string | null): JsonObject {
  const json = text === null ? null : readJson(text, { maxDepth: 64 });
  return json?.ok && isJsonObject(json.value) ? json.value : {};
}
