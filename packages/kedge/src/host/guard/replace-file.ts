import { randomUUID } from "node:crypto";
import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fsyncSync,
  futimesSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import type { Entry } from "./entry.ts";
import type { HeldFolder } from "./held-folder.ts";

/** Writes a file as it was: a new one, which gets its name when it is whole. Other names of what was there do not lead to it. */
export function replaceFile(folder: HeldFolder, name: string, before: Entry): void {
  const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW = 0 } = constants;
  const temporary = folder.at(`.${randomUUID()}.tmp`);
  const fd = openSync(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  try {
    try {
      writeAll(fd, before.content ?? Buffer.alloc(0));
      giveOwner(fd, before);
      // Behind the owner, for a change of owner takes bits away.
      fchmodSync(fd, before.mode);
      futimesSync(fd, before.mtimeMs / 1000, before.mtimeMs / 1000);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(temporary, folder.at(name));
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

function writeAll(fd: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
}

function giveOwner(fd: number, { uid, gid }: Entry): void {
  if (process.geteuid === undefined || (uid === process.geteuid() && gid === process.getegid?.())) return;
  try {
    fchownSync(fd, uid, gid);
  } catch {
    // Only root gives files away: the content counts more.
  }
}
