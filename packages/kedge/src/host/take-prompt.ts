import { randomUUID } from "node:crypto";
import type { Decision } from "../protocol/index.ts";
import { takeCommand } from "./commands/take-command.ts";
import { say } from "./conversation.ts";
import { fire } from "./core.ts";
import { contextBlocks, reasonOf, wakeBlocks } from "./hook-texts.ts";
import { NO_USAGE } from "./model/messages.ts";
import type { OpenSession } from "./open-session.ts";
import { newGuard } from "./stop-guard.ts";
import { runTurn } from "./turn.ts";
import type { TurnEnd } from "./turn-state.ts";

/** A prompt of a person: a new task, for which all counts begin anew. */
export async function takePrompt(open: OpenSession, prompt: string, signal: AbortSignal): Promise<TurnEnd> {
  const { core, main } = open;
  const { state } = core;
  if (signal.aborted) return INTERRUPTED;
  state.promptId = randomUUID();
  state.guard = newGuard();
  core.engine.background.resetWakes();
  const prompted = await takeCommand(open, prompt, signal);
  if (prompted.type === "over") return prompted.end;
  if (prompted.type === "blocked") return refusedBy("UserPromptExpansion", prompted.decision, prompt);
  const { decision } = await fire(core, "UserPromptSubmit", { prompt }, { conversation: main, signal });
  if (decision.effect === "refuses_prompt" || decision.stop)
    return refusedBy("UserPromptSubmit", decision, prompt);
  // Handlers that an interrupt ended have said nothing, and might have refused: the model must not read it later either.
  if (signal.aborted) return INTERRUPTED;
  const expanded = prompted.type === "expands" ? await prompted.expand() : null;
  if (expanded?.type === "over") return expanded.end;
  await say(
    main,
    [
      ...state.pending.splice(0),
      ...(expanded?.content ?? [{ type: "text", text: prompt }]),
      ...(prompted.type === "expands" ? prompted.contexts : []),
      ...contextBlocks("UserPromptSubmit", decision.contexts),
    ],
    state.promptId,
  );
  if (expanded?.type === "done") return expanded.end;
  return runTurn(core, main, { signal, guard: state.guard, maxTurns: core.maxTurns });
}

const NOTHING_DONE = { stopReason: null, turns: 0, apiMs: 0, usage: NO_USAGE, notices: [] } as const;
const INTERRUPTED: TurnEnd = { ...NOTHING_DONE, reason: "aborted_tools", text: "" };

function refusal(event: string, decision: Decision, prompt: string): string {
  const original = decision.effects.suppressOriginalPrompt === true ? "" : `\n\nOriginal prompt: ${prompt}`;
  return `${event} operation blocked by hook:\n${reasonOf(decision, "no reason given")}${original}`;
}

function refusedBy(event: string, decision: Decision, prompt: string): TurnEnd {
  const isStopped = decision.stop !== undefined && decision.effect === "nothing";
  return {
    reason: "prompt_blocked",
    text: isStopped
      ? `Operation stopped by hook: ${decision.stop?.reason ?? "no reason given"}`
      : refusal(event, decision, prompt),
    ...NOTHING_DONE,
  };
}

/** A handler in the background makes the session go on with the same task. */
export async function takeWake(
  { core, main }: OpenSession,
  event: string,
  text: string,
  signal: AbortSignal,
): Promise<TurnEnd> {
  core.state.guard.isActive = true;
  await say(main, wakeBlocks(event, text));
  return runTurn(core, main, { signal, guard: core.state.guard, maxTurns: core.maxTurns });
}
