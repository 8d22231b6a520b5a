import { CommandError, EXIT } from "../command-error.ts";

/** More than that is no prompt. */
const MAX_BYTES = 16 * 1024 * 1024;
/** How long a pipe may be silent before it is taken for one that nobody writes to. */
const SILENT_MS = 3_000;

/**
 * Reads what is piped in for an agent. A pipe that is open and says nothing is left after three seconds, unless the prompt has to come from it:
 * whoever starts us from another program often leaves its own input open.
 *
 * @returns undefined when there is nothing
 * @throws {CommandError} for more than 16 MiB
 */
export async function readInput(input: NodeJS.ReadStream, isNeeded: boolean): Promise<Buffer | undefined> {
  if (input.isTTY === true) return undefined;
  const chunks: Buffer[] = [];
  let size = 0;
  const iterator = input[Symbol.asyncIterator]();
  for (let isFirst = true; ; isFirst = false) {
    const silence = new AbortController();
    const next = iterator.next();
    const read = await (isFirst && !isNeeded ? Promise.race([next, silent(silence.signal)]) : next);
    silence.abort();
    if (read === null) {
      input.destroy();
      return undefined;
    }
    if (read.done === true) break;
    const chunk = Buffer.from(read.value as Uint8Array);
    size += chunk.length;
    if (size > MAX_BYTES)
      throw new CommandError(EXIT.usage, `expected at most ${MAX_BYTES} bytes on standard input, got more.`);
    chunks.push(chunk);
  }
  return size === 0 ? undefined : Buffer.concat(chunks);
}

function silent(signal: AbortSignal): Promise<null> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(null), SILENT_MS);
    signal.addEventListener("abort", () => clearTimeout(timer), { once: true });
  });
}
