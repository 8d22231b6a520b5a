import type { Conversation } from "../conversation.ts";
import type { Core } from "../core.ts";
import { newGuard } from "../stop-guard.ts";
import { fail } from "../turn-failure.ts";
import { type End, end, endOverBudget, newTurn, type Turn, type TurnEnd } from "../turn-state.ts";
import { type Compaction, compact } from "./compact.ts";

/** Compacts the conversation because somebody asked for it; how that went is the result of the turn. */
export async function runCompact(
  core: Core,
  conversation: Conversation,
  about: { readonly instructions: string; readonly signal: AbortSignal },
): Promise<TurnEnd> {
  const { instructions, signal } = about;
  const turn = newTurn(core, conversation, { signal, guard: newGuard(), maxTurns: core.maxTurns });
  const task = { trigger: "manual", instructions, model: conversation.model, signal } as const;
  const began = performance.now();
  const done = await compact(core, conversation, task);
  turn.progress.apiMs = performance.now() - began;
  return (await endFor(turn, done)).end;
}

function endFor(turn: Turn, done: Compaction): End | Promise<End> {
  switch (done.type) {
    case "compacted": {
      const text = `The conversation was compacted: about ${done.preTokens} tokens became about ${done.postTokens}.`;
      return end(turn, "completed", { text, turns: 1 });
    }
    case "nothing": {
      const text = "There is nothing to compact yet.";
      turn.core.emit({ type: "notice", level: "info", text });
      return end(turn, "completed", { text });
    }
    case "blocked":
      return end(turn, "prompt_blocked", { text: `Compaction blocked by hook: ${done.why}` });
    case "failed":
      return fail(turn, done.failure);
    case "over_budget":
      return endOverBudget(turn, done.why);
    case "aborted":
      return end(turn, "aborted_streaming");
  }
}
