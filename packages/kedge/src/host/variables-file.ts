import type { Dispatch, Engine } from "../engine/index.ts";
import type { HookEventName } from "../protocol/index.ts";
import type { Guard } from "./guard/guard.ts";

/**
 * Delivers an event whose handlers may leave variables for later commands. Every shell of a command begins with the file that they leave them
 * in, so it is protected from everybody else.
 */
export async function withVariables(
  { guard, envFile, engine }: { readonly guard: Guard; readonly envFile: string; readonly engine: Engine },
  event: HookEventName,
  deliver: (envFile: string) => Promise<Dispatch>,
): Promise<Dispatch> {
  const end = guard.permits(envFile);
  try {
    const dispatch = await deliver(envFile);
    const { runs } = dispatch.trace;
    // Nobody waits for those in the background; they say themselves what became of them.
    if (runs.some(({ isBackground }) => isBackground))
      void engine.background.settled(event).then(() => end(true));
    else end(runs.length > 0);
    return dispatch;
  } catch (error) {
    end(true);
    throw error;
  }
}
