import { readFailure } from "../../protocol/index.ts";
import { ask } from "../ask.ts";
import type { Core } from "../core.ts";
import { isPromptTooLong } from "../failure-text.ts";
import type { Asked } from "../model/ask-model.ts";
import { type Message, textOf } from "../model/messages.ts";
import type { ModelFailure } from "../model/model-failure.ts";
import { compactionRules } from "./rules-in-force.ts";
import { SUMMARY_MAX_TOKENS, SUMMARY_SYSTEM, summaryPrompt } from "./summary-request.ts";
import { usableWindow } from "./threshold.ts";

/** What came of asking for a summary. */
export type Summary =
  | { readonly type: "summary"; readonly text: string }
  | { readonly type: "failed"; readonly failure: ModelFailure }
  | { readonly type: "over_budget"; readonly why: string }
  | { readonly type: "aborted" };

/** Requests for one summary, each with half of the conversation that was too long for the one before. */
const MAX_TRIES = 3;

/** Characters of a token at the least, so that a conversation that was counted too short is rare. */
const CHARS_PER_TOKEN = 3;

/** Asks a model for the summary of a conversation, without tools. */
export async function summarise(
  core: Core,
  messages: readonly Message[],
  about: { readonly model: string; readonly instructions: string; readonly signal: AbortSignal },
): Promise<Summary> {
  const { model, instructions, signal } = about;
  const window = usableWindow(model, await compactionRules(core));
  const maxTokens = Math.min(core.maxTokens, SUMMARY_MAX_TOKENS);
  let maxChars = Math.floor(Math.max(window - maxTokens, window / 2) * CHARS_PER_TOKEN);
  for (let tries = 1; ; tries++) {
    const prompt = summaryPrompt(messages, { maxChars, instructions });
    const summary = read(
      await ask(
        core,
        {
          ...{ model, maxTokens, system: SUMMARY_SYSTEM, tools: [] },
          messages: [{ role: "user", content: [{ type: "text", text: prompt }] }],
        },
        { signal },
      ),
      core.now(),
    );
    if (summary.type !== "failed" || !isPromptTooLong(summary.failure) || tries >= MAX_TRIES) return summary;
    maxChars = Math.floor(Math.min(maxChars, prompt.length) / 2);
  }
}

/** A refusal, and an answer without a word, are no summaries; one that reached its limit still says most of it. */
function read(asked: Asked, nowMs: number): Summary {
  if (asked.type === "failed") return { type: "failed", failure: asked.failure };
  if (asked.type !== "message") return asked.type === "aborted" ? { type: "aborted" } : asked;
  const { content, stopReason, model } = asked.message;
  const text = textOf(content);
  if (text !== "" && stopReason !== "refusal") return { type: "summary", text };
  const failure = readFailure({ type: "stop", stopReason: stopReason ?? "" }, { nowMs });
  const unknown = { kind: "unknown", retryable: false, recordedAgentKind: "unknown" } as const;
  const message = "The model gave no summary";
  return { type: "failed", failure: { ...unknown, message, ...failure, attempts: 1, model } };
}
