import { isHookError } from "../engine/index.ts";
import { createSession, isHostError, type Session, type SessionOptions } from "../host/index.ts";
import { createDebugLog } from "./agent-debug.ts";
import type { AgentOptions } from "./agent-formats.ts";
import { CommandError, EXIT } from "./command-error.ts";
import type { Context } from "./context.ts";

/** Opens a session, writes what it tells to the debug file, and puts what can be done about a failure into words. */
export async function openAgentSession(
  base: SessionOptions,
  { debugFile }: AgentOptions,
  context: Context,
): Promise<Session> {
  const debug = debugFile === undefined ? null : createDebugLog(debugFile, context);
  try {
    return await createSession({
      ...base,
      onEvent(event) {
        debug?.(event);
        base.onEvent?.(event);
      },
    });
  } catch (error) {
    if (isSystemError(error))
      throw new CommandError(EXIT.ioError, `The session cannot be kept: ${error.message}.`, { cause: error });
    throw isEnding(error) ? error : inWords(error);
  }
}

/** What is wrong, for people; other errors are mistakes of ours and stay what they are. */
export function inWords(error: unknown): unknown {
  if (isHostError(error)) {
    const codes = {
      SESSION_MISSING: EXIT.noInput,
      SANDBOX_UNAVAILABLE: EXIT.unavailable,
      TRANSCRIPT_NOT_WRITABLE: EXIT.ioError,
    } as const;
    const code = error.code in codes ? codes[error.code as keyof typeof codes] : EXIT.usage;
    return new CommandError(code, `${error.message}.`, { cause: error });
  }
  if (isHookError(error)) {
    const code = error.code === "SETTINGS_MISSING" ? EXIT.noInput : EXIT.data;
    return new CommandError(code, `${error.message}.`, { cause: error });
  }
  return error;
}

/** What is left of a session that was ended from here: prompts that waited, or a start that came to nothing. */
export function isEnding(error: unknown): boolean {
  return isHostError(error) && error.code === "SESSION_CLOSED";
}

/** A folder or a file that the system does not give. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "syscall" in error && "code" in error;
}
