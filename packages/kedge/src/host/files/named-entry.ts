import { type BigIntStats, constants } from "node:fs";
import { type FileHandle, lstat, mkdir, open, readdir, readlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Entry } from "./entry.ts";

/** On macOS: no part of the path may be a link. Node has no name for it. */
const NO_LINKS = process.platform === "darwin" ? 0x20000000 : (constants.O_NOFOLLOW ?? 0);
const IN_PLACE = NO_LINKS | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0);
const ANEW = NO_LINKS | constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;

/**
 * The root folder of systems that let no folder be held. Entries are known by their names there, and by what stood at them: whatever is
 * opened must be the same one, by device and number, before a byte is read or written. A folder that is swapped in the very moment between
 * the last look and the opening may so get an empty file or folder, and never a byte; one that is back at the next look may show its names.
 */
export function lookAtRoot(): Promise<Entry> {
  return look("/");
}

async function look(path: string): Promise<Entry> {
  return toEntry(path, await lstat(path, { bigint: true }));
}

function toEntry(path: string, stats: BigIntStats): Entry {
  const at = (name: string): string => (name === ".." ? dirname(path) : join(path, name));
  const mustBeThis = async (): Promise<void> => mustBe(path, stats, await lstat(path, { bigint: true }));
  return {
    stats,
    path: async () => path,
    look: (name) => look(at(name)),
    readLink: (name) => readlink(at(name)),
    chain: () => chainOf(path, stats),
    async list() {
      const entries = await readdir(path, { withFileTypes: true });
      await mustBeThis();
      return entries;
    },
    openFile: async (name) => checked(await open(at(name), constants.O_RDONLY | IN_PLACE), mustBeThis),
    async makeFile(name) {
      await mustBeThis();
      return checked(await open(at(name), ANEW), mustBeThis);
    },
    async makeFolder(name) {
      await mustBeThis();
      await mkdir(at(name));
    },
    async open(flags) {
      const file = await open(path, flags | IN_PLACE);
      return checked(file, async () => mustBe(path, stats, await file.stat({ bigint: true })));
    },
    [Symbol.asyncDispose]: async () => {},
  };
}

/** A file that may be used after all, or else is closed. */
async function checked(file: FileHandle, check: () => Promise<void>): Promise<FileHandle> {
  try {
    await check();
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

function mustBe(path: string, { dev, ino }: BigIntStats, now: BigIntStats): void {
  if (now.dev !== dev || now.ino !== ino) throw new Error(`${path} is another one than it was`);
}

async function chainOf(path: string, stats: BigIntStats): Promise<readonly BigIntStats[]> {
  const chain = [stats];
  for (let at = path; dirname(at) !== at; ) {
    at = dirname(at);
    chain.push(await lstat(at, { bigint: true }));
  }
  return chain;
}
