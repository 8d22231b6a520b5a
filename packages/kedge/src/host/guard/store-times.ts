import { statfsSync } from "node:fs";

/** Kinds of file systems in memory, as Linux numbers them: who has read a file there through a mapping writes to it without a new time. */
const IN_MEMORY: ReadonlySet<number> = new Set([0x01021994, 0x858458f6]);

/**
 * Tells whether a file gets a new time when somebody who has mapped it begins to write to it. Each file system is asked once.
 *
 * @param dev its file system
 */
export type StoreTimes = (path: string, dev: bigint) => boolean;

export function createStoreTimes(): StoreTimes {
  const known = new Map<bigint, boolean>();
  return (path, dev) => {
    const own = known.get(dev);
    if (own !== undefined) return own;
    try {
      const isTold = !IN_MEMORY.has(statfsSync(path).type);
      known.set(dev, isTold);
      return isTold;
    } catch {
      return false; // gone meanwhile
    }
  };
}
