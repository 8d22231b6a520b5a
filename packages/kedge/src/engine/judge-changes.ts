import { AsyncLocalStorage } from "node:async_hooks";
import type { HookEventName, JsonObject } from "../protocol/index.ts";
import {
  type ChangeJudge,
  type ChangeVerdict,
  type ConfigChange,
  type FoundChange,
  findChanges,
  type HeldSettings,
} from "./config-changes.ts";
import type { Dispatch } from "./engine.ts";
import type { EngineState } from "./engine-state.ts";
import type { DispatchOptions } from "./options.ts";

/** What judging changes works with. */
export interface JudgingParts {
  /** Reads everything anew; what is held counts as it was. */
  readonly read: () => Promise<EngineState>;
  readonly judge: (change: FoundChange) => Promise<ChangeVerdict>;
  readonly held: HeldSettings;
}

/** A file that changes faster than one can decide about it does not hold up the session for ever. */
const MAX_ROUNDS = 4;

/**
 * Reads what is configured now, and asks about every settings file that changed before anything of it counts. Where a change is refused,
 * everything is read once more without it: another file may have changed while handlers were asked.
 *
 * @returns the state to go on with; null when that is not decided yet, so that the former one stays in force
 */
export async function readJudged(
  former: EngineState,
  { read, judge, held }: JudgingParts,
): Promise<EngineState | null> {
  const decided = new Set<string>();
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const next = await read();
    const changes = findChanges(former.configuration.sources, next.configuration.sources);
    let isAsItIs = true;
    for (const change of changes) {
      const key = JSON.stringify([change.file, change.next?.digest]);
      if (decided.has(key)) continue;
      const verdict = await judge(change);
      // A policy is told about and never held: whoever could hold it would stand above it.
      const isPolicy = change.source === "policy_settings";
      if (verdict === "undecided" && !isPolicy) return null;
      if (verdict === "kept" && !isPolicy) {
        held.hold(change);
        isAsItIs = false;
      } else decided.add(key);
    }
    if (isAsItIs) return next;
  }
  return null;
}

/** Asks about changes, and knows who would wait for an answer that waits for them. */
export interface Judging {
  /** @param former what is in force while it is asked */
  ask(former: EngineState, change: ConfigChange): Promise<ChangeVerdict>;
  /** Whether this is called by what a judge does: waiting for the verdict here would never end. */
  readonly isInside: boolean;
  /** Whether an event may come from the middle of what a judge does, by a way that cannot be followed. */
  mayBeInside(event: HookEventName): boolean;
}

/** Servers send these while a handler's call waits for them, and that handler may be one that judges. */
export const FROM_SERVERS: ReadonlySet<HookEventName> = new Set(["Elicitation", "ElicitationResult"]);

/**
 * @param judge missing: every change counts
 * @param deliver gives an event to the handlers of a state
 */
export function createJudging(
  judge: ChangeJudge | undefined,
  deliver: (
    state: EngineState,
    event: HookEventName,
    input: JsonObject,
    options: DispatchOptions,
  ) => Promise<Dispatch>,
): Judging {
  const inside = new AsyncLocalStorage<{ isOpen: boolean }>();
  let asked = 0;
  return {
    async ask(former, { source, file }) {
      if (!judge) return "applied";
      asked++;
      // What a judge leaves behind (timers, handlers in the background) lives on, and sees changes as all others do.
      const place = { isOpen: true };
      try {
        return await inside.run(place, () =>
          judge({ source, file }, (event, input, options = {}) => deliver(former, event, input, options)),
        );
      } finally {
        place.isOpen = false;
        asked--;
      }
    },
    get isInside() {
      return inside.getStore()?.isOpen === true;
    },
    mayBeInside: (event) => asked > 0 && FROM_SERVERS.has(event),
  };
}
