import { setTimeout as sleep } from "node:timers/promises";
import { type FailureKind, readFailure } from "../protocol/index.ts";
import { type Conversation, say } from "./conversation.ts";
import { type Core, fire } from "./core.ts";
import { failureFields, failureText, terminalReasonOf } from "./failure-text.ts";
import { type Asked, askModel, type ModelFailure } from "./model/ask-model.ts";
import {
  type AnswerBlock,
  addUsage,
  isText,
  isToolUse,
  type ModelMessage,
  NO_USAGE,
  textOf,
  type Usage,
} from "./model/messages.ts";
import { nextDelay } from "./model/retry-policy.ts";
import type { TerminalReason, TurnResult } from "./result.ts";
import { askStopHandlers, type StopGuard } from "./stop.ts";
import { runToolBatch } from "./tool-batch.ts";

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

/** Times that a turn goes on after an answer that was cut, or that made no sense. */
const MAX_RECOVERIES = 3;

const GO_ON = {
  cut: "The answer was cut off by a failure of the connection. Go on exactly where it ended; repeat nothing.",
  limit:
    "The answer reached the limit of output tokens. Go on exactly where it ended, in smaller steps; repeat nothing.",
  malformed: "The answer announced a call of a tool, and there was none that can be read. Make it again.",
} as const;

/** Kinds of failure after which half an answer can be gone on from. */
const PASSING: ReadonlySet<FailureKind> = new Set(["server_error", "overloaded"]);

/** What a turn has come to so far. */
interface Progress {
  turns: number;
  apiMs: number;
  usage: Usage;
  recoveries: number;
  lastText: string;
  stopReason: string | null;
}

/** What one step of the loop decided. */
type Step = { readonly type: "again" } | { readonly type: "end"; readonly end: TurnEnd };

const AGAIN: Step = { type: "again" };

/**
 * Runs a conversation until it ends: asks the model, runs the tools that it calls, asks the Stop handlers. A turn that an API failure
 * ends runs the StopFailure handlers, in place of those, and waits for them. Never rejects for what the API, a tool or a handler does.
 */
export async function runTurn(
  core: Core,
  conversation: Conversation,
  options: TurnOptions,
): Promise<TurnEnd> {
  const progress: Progress = {
    turns: 0,
    apiMs: 0,
    usage: NO_USAGE,
    recoveries: 0,
    lastText: "",
    stopReason: null,
  };
  const turn: Turn = { core, conversation, options, progress };
  for (;;) {
    if (options.signal.aborted) return endOf(turn, "aborted_tools");
    if (progress.turns >= options.maxTurns) return endOf(turn, "max_turns");
    await sayPending(turn);
    const step = await takeAnswer(turn, await ask(turn));
    if (step.type === "end") return step.end;
  }
}

interface Turn {
  readonly core: Core;
  readonly conversation: Conversation;
  readonly options: TurnOptions;
  readonly progress: Progress;
}

/** What background handlers said meanwhile stands before the next request; subagents do not hear it. */
async function sayPending({ core, conversation }: Turn): Promise<void> {
  if (conversation.agent) return;
  await say(conversation, core.state.pending.splice(0));
}

async function ask({ core, conversation, options, progress }: Turn): Promise<Asked> {
  const { agent, model, system, messages, tools } = conversation;
  const began = performance.now();
  const asked = await askModel(
    { model, system, messages, maxTokens: core.maxTokens, tools: tools.map(({ definition }) => definition) },
    {
      ...{ client: core.client, retries: core.retries, signal: options.signal },
      ...{ now: core.now, random: core.random, emit: core.emit },
      onText: (text) => core.emit({ type: "text", text, ...(agent ? { agent } : {}) }),
    },
  );
  progress.apiMs += performance.now() - began;
  return asked;
}

async function takeAnswer(turn: Turn, asked: Asked): Promise<Step> {
  if (asked.type === "aborted") {
    await keepCut(turn, asked.partial);
    return end(turn, "aborted_streaming");
  }
  if (asked.type === "failed") return takeFailure(turn, asked.failure, asked.partial);
  const { message, requestId } = asked;
  turn.progress.turns++;
  turn.progress.usage = addUsage(turn.progress.usage, message.usage);
  turn.progress.stopReason = message.stopReason;
  if (message.stopReason === "refusal" || message.stopReason === "model_context_window_exceeded")
    return failBy(turn, message.stopReason, message);
  await keep(turn, message, requestId);
  if (message.content.some(isToolUse)) return runTools(turn, message);
  if (message.stopReason === "max_tokens")
    return goOn(turn, GO_ON.limit) ?? failBy(turn, "max_tokens", message);
  if (message.stopReason === "tool_use")
    return goOn(turn, GO_ON.malformed) ?? fail(turn, malformed(message), "malformed_tool_use_exhausted");
  return stop(turn);
}

/** Keeps an answer in the conversation, the transcript and the stream. */
async function keep(
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
  if (content.length > 0) messages.push({ role: "assistant", content });
  await transcript.append({
    type: "assistant",
    message: {
      ...{ role: "assistant", id: message.id, model: message.model, content },
      ...{ stop_reason: message.stopReason, usage: message.usage },
    },
    ...(requestId === undefined ? {} : { requestId }),
  });
  core.emit({ type: "answer", message: { ...message, content }, ...(agent ? { agent } : {}) });
}

/** Keeps the text of an answer that did not come to its end. Half a call cannot be run, nor half a thought sent back. */
async function keepCut(turn: Turn, partial: readonly AnswerBlock[]): Promise<void> {
  const content = partial.filter(isText).filter(({ text }) => text !== "");
  if (content.length > 0) await keep(turn, cutMessage(turn, content));
}

function cutMessage({ conversation }: Turn, content: readonly AnswerBlock[]): ModelMessage {
  return { id: "", model: conversation.model, content, stopReason: null, usage: NO_USAGE };
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

/** Says how to go on, unless that was said often enough; null then. */
function goOn({ conversation, progress }: Turn, text: string): Promise<Step> | null {
  if (progress.recoveries >= MAX_RECOVERIES) return null;
  progress.recoveries++;
  return say(conversation, [{ type: "text", text }]).then(() => AGAIN);
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

/** A request failed for good. Where whole blocks had come, the turn goes on from them a few times. */
async function takeFailure(
  turn: Turn,
  failure: ModelFailure,
  partial: readonly AnswerBlock[],
): Promise<Step> {
  const { core, conversation, options, progress } = turn;
  const delayMs = recoveryDelay(turn, failure, partial);
  if (delayMs === null) {
    await keepCut(turn, partial);
    return fail(turn, failure);
  }
  progress.recoveries++;
  await keep(turn, cutMessage(turn, partial));
  const { recoveries: attempt } = progress;
  core.emit({ type: "retrying", attempt, maxRetries: MAX_RECOVERIES, delayMs, failure });
  try {
    await sleep(delayMs, undefined, { signal: options.signal });
  } catch {
    return end(turn, "aborted_streaming"); // the only error of a sleep is its signal
  }
  // Calls that came whole are run: their results are what the turn goes on from.
  if (partial.some(isToolUse)) return runTools(turn, cutMessage(turn, partial));
  await say(conversation, [{ type: "text", text: GO_ON.cut }]);
  return AGAIN;
}

function recoveryDelay(
  { core, progress }: Turn,
  failure: ModelFailure,
  partial: readonly AnswerBlock[],
): number | null {
  const isUseful = partial.some(isToolUse) || textOf(partial) !== "";
  if (!isUseful || !PASSING.has(failure.kind) || progress.recoveries >= MAX_RECOVERIES) return null;
  const state = { attempts: progress.recoveries + 1, elapsedMs: 0 };
  return nextDelay({ ...failure, retryable: true }, state, { policy: core.retries, random: core.random() });
}

/** A whole answer whose stop reason is a failure. */
function failBy(turn: Turn, stopReason: string, message: ModelMessage): Promise<Step> {
  const failure = readFailure({ type: "stop", stopReason }, { nowMs: turn.core.now() });
  return fail(turn, { ...(failure ?? malformed(message)), attempts: 1, model: message.model });
}

function malformed({ model }: ModelMessage): ModelFailure {
  const message = "The model announced a tool call that could not be read, again and again";
  return { kind: "unknown", retryable: false, recordedAgentKind: "unknown", message, attempts: 1, model };
}

/** Ends the turn by a failure: keeps it, and runs the StopFailure handlers to their end. What they say decides nothing (D4). */
async function fail(turn: Turn, failure: ModelFailure, reason = terminalReasonOf(failure)): Promise<Step> {
  const { core, conversation, options } = turn;
  const { agent, transcript } = conversation;
  const text = failureText(failure);
  const message: ModelMessage = {
    id: "",
    model: "<synthetic>",
    content: [{ type: "text", text }],
    stopReason: null,
    usage: NO_USAGE,
  };
  await transcript.append({
    type: "assistant",
    message: {
      role: "assistant",
      id: "",
      model: "<synthetic>",
      content: message.content,
      stop_reason: null,
      usage: NO_USAGE,
    },
    isApiErrorMessage: true,
    error: failure.kind,
    ...(failure.status === undefined ? {} : { apiErrorStatus: failure.status }),
    ...(failure.requestId === undefined ? {} : { requestId: failure.requestId }),
  });
  await transcript.sync();
  core.emit({ type: "answer", message, failure, ...(agent ? { agent } : {}) });
  const fields = failureFields(failure, core.state.lastTool);
  await fire(core, "StopFailure", fields, { conversation, signal: options.signal });
  return end(turn, reason, { failure, text });
}

function end(turn: Turn, reason: TerminalReason, own: Partial<TurnEnd> = {}): Step {
  return { type: "end", end: { ...endOf(turn, reason), ...own } };
}

function endOf({ progress }: Turn, reason: TerminalReason): TurnEnd {
  const { lastText, stopReason, turns, apiMs, usage } = progress;
  return { reason, text: lastText, stopReason, turns, apiMs, usage, notices: [] };
}
