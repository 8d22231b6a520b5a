import { type BigIntStats, constants } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";
import { isPassing, lazyNode } from "../platform/index.ts";

/** One path that was looked at, and what stood there: enough to see later, without reading, that nothing changed. */
export interface WatchedPath {
  readonly path: string;
  /** Identity of a regular file; else `missing`, `unreadable` or `other`. */
  readonly stamp: string;
  /** When the file last changed, epoch ms by its file system. 0 for what is no file. */
  readonly changedAt: number;
}

/** Larger files are not read to their end. */
const MAX_FILE_BYTES = 16 * 1024 * 1024;

/**
 * What stands at a path now, in the words of {@link WatchedPath}.
 *
 * @throws the failure of the file system, when it says nothing of what stands there
 */
export async function stampOf(path: string): Promise<WatchedPath & { readonly isFolder: boolean }> {
  try {
    const stats = await stat(path, { bigint: true });
    if (stats.isFile()) return { path, ...identityOf(stats), isFolder: false };
    return { path, stamp: "other", changedAt: 0, isFolder: stats.isDirectory() };
  } catch (error) {
    if (isPassing(error)) throw error;
    const code = (error as NodeJS.ErrnoException).code ?? "";
    const isMissing = ["ENOENT", "ENOTDIR", "ENAMETOOLONG"].includes(code);
    return { path, stamp: isMissing ? "missing" : "unreadable", changedAt: 0, isFolder: false };
  }
}

/** What a regular file holds. */
export interface FileContent {
  /** `too_large`: over 16 MiB; the hash is of its first 16 MiB and its size. */
  readonly state: "file" | "too_large" | "unreadable";
  /** SHA-256, in hexadecimal. */
  readonly hash?: string;
  /** Of the very file that was read. */
  readonly identity?: Omit<WatchedPath, "path">;
}

/**
 * Hashes a regular file without keeping it in memory. Follows no link, never waits for a pipe.
 *
 * @throws the failure of the file system, when it says nothing of what stands there
 */
export async function hashContent(path: string): Promise<FileContent> {
  const { O_RDONLY, O_NONBLOCK = 0, O_NOFOLLOW = 0 } = constants;
  try {
    await using file = await open(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW);
    const stats = await file.stat({ bigint: true });
    if (!stats.isFile()) return { state: "unreadable" };
    const { hash, isWhole } = await digest(file);
    const identity = identityOf(stats);
    if (isWhole) return { state: "file", hash, identity };
    const sized = lazyNode.crypto.createHash("sha256").update(`${hash}:${stats.size}`).digest("hex");
    return { state: "too_large", hash: sized, identity };
  } catch (error) {
    if (isPassing(error)) throw error;
    return { state: "unreadable" }; // the state is the answer: it is part of what is hashed, and shown
  }
}

async function digest(file: FileHandle): Promise<{ hash: string; isWhole: boolean }> {
  const hash = lazyNode.crypto.createHash("sha256");
  const buffer = Buffer.allocUnsafe(64 * 1024);
  for (let total = 0; ; ) {
    const { bytesRead } = await file.read(buffer, 0, buffer.length, null);
    if (bytesRead === 0) return { hash: hash.digest("hex"), isWhole: true };
    hash.update(buffer.subarray(0, Math.min(bytesRead, MAX_FILE_BYTES - total)));
    total += bytesRead;
    if (total > MAX_FILE_BYTES) return { hash: hash.digest("hex"), isWhole: false };
  }
}

function identityOf(stats: BigIntStats): Omit<WatchedPath, "path"> {
  const { dev, ino, size, mtimeNs, ctimeNs } = stats;
  return { stamp: [dev, ino, size, mtimeNs, ctimeNs].join(":"), changedAt: Number(ctimeNs / 1_000_000n) };
}
