import type { JsonObject } from "../protocol/index.ts";
import type { Entry } from "./transcript/entry.ts";

/** How long the API keeps what it has read of a conversation. */
const CACHE_SECONDS = 300;

/**
 * What handlers of SessionStart get of a conversation that is gone on with: how long ago its last answer was, and how long it is. What
 * filling the cache again would cost is left out: nobody here knows prices.
 *
 * @param nowMs epoch ms
 * @source recorded inputs of Claude Code 2.1.329
 */
export function resumedFields(entries: readonly Entry[], nowMs: number): JsonObject {
  const last = entries.findLast((entry) => entry.type === "assistant" && !entry.isApiErrorMessage);
  const answeredAt = Date.parse(last?.timestamp ?? "");
  if (last?.type !== "assistant" || Number.isNaN(answeredAt)) return {};
  const seconds = Math.max(0, Math.round((nowMs - answeredAt) / 1000));
  const { usage } = last.message;
  return {
    seconds_since_last_response: seconds,
    context_tokens:
      usage.input_tokens +
      usage.cache_creation_input_tokens +
      usage.cache_read_input_tokens +
      usage.output_tokens,
    prompt_cache_likely_expired: seconds > CACHE_SECONDS,
  };
}
