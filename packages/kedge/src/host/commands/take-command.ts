import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import type { DefinitionScope } from "../../engine/index.ts";
import { cleanForModel, type Decision, firstLine } from "../../protocol/index.ts";
import { fire } from "../core.ts";
import { shownText } from "../display.ts";
import { contextBlocks } from "../hook-texts.ts";
import { NO_USAGE, type PromptBlock, type TextBlock } from "../model/messages.ts";
import { nearNames } from "../near-names.ts";
import type { OpenSession } from "../open-session.ts";
import { loadSkill } from "../skills/load-skill.ts";
import type { SkillShelf } from "../skills/shelf.ts";
import type { Skill } from "../skills/skill.ts";
import type { TurnEnd } from "../turn-state.ts";
import { BUILT_IN_COMMANDS, type BuiltInCommand } from "./built-in.ts";
import { parseCommand, type TypedCommand } from "./parse-command.ts";

/** What a prompt is, before its handlers are asked. */
export type Prompted =
  /** Nothing is to be expanded. */
  | { readonly type: "plain" }
  /** The turn is over: a command of the session, or a prompt that means nothing. */
  | { readonly type: "over"; readonly end: TurnEnd }
  /** A handler of UserPromptExpansion refuses it. */
  | { readonly type: "blocked"; readonly decision: Decision }
  | {
      readonly type: "expands";
      readonly contexts: readonly TextBlock[];
      readonly expand: () => Promise<Expanded>;
    };

/** What stands in the conversation for a command. */
type Expanded =
  | { readonly type: "content"; readonly content: readonly PromptBlock[] }
  /** The same, and the turn is over: a subagent did the work. */
  | { readonly type: "done"; readonly content: readonly PromptBlock[]; readonly end: TurnEnd }
  | { readonly type: "over"; readonly end: TurnEnd };

/** `command_source` of UserPromptExpansion. @source recorded for projects; Claude Code hooks reference for plugins */
const SOURCES: Readonly<Record<DefinitionScope, string>> = {
  managed: "policySettings",
  project: "projectSettings",
  user: "userSettings",
  plugin: "plugin",
};

/**
 * Looks whether a prompt is a command, runs it if it is one of the session, and asks the handlers of UserPromptExpansion if a skill or a
 * command of a file is to be expanded. Its text is made when they and those of UserPromptSubmit have let it pass: nothing of it runs before.
 */
export async function takeCommand(open: OpenSession, prompt: string, signal: AbortSignal): Promise<Prompted> {
  const typed = parseCommand(prompt);
  if (!typed) return { type: "plain" };
  const builtIn = BUILT_IN_COMMANDS.find(({ name }) => name === typed.name);
  if (builtIn) return { type: "over", end: await runBuiltIn(open, builtIn, typed, signal) };
  const { core, main } = open;
  const skill = core.skills.find(typed.name);
  // A prompt may begin with a folder: `/tmp is full`.
  if (!skill && existsSync(`/${typed.name}`)) return { type: "plain" };
  if (!skill?.isForUser) return { type: "over", end: refused(noSuch(typed, skill, core.skills)) };
  const { decision } = await fire(
    core,
    "UserPromptExpansion",
    {
      ...{ expansion_type: "slash_command", command_name: skill.name, command_args: typed.args },
      ...{ command_source: SOURCES[skill.file.scope], prompt },
    },
    { conversation: main, signal },
  );
  if (decision.effect === "refuses_prompt" || decision.stop) return { type: "blocked", decision };
  return {
    type: "expands",
    contexts: contextBlocks("UserPromptExpansion", decision.contexts),
    expand: () => expand(open, skill, typed, signal),
  };
}

async function expand(
  { core, main }: OpenSession,
  skill: Skill,
  { args }: TypedCommand,
  signal: AbortSignal,
): Promise<Expanded> {
  const loaded = await loadSkill(core, main, skill, { args, signal });
  const called: TextBlock = { type: "text", text: callText(skill, args) };
  switch (loaded.type) {
    case "text":
      return { type: "content", content: [called, ...loaded.blocks] };
    case "forked": {
      const { end } = loaded;
      const answer: TextBlock = { type: "text", text: `A subagent worked on it, and answered:\n${end.text}` };
      const parts = { core, conversation: main, turnId: randomUUID(), signal };
      const text = end.text === "" ? "" : await shownText(parts, end.text);
      return { type: "done", content: [called, answer], end: { ...end, text } };
    }
    case "refused": {
      const end = refused(`/${skill.name} was not expanded: ${loaded.why}`);
      return { type: "over", end: signal.aborted ? { ...end, reason: "aborted_tools" } : end };
    }
  }
}

/** What was typed, as transcripts of the real agent have it. */
function callText({ name }: Skill, args: string): string {
  const lines = [`<command-name>/${name}</command-name>`];
  if (args !== "") lines.push(`<command-args>${args}</command-args>`);
  return cleanForModel(lines.join("\n"));
}

async function runBuiltIn(
  open: OpenSession,
  command: BuiltInCommand,
  { args }: TypedCommand,
  signal: AbortSignal,
): Promise<TurnEnd> {
  const answer = await command.run(open, { args, signal });
  if ("reason" in answer) return answer;
  if (!answer.ok) return refused(answer.text);
  open.core.emit({ type: "notice", level: "info", text: answer.text });
  return { ...refused(answer.text), reason: "completed" };
}

function noSuch({ name }: TypedCommand, skill: Skill | null, shelf: SkillShelf): string {
  if (skill) return `/${name} is for the model to load, not to be typed.`;
  const names = [
    ...BUILT_IN_COMMANDS.map((command) => command.name),
    ...shelf.all().flatMap((each) => (each.isForUser ? [each.name] : [])),
  ];
  const near = nearNames(name, names).map((each) => `/${each}`);
  const meant = near.length > 0 ? ` Did you mean ${near.join(", ")}?` : "";
  return `Unknown command: /${firstLine(name, 60)}.${meant} /help lists them; a prompt may begin with a blank instead.`;
}

function refused(text: string): TurnEnd {
  return {
    ...{
      reason: "command_refused",
      text,
      stopReason: null,
      turns: 0,
      apiMs: 0,
      usage: NO_USAGE,
      notices: [],
    },
  };
}
