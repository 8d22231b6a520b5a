import { isToolUse, type Message } from "../model/messages.ts";
import { estimateTokens } from "./gauge.ts";

/** A conversation taken apart for a compaction. */
export interface Split {
  /** What is summarised. */
  readonly head: readonly Message[];
  /** What stays as it is. */
  readonly tail: readonly Message[];
}

/**
 * Takes a conversation apart: what nobody has answered yet stays, together with the calls whose results it has, so that no call is parted
 * from its result. Results that would fill the context again are summarised with the rest; a prompt stays whatever its length.
 *
 * @param maxTailTokens of results that stay
 * @returns null when there is nothing that could be summarised
 */
export function splitConversation(messages: readonly Message[], maxTailTokens: number): Split | null {
  const at = tailStart(messages);
  const tail = messages.slice(at);
  const hasCalls = tail[0]?.role === "assistant";
  const isTooLong = hasCalls && estimateTokens(tail) > maxTailTokens;
  const split = isTooLong ? { head: messages, tail: [] } : { head: messages.slice(0, at), tail };
  return split.head.length === 0 ? null : split;
}

function tailStart(messages: readonly Message[]): number {
  const last = messages.length - 1;
  if (messages[last]?.role !== "user") return messages.length;
  const before = messages[last - 1];
  const hasCalls = before?.role === "assistant" && before.content.some(isToolUse);
  return hasCalls ? last - 1 : last;
}
