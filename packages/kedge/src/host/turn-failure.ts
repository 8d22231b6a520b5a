import { setTimeout as sleep } from "node:timers/promises";
import { type FailureKind, readFailure } from "../protocol/index.ts";
import { say } from "./conversation.ts";
import { fire } from "./core.ts";
import { failureFields, failureText, terminalReasonOf } from "./failure-text.ts";
import { type AnswerBlock, isToolUse, type ModelMessage, NO_USAGE, textOf } from "./model/messages.ts";
import type { ModelFailure } from "./model/model-failure.ts";
import { nextDelay } from "./model/retry-policy.ts";
import type { TerminalReason } from "./result.ts";
import { AGAIN, cutMessage, type End, end, keep, keepCut, type Step, type Turn } from "./turn-state.ts";

/** Times that a turn goes on after an answer that was cut, or that made no sense. */
const MAX_RECOVERIES = 3;

export const GO_ON = {
  cut: "The answer was cut off by a failure of the connection. Go on exactly where it ended; repeat nothing.",
  limit:
    "The answer reached the limit of output tokens. Go on exactly where it ended, in smaller steps; repeat nothing.",
  malformed: "The answer announced a call of a tool, and there was none that can be read. Make it again.",
} as const;

/** Kinds of failure after which half an answer can be gone on from. */
const PASSING: ReadonlySet<FailureKind> = new Set(["server_error", "overloaded"]);

/** Says how to go on, unless that was said often enough; null then. */
export function goOn({ conversation, progress }: Turn, text: string): Promise<Step> | null {
  if (progress.recoveries >= MAX_RECOVERIES) return null;
  progress.recoveries++;
  return say(conversation, [{ type: "text", text }]).then(() => AGAIN);
}

/**
 * Takes a request that failed for good. Where whole blocks had come, the turn goes on from them a few times: calls among them are to be
 * run, and their results are what it goes on from.
 */
export async function takeFailure(
  turn: Turn,
  failure: ModelFailure,
  partial: readonly AnswerBlock[],
): Promise<Step | { readonly type: "run_tools"; readonly message: ModelMessage }> {
  const { core, conversation, options, progress } = turn;
  const delayMs = recoveryDelay(turn, failure, partial);
  if (delayMs === null) return fail(turn, failure, { partial });
  progress.recoveries++;
  await keep(turn, cutMessage(turn, partial));
  const { recoveries: attempt } = progress;
  core.emit({ type: "retrying", attempt, maxRetries: MAX_RECOVERIES, delayMs, failure });
  try {
    await sleep(delayMs, undefined, { signal: options.signal });
  } catch {
    return end(turn, "aborted_streaming"); // the only error of a sleep is its signal
  }
  if (partial.some(isToolUse)) return { type: "run_tools", message: cutMessage(turn, partial) };
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
export function failBy(turn: Turn, stopReason: string, message: ModelMessage): Promise<Step> {
  const failure = readFailure({ type: "stop", stopReason }, { nowMs: turn.core.now() });
  return fail(turn, { ...(failure ?? malformed(message)), attempts: 1, model: message.model });
}

export function malformed({ model }: ModelMessage): ModelFailure {
  const message = "The model announced a tool call that could not be read, again and again";
  return { kind: "unknown", retryable: false, recordedAgentKind: "unknown", message, attempts: 1, model };
}

/**
 * Ends the turn by a failure: keeps it, and runs the StopFailure handlers to their end. What they say decides nothing (D4).
 *
 * @param own.partial what had come of the answer
 */
export async function fail(
  turn: Turn,
  failed: ModelFailure,
  own: { readonly reason?: TerminalReason; readonly partial?: readonly AnswerBlock[] } = {},
): Promise<End> {
  const failure = withWantedModel(turn, failed);
  const { core, conversation, options } = turn;
  try {
    if (own.partial) await keepCut(turn, own.partial);
    await keepFailure(turn, failure);
  } finally {
    // On a disk without room nothing else tells of it.
    const fields = failureFields(failure, core.state.lastTool);
    await fire(core, "StopFailure", fields, { conversation, signal: options.signal });
  }
  return end(turn, own.reason ?? terminalReasonOf(failure), { failure, text: failureText(failure) });
}

/** Keeps a failure in the transcript and the stream. */
async function keepFailure({ core, conversation }: Turn, failure: ModelFailure): Promise<void> {
  const { agent, transcript } = conversation;
  const message: ModelMessage = {
    id: "",
    model: "<synthetic>",
    content: [{ type: "text", text: failureText(failure) }],
    stopReason: null,
    usage: NO_USAGE,
  };
  const { id, model, content, usage } = message;
  const entryId = await transcript.append({
    type: "assistant",
    message: { role: "assistant", id, model, content, stop_reason: null, usage },
    isApiErrorMessage: true,
    error: failure.kind,
    ...(failure.status === undefined ? {} : { apiErrorStatus: failure.status }),
    ...(failure.requestId === undefined ? {} : { requestId: failure.requestId }),
  });
  await transcript.sync();
  core.emit({ type: "answer", message, entryId, failure, ...(agent ? { agent } : {}) });
}

/** Who reads of a failure of the fallback has asked for another model. */
function withWantedModel({ progress }: Turn, failure: ModelFailure): ModelFailure {
  return progress.model === progress.wanted ? failure : { ...failure, insteadOf: progress.wanted };
}
