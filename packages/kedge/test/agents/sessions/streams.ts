/** Lines as Claude Code 2.1.329 wrote them, without what nobody reads. */

import type { Observed } from "../../../src/agents/sessions/observed.ts";
import { createObserver, type ObserverOptions } from "../../../src/agents/sessions/observer.ts";
import type { JsonObject } from "../../../src/protocol/index.ts";

export const ID = "11111111-1111-4111-8111-111111111111";
export const AT = 1_795_248_000_000;

const USED = {
  input_tokens: 11820,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 0,
  output_tokens: 1,
};
const NOTHING = {
  input_tokens: 0,
  output_tokens: 0,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 0,
};

export const init = (more: JsonObject = {}): JsonObject => ({
  ...{
    type: "system",
    subtype: "init",
    session_id: ID,
    model: "claude-opus-5-5",
    claude_code_version: "2.1.329",
  },
  ...more,
});

/** An answer with these blocks; texts stand for themselves. */
export function answer(
  id: string,
  blocks: readonly (string | JsonObject)[],
  more: JsonObject = {},
): JsonObject {
  const content = blocks.map((block) => (typeof block === "string" ? { type: "text", text: block } : block));
  const message = {
    id: `msg_${id}`,
    type: "message",
    role: "assistant",
    model: "claude-opus-5-5",
    content,
    usage: USED,
  };
  return { type: "assistant", message, parent_tool_use_id: null, session_id: ID, uuid: `u-${id}`, ...more };
}

export const call = (id: string): JsonObject => ({
  type: "tool_use",
  id,
  name: "Bash",
  input: { command: "ls" },
});

export const toolResult = (id: string, more: JsonObject = {}): JsonObject => ({
  ...{
    type: "user",
    message: { role: "user", content: [{ type: "tool_result", tool_use_id: id, content: "ok" }] },
  },
  ...{ parent_tool_use_id: null, session_id: ID, uuid: `r-${id}`, ...more },
});

export function failed(text: string, error: string, more: JsonObject = {}): JsonObject {
  const message = {
    ...{ id: "510be9dd", model: "<synthetic>", role: "assistant", usage: NOTHING },
    ...{ content: [{ type: "text", text }], stop_reason: "stop_sequence" },
  };
  return {
    ...{ type: "assistant", message, parent_tool_use_id: null, session_id: ID, uuid: "s-1", error },
    ...{ is_api_error_message: true, ...more },
  };
}

export const result = (more: JsonObject = {}): JsonObject => ({
  ...{
    type: "result",
    subtype: "success",
    is_error: false,
    result: "all done",
    session_id: ID,
    result_index: 0,
  },
  ...{
    num_turns: 2,
    duration_ms: 250,
    total_cost_usd: 0.09,
    stop_reason: "end_turn",
    api_error_status: null,
  },
  ...{ usage: { ...USED, input_tokens: 23647, output_tokens: 8 }, permission_denials: [] },
  ...{ terminal_reason: "completed", ...more },
});

export const failedResult = (text: string, more: JsonObject = {}): JsonObject =>
  result({
    ...{ is_error: true, result: text, usage: NOTHING, num_turns: 1, total_cost_usd: 0 },
    ...{ stop_reason: "stop_sequence", terminal_reason: "api_error", ...more },
  });

export const retry = (attempt: number, more: JsonObject = {}): JsonObject => ({
  ...{ type: "system", subtype: "api_retry", attempt, max_retries: 10, retry_delay_ms: 539, session_id: ID },
  ...{ error_status: 529, error: "overloaded", ...more },
});

export const limit = (more: JsonObject = {}): JsonObject => ({
  type: "rate_limit_event",
  session_id: ID,
  rate_limit_info: {
    ...{ status: "rejected", resetsAt: 1_795_251_985, rateLimitType: "five_hour", isUsingOverage: false },
    unifiedWindows: { five_hour: { utilization: 1, resetsAt: 1_795_251_985, status: "rejected" } },
    ...more,
  },
});

/** What is seen of these lines, which come a millisecond apart. */
export function observe(lines: readonly unknown[], options: Partial<ObserverOptions> = {}): Observed {
  const observer = createObserver({ agent: "claude-code", ...options });
  for (const [at, line] of lines.entries()) observer.take(line, AT + at);
  return observer.observed;
}
