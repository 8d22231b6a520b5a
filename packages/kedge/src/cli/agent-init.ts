import type { HostEvent } from "../host/index.ts";
import type { AgentOptions } from "./agent-formats.ts";
import { inWords, isEnding, openAgentSession } from "./agent-open.ts";
import { sessionOptions } from "./agent-options.ts";
import { createPrinter } from "./agent-printer.ts";
import { watchSignals } from "./agent-signals.ts";
import { EXIT } from "./command-error.ts";
import type { Context } from "./context.ts";

/**
 * A session that prepares a folder and ends, without a prompt: `--init-only`. Nothing is sent to the model.
 *
 * @returns 0, or 1 when a Setup handler failed or was not run for want of trust, for there was nothing else to do, or 130 when it was
 *   interrupted
 */
export async function initSession(options: AgentOptions, context: Context): Promise<number> {
  const base = await sessionOptions(options, context);
  const printer = createPrinter(options, context);
  const [opening, killing] = [new AbortController(), new AbortController()];
  let hasFailed = false;
  const onEvent = (event: HostEvent): void => {
    hasFailed ||= isFailedSetup(event);
    printer.take(event);
  };
  const signals = watchSignals({ first: () => opening.abort(), second: () => killing.abort() });
  try {
    const session = await openAgentSession(
      { ...base, isOneShot: true, onEvent, signal: opening.signal, killSignal: killing.signal },
      options,
      context,
    );
    printer.begin(session);
    await session.close();
  } catch (error) {
    if (!(opening.signal.aborted && isEnding(error))) throw inWords(error);
  } finally {
    signals.stop();
  }
  if (signals.isInterrupted) return EXIT.interrupted;
  return hasFailed ? EXIT.findings : EXIT.ok;
}

/** Why a handler did not run that would have prepared something. */
const NOT_READY: ReadonlySet<string> = new Set(["untrusted", "modified", "broken"]);

function isFailedSetup(event: HostEvent): boolean {
  if (event.type !== "hooks" || event.trace.event !== "Setup") return false;
  const { runs, considered } = event.trace;
  return (
    runs.some(({ status }) => status !== "ok") || considered.some(({ outcome }) => NOT_READY.has(outcome))
  );
}
