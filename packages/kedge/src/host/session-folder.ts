import { mkdtemp } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { ensurePrivateFolder } from "../platform/index.ts";

/** In the folder for temporary files: the parent of the private folders of all sessions of a user. */
const PARENT = "kedge-sessions";

/**
 * Makes the private folder of a session. All of them have one parent, so that commands of one session can be kept from those of the others,
 * of sessions that begin later as well. Where somebody else has taken its name, the folder has a parent of its own for nobody to choose.
 *
 * @param temporaryDir for temporary files of everybody
 */
export async function makeSessionFolder(temporaryDir: string): Promise<string> {
  const parent = join(temporaryDir, `${PARENT}-${process.geteuid?.() ?? 0}`);
  try {
    await ensurePrivateFolder(parent);
    return await mkdtemp(join(parent, "s-"));
  } catch {
    return mkdtemp(join(temporaryDir, "kedge-session-"));
  }
}

/** The parent of the private folders of all sessions; null where a session's has none. */
export function sessionsFolderOf(sessionDir: string): string | null {
  const parent = dirname(sessionDir);
  return basename(parent).startsWith(`${PARENT}-`) ? parent : null;
}
