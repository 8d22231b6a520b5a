import { mkdtemp, readdir, readFile, rm, rmdir, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { ensurePrivateFolder, holderLine, isHolderGone, isOfEarlierBoot } from "../platform/index.ts";
import { removeTree } from "./remove-tree.ts";

/** In the folder for temporary files: the parent of the private folders of all sessions of a user. */
const PARENT = "kedge-sessions";

/** Beside the folder of a session: says which process it is of. */
const OWNER = ".owner";

/** How old the folder of a process that was killed has to be: commands that it left behind may go on for a while, and write in it. */
const LEFT_MS = 24 * 60 * 60 * 1_000;

const MAX_TRIES = 100;

/**
 * Makes the private folder of a session, and removes those of sessions that were killed long ago. All of them have one parent, so that commands
 * of one session can be kept from those of the others, of sessions that begin later as well. Where somebody else has taken its name, the folder
 * has a parent of its own for nobody to choose.
 *
 * @param temporaryDir for temporary files of everybody
 */
export async function makeSessionFolder(temporaryDir: string): Promise<string> {
  const parent = join(temporaryDir, `${PARENT}-${process.geteuid?.() ?? 0}`);
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    try {
      await ensurePrivateFolder(parent);
      const folder = await mkdtemp(join(parent, "s-"));
      await writeFile(folder + OWNER, holderLine(), { flag: "wx", mode: 0o600 });
      void removeLeft(parent);
      return folder;
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
  if (parent === null) return;
  await rm(sessionDir + OWNER, { force: true });
  // With others in it, it stays.
  await rmdir(parent).catch(() => undefined);
}

/** A session that begins does not wait for it. What cannot be removed now is tried again by the next. Never rejects. */
async function removeLeft(parent: string): Promise<void> {
  const names = await readdir(parent).catch(() => []);
  for (const name of names.filter((each) => each.endsWith(OWNER))) {
    const owner = join(parent, name);
    try {
      if (!(await isLeft(owner))) continue;
      await removeTree(owner.slice(0, -OWNER.length));
      // Last, for without it nobody would know.
      await rm(owner, { force: true });
    } catch {
      // another session removes it as well, or it is not ours to remove
    }
  }
}

async function isLeft(owner: string): Promise<boolean> {
  const line = await readFile(owner, "utf8");
  if (isOfEarlierBoot(line)) return true;
  return isHolderGone(line) && Date.now() - (await stat(owner)).mtimeMs > LEFT_MS;
}

/** The parent of the private folders of all sessions; null where a session's has none. */
export function sessionsFolderOf(sessionDir: string): string | null {
  const parent = dirname(sessionDir);
  return basename(parent).startsWith(`${PARENT}-`) ? parent : null;
}
