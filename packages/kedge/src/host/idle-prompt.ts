import type { Conversation } from "./conversation.ts";
import { type Core, fire } from "./core.ts";

/** Tells the handlers of Notification that the session waits for its person. */
export interface IdlePrompt {
  /** The session has answered, and waits from now on. */
  begin(): void;
  /** It does not wait any more. */
  end(): void;
}

/** @param afterMs how long it waits before that is told, once */
export function createIdlePrompt(core: Core, main: Conversation, afterMs: number): IdlePrompt {
  let timer: NodeJS.Timeout | undefined;
  const end = (): void => clearTimeout(timer);
  const tell = (): void => {
    const fields = { message: "The agent is waiting for your input", notification_type: "idle_prompt" };
    core.asides.start((signal) => fire(core, "Notification", fields, { conversation: main, signal }));
  };
  return {
    begin() {
      end();
      // Where nobody sits there, nobody is waited for.
      if (core.asker !== null && !core.state.isEnding) timer = setTimeout(tell, afterMs).unref();
    },
    end,
  };
}
