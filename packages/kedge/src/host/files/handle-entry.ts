import { type BigIntStats, closeSync, constants, fstatSync, open as openNumber, statSync } from "node:fs";
import { mkdir, open, readdir, readlink } from "node:fs/promises";
import { promisify } from "node:util";
import type { Entry } from "./entry.ts";

/** Holds an entry without opening it: nothing is read, nobody is waited for. Node has no name for it. */
const O_PATH = 0o10000000;

/** Deeper than any path that a system takes. */
const MAX_DEPTH = 4_096;

const openHeld = promisify(openNumber);

const IN_PLACE = constants.O_NONBLOCK | constants.O_NOCTTY;
const TO_READ = IN_PLACE | constants.O_RDONLY | constants.O_NOFOLLOW;
const ANEW = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

/** The root folder of Linux, where `/proc/self/fd/N` stands for what a handle holds, and not for any path. */
export function openRoot(): Promise<Entry> {
  return hold("/");
}

/**
 * To open may take a disk's or a server's time, and leaves the thread. What is asked of something held is answered from memory, and to hear
 * that from the thread pool would take ten times as long, at every part of every path.
 */
async function hold(path: string): Promise<Entry> {
  const fd = await openHeld(path, O_PATH | constants.O_NOFOLLOW);
  try {
    return toEntry(fd, fstatSync(fd, { bigint: true }));
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

function toEntry(fd: number, stats: BigIntStats): Entry {
  const self = `/proc/self/fd/${fd}`;
  let isHeld = true;
  return {
    stats,
    path: () => readlink(self),
    look: (name) => hold(`${self}/${name}`),
    readLink: (name) => readlink(`${self}/${name}`),
    chain: async () => chainOf(self, stats),
    list: () => readdir(self, { withFileTypes: true }),
    openFile: (name) => open(`${self}/${name}`, TO_READ),
    makeFile: (name) => open(`${self}/${name}`, ANEW),
    makeFolder: (name) => mkdir(`${self}/${name}`),
    open: (flags) => open(self, flags | IN_PLACE),
    async [Symbol.asyncDispose]() {
      // The number is soon somebody else's.
      if (isHeld) closeSync(fd);
      isHeld = false;
    },
  };
}

/** Folders above one that is held are held with it. */
function chainOf(self: string, stats: BigIntStats): readonly BigIntStats[] {
  const chain = [stats];
  for (let up = `${self}/..`; chain.length < MAX_DEPTH; up += "/..") {
    const next = statSync(up, { bigint: true });
    const last = chain.at(-1);
    // Only the root is above itself.
    if (last && next.dev === last.dev && next.ino === last.ino) break;
    chain.push(next);
  }
  return chain;
}
