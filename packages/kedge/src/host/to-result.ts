import { windowOf } from "./compaction/windows.ts";
import type { PermissionDenial, TerminalReason, TurnResult } from "./result.ts";
import type { Spending } from "./spending/spending.ts";
import type { TurnEnd } from "./turn-state.ts";

/** Ends that are what was asked for, or what a handler or a person wanted instead. */
const WELL_ENDED: ReadonlySet<TerminalReason> = new Set([
  ...(["completed", "stop_hook_prevented", "hook_stopped", "prompt_blocked", "tool_deferred"] as const),
]);

/** Puts the end of a turn into the words of a result. */
export function toResult(
  end: TurnEnd,
  about: {
    readonly durationMs: number;
    readonly origin: TurnResult["origin"];
    readonly denials: readonly PermissionDenial[];
    readonly spending: Spending;
  },
): TurnResult {
  const { reason, failure, deferred, turns, stopReason, usage, notices, text } = end;
  return {
    isError: !WELL_ENDED.has(reason),
    subtype: subtypeOf(reason),
    text,
    terminalReason: reason,
    stopReason,
    ...(failure ? { failure } : {}),
    ...(deferred ? { deferredToolUse: deferred } : {}),
    turns,
    durationMs: Math.round(about.durationMs),
    apiMs: Math.round(end.apiMs),
    usage,
    spending: {
      totalUsd: about.spending.totalUsd,
      models: [...about.spending.byModel].map(([model, spent]) => ({
        ...{ model, ...spent, contextWindow: windowOf(model) },
      })),
    },
    permissionDenials: about.denials,
    notices,
    origin: about.origin,
  };
}

/** A failure of the API is `success` with `isError`, as in the real agent's results: the run itself went well. */
function subtypeOf(reason: TerminalReason): TurnResult["subtype"] {
  if (reason === "max_turns") return "error_max_turns";
  if (reason === "budget_exhausted") return "error_max_budget_usd";
  return reason.startsWith("aborted_") || reason === "command_refused" ? "error_during_execution" : "success";
}
