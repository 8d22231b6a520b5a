import { isJsonObject, type JsonObject, ownValue } from "./json.ts";
import { insidePath, ownText, readPluginName, shownDescription } from "./plugin-manifest.ts";
import { childPath, type Problem, ProblemList } from "./problems.ts";
import { readConfigObject } from "./settings.ts";

/** Where a plugin of a marketplace comes from. */
export type PluginSource =
  /** A folder of the marketplace itself, without `./`. */
  | { readonly type: "folder"; readonly path: string }
  | { readonly type: "github"; readonly repo: string; readonly ref?: string; readonly path?: string }
  | { readonly type: "git"; readonly url: string; readonly ref?: string; readonly path?: string }
  | { readonly type: "npm"; readonly package: string; readonly version?: string };

/** One plugin that a marketplace offers. */
export interface MarketplaceEntry {
  readonly name: string;
  readonly source: PluginSource;
  readonly version?: string;
  readonly description?: string;
  /** False: the entry itself lists the components of the plugin. */
  readonly isStrict: boolean;
  /** The entry as it stands in the file. */
  readonly raw: JsonObject;
}

/** `.claude-plugin/marketplace.json`. */
export interface Marketplace {
  readonly name: string;
  readonly owner: { readonly name?: string; readonly email?: string };
  readonly plugins: readonly MarketplaceEntry[];
}

export interface MarketplaceReading {
  /** Null when the marketplace cannot be used at all. */
  readonly marketplace: Marketplace | null;
  readonly problems: readonly Problem[];
}

const LEFT_OUT = "This plugin is not offered; all others are.";

/**
 * Reads the list of a marketplace. A source that git or npm would read as an option or as a helper to start is refused:
 * only https and ssh addresses are ever fetched.
 *
 * @source Claude Code plugin marketplaces reference
 */
export function parseMarketplace(text: string, file: string): MarketplaceReading {
  const list = new ProblemList(file);
  const value = readConfigObject(text, list, "The marketplace is not used.");
  if (!value) return { marketplace: null, problems: list.problems };
  const name = readPluginName(value, "name", list, "The marketplace is not used.");
  const owner = ownValue(value, "owner");
  const raw = ownValue(value, "plugins");
  if (!Array.isArray(raw)) {
    list.error({
      code: raw === undefined ? "missing" : "wrong_type",
      path: "plugins",
      expected: "a list of plugins",
      value: raw,
      effect: "The marketplace offers nothing.",
    });
  }
  const plugins: MarketplaceEntry[] = [];
  for (const [index, each] of Array.isArray(raw) ? raw.entries() : []) {
    const entry = readEntry(each, childPath("plugins", index), list);
    if (!entry) continue;
    if (plugins.every((known) => known.name !== entry.name)) plugins.push(entry);
    else
      list.warning({
        code: "duplicate_key",
        path: childPath("plugins", index),
        expected: "every name once",
        value: entry.name,
        effect: "The first one counts.",
        advice: "Remove the other.",
      });
  }
  const people = isJsonObject(owner) ? { ...ownText(owner, "name"), ...ownText(owner, "email") } : {};
  return { marketplace: name === null ? null : { name, owner: people, plugins }, problems: list.problems };
}

function readEntry(raw: unknown, path: string, list: ProblemList): MarketplaceEntry | null {
  if (!isJsonObject(raw)) {
    list.error({
      code: "wrong_type",
      path,
      expected: "a plugin, which is an object",
      value: raw,
      effect: LEFT_OUT,
    });
    return null;
  }
  const name = readPluginName(raw, childPath(path, "name"), list, LEFT_OUT);
  const source = readSource(ownValue(raw, "source"));
  if (typeof source === "string") {
    list.error({
      code: "forbidden_target",
      path: childPath(path, "source"),
      expected: source,
      value: ownValue(raw, "source"),
      effect: LEFT_OUT,
    });
    return null;
  }
  if (name === null) return null;
  return {
    name,
    source,
    ...ownText(raw, "version"),
    ...shownDescription(raw),
    isStrict: ownValue(raw, "strict") !== false,
    raw,
  };
}

/** The source, or what was expected in its place. */
function readSource(source: unknown): PluginSource | string {
  if (typeof source === "string") {
    const path = insidePath(source);
    return path === null
      ? "a path that begins with ./ and stays inside of the marketplace"
      : { type: "folder", path };
  }
  if (!isJsonObject(source)) return "a path, or an object with `source`";
  const text = (key: string): string => {
    const value = ownValue(source, key);
    return typeof value === "string" ? value : "";
  };
  const place = { ...ownText(source, "ref"), ...ownText(source, "path") };
  if (Object.values(place).some((value) => value.startsWith("-")))
    return "a `ref` and `path` that do not begin with a dash";
  switch (ownValue(source, "source")) {
    case "github":
      return /^[A-Za-z0-9][\w.-]*\/[A-Za-z0-9_.][\w.-]*$/.test(text("repo"))
        ? { type: "github", repo: text("repo"), ...place }
        : "a `repo` such as owner/name";
    case "git":
    case "url":
    case "git-subdir":
      return isGitUrl(text("url")) ? { type: "git", url: text("url"), ...place } : "an https or ssh `url`";
    case "npm":
      return /^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/.test(text("package")) &&
        !text("package").startsWith("-")
        ? { type: "npm", package: text("package"), ...ownText(source, "version") }
        : "a `package` that is the name of an npm package";
    default:
      return "a `source` of github, git, url, git-subdir or npm";
  }
}

/** https and ssh only: no helper transports (`ext::`), no options (`-o…`), no local files. */
function isGitUrl(url: string): boolean {
  if (!/^[!-~]+$/.test(url)) return false;
  return (
    /^(?:https|ssh):\/\/[A-Za-z0-9]/.test(url) || /^[A-Za-z0-9_][\w.-]*@[A-Za-z0-9][\w.-]*:[^-]/.test(url)
  );
}
