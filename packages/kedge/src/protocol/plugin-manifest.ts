import type { BrokenHook, HookEntry } from "./handler.ts";
import { type HooksReading, readHooks } from "./hooks-config.ts";
import { isJsonObject, type JsonObject, ownValue } from "./json.ts";
import { childPath, describeValue, type Problem, ProblemList } from "./problems.ts";
import { readConfigObject } from "./settings.ts";
import { boundText, escapeInvisible } from "./text.ts";

/** Characters of a description that lists show. */
const MAX_DESCRIPTION = 200;

/** `.claude-plugin/plugin.json` of a plugin. */
export interface PluginManifest {
  readonly name: string;
  readonly version?: string;
  /** At most 200 characters, with invisible ones escaped: ready to be shown. */
  readonly description?: string;
  /** Handlers that stand in the manifest itself. */
  readonly hooks: readonly HookEntry[];
  readonly broken: readonly BrokenHook[];
  /** Further hook files that it names, relative to the plugin's root, without `./`. */
  readonly hookFiles: readonly string[];
  /** Options that a user can set, by key. */
  readonly userConfig: JsonObject;
  /** Every other key, as it stands in the file. */
  readonly other: JsonObject;
}

export interface ManifestReading {
  /** Null when the plugin cannot be loaded. */
  readonly manifest: PluginManifest | null;
  readonly problems: readonly Problem[];
}

const NOT_LOADED = "The plugin is not loaded.";
const OWN_KEYS = new Set(["name", "version", "description", "hooks", "userConfig"]);
const OPTION_KEYS = new Set([
  "type",
  "title",
  "description",
  "required",
  "default",
  "sensitive",
  "multiple",
  "min",
  "max",
]);

/**
 * Reads the manifest of a plugin. Only a manifest that is no JSON object, or has no usable name, keeps the plugin from being
 * loaded; everything else is reported and left out by itself (D1).
 *
 * @source Claude Code plugins reference, "Plugin manifest schema"
 */
export function parsePluginManifest(text: string, file: string): ManifestReading {
  const list = new ProblemList(file);
  const value = readConfigObject(text, list, NOT_LOADED);
  if (!value) return { manifest: null, problems: list.problems };
  const name = readPluginName(value, "name", list, NOT_LOADED);
  const hooks = readManifestHooks(value, list);
  const manifest: PluginManifest | null =
    name === null
      ? null
      : {
          name,
          ...ownText(value, "version"),
          ...shownDescription(value),
          hooks: hooks.entries,
          broken: hooks.broken,
          hookFiles: hooks.files,
          userConfig: readUserConfig(value, list),
          other: Object.fromEntries(Object.entries(value).filter(([key]) => !OWN_KEYS.has(key))),
        };
  return { manifest, problems: list.problems };
}

/** Reads `hooks/hooks.json` of a plugin: the map stands in a `hooks` key, beside an optional description. */
export function parseHooksFile(
  text: string,
  file: string,
): HooksReading & { readonly problems: readonly Problem[] } {
  const list = new ProblemList(file);
  const value = readConfigObject(text, list, "No hook of this file is in force.");
  if (!value) return { entries: [], broken: [], problems: list.problems };
  if (!Object.hasOwn(value, "hooks")) {
    list.error({
      code: "missing",
      path: "hooks",
      expected: "a `hooks` key around the events",
      value: undefined,
      effect: "No hook of this file is in force.",
      advice: 'Write {"hooks": { … }}.',
    });
    return { entries: [], broken: [], problems: list.problems };
  }
  return {
    ...readHooks(ownValue(value, "hooks"), { path: "hooks", origin: "plugin", list }),
    problems: list.problems,
  };
}

/** A plugin's or marketplace's name: ASCII, so that two names that look alike are the same name. */
export function readPluginName(
  value: JsonObject,
  path: string,
  list: ProblemList,
  effect: string,
): string | null {
  const name = ownValue(value, "name");
  if (typeof name === "string" && /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name)) return name;
  list.error({
    code: name === undefined ? "missing" : "unsafe_name",
    path,
    expected: "a name of ASCII letters, digits, dots, dashes and underscores, 64 at most",
    value: name,
    effect,
  });
  return null;
}

/** A path that stays inside of its folder, without its `./`; null when it does not, or does not look like one. */
export function insidePath(path: string, suffix = ""): string | null {
  if (path === "./" && suffix === "") return "";
  if (!path.startsWith("./") || !path.endsWith(suffix) || /[\0\\]/.test(path)) return null;
  const parts = path.slice(2).split("/");
  return parts.includes("..") || parts.some((part) => part === "")
    ? null
    : parts.filter((part) => part !== ".").join("/");
}

/** A text for lists: escaped and cut. */
export function shownDescription(value: JsonObject): { description?: string } {
  const text = ownValue(value, "description");
  return typeof text === "string"
    ? {
        description: boundText(escapeInvisible(text.slice(0, 1_000).replace(/\s+/g, " ")), MAX_DESCRIPTION)
          .text,
      }
    : {};
}

/** A key with its string, or nothing: to be spread into a result. */
export function ownText<Key extends string>(
  value: JsonObject,
  key: Key,
): { readonly [Name in Key]?: string } {
  const text = ownValue(value, key);
  return (typeof text === "string" ? { [key]: text } : {}) as { readonly [Name in Key]?: string };
}

/** `hooks` of a manifest: the event map itself, a path, or a list of both. */
function readManifestHooks(
  value: JsonObject,
  list: ProblemList,
): HooksReading & { files: readonly string[] } {
  const hooks = ownValue(value, "hooks");
  const parts =
    hooks === undefined ? [] : Array.isArray(hooks) ? [...hooks.entries()] : [["", hooks] as const];
  const entries: HookEntry[] = [];
  const broken: BrokenHook[] = [];
  const files: string[] = [];
  for (const [index, part] of parts) {
    const path = typeof index === "number" ? childPath("hooks", index) : "hooks";
    if (isJsonObject(part)) {
      const reading = readHooks(part, { path, origin: "plugin", list });
      entries.push(...reading.entries);
      broken.push(...reading.broken);
      continue;
    }
    const inside = typeof part === "string" ? insidePath(part, ".json") : null;
    if (inside !== null) files.push(inside);
    else {
      const expected = "the events, or a path such as ./hooks/more.json inside of the plugin";
      list.error({
        code: typeof part === "string" ? "forbidden_target" : "wrong_type",
        path,
        expected,
        value: part,
        effect: "No hook of it is in force.",
        advice: "Paths begin with ./ and end in .json.",
      });
    }
  }
  return { entries, broken, files };
}

function readUserConfig(value: JsonObject, list: ProblemList): JsonObject {
  const options = ownValue(value, "userConfig");
  if (options === undefined) return {};
  if (!isJsonObject(options)) {
    list.error({
      code: "wrong_type",
      path: "userConfig",
      expected: "an object of options",
      value: options,
      effect: "The plugin has no options.",
    });
    return {};
  }
  const sound = Object.entries(options).filter(([key, option]) => {
    const path = childPath("userConfig", key);
    const unknown = isJsonObject(option)
      ? Object.keys(option).find((name) => !OPTION_KEYS.has(name))
      : undefined;
    if (isJsonObject(option) && unknown === undefined) return true;
    list.error({
      code: "wrong_type",
      path,
      expected: `an option with no keys but ${[...OPTION_KEYS].join(", ")}`,
      ...(unknown === undefined ? { value: option } : { came: `the key ${describeValue(unknown)}` }),
      effect: "The option is left out.",
    });
    return false;
  });
  return Object.fromEntries(sound);
}
