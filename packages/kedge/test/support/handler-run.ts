import type { HandlerRun } from "../../src/engine/handler-run.ts";
import type { HookEventName, JsonObject } from "../../src/protocol/index.ts";

/** What a handler is given, as a test writes it: an input with the event's name, and time enough. */
export function runOf(
  event: HookEventName,
  { input = {}, timeoutMs = 10_000, signal = new AbortController().signal }: RunSketch = {},
): HandlerRun {
  const whole = { session_id: "s-1", hook_event_name: event, ...input };
  const inputBytes = new TextEncoder().encode(`${JSON.stringify(whole)}\n`);
  return { event, input: whole, inputBytes, timeoutMs, signal };
}

export interface RunSketch {
  readonly input?: JsonObject;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}
