import { describeEvent, type Handler, type HookEventName } from "../protocol/index.ts";
import type { SourceKind } from "./source.ts";

/** Milliseconds that a settings file may give all SessionEnd handlers together, at most. */
const MAX_SESSION_END_MS = 60_000;

/** A function of the embedding program is not on the wire: it gets what a command gets. */
function defaultTimeoutMs(event: HookEventName, type: Handler["type"]): number {
  const { timeoutMs } = describeEvent(event);
  return timeoutMs[type === "function" ? "command" : type] ?? 600_000;
}

/**
 * Milliseconds for each of the handlers of one dispatch.
 *
 * SessionEnd handlers share one budget: 1.5 s, raised by a longer `timeout` in a settings file up to 60 s, by a plugin's not.
 *
 * @source Claude Code hooks reference, "SessionEnd"; recorded
 */
export function timeoutsFor(
  event: HookEventName,
  handlers: readonly { handler: Handler; source: SourceKind }[],
): readonly number[] {
  if (event !== "SessionEnd")
    return handlers.map(({ handler }) => handler.timeoutMs ?? defaultTimeoutMs(event, handler.type));
  const raised = handlers
    .filter(({ source }) => source !== "plugin")
    .map(({ handler }) => handler.timeoutMs ?? 0);
  const budget = Math.min(Math.max(defaultTimeoutMs(event, "command"), ...raised), MAX_SESSION_END_MS);
  return handlers.map(({ handler }) => Math.min(handler.timeoutMs ?? budget, budget));
}
