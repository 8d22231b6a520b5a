import type { BlockEffect, StopEffect } from "./descriptor.ts";

/** Sentences for people; total, so that a new effect does not compile until it has one. */
const BLOCK_MEANING: Readonly<Record<BlockEffect, string>> = {
  refuses_call: "the call is refused, and the model gets the reason",
  refuses_prompt: "the prompt is refused, and the user gets the reason",
  continues_turn: "the turn goes on with the reason as its next instruction",
  continues_subagent: "the subagent goes on with the reason as its next instruction",
  continues_teammate: "the teammate goes on with the reason as feedback",
  ends_loop: "the loop ends before the next model call",
  tells_model: "nothing is undone; the model gets the reason beside the result",
  removes_task: "the task is removed, and the model gets the reason",
  keeps_task_open: "the task stays open, and the model gets the reason",
  refuses_compaction: "the conversation is not compacted",
  refuses_change: "the running session keeps its old settings",
  declines: "the answer to the server is decline",
  fails_worktree: "no worktree is made",
  refuses_switch: "the model is not switched",
  nothing: "nothing",
};

const STOP_MEANING: Readonly<Record<StopEffect, string>> = {
  ends_loop: "the loop ends",
  ends_loop_after_call: "the call still runs, then the loop ends",
  ends_turn: "the turn ends, whatever other handlers block",
  refuses_prompt: "the prompt is refused",
  ends_subagent: "the subagent ends; the main loop goes on",
  ends_teammate: "the teammate stops",
  nothing: "without effect",
};

/** What a block does, as a clause for people. */
export function blockMeaning(effect: BlockEffect): string {
  return BLOCK_MEANING[effect];
}

/** What `continue: false` does, as a clause for people. */
export function stopMeaning(effect: StopEffect): string {
  return STOP_MEANING[effect];
}
