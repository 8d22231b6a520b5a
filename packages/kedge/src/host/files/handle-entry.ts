import { type BigIntStats, constants } from "node:fs";
import { type FileHandle, mkdir, open, readlink, stat } from "node:fs/promises";
import type { Entry } from "./entry.ts";

/** Holds an entry without opening it: nothing is read, nobody is waited for. Node has no name for it. */
const O_PATH = 0o10000000;

/** Deeper than any path that a system takes. */
const MAX_DEPTH = 4_096;

const IN_PLACE = constants.O_NONBLOCK | constants.O_NOCTTY;
const ANEW = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

/** The root folder of Linux, where `/proc/self/fd/N` stands for what a handle holds, and not for any path. */
export function openRoot(): Promise<Entry> {
  return hold("/");
}

async function hold(path: string): Promise<Entry> {
  const handle = await open(path, O_PATH | constants.O_NOFOLLOW);
  try {
    return toEntry(handle, await handle.stat({ bigint: true }));
  } catch (error) {
    await handle.close();
    throw error;
  }
}

function toEntry(handle: FileHandle, stats: BigIntStats): Entry {
  const self = `/proc/self/fd/${handle.fd}`;
  return {
    stats,
    path: () => readlink(self),
    look: (name) => hold(`${self}/${name}`),
    readLink: (name) => readlink(`${self}/${name}`),
    chain: () => chainOf(self, stats),
    makeFile: (name) => open(`${self}/${name}`, ANEW),
    makeFolder: (name) => mkdir(`${self}/${name}`),
    open: (flags) => open(self, flags | IN_PLACE),
    [Symbol.asyncDispose]: () => handle.close(),
  };
}

async function chainOf(self: string, stats: BigIntStats): Promise<readonly BigIntStats[]> {
  const chain = [stats];
  for (let up = `${self}/..`; chain.length < MAX_DEPTH; up += "/..") {
    const next = await stat(up, { bigint: true });
    const last = chain.at(-1);
    // Only the root is above itself.
    if (last && next.dev === last.dev && next.ino === last.ino) break;
    chain.push(next);
  }
  return chain;
}
