import type { Elicitor, PermissionAsker, Session } from "../host/index.ts";
import { createAsker } from "./agent-ask.ts";
import { readTerminalCommand } from "./agent-commands.ts";
import { createElicitor } from "./agent-elicit.ts";
import type { AgentOptions } from "./agent-formats.ts";
import { inWords, isEnding, openAgentSession } from "./agent-open.ts";
import { sessionOptions } from "./agent-options.ts";
import { createScreen, type Screen } from "./agent-screen.ts";
import { watchSignals } from "./agent-signals.ts";
import { createTyping, type Typing } from "./agent-typing.ts";
import { EXIT } from "./command-error.ts";
import type { Context } from "./context.ts";

/**
 * A conversation at the terminal, line by line.
 *
 * @returns 0, or 130 when a signal ended it
 */
export async function talk(
  first: string | undefined,
  options: AgentOptions,
  context: Context,
): Promise<number> {
  const { style } = context.terminal;
  const base = await sessionOptions(options, context);
  const at: { typing?: Typing; session?: Session } = {};
  const screen = createScreen(style, { hide: () => at.typing?.hide(), show: () => at.typing?.show() });
  const asker: PermissionAsker = {
    async ask(question, signal) {
      if (!at.typing) return { behavior: "deny" }; // nothing calls a tool before the first prompt
      return createAsker(at.typing, screen.put, style).ask(question, signal);
    },
  };
  const elicitor: Elicitor = {
    async elicit(question, signal) {
      if (!at.typing) return { action: "cancel" };
      return createElicitor(at.typing, screen.put, style).elicit(question, signal);
    },
  };
  const [opening, killing] = [new AbortController(), new AbortController()];
  const signals = watchSignals({
    first() {
      opening.abort();
      at.typing?.close();
      at.session?.interrupt();
    },
    second: () => killing.abort(),
  });
  try {
    const session = await openAgentSession(
      { ...base, asker, elicitor, onEvent: screen.take, signal: opening.signal, killSignal: killing.signal },
      options,
      context,
    );
    at.session = session;
    try {
      const { model, permissionMode, id } = session;
      screen.put(style.faint(`kedge agent · ${model} · mode ${permissionMode} · session ${id}`));
      screen.put(style.faint("/help lists the commands."));
      if (!signals.isInterrupted) await converse(first, { session, screen, style, at });
    } finally {
      at.typing?.close();
      await session.close("prompt_input_exit");
    }
  } catch (error) {
    if (!(opening.signal.aborted && isEnding(error))) throw inWords(error);
  } finally {
    signals.stop();
  }
  return signals.isInterrupted ? EXIT.interrupted : EXIT.ok;
}

interface Talk {
  readonly session: Session;
  readonly screen: Screen;
  readonly style: Context["terminal"]["style"];
  readonly at: { typing?: Typing };
}

async function converse(first: string | undefined, { session, screen, style, at }: Talk): Promise<void> {
  const state = { isBusy: false, isLeaving: false, parts: [] as string[], turns: 0 };
  const typing = createTyping(() => {
    session.interrupt(); // whatever runs, also what a handler began
    const hadText = typing.clear() || state.parts.length > 0;
    state.parts.length = 0;
    if (state.isBusy) return;
    process.stdout.write("\n");
    if (state.isLeaving && !hadText) return typing.close();
    state.isLeaving = !hadText;
    if (state.isLeaving) screen.put(style.faint("Ctrl-C once more ends the session, as does Ctrl-D."));
  });
  at.typing = typing;
  let next = first;
  for (;;) {
    const prompt: string | null = next ?? (await readWhole(typing, state.parts));
    next = undefined;
    if (prompt === null) {
      process.stdout.write("\n"); // the mark of the prompt stands there
      break;
    }
    if (prompt.trim() === "") continue;
    state.isLeaving = false;
    const { ends, words } = readTerminalCommand(prompt);
    if (ends) break;
    if (words !== undefined) screen.put(words);
    state.isBusy = true;
    state.turns++;
    await session.send(prompt);
    state.isBusy = false;
  }
  typing.close();
  if (state.turns > 0) screen.put(style.faint(`Go on with: kedge agent --resume ${session.id}`));
}

/** A prompt of one line, or of several of which all but the last end in a backslash; null when there are no more. */
async function readWhole(typing: Typing, parts: string[]): Promise<string | null> {
  parts.length = 0;
  for (;;) {
    const line = await typing.readPrompt(parts.length === 0 ? "> " : "… ");
    if (line === null) return null;
    if (!line.endsWith("\\")) return [...parts.splice(0), line].join("\n");
    parts.push(line.slice(0, -1));
  }
}
