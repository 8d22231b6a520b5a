import type { Message, Usage } from "../model/messages.ts";
import type { Entry } from "../transcript/entry.ts";
import { COMPACT_BOUNDARY } from "../transcript/entry.ts";

/** What is known of how full the context of a conversation is, and of what compaction came to. */
export interface ContextGauge {
  /** Tokens of the last request and its answer; 0 before the first, and after a compaction. */
  tokens: number;
  /** Answers since the last compaction; null when there was none. */
  answersSince: number | null;
  /** Automatic compactions that failed, one after the other. */
  failures: number;
}

/** Characters of a token at the least: what was not counted by the API is rather taken for too much. */
const CHARS_PER_TOKEN = 3;

export function newGauge(): ContextGauge {
  return { tokens: 0, answersSince: null, failures: 0 };
}

/** Takes what an answer says of the context: what was sent for it, and the answer itself, which is sent from now on. */
export function takeUsage(gauge: ContextGauge, usage: Usage): void {
  gauge.tokens = tokensOf(usage);
  if (gauge.answersSince !== null) gauge.answersSince++;
}

/** The gauge of a conversation that is gone on with. */
export function gaugeOf(entries: readonly Entry[]): ContextGauge {
  const gauge = newGauge();
  for (const entry of entries) {
    if (entry.type === "system" && entry.subtype === COMPACT_BOUNDARY) {
      gauge.tokens = 0;
      gauge.answersSince = 0;
    }
    if (entry.type !== "assistant" || entry.isApiErrorMessage) continue;
    // An answer that was cut has no usage of its own.
    if (tokensOf(entry.message.usage) > 0) takeUsage(gauge, entry.message.usage);
  }
  return gauge;
}

/** About how many tokens the next request has: what the API counted, and what was said since the last answer. */
export function contextTokens(gauge: ContextGauge, messages: readonly Message[]): number {
  if (gauge.tokens === 0) return estimateTokens(messages);
  const last = messages.at(-1);
  return gauge.tokens + (last?.role === "user" ? estimateTokens([last]) : 0);
}

/** About how many tokens messages have, without asking anybody. */
export function estimateTokens(messages: readonly Message[]): number {
  let chars = 0;
  for (const { content } of messages) chars += JSON.stringify(content).length;
  return Math.ceil(chars / CHARS_PER_TOKEN);
}

function tokensOf(usage: Usage): number {
  const { input_tokens: input, output_tokens: output } = usage;
  return input + usage.cache_creation_input_tokens + usage.cache_read_input_tokens + output;
}
