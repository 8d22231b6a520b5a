import {
  type BrokenHook,
  type HookEntry,
  isJsonObject,
  type JsonObject,
  ownValue,
  ProblemList,
  readHooks,
} from "../protocol/index.ts";
import type { Source } from "./source.ts";

/** Reads YAML. Brought by whoever embeds the engine, which needs it for nothing else. */
export type YamlParser = (text: string) => unknown;

/** A file whose frontmatter may hold hooks. */
export interface FrontmatterFile {
  readonly kind: "skill" | "agent";
  readonly text: string;
  /** How to call it, such as `.claude/skills/deploy/SKILL.md`. */
  readonly name: string;
  /** Absolute. */
  readonly file: string;
  readonly isFromProject: boolean;
}

/**
 * Reads the `hooks` of a skill or an agent. They live from the skill's call to the end of the session, or while the agent
 * runs: add the source to an engine for that time. `Stop` of an agent means SubagentStop.
 *
 * @returns null when the frontmatter has no hooks
 * @source Claude Code hooks reference, "Hooks in skills and agents"
 */
export function readFrontmatterSource(about: FrontmatterFile, parseYaml: YamlParser): Source | null {
  const { kind, name, file, isFromProject } = about;
  const block = /^\ufeff?---[ \t]*\r?\n([\s\S]*?)\r?\n---[ \t]*(?:\r?\n|$)/.exec(about.text)?.[1];
  if (block === undefined) return null;
  const list = new ProblemList(name);
  const values = readBlock(block, parseYaml, list);
  if (!Object.hasOwn(values, "hooks") && list.problems.length === 0) return null;
  const none = { entries: [], broken: [] };
  const hooks = Object.hasOwn(values, "hooks")
    ? readHooks(ownValue(values, "hooks"), { path: "hooks", origin: "frontmatter", list })
    : none;
  return {
    kind,
    name,
    file,
    isFromProject,
    entries: hooks.entries.map((hook) => inAgent(hook, kind)),
    broken: hooks.broken.map((hook) => inAgent(hook, kind)),
    problems: list.problems,
  };
}

function readBlock(block: string, parseYaml: YamlParser, list: ProblemList): JsonObject {
  try {
    const value = parseYaml(block);
    if (isJsonObject(value)) return value;
  } catch {
    // Said below: what the parser says of it may quote the file.
  }
  list.error({
    code: "unreadable",
    path: "",
    expected: "frontmatter in YAML",
    came: "text that is none",
    effect: "No hook of this file is in force.",
  });
  return {};
}

function inAgent<Hook extends HookEntry | BrokenHook>(hook: Hook, kind: FrontmatterFile["kind"]): Hook {
  return kind === "agent" && hook.event === "Stop" ? { ...hook, event: "SubagentStop" } : hook;
}
