import { ask } from "./ask.ts";
import { compactAfterFailure, compactIfFull } from "./compaction/compact-turn.ts";
import { takeUsage } from "./compaction/gauge.ts";
import type { Conversation } from "./conversation.ts";
import { say } from "./conversation.ts";
import type { Core } from "./core.ts";
import { openDisplay } from "./display.ts";
import { isPromptTooLong } from "./failure-text.ts";
import type { Asked } from "./model/ask-model.ts";
import { addUsage, isToolUse, type ModelMessage } from "./model/messages.ts";
import { askStopHandlers } from "./stop.ts";
import { runToolBatch } from "./tool-batch.ts";
import { fail, failBy, GO_ON, goOn, malformed, takeFailure } from "./turn-failure.ts";
import {
  AGAIN,
  end,
  endOf,
  endOverBudget,
  followModel,
  keep,
  keepCut,
  newTurn,
  type Step,
  type Turn,
  type TurnEnd,
  type TurnOptions,
} from "./turn-state.ts";

/**
 * Runs a conversation until it ends: asks the model, runs the tools that it calls, asks the Stop handlers. A turn that an API failure
 * ends runs the StopFailure handlers, in place of those, and waits for them. Never rejects for what the API, a tool or a handler does.
 */
export async function runTurn(
  core: Core,
  conversation: Conversation,
  options: TurnOptions,
): Promise<TurnEnd> {
  const turn = newTurn(core, conversation, options);
  const { progress } = turn;
  for (;;) {
    if (options.signal.aborted) return endOf(turn, "aborted_tools");
    if (progress.turns >= options.maxTurns) return endOf(turn, "max_turns");
    await sayPending(turn);
    followModel(turn);
    await compactIfFull(turn);
    const step = await takeAnswer(turn, await askNext(turn));
    if (step.type === "end") return step.end;
  }
}

/** What background handlers said meanwhile stands before the next request; subagents do not hear it. */
async function sayPending({ core, conversation }: Turn): Promise<void> {
  if (conversation.agent) return;
  await say(conversation, core.state.pending.splice(0));
}

async function askNext({ id, core, conversation, options, progress }: Turn): Promise<Asked> {
  const { system, messages, tools } = conversation;
  const display = await openDisplay({ core, conversation, turnId: id, signal: options.signal });
  progress.display = display;
  const began = performance.now();
  const request = {
    ...{ model: progress.model, system, messages, maxTokens: core.maxTokens },
    tools: tools.map(({ definition }) => definition),
  };
  const asked = await ask(core, request, {
    signal: options.signal,
    emit: (event) => {
      if (event.type === "retrying" || event.type === "fallback") display.restart();
      core.emit(event);
    },
    onText: display.take,
    onFallback: (model) => {
      progress.model = model;
    },
  });
  progress.apiMs += performance.now() - began;
  return asked;
}

async function takeAnswer(turn: Turn, asked: Asked): Promise<Step> {
  if (asked.type === "aborted") {
    await keepCut(turn, asked.partial);
    return end(turn, "aborted_streaming");
  }
  if (asked.type === "over_budget") return endOverBudget(turn, asked.why);
  if (asked.type === "failed") {
    if (isPromptTooLong(asked.failure) && (await compactAfterFailure(turn))) return AGAIN;
    const taken = await takeFailure(turn, asked.failure, asked.partial);
    return taken.type === "run_tools" ? runTools(turn, taken.message) : taken;
  }
  const { message, requestId } = asked;
  turn.progress.turns++;
  turn.progress.usage = addUsage(turn.progress.usage, message.usage);
  turn.progress.stopReason = message.stopReason;
  const isFull = message.stopReason === "model_context_window_exceeded";
  const isNone = isFull || message.stopReason === "refusal";
  // What is still on its way to the screen belongs to no answer.
  if (isNone) turn.progress.display?.restart();
  // What the answer had room for is half of one, and counts as none: it is asked for again, with room for all of it.
  if (isFull && (await compactAfterFailure(turn))) return AGAIN;
  takeUsage(turn.conversation.gauge, message.usage);
  if (isNone) return failBy(turn, message.stopReason ?? "", message);
  await keep(turn, message, requestId);
  if (message.content.some(isToolUse)) return runTools(turn, message);
  if (message.stopReason === "max_tokens")
    return goOn(turn, GO_ON.limit) ?? failBy(turn, "max_tokens", message);
  if (message.stopReason === "tool_use" || message.hasLostCall)
    return (
      goOn(turn, GO_ON.malformed) ??
      fail(turn, malformed(message), { reason: "malformed_tool_use_exhausted" })
    );
  return stop(turn);
}

async function runTools(turn: Turn, message: ModelMessage): Promise<Step> {
  const { core, conversation, options } = turn;
  const batch = await runToolBatch(core, conversation, message.content.filter(isToolUse), options.signal);
  switch (batch.type) {
    case "deferred":
      return end(turn, "tool_deferred", { deferred: batch.call, text: "" });
    case "stopped":
      return end(turn, "hook_stopped");
    case "interrupted":
      return end(
        turn,
        "aborted_tools",
        batch.by === "hook" ? { notices: ["A PermissionRequest hook ended the run."] } : {},
      );
    case "done":
      return AGAIN;
  }
}

async function stop(turn: Turn): Promise<Step> {
  const { core, conversation, options, progress } = turn;
  const { guard, signal } = options;
  const answer = await askStopHandlers(core, conversation, { lastText: progress.lastText, guard, signal });
  switch (answer.type) {
    case "goes_on":
      return AGAIN;
    case "ended_by_hook":
      return end(turn, "stop_hook_prevented", { notices: [answer.notice] });
    case "ended_by_guard":
      return end(turn, "completed", { notices: [answer.notice] });
    case "ends":
      return end(turn, signal.aborted ? "aborted_tools" : "completed");
  }
}
