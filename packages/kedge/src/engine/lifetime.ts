import type { HookEntry, JsonObject } from "../protocol/index.ts";
import type { Source } from "./source.ts";
import type { TraceConsideration } from "./trace.ts";

/** Remembers the handlers of skills that run once. */
export interface Once {
  /** Why a handler does not run any more; null for one that does. */
  whyNot(entry: HookEntry): Pick<TraceConsideration, "outcome" | "why"> | null;
  /** A handler is about to run: whether it may, which one that runs once may the first time only. */
  claim(entry: HookEntry, source: Source): boolean;
}

/**
 * Makes the memory of one engine. Only skills have handlers that run once: elsewhere `once` means nothing. One that is started has run,
 * so two events at the same moment do not run it twice.
 *
 * @source Claude Code hooks reference, "Hooks in skills and agents"; recorded: elsewhere `once` is ignored
 */
export function createOnce(): Once {
  const spent = new WeakSet<HookEntry>();
  return {
    whyNot: (entry) =>
      spent.has(entry) ? { outcome: "switched_off", why: "it runs once, and has run" } : null,
    claim(entry, { kind }) {
      if (kind !== "skill" || !entry.handler.isOnce) return true;
      const isFirst = !spent.has(entry);
      spent.add(entry);
      return isFirst;
    },
  };
}

/** Whether an event is one that a source hears: hooks of a subagent hear that subagent and nobody else. */
export function hears({ agentId }: Source, input: JsonObject): boolean {
  return agentId === undefined || input.agent_id === agentId;
}
