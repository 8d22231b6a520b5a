import { randomUUID } from "node:crypto";
import { closeSync, constants, fstatSync, openSync, unlinkSync, writeSync } from "node:fs";
import { join } from "node:path";

/** Tells the kernel's time as files get it; null when it cannot be told. */
export type FileClock = () => bigint | null;

/**
 * Makes a clock that reads the time that a file gets which is written now. The clock of a session may be any, and what is compared with
 * the times of files has to be of the same kind.
 *
 * @param dir private to the session
 */
export function createFileClock(dir: string): FileClock {
  const { O_RDWR, O_CREAT, O_EXCL, O_NOFOLLOW = 0 } = constants;
  return () => {
    const file = join(dir, `clock-${randomUUID()}`);
    try {
      const fd = openSync(file, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
      try {
        unlinkSync(file);
        writeSync(fd, "x");
        return fstatSync(fd, { bigint: true }).ctimeNs;
      } finally {
        closeSync(fd);
      }
    } catch {
      return null; // the folder is gone, as when the session ends: nothing counts as old then
    }
  };
}
