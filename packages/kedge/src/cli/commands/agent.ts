import { isHookError } from "../../engine/index.ts";
import { createSession, type HostEvent, isHostError, type Session } from "../../host/index.ts";
import { createDebugLog } from "../agent-debug.ts";
import type { AgentOptions } from "../agent-formats.ts";
import { sessionOptions } from "../agent-options.ts";
import { CommandError, EXIT } from "../command-error.ts";
import type { Context } from "../context.ts";

/**
 * Runs an agent session: one prompt, prompts from standard input, or a conversation at the terminal.
 *
 * @returns 0, or 1 when the last turn failed, or 130 when it was interrupted
 */
export async function runAgent(
  prompt: string | undefined,
  options: AgentOptions,
  context: Context,
): Promise<number> {
  const isPrinting = options.print === true || !context.isInteractive;
  if (options.inputFormat === "stream-json" && options.outputFormat !== "stream-json")
    throw new CommandError(EXIT.usage, "--input-format stream-json needs --output-format stream-json.");
  if (!isPrinting) {
    const { talk } = await import("../agent-talk.ts");
    return talk(prompt, options, context);
  }
  const { printSession } = await import("../agent-print.ts");
  return printSession(prompt, options, context);
}

/** Opens a session, and puts what can be done about a failure into words. */
export async function openAgentSession(
  options: AgentOptions,
  context: Context,
  own: {
    readonly isOneShot?: boolean;
    readonly asker?: Parameters<typeof createSession>[0]["asker"];
    readonly onEvent: (event: HostEvent) => void;
  },
): Promise<Session> {
  const base = await sessionOptions(options, context);
  const debug = options.debugFile === undefined ? null : await createDebugLog(options.debugFile, context.cwd);
  const { isOneShot = false, asker, onEvent } = own;
  try {
    return await createSession({
      ...base,
      isOneShot,
      ...(asker ? { asker } : {}),
      onEvent(event) {
        debug?.(event);
        onEvent(event);
      },
    });
  } catch (error) {
    throw inWords(error);
  }
}

/** What is wrong, for people; other errors are mistakes of ours and stay what they are. */
export function inWords(error: unknown): unknown {
  if (isHostError(error)) {
    const codes = { SESSION_MISSING: EXIT.noInput, TRANSCRIPT_NOT_WRITABLE: EXIT.ioError } as const;
    const code = error.code in codes ? codes[error.code as keyof typeof codes] : EXIT.usage;
    return new CommandError(code, `${error.message}.`, { cause: error });
  }
  if (isHookError(error))
    return new CommandError(
      error.code === "SETTINGS_MISSING" ? EXIT.noInput : EXIT.data,
      `${error.message}.`,
      { cause: error },
    );
  return error;
}
