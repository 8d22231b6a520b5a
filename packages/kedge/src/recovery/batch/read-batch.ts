import type { BatchOptions, BatchReading } from "./batch-reading.ts";

/**
 * Reads a batch out of a value that somebody wrote, with every default filled in.
 *
 * An unknown key is a problem, so that a mistyped one does not pass in silence, and so is what looks like a secret in a command line.
 * Of texts that may be prompts at most 40 characters are repeated. It never fails, whatever a parser of YAML or JSON gave, and reads no
 * file: a prompt in a file stays a path. What it needs is loaded on the first call.
 *
 * @param value of the whole file; undefined and null are a file without content
 */
export async function readBatch(value: unknown, options: BatchOptions = {}): Promise<BatchReading> {
  const { parseBatch } = await import("./parse-batch.ts");
  return parseBatch(value, options);
}
