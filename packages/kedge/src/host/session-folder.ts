import { mkdtemp, rm, rmdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { ensurePrivateFolder } from "../platform/index.ts";

/** In the folder for temporary files: the parent of the private folders of all sessions of a user. */
const PARENT = "kedge-sessions";

const MAX_TRIES = 100;

/**
 * Makes the private folder of a session. All of them have one parent, so that commands of one session can be kept from those of the others,
 * of sessions that begin later as well. Where somebody else has taken its name, the folder has a parent of its own for nobody to choose.
 *
 * @param temporaryDir for temporary files of everybody
 */
export async function makeSessionFolder(temporaryDir: string): Promise<string> {
  const parent = join(temporaryDir, `${PARENT}-${process.geteuid?.() ?? 0}`);
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    try {
      await ensurePrivateFolder(parent);
      return await mkdtemp(join(parent, "s-"));
    } catch (error) {
      // The last of the others may just have removed it, at whichever step.
      if (!isMissing(error) && !isMissing((error as Error).cause)) break;
    }
  }
  return mkdtemp(join(temporaryDir, "kedge-session-"));
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException | undefined)?.code === "ENOENT";
}

/** Removes the folder of a session, and the parent behind the last of them. */
export async function removeSessionFolder(sessionDir: string): Promise<void> {
  await rm(sessionDir, { recursive: true, force: true });
  const parent = sessionsFolderOf(sessionDir);
  // With others in it, it stays.
  if (parent !== null) await rmdir(parent).catch(() => undefined);
}

/** The parent of the private folders of all sessions; null where a session's has none. */
export function sessionsFolderOf(sessionDir: string): string | null {
  const parent = dirname(sessionDir);
  return basename(parent).startsWith(`${PARENT}-`) ? parent : null;
}
