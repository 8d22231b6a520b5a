import type { ChangeJudge } from "../engine/index.ts";
import { fire } from "./core.ts";
import { reasonOf } from "./hook-texts.ts";
import type { LateSession } from "./late-session.ts";

/**
 * Asks the handlers of ConfigChange, as they were configured before, whether a change of settings may count.
 *
 * @param session undefined as long as the session has not begun: what it begins with is no change
 * @source Claude Code hooks reference, "ConfigChange"
 */
export function createChangeJudge(session: () => LateSession | undefined): ChangeJudge {
  return async ({ source, file }, dispatch) => {
    const open = session();
    if (!open) return "applied";
    const { core, main } = open;
    const { turnSignal, nextInterrupt, isEnding } = core.state;
    // Nobody waits for an answer any more: what was in force stays so to the end, of the session or of the turn.
    if (isEnding || turnSignal?.aborted) return "undecided";
    // A handler may begin between two turns, or in one that does not wait for it: any later turn does.
    const signal = AbortSignal.any([nextInterrupt.signal, core.asides.signal]);
    const fields = { source, file_path: file };
    const { decision } = await fire(core, "ConfigChange", fields, { conversation: main, dispatch, signal });
    if (signal.aborted) return "undecided";
    if (decision.effect !== "refuses_change") return "applied";
    if (source !== "policy_settings")
      core.emit({
        type: "notice",
        level: "warning",
        text: `A ConfigChange hook keeps this session on its former settings, until ${file} changes again: ${reasonOf(decision, "it gave no reason")}`,
      });
    return "kept";
  };
}
