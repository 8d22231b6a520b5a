import { isAbsolute, join, resolve } from "node:path";
import { readTextFile, type TextReading } from "../platform/index.ts";
import {
  childPath,
  formatProblem,
  isJsonObject,
  type McpServerEntry,
  ownValue,
  type Problem,
  ProblemList,
  readConfigObject,
  readMcpServers,
} from "../protocol/index.ts";
import { HookError } from "./errors.ts";
import { readInside } from "./plugin-sources.ts";
import type { SettingSource } from "./settings-sources.ts";
import type { Source } from "./source.ts";

/** MCP servers of one place. */
export interface ServerSource {
  readonly origin: Source;
  readonly entries: readonly McpServerEntry[];
}

/** Where MCP servers are looked for. Folders are absolute. */
export interface ServerPlaces {
  readonly projectDir: string;
  readonly homeDir: string;
  readonly userDir: string;
  readonly managedDir: string;
  readonly settingSources: readonly SettingSource[];
  /** Files, or JSON text, of `--mcp-config`. */
  readonly configs: readonly string[];
  /** Only those, and managed ones. */
  readonly isStrict: boolean;
  /** Sources of plugins, as hooks have them. */
  readonly plugins: readonly Source[];
}

const NOT_STARTED = "No MCP server of it is started.";

/** The agent keeps its history in the user's file too. */
const MAX_BYTES = 64 * 1024 * 1024;

type About = Pick<Source, "kind" | "name" | "isFromProject">;

/**
 * Reads where MCP servers are configured, strongest first: managed, by flag, the user's for this project, the user's, the project's,
 * plugins'. A managed file leaves room for no other.
 *
 * @throws {HookError} `SETTINGS_MISSING`, `SETTINGS_NOT_USABLE` for what was given by flag, and for a managed file that cannot be read
 * @source Claude Code MCP reference, "Scope hierarchy". A project stands behind the user here: it takes no name of the user's away (D7)
 */
export async function readServerSources(places: ServerPlaces): Promise<readonly ServerSource[]> {
  const { managedDir, projectDir, configs, isStrict, plugins } = places;
  const managed = await readFile(join(managedDir, "managed-mcp.json"), {
    ...{ kind: "managed", name: "managed-mcp.json", isFromProject: false },
  });
  if (managed) return [mustBeWhole(managed)];
  const sources: ServerSource[] = [];
  for (const [index, text] of configs.entries()) sources.push(await readFlag(text, index, places));
  if (isStrict) return sources;
  const wanted = new Set(places.settingSources);
  if (wanted.has("user") || wanted.has("local")) sources.push(...(await readUserFile(places)));
  if (wanted.has("project")) {
    const about = { kind: "project", name: ".mcp.json", isFromProject: true } as const;
    const found = await readFile(join(projectDir, ".mcp.json"), about);
    if (found) sources.push(found);
  }
  for (const plugin of plugins) sources.push(await readPlugin(plugin));
  return sources;
}

async function readFlag(text: string, index: number, { projectDir }: ServerPlaces): Promise<ServerSource> {
  const about = { kind: "flag", isFromProject: false } as const;
  const name = index === 0 ? "--mcp-config" : `--mcp-config #${index + 1}`;
  if (text.trimStart().startsWith("{")) return mustBeWhole(readText(text, { ...about, name }, ""));
  const file = isAbsolute(text) ? text : resolve(projectDir, text);
  const source = await readFile(file, { ...about, name: text });
  if (source) return mustBeWhole(source);
  throw new HookError(
    "SETTINGS_MISSING",
    `expected a file of MCP servers after --mcp-config, but ${file} does not exist`,
  );
}

/** What somebody names on the command line is all there, or the session does not begin; and nobody guesses at a policy. */
function mustBeWhole(source: ServerSource): ServerSource {
  const lost = source.origin.problems.find(({ severity }) => severity === "error");
  if (lost) throw new HookError("SETTINGS_NOT_USABLE", `MCP servers: ${formatProblem(lost)}`);
  return source;
}

/**
 * What the real agent keeps of the user: servers for every project, and for this one. Only read.
 *
 * @source recorded layout of `.claude.json`, which stands in the configuration folder where one is named
 */
async function readUserFile(places: ServerPlaces): Promise<readonly ServerSource[]> {
  const { homeDir, userDir, projectDir, settingSources } = places;
  const isDefault = userDir === join(homeDir, ".claude");
  const file = join(isDefault ? homeDir : userDir, ".claude.json");
  const reading = await readTextFile(file, MAX_BYTES);
  if (isNothing(reading)) return [];
  const list = new ProblemList(isDefault ? "~/.claude.json" : file);
  const value = (reading.ok && readConfigObject(reading.text, list, NOT_STARTED)) || {};
  if (!reading.ok) reportUnreadable(list, reading.message);
  const projects = ownValue(value, "projects");
  const own = isJsonObject(projects) ? ownValue(projects, projectDir) : undefined;
  const entries = [
    ...(settingSources.includes("local") && isJsonObject(own)
      ? readMap(ownValue(own, "mcpServers"), childPath("projects", projectDir), list)
      : []),
    ...(settingSources.includes("user") ? readMap(ownValue(value, "mcpServers"), "mcpServers", list) : []),
  ];
  const about = { kind: "user", isFromProject: false, name: list.file } as const;
  // The agent writes the file while it works: a key that stands twice in its history is nobody's problem.
  const problems = list.problems.filter(({ severity }) => severity === "error");
  return [{ origin: toOrigin(about, file, problems), entries }];
}

/** `.mcp.json` of a plugin, and `mcpServers` of its manifest: a map, or files in the plugin. */
async function readPlugin(origin: Source): Promise<ServerSource> {
  const { plugin } = origin;
  if (!plugin) return { origin, entries: [] };
  const [name = ""] = plugin.id.split("@");
  const problems: Problem[] = [];
  const entries: McpServerEntry[] = [];
  const take = (file: string, map: unknown, path: string): void => {
    const list = new ProblemList(`${name}/${file}`);
    const found = readMap(map, path, list, `plugin:${name}:`);
    entries.push(...found.map((entry) => ({ ...entry, plugin: plugin.id })));
    problems.push(...list.problems);
  };
  const takeFile = async (file: string, isNamed: boolean): Promise<void> => {
    const reading = await readInside(plugin.root, file);
    const list = new ProblemList(`${name}/${file}`);
    if (!reading.ok) {
      if (reading.reason === "failed") reportUnreadable(list, reading.message);
      else if (isNamed) reportUnreadable(list, "nothing inside of the plugin");
      problems.push(...list.problems);
      return;
    }
    const value = readConfigObject(reading.text, list, NOT_STARTED);
    problems.push(...list.problems);
    if (value === null) return;
    const hasKey = Object.hasOwn(value, "mcpServers");
    take(file, hasKey ? ownValue(value, "mcpServers") : value, hasKey ? "mcpServers" : "");
  };
  await takeFile(".mcp.json", false);
  const manifest = await readInside(plugin.root, MANIFEST);
  const value = manifest.ok ? readConfigObject(manifest.text, new ProblemList(MANIFEST), "") : null;
  const declared = ownValue(value ?? {}, "mcpServers");
  for (const part of Array.isArray(declared) ? declared : [declared]) {
    if (typeof part === "string") await takeFile(part, true);
    else if (part !== undefined) take(MANIFEST, part, "mcpServers");
  }
  return { origin: { ...origin, entries: [], broken: [], problems }, entries };
}

const MANIFEST = ".claude-plugin/plugin.json";

async function readFile(file: string, about: About): Promise<ServerSource | null> {
  const reading = await readTextFile(file, MAX_BYTES);
  if (reading.ok) return readText(reading.text, about, file);
  if (isNothing(reading)) return null;
  const list = new ProblemList(about.name);
  reportUnreadable(list, reading.message);
  return { origin: toOrigin(about, file, list.problems), entries: [] };
}

/** Another session's confined commands may run here: what stands in for them is no file of anybody. */
function isNothing(reading: TextReading): boolean {
  return !reading.ok && (reading.reason === "missing" || reading.reason === "socket");
}

function reportUnreadable(list: ProblemList, came: string): void {
  list.error({ code: "unreadable", path: "", expected: "a regular file", came, effect: NOT_STARTED });
}

function readText(text: string, about: About, file: string): ServerSource {
  const list = new ProblemList(about.name);
  const value = readConfigObject(text, list, NOT_STARTED);
  if (value !== null && !Object.hasOwn(value, "mcpServers"))
    list.error({
      ...{ code: "missing", path: "mcpServers", expected: "`mcpServers` with the servers in it" },
      ...{ value: undefined, effect: NOT_STARTED },
    });
  const entries = value === null ? [] : readMap(ownValue(value, "mcpServers"), "mcpServers", list);
  return { origin: toOrigin(about, file, list.problems), entries };
}

function readMap(value: unknown, path: string, list: ProblemList, prefix = ""): readonly McpServerEntry[] {
  if (value === undefined) return [];
  if (isJsonObject(value)) return readMcpServers(value, { path, list, prefix });
  list.error({
    ...{ code: "wrong_type", path, expected: "an object with a server under each name", value },
    effect: NOT_STARTED,
  });
  return [];
}

function toOrigin(about: About, file: string, problems: readonly Problem[]): Source {
  return { ...about, file, entries: [], broken: [], problems };
}
