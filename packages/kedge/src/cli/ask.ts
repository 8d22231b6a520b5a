import { createInterface } from "node:readline/promises";
import { CommandError, EXIT } from "./command-error.ts";
import type { Context } from "./context.ts";

/**
 * Asks at a terminal; whatever is no clear yes is a no, a terminal that goes away included.
 *
 * @param advice what to do where nobody sits at a terminal
 * @throws {CommandError} where nobody sits at one, and on Ctrl-C
 */
export async function askAtTerminal(
  question: string,
  advice: string,
  { isInteractive }: Pick<Context, "isInteractive">,
): Promise<boolean> {
  if (!isInteractive) throw new CommandError(EXIT.usage, `expected a terminal to ask at. ${advice}`);
  const asker = createInterface({ input: process.stdin, output: process.stdout });
  const closed = new Promise<null>((resolve) => asker.once("close", () => resolve(null)));
  let isInterrupted = false;
  asker.once("SIGINT", () => {
    isInterrupted = true;
    asker.close();
  });
  try {
    const answer = await Promise.race([asker.question(`${question} [y/N] `), closed]);
    // What comes next does not belong on the line of the question.
    if (answer === null) process.stdout.write("\n");
    if (isInterrupted) throw new CommandError(EXIT.interrupted, "interrupted; nothing was changed.");
    if (answer === null) return false;
    return /^y(?:es)?$/i.test(answer.trim());
  } finally {
    asker.close();
  }
}
