import { firstLine } from "../../protocol/index.ts";
import { whatIsUndone } from "../agents/what-is-undone.ts";
import { boundedList } from "../bounded-list.ts";
import type { Core } from "../core.ts";
import type { ToolDefinition } from "../model/messages.ts";
import { nearNames } from "../near-names.ts";
import { refuse, type Tool, type ToolOutcome } from "../tools/tool.ts";
import { type LoadedSkill, loadSkill } from "./load-skill.ts";
import type { SkillShelf } from "./shelf.ts";
import type { Skill } from "./skill.ts";
import { skillName } from "./skill-name.ts";

/**
 * The tool by which the model loads skills.
 *
 * @param session gives the session when a call comes: the tool is a part of it, and is made before it
 */
export function createSkillTool(shelf: SkillShelf, session: () => { readonly core: Core }): Tool {
  return {
    get definition(): ToolDefinition {
      return { name: "Skill", description: describe(shelf), input_schema: INPUT };
    },
    isParallel: false,
    async run(input, { conversation, signal }) {
      const name = skillName(input);
      const skill = shelf.find(name);
      const { core } = session();
      if (!skill?.isForModel) return refuse(unknown(name, skill, shelf));
      const args = typeof input.args === "string" ? input.args : "";
      const loaded = await loadSkill(core, conversation, skill, { args, signal });
      return outcomeOf(skill, loaded);
    },
  };
}

const INPUT: ToolDefinition["input_schema"] = {
  type: "object",
  properties: {
    skill: { type: "string", description: "Name of the skill." },
    args: { type: "string", description: "What the skill is to work on, if it takes arguments." },
  },
  required: ["skill"],
};

function describe(shelf: SkillShelf): string {
  const skills = shelf.all().filter(({ isForModel }) => isForModel);
  const head =
    "Loads a skill: instructions for one kind of task. Load it before the task, when its description fits.";
  return skills.length === 0 ? `${head} There are none now.` : `${head} Skills:\n${boundedList(skills)}`;
}

function unknown(name: string, skill: Skill | null, shelf: SkillShelf): string {
  if (skill) return `The skill "${name}" is for people to call, not for you.`;
  const names = shelf.all().flatMap((each) => (each.isForModel ? [each.name] : []));
  const near = nearNames(name, names);
  return `There is no skill "${firstLine(name, 60)}".${near.length > 0 ? ` Did you mean ${near.join(", ")}?` : ""}`;
}

function outcomeOf({ name }: Skill, loaded: LoadedSkill): ToolOutcome {
  const response = { success: true, commandName: name };
  switch (loaded.type) {
    case "refused":
      return refuse(`The skill was not loaded: ${loaded.why}`);
    case "text":
      return { ok: true, text: `The skill ${name} is loaded; it follows.`, response, beside: loaded.blocks };
    case "forked": {
      const { end } = loaded;
      const undone = whatIsUndone(end);
      if (undone) return undone;
      return { ok: true, text: end.text === "" ? "(the subagent said nothing)" : end.text, response };
    }
  }
}
