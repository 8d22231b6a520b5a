import { isJsonObject, type JsonObject, ownValue } from "../../protocol/index.ts";
import { numberAt, textAt } from "../transcripts/read-tail.ts";
import { known } from "./known.ts";
import type { FailureFacts, HostFailureFacts, ResultFacts, RetryFacts, UsageFacts } from "./observed.ts";

const MAX_DENIALS = 100;
const MAX_ERRORS = 20;

/** The blocks of a message, as far as they are objects. */
export function blocksOf(event: JsonObject): readonly JsonObject[] {
  const { message } = event;
  const content = isJsonObject(message) ? ownValue(message, "content") : undefined;
  return Array.isArray(content) ? content.filter(isJsonObject) : [];
}

/** All text of a message. */
export function textOf(event: JsonObject): string {
  return blocksOf(event)
    .flatMap((block) => (block.type === "text" && typeof block.text === "string" ? [block.text] : []))
    .join("");
}

/** Tokens of a `usage`, absent ones as 0. */
export function readUsage(usage: unknown): UsageFacts | undefined {
  if (!isJsonObject(usage)) return undefined;
  const count = (key: string): number => Math.max(0, numberAt(usage, key) ?? 0);
  return {
    ...{ inputTokens: count("input_tokens"), outputTokens: count("output_tokens") },
    cacheReadTokens: count("cache_read_input_tokens"),
    cacheWriteTokens: count("cache_creation_input_tokens"),
  };
}

export function sumTokens(usage: UsageFacts | undefined): number {
  if (!usage) return 0;
  const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens } = usage;
  return inputTokens + outputTokens + cacheReadTokens + cacheWriteTokens;
}

/** An answer that the agent made up to say what failed. */
export function readFailure(event: JsonObject, atMs: number): FailureFacts {
  return {
    atMs,
    ...known({
      ...{ kind: textAt(event, "error"), status: statusOf(event, "api_error_status") },
      ...{ errorType: textAt(event, "api_error_type"), apiError: textAt(event, "api_error") },
      ...{ requestId: textAt(event, "request_id"), message: textOf(event).trim() || undefined },
    }),
  };
}

export function readRetry(event: JsonObject, atMs: number): RetryFacts {
  return {
    atMs,
    ...known({
      ...{ attempt: countOf(event, "attempt"), maxRetries: countOf(event, "max_retries") },
      ...{ delayMs: countOf(event, "retry_delay_ms"), status: statusOf(event, "error_status") },
      kind: textAt(event, "error"),
    }),
  };
}

/** @source recorded results of Claude Code 2.1.329 and of Kedge's host */
export function readResult(event: JsonObject, atMs: number): ResultFacts {
  const denials = Array.isArray(event.permission_denials) ? event.permission_denials : [];
  const errors = Array.isArray(event.errors) ? event.errors : [];
  return {
    atMs,
    ...known({
      isError: typeof event.is_error === "boolean" ? event.is_error : undefined,
      ...{ subtype: textAt(event, "subtype"), status: statusOf(event, "api_error_status") },
      ...{ errorType: textAt(event, "api_error_type"), apiError: textAt(event, "api_error") },
      ...{ terminalReason: textAt(event, "terminal_reason"), stopReason: textAt(event, "stop_reason") },
      ...{ turns: countOf(event, "num_turns"), durationMs: countOf(event, "duration_ms") },
      ...{ costUsd: countOf(event, "total_cost_usd"), usage: readUsage(event.usage) },
      text: typeof event.result === "string" ? event.result : undefined,
      host: readHost(event),
    }),
    permissionDenials: denials
      .slice(0, MAX_DENIALS)
      .map((denial) => (isJsonObject(denial) ? textAt(denial, "tool_name") : undefined) ?? "unknown"),
    errors: errors.filter((each) => typeof each === "string").slice(0, MAX_ERRORS),
    event,
  };
}

function readHost(event: JsonObject): HostFailureFacts | undefined {
  const failure = isJsonObject(event.kedge) ? ownValue(event.kedge, "failure") : undefined;
  if (!isJsonObject(failure)) return undefined;
  return known({
    ...{ kind: textAt(failure, "error"), requestId: textAt(failure, "request_id") },
    ...{ model: textAt(failure, "model"), attempts: countOf(failure, "attempts") },
    ...{ retryAfterMs: countOf(failure, "retry_after_ms"), resetAtMs: countOf(failure, "resets_at_ms") },
    ...{ resetFrom: textAt(failure, "reset_from"), connection: textAt(failure, "connection") },
  });
}

function countOf(event: JsonObject, key: string): number | undefined {
  const found = numberAt(event, key);
  return found !== undefined && found >= 0 ? found : undefined;
}

function statusOf(event: JsonObject, key: string): number | undefined {
  const found = numberAt(event, key);
  return found !== undefined && Number.isInteger(found) && found >= 100 && found <= 999 ? found : undefined;
}
