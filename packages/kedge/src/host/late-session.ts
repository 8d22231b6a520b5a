import type { Conversation } from "./conversation.ts";
import type { Core } from "./core.ts";
import { HostError } from "./errors.ts";

/** A session with its main conversation. */
export interface LateSession {
  readonly core: Core;
  readonly main: Conversation;
}

/** What is made late and needed by what is made before: the session, by its own tools. */
export interface Late {
  session?: LateSession;
}

/** @throws {HostError} before the session has begun */
export function begun({ session }: Late): LateSession {
  if (!session) throw new HostError("SESSION_CLOSED", "The session has not begun");
  return session;
}
