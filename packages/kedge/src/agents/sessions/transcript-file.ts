import { statSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { isSessionId } from "./command.ts";

/**
 * Finds the transcript of a session in folders that have one for each project: a session may have been begun in another one than it is gone
 * on with, and how a folder is named is the agent's affair. One without a byte is none: its agent died before it took the prompt, and a
 * session that is gone on with there would not know its task.
 *
 * @param options.likely name of the folder to look in first
 * @returns its path, or null when there is none, or when the id is no UUID
 */
export async function findTranscriptFile(
  base: string,
  options: { readonly sessionId: string; readonly likely?: string },
): Promise<string | null> {
  const { sessionId, likely } = options;
  if (!isSessionId(sessionId)) return null;
  const pathIn = (folder: string): string => join(base, folder, `${sessionId}.jsonl`);
  if (likely !== undefined && isWritten(pathIn(likely))) return pathIn(likely);
  const folders = await readdir(base).catch(() => []);
  const folder = folders.find((name) => isWritten(pathIn(name)));
  return folder === undefined ? null : pathIn(folder);
}

function isWritten(path: string): boolean {
  return (statSync(path, { throwIfNoEntry: false })?.size ?? 0) > 0;
}
