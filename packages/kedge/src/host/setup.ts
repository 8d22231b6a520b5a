import type { Conversation } from "./conversation.ts";
import { type Core, fire } from "./core.ts";
import { contextBlocks } from "./hook-texts.ts";

/** What preparation a session was asked for. */
export type SetupTrigger = "init" | "maintenance";

/**
 * Runs the handlers of Setup. Nothing they say stops the session; one that fails is told, because a preparation that silently did not
 * happen is found out late.
 *
 * @source Claude Code hooks reference, "Setup"
 */
export async function setUp(
  core: Core,
  main: Conversation,
  { trigger, signal }: { readonly trigger: SetupTrigger; readonly signal: AbortSignal | undefined },
): Promise<void> {
  const about = { conversation: main, ...(signal ? { signal } : {}) };
  const { decision, trace } = await fire(core, "Setup", { trigger }, about);
  for (const { status, what, source, error } of trace.runs)
    if (status !== "ok" && status !== "cancelled")
      core.emit({
        type: "notice",
        level: "warning",
        text: `Setup hook "${what}" (${source}) failed: ${error ?? status}`,
      });
  core.state.pending.push(...contextBlocks("Setup", decision.contexts));
}
