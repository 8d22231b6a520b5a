import { type BrokenHook, type HandlerResult, parseHandlerOutput } from "../protocol/index.ts";
import { describeBroken } from "./describe.ts";
import type { TracePlace, TraceRun } from "./trace.ts";

/** What a broken hook with `onFailure: "block"` answers: it was meant to hold, so it holds (D1). */
export function closedGateResult(
  hook: BrokenHook,
  place: TracePlace,
): { result: HandlerResult; run: TraceRun } {
  const message = describeBroken(hook);
  const failure = `the hook at ${hook.file} ${hook.path} cannot be used: ${message}`;
  const result = parseHandlerOutput(
    hook.event,
    { exitCode: null, failure, stdout: "", stderr: "" },
    { onFailure: "block" },
  );
  const run: TraceRun = {
    ...place,
    what: "a hook that cannot be used",
    status: result.status,
    decision: result.decision,
    exitCode: null,
    error: message,
    isBackground: false,
    durationMs: 0,
    outputBytes: 0,
  };
  return { result, run };
}
