import { isPassing, readTextFile } from "../../platform/index.ts";

/** Bytes of a file of git that are read. */
const MAX_BYTES = 256 * 1024;

/** Null for an error that says that git has nothing to read either: it goes on without what this user may not read. Any other is thrown on. */
export function nothingThere(error: unknown): null {
  if (!isPassing(error)) return null;
  throw error;
}

/**
 * The text of a file that git obeys; null where git has nothing to read either.
 *
 * @throws where something is there that cannot be read now: what it says is not known then, and is not nothing
 */
export async function readGitFile(path: string): Promise<string | null> {
  const reading = await readTextFile(path, MAX_BYTES);
  if (reading.ok) return reading.text;
  if (reading.reason === "failed") throw new Error(`what git obeys cannot be read now: ${reading.message}`);
  return null;
}
