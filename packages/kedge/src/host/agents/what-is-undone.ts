import { refuse, type ToolOutcome } from "../tools/tool.ts";
import type { TurnEnd } from "../turn-state.ts";

/** Ends of a subagent that are no failures of it: it has done what it could, or was told to end. */
const WELL_ENDED: ReadonlySet<string> = new Set(["completed", "stop_hook_prevented", "hook_stopped"]);

/** What the model is told of a subagent that did not come to its end, so that half of the work is not taken for all; null otherwise. */
export function whatIsUndone(end: TurnEnd): ToolOutcome | null {
  const words = end.text === "" ? "" : ` Its last words: ${end.text}`;
  if (end.reason === "aborted_streaming" || end.reason === "aborted_tools")
    return { ok: false, text: `The subagent was interrupted.${words}`, isInterrupt: true };
  if (end.failure) return refuse(`The subagent failed: ${end.text}`);
  return WELL_ENDED.has(end.reason) ? null : refuse(`The subagent ended early (${end.reason}).${words}`);
}
