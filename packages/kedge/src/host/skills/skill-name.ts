import type { JsonObject } from "../../protocol/index.ts";

/** The skill that a call is about. One spelling for the tool and for rules: what a rule denies is not loaded by another name. */
export function skillName({ skill }: JsonObject): string {
  return typeof skill === "string" ? skill.trim().replace(/^\//, "") : "";
}

/**
 * Whether a rule `Skill(name)` or `Skill(name *)`, for names that begin so, is about a call.
 *
 * @source Claude Code skills reference, "Restrict Claude's skill access"
 */
export function isAboutSkill(content: string, input: JsonObject): boolean {
  const name = skillName(input);
  const start = /^(.*?)(?::\*| \*|\*)$/.exec(content)?.[1];
  return start === undefined ? name === content : name.startsWith(start);
}
