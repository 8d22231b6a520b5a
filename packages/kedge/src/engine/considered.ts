import type { HookEntry, SelectionInput } from "../protocol/index.ts";
import { describeBroken } from "./describe.ts";
import type { EngineState } from "./engine-state.ts";
import type { TraceConsideration } from "./trace.ts";

/** Handlers that match and may not run, with what is said of them. */
export type Refused = ReadonlyMap<HookEntry, TraceConsideration>;

/** A word on every configured handler of the event. Made only for a sink: most dispatches have nobody who reads it. */
export function considerAll(
  { inventory, index }: EngineState,
  selection: SelectionInput,
  refused: Refused,
): readonly TraceConsideration[] {
  const considered = index
    .consider(selection, new Set(refused.keys()))
    .map(
      ({ entry, outcome, why }): TraceConsideration =>
        refused.get(entry) ?? { ...inventory.placeOf(entry), outcome, why },
    );
  const stopped = inventory.stopped
    .filter(({ entry }) => entry.event === selection.event)
    .map(
      ({ entry, why }): TraceConsideration => ({ ...inventory.placeOf(entry), outcome: "switched_off", why }),
    );
  const broken = index.broken
    .filter((hook) => hook.event === selection.event)
    .map(
      (hook): TraceConsideration => ({
        ...inventory.placeOf(hook),
        outcome: "broken",
        why: describeBroken(hook),
      }),
    );
  return [...considered, ...stopped, ...broken];
}
