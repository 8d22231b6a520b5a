import {
  closeSync,
  constants,
  existsSync,
  fchmodSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
} from "node:fs";
import { join } from "node:path";

/** A folder that is held open: what is done in it is done there, whatever is put in its place meanwhile. */
export interface HeldFolder {
  /** The path by which an entry of it is reached. */
  at(name: string): string;
  /** Lets its entries be changed, for as long as it is held, though its mode says otherwise. */
  unlock(): void;
  [Symbol.dispose](): void;
}

/** Systems with this reach an open folder by its number. */
const HELD = "/proc/self/fd";
const canHold = process.platform === "linux" && existsSync(HELD);

/**
 * Opens a folder below another one, part by part, following no link.
 *
 * @param top absolute
 * @param parts names below it
 * @param makeMode permission bits of the part at an index, for one that is missing; null where it may not be made
 * @throws what the file system says, as `ENOTDIR` or `ELOOP` for a part that is no folder
 */
export function holdFolder(
  top: string,
  parts: readonly string[],
  makeMode: (index: number) => number | null,
): HeldFolder {
  let held = open(top);
  try {
    for (const [index, part] of parts.entries()) {
      const path = held.at(part);
      const mode = makeMode(index);
      if (mode !== null && !lstatSync(path, { throwIfNoEntry: false })) mkdirSync(path, { mode });
      const next = open(path, join(held.path, part));
      held[Symbol.dispose]();
      held = next;
    }
    return held;
  } catch (error) {
    held[Symbol.dispose]();
    throw error;
  }
}

function open(path: string, name = path): HeldFolder & { readonly path: string } {
  const { O_RDONLY, O_DIRECTORY = 0, O_NOFOLLOW = 0 } = constants;
  const fd = openSync(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  // Without O_DIRECTORY anything can be opened.
  if (!fstatSync(fd).isDirectory()) {
    closeSync(fd);
    throw new Error(`Expected ${name} to be a folder, found something else`);
  }
  let locked: number | null = null;
  return {
    path: name,
    unlock() {
      const { mode, uid } = fstatSync(fd);
      if (uid !== process.geteuid?.() || (mode & 0o300) === 0o300) return;
      fchmodSync(fd, (mode & 0o7777) | 0o300);
      locked ??= mode & 0o7777;
    },
    // Elsewhere no link is followed as the folder is opened, but it can be swapped in the moment until it is used.
    at: (entry) => (canHold ? join(HELD, String(fd), entry) : join(name, entry)),
    [Symbol.dispose]() {
      try {
        if (locked !== null) fchmodSync(fd, locked);
      } finally {
        closeSync(fd);
      }
    },
  };
}
