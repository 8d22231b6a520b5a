import { clearLine, createInterface, cursorTo } from "node:readline";

/** What somebody types, line by line: for prompts, and for questions that come in between. */
export interface Typing {
  /** A line; null when there are no more. Lines that were typed before, while nothing was asked, are taken first. */
  readPrompt(mark: string): Promise<string | null>;
  /**
   * The answer to a question, which is never a line that was typed before it. Questions wait for each other.
   *
   * @param show tells what the question is about, when its turn has come
   * @returns null when it ends without an answer
   */
  readAnswer(mark: string, show: () => void, signal: AbortSignal): Promise<string | null>;
  /** Makes room for output where somebody may be typing; {@link show} brings what was typed back. */
  hide(): void;
  show(): void;
  /** Forgets what is typed and was not taken yet; a prompt that is waited for comes empty. @returns whether there was any */
  clear(): boolean;
  close(): void;
}

interface Waiting {
  readonly mark: string;
  readonly isAnswer: boolean;
  readonly take: (line: string | null) => void;
}

/**
 * Reads lines from the terminal.
 *
 * @param onInterrupt Ctrl-C
 */
export function createTyping(onInterrupt: () => void): Typing {
  const lines = createInterface({ input: process.stdin, output: process.stdout, historySize: 500 });
  const early: string[] = [];
  /** The last one gets the next line: a question stands before the prompt in which it comes up. */
  const waiting: Waiting[] = [];
  let isClosed = false;
  let questions: Promise<unknown> = Promise.resolve();
  const show = (): void => {
    const top = waiting.at(-1);
    if (!top || isClosed) return;
    lines.setPrompt(top.mark);
    lines.prompt(true);
  };
  const takeTyped = (): string => {
    const typed = lines.line;
    if (typed === "") return "";
    lines.write(null, { ctrl: true, name: "e" });
    lines.write(null, { ctrl: true, name: "u" });
    return typed;
  };
  const drop = (own: Waiting): void => {
    const at = waiting.indexOf(own);
    if (at >= 0) waiting.splice(at, 1);
  };
  const wait = (mark: string, isAnswer: boolean, signal?: AbortSignal): Promise<string | null> =>
    new Promise((resolve) => {
      if (isClosed || signal?.aborted) return resolve(null);
      const onAbort = (): void => own.take(null);
      // What somebody was typing when the question came up is no answer to it.
      const typed = isAnswer ? takeTyped() : "";
      const own: Waiting = {
        mark,
        isAnswer,
        take(line) {
          signal?.removeEventListener("abort", onAbort);
          drop(own);
          resolve(line);
          if (!isAnswer || isClosed) return;
          show(); // the prompt that it interrupted
          if (typed !== "") lines.write(typed);
        },
      };
      signal?.addEventListener("abort", onAbort, { once: true });
      waiting.push(own);
      show();
    });
  lines.on("line", (line) => {
    const top = waiting.at(-1);
    if (top) top.take(line);
    else early.push(line);
  });
  // "y" and "n" are nothing to come back to.
  lines.on("history", (history) => {
    if (waiting.at(-1)?.isAnswer) history.shift();
  });
  lines.on("SIGINT", onInterrupt);
  lines.on("close", () => {
    isClosed = true;
    for (const own of waiting.splice(0)) own.take(null);
  });
  return {
    async readPrompt(mark) {
      const line = early.shift();
      return line ?? wait(mark, false);
    },
    readAnswer(mark, tell, signal) {
      const answer = questions.then(() => {
        if (signal.aborted || isClosed) return null;
        tell();
        return wait(mark, true, signal);
      });
      questions = answer;
      return answer;
    },
    hide() {
      if (waiting.length === 0 || isClosed) return;
      cursorTo(process.stdout, 0);
      clearLine(process.stdout, 0);
    },
    show,
    clear() {
      const had = early.length > 0 || lines.line !== "";
      early.length = 0;
      takeTyped();
      const top = waiting.at(-1);
      if (top && !top.isAnswer) top.take("");
      return had;
    },
    close: () => lines.close(),
  };
}
