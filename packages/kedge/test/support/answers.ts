import {
  type HandlerEnding,
  type HandlerResult,
  type HookEventName,
  parseHandlerOutput,
  type ReadingOptions,
} from "../../src/protocol/index.ts";

/** The ending of a handler as a test writes it: what is not given is exit 0 with nothing printed. */
export interface EndingSketch {
  readonly exit?: number;
  readonly signal?: string;
  readonly isTimedOut?: boolean;
  /** Text as it is; anything else is printed as JSON. */
  readonly stdout?: unknown;
  readonly stderr?: string;
}

/** The ending that a sketch stands for. A signal or a time-out leaves no exit code. */
export function endingOf(sketch: EndingSketch): HandlerEnding {
  const { exit, signal, isTimedOut = false, stdout = "", stderr = "" } = sketch;
  return {
    exitCode: exit ?? (signal === undefined && !isTimedOut ? 0 : null),
    signal: signal ?? null,
    isTimedOut,
    stdout: typeof stdout === "string" ? stdout : JSON.stringify(stdout),
    stderr,
  };
}

/** What a handler that ended so says. */
export function answer(
  event: HookEventName,
  sketch: EndingSketch = {},
  options?: ReadingOptions,
): HandlerResult {
  return parseHandlerOutput(event, endingOf(sketch), options);
}

/** What a handler that printed these fields as its answer to the event says. */
export function answers(event: HookEventName, fields: Readonly<Record<string, unknown>>): HandlerResult {
  return answer(event, { stdout: specific(event, fields) });
}

/** An answer in the part of the JSON that only one event knows. */
export function specific(event: string, fields: Readonly<Record<string, unknown>>): object {
  return { hookSpecificOutput: { hookEventName: event, ...fields } };
}
