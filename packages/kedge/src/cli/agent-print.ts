import type { Session } from "../host/index.ts";
import type { AgentOptions } from "./agent-formats.ts";
import { readPrompt } from "./agent-input.ts";
import { type LineInput, takeLines } from "./agent-lines.ts";
import { inWords, isEnding, openAgentSession } from "./agent-open.ts";
import { sessionOptions } from "./agent-options.ts";
import { createPrinter } from "./agent-printer.ts";
import { watchSignals } from "./agent-signals.ts";
import { EXIT } from "./command-error.ts";
import type { Context } from "./context.ts";

/**
 * A session that prints its answer and ends: `-p`.
 *
 * @returns 0, or 1 when the last turn failed, or 130 when it was interrupted
 */
export async function printSession(
  prompt: string | undefined,
  options: AgentOptions,
  context: Context,
): Promise<number> {
  const base = await sessionOptions(options, context);
  const isHeld = options.inputFormat === "stream-json";
  const text = isHeld ? null : await readPrompt(prompt, context);
  const printer = createPrinter(options, context);
  const running: { session?: Session; lines?: LineInput } = {};
  const [opening, killing] = [new AbortController(), new AbortController()];
  const end = (): void => {
    opening.abort();
    running.lines?.stop();
    printer.ends("comes");
    // Whoever runs the session waits for its end as well, and hears of what goes wrong.
    running.session?.close().catch(() => undefined);
  };
  const signals = watchSignals({ first: end, second: () => killing.abort() });
  // Nobody reads any more: what runs is ended as by Ctrl-C, and not left behind.
  process.stdout.on("error", end);
  try {
    const session = await openAgentSession(
      {
        ...base,
        isOneShot: !isHeld,
        onEvent: printer.take,
        signal: opening.signal,
        killSignal: killing.signal,
      },
      options,
      context,
    );
    running.session = session;
    printer.begin(session);
    try {
      if (!signals.isInterrupted)
        await (text === null ? held(running, session, printer, context) : session.send(text));
      await session.quiet();
      if (!signals.isInterrupted) printer.ends("came");
    } finally {
      await session.close();
    }
  } catch (error) {
    if (!(opening.signal.aborted && isEnding(error))) throw inWords(error);
  } finally {
    signals.stop();
    process.stdout.off("error", end);
  }
  const code = printer.end(signals.isInterrupted);
  return signals.isInterrupted ? EXIT.interrupted : code;
}

async function held(
  running: { lines?: LineInput },
  session: Session,
  printer: ReturnType<typeof createPrinter>,
  { terminal }: Context,
): Promise<void> {
  running.lines = takeLines(session, {
    warn: (text) => terminal.err(`kedge: ${text}`),
    answer: printer.line,
  });
  await running.lines.done;
}
