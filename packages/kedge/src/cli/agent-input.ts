import type { Readable } from "node:stream";
import { CommandError, EXIT } from "./command-error.ts";
import type { Context } from "./context.ts";

/** How long piped input may keep a prompt waiting that is there already, until its first byte. */
const STDIN_WAIT_MS = 3_000;

/**
 * The prompt of the command line, and behind it what is piped in. Input that has begun is read to its end; input that stays open and
 * silent is given up, for many programs start others with such a pipe.
 *
 * @throws {CommandError} when there is no prompt
 */
export async function readPrompt(prompt: string | undefined, context: Context): Promise<string> {
  const text = context.isStdinTerminal
    ? (prompt ?? "")
    : prompt === undefined
      ? await context.readStdin()
      : await withPiped(prompt, context);
  if (text.trim() === "")
    throw new CommandError(
      EXIT.usage,
      'Expected a prompt: kedge agent -p "…", or text on standard input. A prompt stands before options that take several values, or behind --.',
    );
  return text;
}

async function withPiped(prompt: string, { terminal }: Context): Promise<string> {
  const piped = await readUnlessSilent(process.stdin, STDIN_WAIT_MS);
  if (piped === null)
    terminal.err(
      `kedge: nothing came on standard input for ${STDIN_WAIT_MS / 1_000} s; going on without it (< /dev/null says so at once).`,
    );
  return piped === null || piped.trim() === "" ? prompt : `${prompt}\n\n${piped}`;
}

/** All of a stream; null when nothing came of it for that long. It is closed then: an open pipe would keep the process alive. */
async function readUnlessSilent(stream: Readable, waitMs: number): Promise<string | null> {
  const chunks: Buffer[] = [];
  let isSilent = false;
  const timer = setTimeout(() => {
    isSilent = true;
    stream.destroy();
  }, waitMs);
  try {
    for await (const chunk of stream) {
      clearTimeout(timer);
      chunks.push(chunk as Buffer);
    }
  } catch (error) {
    if (!isSilent) throw error;
  } finally {
    clearTimeout(timer);
  }
  return isSilent ? null : new TextDecoder().decode(Buffer.concat(chunks));
}
