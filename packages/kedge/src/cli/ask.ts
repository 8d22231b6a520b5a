import { createInterface } from "node:readline/promises";
import { CommandError, EXIT } from "./command-error.ts";
import type { Context } from "./context.ts";

/**
 * Asks at a terminal; whatever is no clear yes is a no, a terminal that goes away included.
 *
 * @param advice what to do where nobody sits at a terminal
 * @throws {CommandError} where nobody sits at one
 */
export async function askAtTerminal(
  question: string,
  advice: string,
  { isInteractive }: Pick<Context, "isInteractive">,
): Promise<boolean> {
  if (!isInteractive) throw new CommandError(EXIT.usage, `expected a terminal to ask at. ${advice}`);
  const asker = createInterface({ input: process.stdin, output: process.stdout });
  const closed = new Promise<string>((resolve) => asker.once("close", () => resolve("")));
  try {
    const answer = await Promise.race([asker.question(`${question} [y/N] `), closed]);
    return /^y(?:es)?$/i.test(answer.trim());
  } finally {
    asker.close();
  }
}
