import { randomUUID } from "node:crypto";
import type { Conversation } from "./conversation.ts";
import { type Core, fire } from "./core.ts";
import { createPieces } from "./display-pieces.ts";
import { type AnswerBlock, isText } from "./model/messages.ts";

/** Shows one answer of the model. Where handlers of MessageDisplay are, nothing is shown that has not passed them. */
export interface Display {
  /** A piece of text has come. */
  take(text: string): void;
  /** The request is sent again: what comes next is another answer. */
  restart(): void;
  /**
   * Shows what is left, when the answer has come as far as it does.
   *
   * @returns the blocks as people see them; a text that handlers dropped is not among them
   */
  finish(content: readonly AnswerBlock[]): Promise<readonly AnswerBlock[]>;
}

/** What the displays of one turn share. */
export interface DisplayParts {
  readonly core: Core;
  readonly conversation: Conversation;
  readonly turnId: string;
  /** Ends the turn: what has not passed the handlers by then is not shown. */
  readonly signal: AbortSignal;
}

/**
 * Opens the display of one answer. What a subagent says is said to the model, and passes as it is.
 *
 * @source Claude Code hooks reference, "MessageDisplay"
 */
export async function openDisplay(parts: DisplayParts): Promise<Display> {
  const { core, conversation } = parts;
  const { agent } = conversation;
  const show = (text: string): void => core.emit({ type: "text", text, ...(agent ? { agent } : {}) });
  const { entries } = (await core.engine.state()).inventory;
  if (agent || !entries.some(({ event }) => event === "MessageDisplay"))
    return { take: show, restart() {}, finish: async (content) => content };
  return core.asker === null ? wholeMessages(parts, show) : wholeLines(parts, show);
}

/** What people see of a text that no display has shown: a subagent's last one, where that ends the turn of a person. */
export function shownText(parts: DisplayParts, text: string): Promise<string> {
  return ask(parts, { id: randomUUID(), index: 0, final: true, text });
}

/** Headless: each text at once, when it is whole (recorded). */
function wholeMessages(parts: DisplayParts, show: (text: string) => void): Display {
  return {
    take() {},
    restart() {},
    async finish(content) {
      const shown: AnswerBlock[] = [];
      for (const block of content) {
        if (!isText(block)) {
          shown.push(block);
          continue;
        }
        const text = await ask(parts, { id: randomUUID(), index: 0, final: true, text: block.text });
        if (text === "") continue;
        show(text);
        shown.push({ type: "text", text });
      }
      return shown;
    },
  };
}

/** With a person there: new whole lines as they come, the rest at the end. */
function wholeLines(parts: DisplayParts, show: (text: string) => void): Display {
  const begin = () => {
    const id = randomUUID();
    // A configuration that cannot be read fails the next event that somebody waits for. Until then nothing passes.
    return createPieces((piece) => ask(parts, { id, ...piece }).catch(() => ""), show);
  };
  let pieces = begin();
  return {
    take: (text) => pieces.take(text),
    restart() {
      pieces.drop();
      pieces = begin();
    },
    async finish(content) {
      const shown = await pieces.finish(content.filter(isText).map(({ text }) => text));
      let at = 0;
      return content.flatMap((block): readonly AnswerBlock[] => {
        if (!isText(block)) return [block];
        const text = shown[at++] ?? "";
        return text === "" ? [] : [{ type: "text", text }];
      });
    },
  };
}

/** What is to be shown in place of a text: the text itself where no handler says otherwise, or none answers. */
async function ask(
  { core, conversation, turnId, signal }: DisplayParts,
  piece: { readonly id: string; readonly index: number; readonly final: boolean; readonly text: string },
): Promise<string> {
  const { id, index, final, text } = piece;
  if (signal.aborted) return "";
  const fields = { turn_id: turnId, message_id: id, index, final, delta: text };
  const { decision } = await fire(core, "MessageDisplay", fields, { conversation, signal });
  // A handler that was ended with the turn has not let it pass.
  return signal.aborted ? "" : (decision.effects.displayContent ?? text);
}
