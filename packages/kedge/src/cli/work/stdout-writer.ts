/**
 * Lets a command outlive whoever reads what it prints, from now to its end: with `| head`, or when the terminal is closed, sessions that run
 * are still to be ended in good order and their work kept. Without it the first line that nobody takes ends the process, and leaves agents
 * behind.
 */
export function outliveReaders(): void {
  // For good: the last line fails only after the command has come back.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
}

/** Writes answers on standard output. */
export interface AnswerWriter {
  /** Settles when the reader has taken it, or is gone; however large it is. */
  write(text: string): Promise<void>;
}

/** Makes a writer. Once its reader is gone it writes nothing more. */
export function createAnswerWriter(): AnswerWriter {
  let isGone = false;
  return {
    async write(text) {
      if (text === "" || isGone) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      process.stdout.write(text, (error) => {
        if (error) isGone = true;
        resolve();
      });
      await promise;
    },
  };
}
