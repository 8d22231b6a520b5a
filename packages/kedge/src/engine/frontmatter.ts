import {
  type BrokenHook,
  type HookEntry,
  isJsonObject,
  type JsonObject,
  ownValue,
  type Problem,
  ProblemList,
  readHooks,
} from "../protocol/index.ts";
import type { PluginPlace, Source } from "./source.ts";

/** Reads YAML. Brought by whoever embeds the engine, which needs it for nothing else. */
export type YamlParser = (text: string) => unknown;

/** Where hooks of a skill, a command or an agent come from. */
export interface FrontmatterPlace {
  readonly kind: "skill" | "command" | "agent";
  /** How to call it, such as `.claude/skills/deploy/SKILL.md`. */
  readonly name: string;
  /** Absolute. */
  readonly file: string;
  readonly isFromProject: boolean;
  /** The plugin that brings it. */
  readonly plugin?: PluginPlace;
  /** Managed settings bring it, so nothing below them takes it away. */
  readonly isForced?: boolean;
}

/** A file whose frontmatter may hold hooks. */
export interface FrontmatterFile extends FrontmatterPlace {
  readonly text: string;
}

/** A file taken apart. */
export interface Frontmatter {
  /** Facts of the frontmatter; empty where there is none. Null: there is one, and it cannot be read. */
  readonly values: JsonObject | null;
  /** What stands below it. */
  readonly body: string;
  /** Its hooks; null where it has none. */
  readonly source: Source | null;
  readonly problems: readonly Problem[];
}

/** Characters of a frontmatter. What stands in it are names and a few hooks; of brackets alone so many take a parser 0.1 s. */
const MAX_BLOCK_LENGTH = 8 * 1024;

/**
 * Takes a skill, a command or an agent apart. Its hooks live from the skill's call to the end of the session, or while the agent
 * runs: add the source to an engine for that time. `Stop` of an agent means SubagentStop.
 *
 * @source Claude Code hooks reference, "Hooks in skills and agents"
 */
export function readFrontmatter(about: FrontmatterFile, parseYaml: YamlParser): Frontmatter {
  const parts = /^\ufeff?---[ \t]*\r?\n(?:---|([\s\S]*?)\r?\n---)[ \t]*(?:\r?\n|$)/.exec(about.text);
  if (!parts) return { values: {}, body: about.text.replace(/^\ufeff/, ""), source: null, problems: [] };
  const list = new ProblemList(about.name);
  const values = readBlock(parts[1] ?? "", parseYaml, list);
  const source = readHookSource(values ?? {}, about, list);
  return { values, body: about.text.slice(parts[0].length), source, problems: list.problems };
}

/**
 * Reads the `hooks` of a skill or an agent, for whoever needs nothing else of it.
 *
 * @returns null when the frontmatter has no hooks
 */
export function readFrontmatterSource(about: FrontmatterFile, parseYaml: YamlParser): Source | null {
  const { source, problems } = readFrontmatter(about, parseYaml);
  if (source || problems.length === 0) return source;
  return makeSource(about, { entries: [], broken: [] }, problems);
}

/**
 * Reads the `hooks` among the facts of a skill or an agent that were read already.
 *
 * @param list gets what is wrong with them
 * @returns null when there are none
 */
export function readHookSource(
  values: JsonObject,
  about: FrontmatterPlace,
  list: ProblemList = new ProblemList(about.name),
): Source | null {
  if (!Object.hasOwn(values, "hooks")) return null;
  const hooks = readHooks(ownValue(values, "hooks"), { path: "hooks", origin: "frontmatter", list });
  return makeSource(about, hooks, list.problems);
}

function makeSource(
  { kind, name, file, isFromProject, plugin, isForced }: FrontmatterPlace,
  { entries, broken }: Pick<Source, "entries" | "broken">,
  problems: readonly Problem[],
): Source {
  return {
    kind: kind === "agent" ? "agent" : "skill",
    name,
    file,
    isFromProject,
    entries: entries.map((entry) => ({ ...inAgent(entry, kind), ...(plugin ? { plugin: plugin.id } : {}) })),
    broken: broken.map((hook) => inAgent(hook, kind)),
    problems,
    ...(plugin ? { plugin } : {}),
    ...(isForced ? { isForced } : {}),
  };
}

function readBlock(block: string, parseYaml: YamlParser, list: ProblemList): JsonObject | null {
  const came = block.length > MAX_BLOCK_LENGTH ? `${block.length} characters` : "text that is none";
  try {
    const value = block.length > MAX_BLOCK_LENGTH ? undefined : readLoosely(block, parseYaml);
    if (value === null) return {};
    if (isJsonObject(value)) return value;
  } catch {
    // Said below: what the parser says of it may quote the file.
  }
  list.error({
    code: "unreadable",
    path: "",
    expected: `frontmatter in YAML, of at most ${MAX_BLOCK_LENGTH} characters`,
    came,
    effect: "No hook of this file is in force.",
  });
  return null;
}

/** Lines of a block that are looked at one by one. */
const MAX_LOOSE_LINES = 200;

/**
 * Reads a block, or else the block with quotes around the values that need them: `argument-hint: [id] [title]` and
 * `description: Deploys: to staging` are no YAML, and are how people write them.
 */
function readLoosely(block: string, parseYaml: YamlParser): unknown {
  try {
    return parseYaml(block);
  } catch (error) {
    const lines = block.split(/\r?\n/);
    if (lines.length > MAX_LOOSE_LINES) throw error;
    return parseYaml(lines.map((line) => quoteLine(line, parseYaml)).join("\n"));
  }
}

function quoteLine(line: string, parseYaml: YamlParser): string {
  const [, key, value] = /^([A-Za-z][\w-]*):[ \t]+(\S.*)$/.exec(line) ?? [];
  if (key === undefined || value === undefined || key === "hooks") return line;
  try {
    parseYaml(line);
    return line;
  } catch {
    return `${key}: ${JSON.stringify(value.trimEnd())}`; // JSON is YAML
  }
}

/** A matcher of `Stop` means nothing, and would be compared with kinds of agents. */
function inAgent<Hook extends HookEntry | BrokenHook>(hook: Hook, kind: FrontmatterPlace["kind"]): Hook {
  if (kind !== "agent" || hook.event !== "Stop") return hook;
  const { matcher: _, ...rest } = hook;
  return { ...rest, event: "SubagentStop" } as Hook;
}
