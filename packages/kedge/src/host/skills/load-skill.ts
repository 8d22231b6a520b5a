import { randomUUID } from "node:crypto";
import { dirname } from "node:path";
import { runSubagent } from "../agents/run-subagent.ts";
import type { Conversation } from "../conversation.ts";
import type { Core } from "../core.ts";
import type { TextBlock } from "../model/messages.ts";
import type { TurnEnd } from "../turn-state.ts";
import { beginSkill } from "./begin-skill.ts";
import { expandSkill } from "./expand-skill.ts";
import type { Skill } from "./skill.ts";
import { judgeWishes } from "./trusted.ts";

/** What came of loading a skill. */
export type LoadedSkill =
  /** Its text is for the conversation that loads it. */
  | { readonly type: "text"; readonly blocks: readonly TextBlock[] }
  /** A subagent worked on it, and is done. */
  | { readonly type: "forked"; readonly end: TurnEnd }
  | { readonly type: "refused"; readonly why: string };

/** Expands a skill, and puts in force what comes with it. */
export async function loadSkill(
  core: Core,
  conversation: Conversation,
  skill: Skill,
  { args, signal }: { readonly args: string; readonly signal: AbortSignal },
): Promise<LoadedSkill> {
  const granted = await judgeWishes(core, skill);
  const begun = beginSkill(core, conversation, skill, granted);
  const refuse = (why: string): LoadedSkill => {
    begun.takeBack();
    return { type: "refused", why: `${skill.file.shownAs}: ${why}` };
  };
  const expansion = await expandSkill(core, conversation, skill, { args, granted, signal });
  if (!expansion.ok) return refuse(expansion.why);
  const { text, beside } = expansion;
  const base = skill.kind === "skill" ? `Base directory of this skill: ${dirname(skill.file.file)}\n\n` : "";
  const blocks: readonly TextBlock[] = [{ type: "text", text: `${base}${text}` }, ...beside];
  // A subagent starts no subagents: there, the text is its own to work on.
  if (skill.forkAgent === undefined || conversation.agent) return { type: "text", blocks };
  const definition = core.agents.find(({ name }) => name === skill.forkAgent);
  if (!definition) return refuse(`there is no kind of subagent "${skill.forkAgent}"`);
  const prompt = blocks.map((block) => block.text).join("\n\n");
  // Who loads it goes on as before: what the skill permits, and its model, are the subagent's alone.
  begun.takeGrantsBack();
  const { grants } = begun;
  const task = { definition, prompt, toolUseId: `skill_${randomUUID()}`, signal, grants };
  const { end } = await runSubagent(core, conversation, task);
  return { type: "forked", end };
}
