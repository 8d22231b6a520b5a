import type { HandlerEnding, HookEventName, JsonObject } from "../protocol/index.ts";

/** What every run of a handler is given. */
export interface HandlerRun {
  readonly event: HookEventName;
  /** The hook input as a value. */
  readonly input: JsonObject;
  /** The same as the wire has it: one line of compact JSON and a line feed, in UTF-8. Shared by all handlers. */
  readonly inputBytes: Uint8Array;
  /** Milliseconds until the handler is ended. */
  readonly timeoutMs: number;
  /** Ends the handler when nobody wants its answer any more. */
  readonly signal: AbortSignal;
}

/** How a handler ended, with what it took. */
export interface RunReport {
  readonly ending: HandlerEnding;
  readonly durationMs: number;
  /** Bytes that it answered with, dropped ones included. */
  readonly outputBytes: number;
  /** Processes of it that could not be ended; normally empty. */
  readonly survivors?: readonly number[];
}
