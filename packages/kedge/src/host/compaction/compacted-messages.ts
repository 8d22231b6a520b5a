import { reminder } from "../hook-texts.ts";
import type { Message, PromptBlock, TextBlock } from "../model/messages.ts";

/** What goes on behind a summary. */
export interface Aftermath {
  readonly summary: string;
  readonly tail: readonly Message[];
  /** Paths that the model has read or written. */
  readonly files: readonly string[];
  /** Background commands that still run. */
  readonly shells: readonly { readonly id: string; readonly command: string }[];
  /** What handlers of SessionStart add. */
  readonly contexts: readonly TextBlock[];
  /** The work goes on at once: nobody says a word before. */
  readonly goesOn: boolean;
}

const MAX_FILES = 50;

/** The conversation after a compaction: the summary, what the session itself knows, and what stays as it was. */
export function compactedMessages(after: Aftermath): Message[] {
  const { tail, contexts, goesOn } = after;
  const [first, ...rest] = tail;
  const opening: PromptBlock[] = [reminder(summaryText(after)), ...contexts];
  // One message for what comes without an answer between.
  if (first?.role === "user") return [{ role: "user", content: [...opening, ...first.content] }, ...rest];
  const isLoose = tail.length === 0 && goesOn;
  const nudge: PromptBlock[] = isLoose
    ? [{ type: "text", text: "Go on with the work where it ended. Nobody has answered anything meanwhile." }]
    : [];
  return [{ role: "user", content: [...opening, ...nudge] }, ...tail];
}

function summaryText({ summary, files, shells }: Aftermath): string {
  const read = files.slice(-MAX_FILES).map((path) => `- ${path}`);
  const running = shells.map(({ id, command }) => `- ${id}: ${command.slice(0, 200)}`);
  return [
    "The conversation so far was too long and was replaced by this summary of it, which a model wrote.",
    summary,
    ...(read.length > 0
      ? [`Files read or written so far; read them again before you rely on them:\n${read.join("\n")}`]
      : []),
    ...(running.length > 0 ? [`Background commands that still run:\n${running.join("\n")}`] : []),
  ].join("\n\n");
}
