import { join } from "node:path";
import { isJsonObject, type JsonObject, ownValue, type Problem } from "../protocol/index.ts";
import type { HeldSettings } from "./config-changes.ts";
import { findInstalledPlugins } from "./installed-plugins.ts";
import { type PluginFolder, readPlugins } from "./plugin-sources.ts";
import { readSettingsSources, type SettingsPlaces } from "./settings-sources.ts";
import type { Finding, Source } from "./source.ts";
import { readSwitches, type Switches } from "./switches.ts";
import { isInside, realPathOf } from "./trust-files.ts";

/** Where everything is looked for. */
export interface ConfigurationPlaces extends SettingsPlaces {
  /** Plugin directories given by flag; absolute. */
  readonly pluginDirs: readonly string[];
  /** Where the list of handlers that are switched off stands. */
  readonly stateDir: string;
  /** Sources that the embedding program brings: functions, skills, agents. */
  readonly extra: readonly Source[];
  /** Whether settings of the project count: switches, `env`, enabled plugins (D7). */
  readonly isProjectTrusted: boolean;
  /** Settings that stay as they were, whatever stands in their files. */
  readonly held?: Pick<HeldSettings, "inForce">;
}

/** Everything that is configured, strongest source first. */
export interface Configuration {
  readonly sources: readonly Source[];
  readonly switches: Switches;
  /** `env` of all settings that count for everybody; the stronger source wins. */
  readonly env: Readonly<Record<string, string>>;
  /** The same with what the project sets, for handlers of the project, which were trusted with it. */
  readonly envOfProjectHandlers: Readonly<Record<string, string>>;
  /** What the project sets alone: part of what is trusted. */
  readonly projectEnv: Readonly<Record<string, string>>;
  readonly problems: readonly Problem[];
  readonly findings: readonly Finding[];
  /** Files and folders whose change changes this. */
  readonly watched: readonly string[];
  /** Something could not be read for now, and counts as it was before: looking at what is watched does not tell when it can be. */
  readonly isUnread: boolean;
}

/**
 * Reads all sources through one code path: settings, plugins, and what the embedding program brings, in configured order.
 *
 * @throws {HookError} see {@link readSettingsSources}
 */
export async function readConfiguration(places: ConfigurationPlaces): Promise<Configuration> {
  const fresh = await readSettingsSources(places);
  const settings = places.held?.inForce(fresh) ?? fresh;
  const inForce = byPrecedence(settings);
  const counting = inForce.filter((source) => !source.isFromProject || places.isProjectTrusted);
  const { former = [] } = places;
  const installed = await findInstalledPlugins(places.userDir, enabledPlugins(inForce, places), former);
  const ofProject = await Promise.all(installed.folders.map((folder) => asOfProject(folder, places.cwd)));
  const folders = inOrderOfTrust(places.pluginDirs, ofProject, places);
  const plugins = await readPlugins(folders, {
    userDir: places.userDir,
    pluginConfigs: userConfigs(settings),
    former,
  });
  const sources = [...settings, ...plugins.sources, ...places.extra];
  // Drop-ins and files given by flag change without their folder changing.
  const files = [...settings, ...places.extra].map(({ file }) => file).filter((file) => file !== "");
  return {
    sources,
    switches: readSwitches(counting),
    env: mergeEnv(counting),
    envOfProjectHandlers: mergeEnv(inForce),
    projectEnv: mergeEnv(inForce.filter((source) => source.isFromProject)),
    problems: sources.flatMap((source) => source.problems),
    findings: [...installed.findings, ...plugins.findings],
    isUnread: installed.isUnread || [...fresh, ...plugins.sources].some((source) => source.isUnread),
    // Everything whose change may change this; what is not there yet counts too.
    watched: [...new Set([...fixedPaths(places), ...files, ...installed.watched, ...plugins.watched])],
  };
}

/**
 * Settings as single values are looked up: of managed files the last drop-in first.
 *
 * @source Claude Code settings reference, "Settings files": drop-ins are merged on top, later ones win
 */
function byPrecedence(settings: readonly Source[]): readonly Source[] {
  const managed = settings.filter(({ kind }) => kind === "managed");
  return [...managed.toReversed(), ...settings.filter(({ kind }) => kind !== "managed")];
}

/**
 * Plugins that some settings enable and none that is stronger disables. A project that is not trusted adds plugins, which are
 * untrusted too, and takes none away.
 */
function enabledPlugins(
  settings: readonly Source[],
  { isProjectTrusted }: ConfigurationPlaces,
): ReadonlyMap<string, Pick<PluginFolder, "isFromProject" | "isForced">> {
  const decided = new Map<string, { isEnabled: boolean; isFromProject: boolean; isForced: boolean }>();
  for (const { kind, isFromProject, settings: own } of settings) {
    for (const [id, value] of Object.entries(own?.enabledPlugins ?? {})) {
      const isEnabled = value === true;
      if (isFromProject && !isEnabled && !isProjectTrusted) continue;
      const known = decided.get(id);
      // The strongest word counts; that the user enabled a plugin as well makes it the user's own.
      if (!known) decided.set(id, { isEnabled, isFromProject, isForced: kind === "managed" });
      else if (known.isEnabled && isEnabled && !isFromProject) known.isFromProject = false;
    }
  }
  return new Map([...decided].filter(([, { isEnabled }]) => isEnabled));
}

/** A plugin that is installed in place, inside of the project, changes with the project, whoever enabled it. */
async function asOfProject(folder: PluginFolder, projectDir: string): Promise<PluginFolder> {
  const [project, root] = await Promise.all([realPathOf(projectDir), realPathOf(folder.root)]);
  const isInProject = project !== null && root !== null && isInside(project, root);
  return isInProject && !folder.isForced ? { ...folder, isFromProject: true } : folder;
}

/**
 * Of two plugins with one name the first is loaded, and a plugin directory replaces an installed plugin. Nothing takes the name
 * of one that managed settings force on, and one that only an untrusted project wants takes nobody's.
 */
function inOrderOfTrust(
  directories: readonly string[],
  installed: readonly PluginFolder[],
  { isProjectTrusted }: ConfigurationPlaces,
): readonly PluginFolder[] {
  const inline = directories.map(
    (root): PluginFolder => ({ root, marketplace: "inline", isFromProject: false, isForced: false }),
  );
  const isLast = ({ isFromProject }: PluginFolder): boolean => isFromProject && !isProjectTrusted;
  return [
    ...installed.filter(({ isForced }) => isForced),
    ...inline,
    ...installed.filter((folder) => !folder.isForced && !isLast(folder)),
    ...installed.filter((folder) => !folder.isForced && isLast(folder)),
  ];
}

/** Options of plugins come from user settings only: a project does not fill in commands of others. */
function userConfigs(settings: readonly Source[]): JsonObject {
  const user = settings.find((source) => source.kind === "user")?.settings?.pluginConfigs;
  const managed = settings
    .filter((source) => source.kind === "managed")
    .map((source) => source.settings?.pluginConfigs ?? {});
  return Object.fromEntries(
    [user ?? {}, ...managed.reverse()].flatMap((each) => Object.entries(onlyObjects(each))),
  );
}

function onlyObjects(value: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.keys(value).flatMap((key) => (isJsonObject(ownValue(value, key)) ? [[key, value[key]]] : [])),
  );
}

function mergeEnv(settings: readonly Source[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    settings.toReversed().flatMap((source) => Object.entries(source.settings?.env ?? {})),
  );
}

/** Where settings and the list of what is switched off stand: what is watched whatever they say. */
export function fixedPaths(places: ConfigurationPlaces): readonly string[] {
  const { managedDir, userDir, projectConfigDir } = places;
  return [
    join(managedDir, "managed-settings.json"),
    join(managedDir, "managed-settings.d"),
    join(userDir, "settings.json"),
    join(projectConfigDir, "settings.json"),
    join(projectConfigDir, "settings.local.json"),
    join(places.stateDir, "disabled.json"),
  ];
}
