import { type Conversation, say } from "./conversation.ts";
import { type Core, fire } from "./core.ts";
import { contextBlocks, reasonOf, reminder } from "./hook-texts.ts";
import type { PromptBlock, ToolUseBlock } from "./model/messages.ts";
import { type CallEnd, runToolCall } from "./tool-call.ts";

/** How the calls of one answer ended. Results of all that ran are in the conversation, and of a call that waits, that it did not. */
export type BatchEnd =
  | { readonly type: "done" }
  /** A handler ends the loop. */
  | { readonly type: "stopped" }
  /** A call waits for somebody's decision; none of them ran from there on. */
  | { readonly type: "deferred"; readonly call: Pick<ToolUseBlock, "id" | "name" | "input"> }
  | { readonly type: "interrupted"; readonly by: "person" | "hook" };

const WAITS = "This call did not run: somebody is to decide first, on it or on one that was made with it.";

/** Calls that run at once. */
const MAX_PARALLEL = 10;

/**
 * Runs the calls of one answer: those that may run beside others at once, all others one after the other, in the order of the model.
 * Then the handlers of PostToolBatch see all results.
 */
export async function runToolBatch(
  core: Core,
  conversation: Conversation,
  calls: readonly ToolUseBlock[],
  signal: AbortSignal,
): Promise<BatchEnd> {
  const ends: CallEnd[] = [];
  for (const group of groupCalls(conversation, calls)) {
    const { own, failure } = await runAtOnce(core, conversation, group, signal);
    ends.push(...own);
    if (failure) await keepAndThrow(core, conversation, ends, failure.reason);
    // What comes after a call that waits, or that ended everything, does not run.
    if (own.some(({ deferred, isInterrupt }) => deferred || isInterrupt) || signal.aborted) break;
  }
  const deferred = ends.find((each) => each.deferred)?.call;
  const done = ends.filter((each) => !each.deferred);
  const batch = await firePostToolBatch(core, conversation, done, signal).catch((error: unknown) =>
    keepAndThrow(core, conversation, done, error),
  );
  const content = [...done.flatMap(({ blocks }) => blocks), ...batch.blocks];
  await sayAll(core, conversation, content, deferred ? waiting(calls, done) : []);
  if (deferred)
    return { type: "deferred", call: { id: deferred.id, name: deferred.name, input: deferred.input } };
  if (ends.some(({ isInterrupt }) => isInterrupt)) return { type: "interrupted", by: "hook" };
  if (signal.aborted) return { type: "interrupted", by: "person" };
  return batch.stops || ends.some(({ stops }) => stops) ? { type: "stopped" } : { type: "done" };
}

/**
 * Calls run beside each other, but a person is asked about them in their order. All have ended when this resolves, whatever went wrong with
 * one of them: nobody could end what is left behind.
 */
async function runAtOnce(
  core: Core,
  conversation: Conversation,
  calls: readonly ToolUseBlock[],
  signal: AbortSignal,
): Promise<{ readonly own: readonly CallEnd[]; readonly failure: PromiseRejectedResult | undefined }> {
  let allBefore: Promise<unknown> = Promise.resolve();
  const settled = await Promise.allSettled(
    calls.map((call) => {
      const turnToAsk = allBefore;
      const { promise: decided, resolve: onDecided } = Promise.withResolvers<void>();
      allBefore = Promise.all([turnToAsk, decided]);
      return runToolCall(core, conversation, call, { signal, turnToAsk, onDecided }).finally(onDecided);
    }),
  );
  return {
    own: settled.flatMap((each) => (each.status === "fulfilled" ? [each.value] : [])),
    failure: settled.find((each) => each.status === "rejected"),
  };
}

/** What ran before something broke is not to be taken for lost, and done once more. */
async function keepAndThrow(
  core: Core,
  conversation: Conversation,
  ends: readonly CallEnd[],
  error: unknown,
): Promise<never> {
  const content = ends.flatMap(({ blocks }) => blocks);
  if (content.length > 0) await sayAll(core, conversation, content, []);
  throw error;
}

/**
 * Says what came of the calls.
 *
 * @param more what only the model hears: who decides on a call that waits is told of it otherwise
 */
async function sayAll(
  core: Core,
  conversation: Conversation,
  content: readonly PromptBlock[],
  more: readonly PromptBlock[],
): Promise<void> {
  await say(conversation, [...content, ...more]);
  const { agent } = conversation;
  if (content.length > 0) core.emit({ type: "feedback", content, ...(agent ? { agent } : {}) });
}

/** Results of calls that did not run: without them, it would have to be said of each that it may have. */
function waiting(calls: readonly ToolUseBlock[], done: readonly CallEnd[]): readonly PromptBlock[] {
  const ids = new Set(done.map(({ call }) => call.id));
  return calls
    .filter(({ id }) => !ids.has(id))
    .map(({ id }) => ({ type: "tool_result", tool_use_id: id, content: WAITS, is_error: true }));
}

function groupCalls(conversation: Conversation, calls: readonly ToolUseBlock[]): readonly ToolUseBlock[][] {
  const groups: ToolUseBlock[][] = [];
  let isOpen = false;
  for (const call of calls) {
    const isParallel =
      conversation.tools.find(({ definition }) => definition.name === call.name)?.isParallel ?? false;
    const last = groups.at(-1);
    if (isParallel && isOpen && last && last.length < MAX_PARALLEL) last.push(call);
    else groups.push([call]);
    isOpen = isParallel;
  }
  return groups;
}

async function firePostToolBatch(
  core: Core,
  conversation: Conversation,
  ends: readonly CallEnd[],
  signal: AbortSignal,
): Promise<{ readonly blocks: readonly PromptBlock[]; readonly stops: boolean }> {
  // Refused calls are part of the batch as well (recorded).
  const calls = ends.map(({ call, input, text }) => ({
    ...{ tool_name: call.name, tool_input: input, tool_use_id: call.id, tool_response: text },
  }));
  if (calls.length === 0) return { blocks: [], stops: false };
  const { decision } = await fire(
    core,
    "PostToolBatch",
    { tool_calls: calls },
    { conversation, signal, awaitsRewakes: core.isOneShot },
  );
  const isBlocked = decision.effect === "ends_loop";
  return {
    blocks: [
      ...(isBlocked ? [reminder(`PostToolBatch hook: ${reasonOf(decision, "Blocked by hook")}`)] : []),
      ...contextBlocks("PostToolBatch", decision.contexts),
    ],
    stops: isBlocked || decision.stop !== undefined,
  };
}
