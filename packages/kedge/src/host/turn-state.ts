import { randomUUID } from "node:crypto";
import type { Conversation } from "./conversation.ts";
import type { Core } from "./core.ts";
import type { Display } from "./display.ts";
import { type AnswerBlock, isText, type ModelMessage, NO_USAGE, type Usage } from "./model/messages.ts";
import type { ModelFailure } from "./model/model-failure.ts";
import type { TerminalReason, TurnResult } from "./result.ts";
import type { StopGuard } from "./stop-guard.ts";

/** How a turn ended, before it is put into the words of a result. */
export interface TurnEnd {
  readonly reason: TerminalReason;
  /** The last real answer, or the failure in words. */
  readonly text: string;
  readonly stopReason: string | null;
  readonly failure?: ModelFailure;
  readonly turns: number;
  readonly apiMs: number;
  readonly usage: Usage;
  readonly deferred?: TurnResult["deferredToolUse"];
  readonly notices: readonly string[];
}

/** What one turn is given. */
export interface TurnOptions {
  readonly signal: AbortSignal;
  readonly guard: StopGuard;
  readonly maxTurns: number;
}

/** What a turn has come to so far. */
interface Progress {
  turns: number;
  apiMs: number;
  usage: Usage;
  recoveries: number;
  /** What the model said last. */
  lastText: string;
  /** The same as people see it. */
  shownText: string;
  stopReason: string | null;
  /** The model that is asked: the one that is wanted, until the fallback takes its place for the rest of the turn. */
  model: string;
  /** That of the conversation, or of the last skill that brought one for this turn. */
  wanted: string;
  /** `held`: one made too little room, so that the next waits until the API asks for it; `refused`: handlers do not want any. */
  compaction: "open" | "held" | "refused";
  /** Of the answer that was asked for last. */
  display: Display | null;
}

/** What one step of the loop decided. */
export type Step = { readonly type: "again" } | End;

/** The turn is over. */
export interface End {
  readonly type: "end";
  readonly end: TurnEnd;
}

export const AGAIN: Step = { type: "again" };

export interface Turn {
  /** What handlers know it by. */
  readonly id: string;
  readonly core: Core;
  readonly conversation: Conversation;
  readonly options: TurnOptions;
  readonly progress: Progress;
}

/** A turn in which nothing has happened yet. */
export function newTurn(core: Core, conversation: Conversation, options: TurnOptions): Turn {
  const progress: Progress = {
    ...{ turns: 0, apiMs: 0, usage: NO_USAGE, recoveries: 0, lastText: "", shownText: "", stopReason: null },
    display: null,
    ...{ model: wantedModel(conversation), wanted: wantedModel(conversation), compaction: "open" },
  };
  return { id: randomUUID(), core, conversation, options, progress };
}

/** Goes to the model of a skill that was called meanwhile. What fell back stays with the fallback otherwise. */
export function followModel({ conversation, progress }: Turn): void {
  const wanted = wantedModel(conversation);
  if (wanted === progress.wanted) return;
  progress.wanted = wanted;
  progress.model = wanted;
}

function wantedModel({ grants, model }: Conversation): string {
  return grants.model ?? model;
}

/** Keeps an answer in the conversation, the transcript and the stream. */
export async function keep(
  { core, conversation, progress }: Turn,
  message: ModelMessage,
  requestId?: string,
): Promise<void> {
  const { agent, messages, transcript } = conversation;
  // The API takes no empty text back.
  const content = message.content.filter((block) => !(isText(block) && block.text === ""));
  // The result is the last piece of text, as in the real agent.
  const text = content.filter(isText).at(-1)?.text.trim() ?? "";
  if (text !== "") progress.lastText = text;
  if (content.length > 0) messages.push({ role: "assistant", content, model: progress.model });
  const entryId = await transcript.append({
    type: "assistant",
    message: {
      ...{ role: "assistant", id: message.id, model: message.model, content },
      ...{ stop_reason: message.stopReason, usage: message.usage },
    },
    ...(requestId === undefined ? {} : { requestId }),
  });
  const shown = (await progress.display?.finish(content)) ?? content;
  if (text !== "") progress.shownText = shown.filter(isText).at(-1)?.text.trim() ?? "";
  // Of an answer that was dropped whole, people see nothing; one that was empty from the beginning is told as it is.
  if (shown.length > 0 || content.length === 0)
    core.emit({
      type: "answer",
      message: { ...message, content: shown },
      entryId,
      ...(agent ? { agent } : {}),
    });
}

/** Keeps the text of an answer that did not come to its end. Half a call cannot be run, nor half a thought sent back. */
export async function keepCut(turn: Turn, partial: readonly AnswerBlock[]): Promise<void> {
  const content = partial.filter(isText).filter(({ text }) => text !== "");
  if (content.length > 0) await keep(turn, cutMessage(turn, content));
  else turn.progress.display?.restart(); // what is still under way belongs to no answer
}

export function cutMessage({ progress }: Turn, content: readonly AnswerBlock[]): ModelMessage {
  return { id: "", model: progress.model, content, stopReason: null, usage: NO_USAGE };
}

export function end(turn: Turn, reason: TerminalReason, own: Partial<TurnEnd> = {}): End {
  return { type: "end", end: { ...endOf(turn, reason), ...own } };
}

export function endOf({ progress }: Turn, reason: TerminalReason): TurnEnd {
  const { shownText, stopReason, turns, apiMs, usage } = progress;
  return { reason, text: shownText, stopReason, turns, apiMs, usage, notices: [] };
}

/** Neither Stop nor StopFailure: nothing failed, and nobody may make the turn go on. What was said stays, and can be resumed. */
export function endOverBudget(turn: Turn, why: string): End {
  return end(turn, "budget_exhausted", { notices: [`${why}: the turn ends here.`] });
}
