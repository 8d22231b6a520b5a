import {
  type BrokenHook,
  type HandlerResult,
  type HookEntry,
  parseHandlerOutput,
} from "../protocol/index.ts";
import { describeBroken } from "./describe.ts";
import type { TracePlace, TraceRun } from "./trace.ts";

/** What a handler answered that was never begun. */
interface UnrunResult {
  readonly result: HandlerResult;
  readonly run: TraceRun;
}

/** What a broken hook with `onFailure: "block"` answers: it was meant to hold, so it holds (D1). */
export function closedGateResult(hook: BrokenHook, place: TracePlace): UnrunResult {
  const error = describeBroken(hook);
  const failure = `the hook at ${hook.file} ${hook.path} cannot be used: ${error}`;
  return unrun({ ...hook, onFailure: "block" }, failure, {
    ...place,
    what: "a hook that cannot be used",
    error,
  });
}

/**
 * What a handler answers of which nobody can tell whether it is trusted. It may be a gate on which the user relies, so it has failed
 * as one that cannot be started has, and its `onFailure` says what that means.
 */
export function unjudgedResult({ event, handler }: HookEntry, about: UnrunAbout): UnrunResult {
  return unrun({ event, onFailure: handler.onFailure }, `the handler did not run: ${about.error}`, about);
}

type UnrunAbout = TracePlace & { readonly what: string; readonly error: string };

function unrun(
  { event, onFailure }: Pick<BrokenHook, "event" | "onFailure">,
  failure: string,
  about: UnrunAbout,
): UnrunResult {
  const ending = { exitCode: null, failure, stdout: "", stderr: "" };
  const result = parseHandlerOutput(event, ending, { onFailure });
  const { status, decision } = result;
  return {
    result,
    run: { ...about, status, decision, exitCode: null, isBackground: false, durationMs: 0, outputBytes: 0 },
  };
}
