import { closeSync, openSync, readSync } from "node:fs";

/**
 * Reads a file of `/proc`. Null when its process is gone or somebody else's.
 *
 * @returns bytes that are valid until the next call
 * @throws for other reasons, as when there are no free descriptors
 */
export type ProcReader = (path: string) => Buffer | null;

const FIRST_BYTES = 16_384;
const GONE_OR_FOREIGN = new Set(["ENOENT", "ESRCH", "EACCES", "EPERM"]);

/** Makes a reader with a buffer of its own: thousands of files are read at a time, whose sizes nobody knows before. */
export function createProcReader(): ProcReader {
  let bytes: Buffer | null = null;
  return (path) => {
    let fd = -1;
    try {
      fd = openSync(path, "r");
      bytes ??= Buffer.allocUnsafeSlow(FIRST_BYTES);
      let length = 0;
      for (;;) {
        const read = readSync(fd, bytes, length, bytes.length - length, null);
        length += read;
        if (read === 0) return bytes.subarray(0, length);
        if (length === bytes.length) bytes = Buffer.concat([bytes, Buffer.allocUnsafeSlow(length)]);
      }
    } catch (error) {
      if (GONE_OR_FOREIGN.has((error as NodeJS.ErrnoException).code ?? "")) return null;
      throw error;
    } finally {
      if (fd >= 0) closeSync(fd);
    }
  };
}
