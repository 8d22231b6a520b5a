import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { copyFile, link, readFile, rm, writeFile } from "node:fs/promises";
import {
  holderLine,
  holderPid,
  isForsaken,
  isHolderElsewhere,
  isHolderGone,
  keepFresh,
} from "../../platform/index.ts";

/** The process that has a lock. */
export interface Holder {
  readonly pid: number;
  /** Its number belongs to others, as in another container, so that nobody here can tell whether it lives. */
  readonly isElsewhere: boolean;
}

/** File systems without hard links answer so. */
const NO_LINKS = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"]);

/**
 * Takes a lock file for this process. That of a process that died counts for nothing; one that nobody here can see gives a sign of life at
 * it, and counts for nothing two minutes after the last.
 *
 * @returns gives it back; or who has it, or null when others take it in this moment
 */
export async function takeLock(path: string): Promise<(() => Promise<void>) | Holder | null> {
  // What is behind it makes it this lock and no other: one process may take the same twice, one after the other.
  const text = `${holderLine()} ${randomBytes(9).toString("base64url")}`;
  for (let tries = 0; tries < 3; tries++) {
    if (await putThere(path, text)) {
      const rest = keepFresh(path);
      return () => {
        rest();
        return removeOwn(path, text);
      };
    }
    const other = await readText(path);
    if (other === null) continue; // given back in this moment
    const pid = holderPid(other);
    if (pid !== null && !(await isGone(path, other))) return { pid, isElsewhere: isHolderElsewhere(other) };
    await removeStale(path, other);
  }
  return null;
}

async function isGone(path: string, line: string): Promise<boolean> {
  return isHolderGone(line) || (isHolderElsewhere(line) && (await isForsaken(path)));
}

/** Makes a file that has its text from the first moment on: who found it empty would take it for nobody's. */
async function putThere(path: string, text: string): Promise<boolean> {
  const own = `${path}.${process.pid}.${randomBytes(6).toString("hex")}`;
  try {
    await writeFile(own, text, { flag: "wx", mode: 0o600 });
    await link(own, path).catch((error: NodeJS.ErrnoException) => {
      if (!NO_LINKS.has(error.code ?? "")) throw error;
      return copyFile(own, path, constants.COPYFILE_EXCL);
    });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return false;
  } finally {
    await rm(own, { force: true });
  }
}

async function removeOwn(path: string, text: string): Promise<void> {
  if ((await readText(path)) === text) await rm(path, { force: true });
}

/**
 * Removes the lock of a process that died. Only one may do so at a time: another that had read the same would remove what a third has put
 * there by then.
 */
async function removeStale(path: string, stale: string): Promise<void> {
  const [turn, text] = [`${path}.stale`, `${holderLine()} ${randomBytes(9).toString("base64url")}`];
  if (await putThere(turn, text)) {
    await removeOwn(path, stale);
    await removeOwn(turn, text);
    return;
  }
  const other = await readText(turn);
  if (other !== null && (await isGone(turn, other))) await removeOwn(turn, other);
}

async function readText(path: string): Promise<string | null> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}
