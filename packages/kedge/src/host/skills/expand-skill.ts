import { randomUUID } from "node:crypto";
import { dirname } from "node:path";
import { splitText, type TextPiece } from "../../engine/index.ts";
import { cleanForModel } from "../../protocol/index.ts";
import type { Conversation } from "../conversation.ts";
import type { Core } from "../core.ts";
import type { PromptBlock, TextBlock } from "../model/messages.ts";
import { runToolCall } from "../tool-call.ts";
import { readReferences } from "./file-references.ts";
import { createFiller, type Filler } from "./fill-arguments.ts";
import type { Skill } from "./skill.ts";
import { type Granted, judgeWishes } from "./trusted.ts";

/** The text of a skill as the model gets it, or why it does not. */
export type Expansion =
  | { readonly ok: true; readonly text: string; readonly beside: readonly TextBlock[] }
  | { readonly ok: false; readonly why: string };

/** What a skill is expanded with. */
export interface ExpansionOptions {
  readonly args: string;
  readonly granted: Granted;
  readonly signal: AbortSignal;
}

/** Commands of one text. */
const MAX_COMMANDS = 32;

/**
 * Fills in arguments, runs the commands of the text, and reads the files that it refers to by `@path`. Commands and files go the way of the
 * model's own calls: hooks, rules, permissions. A command that may not run, or that fails, refuses the whole text: half an instruction is
 * another one.
 *
 * @source Claude Code skills reference, "Pass arguments to skills" and "Inject dynamic context"
 */
export async function expandSkill(
  core: Core,
  conversation: Conversation,
  skill: Skill,
  options: ExpansionOptions,
): Promise<Expansion> {
  const pieces = splitText(skill.body);
  const commands = pieces.filter(({ type }) => type === "command").length;
  if (commands > 0 && !options.granted.runsCommands)
    return refuse(`its commands are not run: ${options.granted.why} (kedge hooks trust shows them and asks)`);
  if (commands > MAX_COMMANDS) return refuse(`it has ${commands} commands; at most ${MAX_COMMANDS} are run`);
  const filler = createFiller(options.args, variablesOf(core, skill));
  const filled = pieces.map((piece) => fillPiece(piece, filler));
  if (filler.isOver) return refuse("it would be too long with these arguments");
  const parts: string[] = [];
  const beside: TextBlock[] = [];
  for (const piece of filled) {
    if (piece.type === "text") parts.push(piece.text);
    else {
      // The commands before it took their time, and may have changed what it names.
      const { runsCommands, why } = await judgeWishes(core, skill);
      if (!runsCommands) return refuse(`its command \`${piece.command}\` is not run: ${why}`);
      const ran = await runCommand(core, conversation, piece.command, options.signal);
      if (!ran.ok) return ran;
      parts.push(ran.text);
      beside.push(...ran.beside);
    }
  }
  const own = filled.flatMap((piece) => (piece.type === "text" ? [piece.text] : [])).join("\n");
  beside.push(...(await readReferences(core, conversation, own, options.signal)));
  if (options.args.trim() !== "" && !filler.hasPlaced) parts.push(`\n\nARGUMENTS: ${options.args}`);
  return { ok: true, text: cleanForModel(parts.join("").trim()), beside };
}

function fillPiece(piece: TextPiece, { fill }: Filler): TextPiece {
  return piece.type === "text"
    ? { type: "text", text: fill(piece.text) }
    : { type: "command", command: fill(piece.command) };
}

function variablesOf({ id, projectDir }: Core, { file }: Skill): Readonly<Record<string, string>> {
  return {
    CLAUDE_SKILL_DIR: dirname(file.file),
    CLAUDE_SESSION_ID: id,
    CLAUDE_PROJECT_DIR: projectDir,
    ...(file.plugin ? { CLAUDE_PLUGIN_ROOT: file.plugin.root, CLAUDE_PLUGIN_DATA: file.plugin.dataDir } : {}),
  };
}

async function runCommand(
  core: Core,
  conversation: Conversation,
  command: string,
  signal: AbortSignal,
): Promise<Expansion> {
  const call = { type: "tool_use", id: `text_${randomUUID()}`, name: "Bash", input: { command } } as const;
  const turnToAsk = Promise.resolve();
  const end = await runToolCall(core, conversation, call, { signal, turnToAsk, onDecided: () => {} });
  const [result, ...rest] = end.blocks;
  if (end.deferred) return refuse(`its command \`${command}\` waits for somebody's decision`);
  if (result?.type !== "tool_result" || result.is_error === true)
    return refuse(`its command \`${command}\` did not run through: ${end.text}`);
  if (end.stops) return refuse(`a hook ended it at its command \`${command}\``);
  return { ok: true, text: end.text, beside: rest.filter(isText) };
}

function isText(block: PromptBlock): block is TextBlock {
  return block.type === "text";
}

function refuse(why: string): Expansion {
  return { ok: false, why };
}
