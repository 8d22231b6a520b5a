import { join } from "node:path";
import type { Source } from "../../engine/index.ts";
import { parseRule, type Rule } from "../../protocol/index.ts";
import type { Conversation } from "../conversation.ts";
import type { Core } from "../core.ts";
import { type Grants, noGrants } from "../grants.ts";
import type { Skill } from "./skill.ts";
import type { Granted } from "./trusted.ts";

/** A skill that is in force. */
export interface BegunSkill {
  /** What it permits, and nothing that was permitted before. */
  readonly grants: Grants;
  /** The conversation is not the one that works on it. */
  takeGrantsBack(): void;
  /** It is not loaded after all: hooks as well. */
  takeBack(): void;
}

/**
 * Puts in force what comes with a skill: its hooks until the session ends, or the subagent that loads it, and what it permits until the turn
 * ends. Hooks of a project run when they are trusted, which the engine judges before each of them.
 *
 * @returns what it permits, and how to take that or all of it back
 */
export function beginSkill(
  core: Core,
  conversation: Conversation,
  skill: Skill,
  granted: Granted,
): BegunSkill {
  const removeHooks = addHooks(core, conversation, skill);
  const before = { ...conversation.grants };
  const { grants } = conversation;
  const { file, allowedTools, model } = skill;
  const own = noGrants();
  if (granted.permits) {
    own.rules = allowedTools.flatMap((rule) => parseRule(rule) ?? []);
    own.model = model ?? null;
  } else if (allowedTools.length > 0 || model !== undefined)
    core.emit({
      type: "notice",
      level: "warning",
      text: `allowed-tools and model of ${file.shownAs} do not count: ${granted.why}. \`kedge hooks trust\` shows them and asks.`,
    });
  own.rules = [...own.rules, ...readingOwnFiles(skill)];
  grants.rules = [...grants.rules, ...own.rules];
  grants.model = own.model ?? grants.model;
  const takeGrantsBack = (): void => void Object.assign(grants, before);
  return {
    grants: own,
    takeGrantsBack,
    takeBack() {
      removeHooks();
      takeGrantsBack();
    },
  };
}

/** A skill that is loaded once more has its hooks already, unless its file was read anew meanwhile. */
function addHooks({ engine }: Core, { agent, skillHooks }: Conversation, { file }: Skill): () => void {
  const known = skillHooks.get(file.file);
  const nothing = (): void => {};
  if (known?.source === file.hooks) return nothing;
  known?.remove();
  skillHooks.delete(file.file);
  if (!file.hooks) return nothing;
  const remove = engine.addSource(agent ? hooksOfAgent(file.hooks, agent.agentId) : file.hooks);
  skillHooks.set(file.file, { source: file.hooks, remove });
  return () => {
    remove();
    skillHooks.delete(file.file);
  };
}

/** Hooks for one subagent alone: entries of their own, because an engine knows the source of an entry by the entry. */
export function hooksOfAgent(source: Source, agentId: string): Source {
  return {
    ...source,
    agentId,
    entries: source.entries.map((entry) => ({ ...entry })),
    broken: source.broken.map((hook) => ({ ...hook })),
  };
}

/** What stands beside a SKILL.md is a part of the skill, wherever the user keeps it; of a project it is a file like others. */
function readingOwnFiles({ kind, file }: Skill): readonly Rule[] {
  const dir = join(file.file, "..");
  if (kind !== "skill" || file.isFromProject || /[*?[\]{}()!\\]/.test(dir)) return [];
  const rule = parseRule(`Read(/${dir}/**)`);
  return rule ? [rule] : [];
}
