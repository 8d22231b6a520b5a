import type { BlockEffect, EventDescriptor, StopEffect } from "./descriptor.ts";
import { describeEvent, type HookEventName } from "./events/index.ts";
import type { Effects, HandlerResult } from "./handler-result.ts";
import { fitText, MAX_TEXT_LENGTH } from "./text.ts";

/** A text with the result that it comes from: `by` is the index of the result. */
export interface AttributedText {
  readonly by: number;
  readonly text: string;
}

/** What all answers to one event mean together. */
export interface Decision {
  readonly event: HookEventName;
  /** The strictest answer; `deny` is a block. */
  readonly behavior: "deny" | "defer" | "ask" | "allow" | "none";
  /**
   * What comes of it for the event's own action. `nothing` unless something blocks, or context makes a turn go on. A tool
   * call that is deferred, asked about or allowed has no effect here either: that is `behavior`.
   */
  readonly effect: BlockEffect;
  /** The reason of the result that decided. */
  readonly reason?: string;
  /** Index of the result that decided: the first in configured order among the strictest (D3). */
  readonly decidedBy?: number;
  /** Reasons of every block, in configured order: at Stop and after tools the model gets them all. */
  readonly reasons: readonly AttributedText[];
  /** Ends the loop, the turn or the prompt (`continue: false`). */
  readonly stop?: { readonly effect: StopEffect; readonly by: number; readonly reason?: string };
  /** Context for the model, in configured order, bounded in all. */
  readonly contexts: readonly AttributedText[];
  /** What else was answered. Of several values for one thing, the first in configured order (D3). */
  readonly effects: Omit<Effects, "systemMessage" | "terminalSequence">;
  readonly systemMessages: readonly AttributedText[];
  readonly terminalSequences: readonly AttributedText[];
  /** Results that gave no usable answer to an event that guards something: the gate stood open for them (D10). */
  readonly unanswered: readonly number[];
}

/** The loudest first. */
const STRENGTH = ["deny", "defer", "ask", "allow", "none"] as const;

/**
 * Merges the results of all handlers of one event into one decision. Pure, and the same for every order of finishing:
 * results come in configured order, the strictest answer wins (deny, defer, ask, allow, none), and ties go to the first.
 *
 * @source Claude Code hooks reference, "PreToolUse decision control"; recorded behaviour for `continue: false`
 */
export function mergeResults(event: HookEventName, results: readonly HandlerResult[]): Decision {
  const descriptor = describeEvent(event);
  const decidedBy = strictest(results);
  const winner = decidedBy < 0 ? undefined : results[decidedBy];
  const behavior = winner?.decision ?? "none";
  const stop = findStop(descriptor, results, behavior);
  const contexts = behavior === "defer" ? [] : boundAll(collect(results, (result) => result.contexts));
  // A stop at the end of a turn is stronger than any block there: the turn cannot both end and go on.
  const isStopStronger = stop !== undefined && descriptor.block.startsWith("continues_");
  const blocks = !isStopStronger && (behavior === "deny" || goesOnWith(descriptor, contexts));
  const isDecided = winner !== undefined && behavior !== "none" && !isStopStronger;
  return {
    event,
    behavior: isStopStronger ? "none" : behavior,
    effect: blocks ? descriptor.block : "nothing",
    ...(isDecided ? { decidedBy } : {}),
    ...(isDecided && winner.reason !== undefined ? { reason: winner.reason } : {}),
    reasons: isStopStronger
      ? []
      : collect(results, (result) =>
          result.decision === "deny" && result.reason !== undefined ? [result.reason] : [],
        ),
    ...(stop ? { stop } : {}),
    contexts: isStopStronger ? [] : contexts,
    effects: mergeEffects(results, behavior),
    systemMessages: collect(results, ({ effects }) => optional(effects.systemMessage)),
    terminalSequences: collect(results, ({ effects }) => optional(effects.terminalSequence)),
    unanswered: descriptor.isGate ? indices(results, isUnanswered) : [],
  };
}

/** Index of the first among the strictest; -1 without results. */
function strictest(results: readonly HandlerResult[]): number {
  let best = -1;
  let rank: number = STRENGTH.length;
  for (const [index, result] of results.entries()) {
    const own = STRENGTH.indexOf(result.decision);
    if (own < rank) {
      rank = own;
      best = index;
    }
  }
  return best;
}

/** Asking and deferring are stronger than a stop (recorded); a denial stands beside it (D2). */
function findStop(
  event: EventDescriptor,
  results: readonly HandlerResult[],
  behavior: Decision["behavior"],
): Decision["stop"] {
  if (event.stop === "nothing" || behavior === "ask" || behavior === "defer") return undefined;
  const by = results.findIndex((result) => result.stop !== undefined);
  const reason = results[by]?.stop?.reason;
  if (by < 0) return undefined;
  return { effect: event.stop, by, ...(reason === undefined ? {} : { reason }) };
}

/** At Stop and SubagentStop, context alone makes the turn go on (recorded). */
function goesOnWith(event: EventDescriptor, contexts: readonly AttributedText[]): boolean {
  return event.context === "continues" && contexts.length > 0;
}

/**
 * First value in configured order for each effect. Of the answers that allow, only those count that go with the decision:
 * nothing that comes with a permission survives a refusal.
 */
function mergeEffects(
  results: readonly HandlerResult[],
  behavior: Decision["behavior"],
): Decision["effects"] {
  const merged: Record<string, unknown> = {};
  for (const { effects, decision } of results) {
    for (const [name, value] of Object.entries(effects)) {
      if (name === "systemMessage" || name === "terminalSequence" || Object.hasOwn(merged, name)) continue;
      if (isRefusedAway(name, decision, behavior)) continue;
      merged[name] = value;
    }
  }
  // One explicit no is stronger than any yes.
  if (results.some(({ effects }) => effects.retry === false)) merged.retry = false;
  return merged;
}

const OF_A_CALL_THAT_RUNS = new Set(["updatedInput", "updatedPermissions"]);

function isRefusedAway(
  effect: string,
  own: HandlerResult["decision"],
  behavior: Decision["behavior"],
): boolean {
  if (OF_A_CALL_THAT_RUNS.has(effect)) return behavior === "deny" || behavior === "defer";
  // Accepting an elicitation that another handler declines leaves nothing of the acceptance.
  return effect === "elicitation" && behavior === "deny" && own !== "deny";
}

/** A handler that failed or ran out of time, and did not refuse. */
function isUnanswered(result: HandlerResult): boolean {
  return result.error !== undefined && result.decision === "none" && result.status !== "cancelled";
}

function collect(
  results: readonly HandlerResult[],
  read: (result: HandlerResult) => readonly string[],
): AttributedText[] {
  return results.flatMap((result, by) => read(result).map((text) => ({ by, text })));
}

/** All contexts of one event share one bound, so that many handlers are no way around it (D8). What is over it goes. */
function boundAll(texts: readonly AttributedText[]): readonly AttributedText[] {
  let left = MAX_TEXT_LENGTH;
  const kept: AttributedText[] = [];
  for (const { by, text } of texts) {
    const fitting = fitText(text, left);
    if (fitting === null) continue;
    kept.push({ by, text: fitting });
    left -= fitting.length;
  }
  return kept;
}

function indices(results: readonly HandlerResult[], test: (result: HandlerResult) => boolean): number[] {
  return results.flatMap((result, index) => (test(result) ? [index] : []));
}

function optional(text: string | undefined): readonly string[] {
  return text === undefined ? [] : [text];
}
