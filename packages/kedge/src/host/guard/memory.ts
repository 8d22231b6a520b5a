import { type BigIntStats, closeSync, constants, fstatSync, openSync, readlinkSync, readSync } from "node:fs";
import { createStoreTimes } from "./store-times.ts";

/** Bytes of a file that are kept, and of all that share a budget. */
const MAX_FILE_BYTES = 1024 * 1024;
const MAX_BUDGET_BYTES = 32 * 1024 * 1024;

/** Times of files may be this coarse: what changed so shortly before it was read may have changed again since, at the same time. */
export const RACY_NS = 2_000_000_000n;

/** Contents of protected files, so that they can be put back. One that has not changed is not read again. */
export interface Memory {
  /**
   * Begins a look; what it does not ask for is forgotten with the next.
   *
   * @param isOurs whether commands may have run since the look before
   */
  begin(nowNs: bigint | null, isOurs: boolean): void;
  /**
   * Bytes of a regular file, or the target of a link; null for what is too large, or cannot be read.
   *
   * @param budget who shares its room with it; what was kept before has its room before what comes later
   */
  contentOf(path: string, stats: BigIntStats, budget: string): Buffer | null;
}

interface Kept {
  readonly signature: string;
  readonly content: Buffer;
  readonly budget: string;
  /** Its signature tells every later change. */
  readonly isSure: boolean;
}

export function createMemory(): Memory {
  let last = new Map<string, Kept>();
  let current = new Map<string, Kept>();
  /** Bytes by budget: of what is kept, and of what was and has not been asked for again. */
  const taken = new Map<string, number>();
  const take = (budget: string, bytes: number): void =>
    void taken.set(budget, (taken.get(budget) ?? 0) + bytes);
  /** When a look last found no command at work, so that nobody had a file mapped. */
  let quietNs: bigint | null = null;
  const tellsStores = createStoreTimes();
  return {
    begin(nowNs, isOurs) {
      last = current;
      current = new Map();
      taken.clear();
      for (const { budget, content } of last.values()) take(budget, content.length);
      if (!isOurs) quietNs = nowNs;
    },
    contentOf(path, stats, budget) {
      const known = last.get(path);
      const own = known?.budget === budget && !current.has(path) ? known.content.length : 0;
      const isRoom = (taken.get(budget) ?? 0) - own + Number(stats.size) <= MAX_BUDGET_BYTES;
      if (stats.size > MAX_FILE_BYTES || !isRoom) return null;
      const signature = signatureOf(stats);
      // A program that has a file mapped gives it a new time when it begins to write to it, and may go on for long without another one.
      const isOld = quietNs !== null && quietNs - stats.ctimeNs > RACY_NS;
      const isSure = isOld && (stats.isSymbolicLink() || tellsStores(path, stats.dev));
      let content = known?.isSure && known.signature === signature ? known.content : readContent(path, stats);
      if (content === null) return null;
      // Two snapshots share what is the same.
      if (known?.content.equals(content)) content = known.content;
      take(budget, content.length - own);
      current.set(path, { signature, content, budget, isSure });
      return content;
    },
  };
}

/** Everything that changes when a file does. Who changes it may set its times but for the last. */
export function signatureOf(stats: BigIntStats): string {
  const { dev, ino, size, mtimeNs, ctimeNs, mode, uid, gid } = stats;
  return [dev, ino, size, mtimeNs, ctimeNs, mode, uid, gid].join(":");
}

/** What tells a folder from every other, one that got its number later included. */
export function identityOf({ dev, ino, birthtimeNs }: BigIntStats): string {
  return `${dev}:${ino}:${birthtimeNs}`;
}

/** When it was made, which nobody can set; 0 where the file system does not tell. */
export function bornNs(identity: string): bigint {
  return BigInt(identity.slice(identity.lastIndexOf(":") + 1));
}

/** Bytes of a file, or the target of a link, that is still the one that was seen; null for anything else. */
export function readContent(path: string, stats: BigIntStats): Buffer | null {
  try {
    return stats.isSymbolicLink() ? readlinkSync(path, { encoding: "buffer" }) : readFile(path, stats);
  } catch {
    return null; // gone meanwhile, or not ours to read
  }
}

/** Reads a file that is still the one that was seen: no link, no pipe that would never end. */
function readFile(path: string, { dev, ino }: BigIntStats): Buffer | null {
  const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
  const fd = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    const now = fstatSync(fd, { bigint: true });
    if (!now.isFile() || now.dev !== dev || now.ino !== ino || now.size > MAX_FILE_BYTES) return null;
    const bytes = Buffer.alloc(Number(now.size));
    let length = 0;
    for (let read = -1; read !== 0 && length < bytes.length; length += read)
      read = readSync(fd, bytes, length, bytes.length - length, length);
    return bytes.subarray(0, length);
  } finally {
    closeSync(fd);
  }
}
