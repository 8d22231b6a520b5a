import { cutText } from "../cut-text.ts";

/** Lines at the foot of a terminal that are drawn anew; what is printed goes above them. */
export interface LiveLines extends Disposable {
  /** Prints above. */
  print(text: string): void;
  /** Lets something else write to the terminal: the lines are taken away first. */
  pass(write: () => void): void;
  /** Draws at once. */
  draw(): void;
}

/**
 * Draws lines at the foot of standard error, each second and when asked to. Where that is no terminal nothing is drawn, and what is printed
 * are plain lines.
 *
 * @param lines what to draw now
 */
export function createLiveLines(lines: () => readonly string[]): LiveLines {
  const { stderr } = process;
  const isTerminal = stderr.isTTY === true && process.env.TERM !== "dumb";
  let drawn = 0;
  const clear = (): void => {
    if (drawn > 0) stderr.write(`\u001b[${drawn}F\u001b[0J`);
    drawn = 0;
  };
  const draw = (): void => {
    if (!isTerminal) return;
    const room = Math.max(20, (stderr.columns || 80) - 1);
    const rows = Math.max(1, (stderr.rows || 24) - 1);
    const shown = lines().slice(0, rows);
    clear();
    stderr.write(shown.map((line) => `${cutText(line, room)}\n`).join(""));
    drawn = shown.length;
  };
  const stop = isTerminal ? every(draw) : () => {};
  const pass = (write: () => void): void => {
    clear();
    write();
    draw();
  };
  return {
    print: (text) => pass(() => stderr.write(`${text}\n`)),
    pass,
    draw,
    [Symbol.dispose]() {
      stop();
      clear();
    },
  };
}

/** Calls once a second. @returns ends it */
function every(work: () => void): () => void {
  const timer = setInterval(work, 1_000);
  timer.unref();
  return () => clearInterval(timer);
}
