import { access, constants } from "node:fs/promises";
import { readTextFile } from "../../platform/index.ts";

/** Bytes of a file of git that are read. */
const MAX_BYTES = 256 * 1024;

/** As systems say it where git has nothing to read either: it goes on without what this user may not read. */
const NOTHING: ReadonlySet<unknown> = new Set([
  ...["ENOENT", "ENOTDIR", "EACCES", "EPERM", "ELOOP", "ENAMETOOLONG", "ERR_INVALID_ARG_VALUE"],
]);

/** Null for an error that says so. Any other is thrown on. */
export function nothingThere(error: NodeJS.ErrnoException): null {
  if (NOTHING.has(error.code)) return null;
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
  if (reading.reason !== "unreadable") return null;
  const isOpen = await access(path, constants.R_OK).then(() => true, nothingThere);
  if (isOpen) throw new Error(`what git obeys cannot be read now: ${reading.message}`);
  return null;
}
