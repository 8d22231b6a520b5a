import type { Conversation } from "../conversation.ts";
import { type Core, fire } from "../core.ts";
import { contextBlocks, reasonOf } from "../hook-texts.ts";
import type { TextBlock } from "../model/messages.ts";
import type { ModelFailure } from "../model/model-failure.ts";
import { forgetLate } from "../nested-instructions.ts";
import { COMPACT_BOUNDARY } from "../transcript/entry.ts";
import { compactedMessages } from "./compacted-messages.ts";
import { contextTokens, estimateTokens } from "./gauge.ts";
import { compactionRules } from "./rules-in-force.ts";
import { splitConversation } from "./split.ts";
import { summarise } from "./summarise.ts";
import { compactionThreshold } from "./threshold.ts";

/** What came of a compaction. Whatever it was, but for `compacted`, the conversation is as it was before. */
export type Compaction =
  | {
      readonly type: "compacted";
      readonly summary: string;
      readonly preTokens: number;
      readonly postTokens: number;
    }
  /** There is nothing that could be summarised. */
  | { readonly type: "nothing" }
  | { readonly type: "blocked"; readonly why: string }
  | { readonly type: "failed"; readonly failure: ModelFailure }
  | { readonly type: "over_budget"; readonly why: string }
  | { readonly type: "aborted" };

/** What is to be done. */
export interface CompactionTask {
  readonly trigger: "manual" | "auto";
  /** What the user wants of the summary; empty for none. */
  readonly instructions: string;
  /** The model that the conversation is with now. */
  readonly model: string;
  readonly signal: AbortSignal;
}

/** Results that stay as they are take no more than this part of what counts as full. */
const MAX_TAIL_SHARE = 0.25;

/**
 * Replaces a conversation by a summary of it. PreCompact handlers may refuse; SessionStart handlers add their context anew; PostCompact
 * handlers hear of the summary. The order is that of the recorded agent.
 *
 * @source Claude Code hooks reference, "PreCompact" and "PostCompact"
 */
export async function compact(
  core: Core,
  conversation: Conversation,
  task: CompactionTask,
): Promise<Compaction> {
  const { trigger, instructions, signal, model } = task;
  const { messages, gauge } = conversation;
  const full = compactionThreshold(model, await compactionRules(core));
  // Who asks for it may want to be rid of a prompt that was too long: nothing waits for an answer then.
  const whole = messages.length === 0 ? null : { head: [...messages], tail: [] };
  const split = trigger === "manual" ? whole : splitConversation(messages, full * MAX_TAIL_SHARE);
  if (!split) return { type: "nothing" };
  const told = { conversation, signal };
  const { decision } = await fire(core, "PreCompact", { trigger, custom_instructions: instructions }, told);
  if (decision.behavior === "deny") return { type: "blocked", why: reasonOf(decision, "no reason given") };
  const summary = await summarise(core, split.head, task);
  if (summary.type !== "summary") return summary;
  const contexts = await beginAnew(core, conversation, task);
  // Handlers that an interrupt ended have not said what the model has to know after the summary.
  if (signal.aborted) return { type: "aborted" };
  const after = compactedMessages({
    ...{ summary: summary.text, tail: split.tail, contexts, goesOn: trigger === "auto" },
    files: [...conversation.seen.keys()],
    shells: conversation.agent ? [] : core.shells.running,
  });
  const preTokens = contextTokens(gauge, messages);
  const postTokens = estimateTokens(after);
  const data = { trigger, preTokens, postTokens, messages: after };
  // On disk before it counts: a session that dies here is resumed from one of the two.
  await conversation.transcript.append({ type: "system", subtype: COMPACT_BOUNDARY, data });
  await conversation.transcript.sync();
  messages.splice(0, messages.length, ...after);
  forgetLate(core.state, conversation);
  Object.assign(gauge, { tokens: 0, answersSince: 0, failures: 0 });
  const { agent } = conversation;
  core.emit({ type: "compacted", trigger, preTokens, postTokens, ...(agent ? { agent } : {}) });
  await fire(core, "PostCompact", { trigger, compact_summary: summary.text }, told);
  return { type: "compacted", summary: summary.text, preTokens, postTokens };
}

/** What SessionStart handlers had said is in the summary at best: they say it again. A subagent has no start of a session. */
async function beginAnew(
  core: Core,
  conversation: Conversation,
  { model, signal }: CompactionTask,
): Promise<readonly TextBlock[]> {
  if (conversation.agent) return [];
  const fields = { source: "compact", model };
  const { decision } = await fire(core, "SessionStart", fields, { conversation, signal });
  const { reloadSkills, watchPaths } = decision.effects;
  if (reloadSkills === true) await core.skills.reload();
  if (watchPaths) {
    core.files.watch(watchPaths);
    await core.files.look();
  }
  return contextBlocks("SessionStart", decision.contexts);
}
