import { join } from "node:path";
import type { Source } from "../../engine/index.ts";
import { parseRule, type Rule } from "../../protocol/index.ts";
import type { Conversation } from "../conversation.ts";
import type { Core } from "../core.ts";
import type { Skill } from "./skill.ts";
import type { Granted } from "./trusted.ts";

/**
 * Puts in force what comes with a skill: its hooks until the session ends, or the subagent that loads it, and what it permits until the turn
 * ends. Hooks of a project run when they are trusted, which the engine judges before each of them.
 *
 * @returns takes all of it back, for a skill that is not loaded after all
 */
export function beginSkill(
  core: Core,
  conversation: Conversation,
  skill: Skill,
  granted: Granted,
): () => void {
  const removeHooks = addHooks(core, conversation, skill);
  const before = { ...conversation.grants };
  const { grants } = conversation;
  const { file, allowedTools, model } = skill;
  if (granted.permits) {
    grants.rules = [...grants.rules, ...allowedTools.flatMap((rule) => parseRule(rule) ?? [])];
    grants.model = model ?? grants.model;
  } else if (allowedTools.length > 0 || model !== undefined)
    core.emit({
      type: "notice",
      level: "warning",
      text: `allowed-tools and model of ${file.shownAs} do not count: ${granted.why}. \`kedge hooks trust\` shows them and asks.`,
    });
  grants.rules = [...grants.rules, ...readingOwnFiles(skill)];
  return () => {
    removeHooks();
    Object.assign(grants, before);
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
