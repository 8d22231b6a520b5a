import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

/** How often files were asked for by their path. What is done through an open file is not counted. */
export interface FileCalls {
  /** Opened, read or listed. */
  readonly opened: number;
  /** Looked at: what is there, and where does it lead. */
  readonly looked: number;
}

const OPENING = ["open", "readFile", "readdir", "opendir"] as const;
const LOOKING = ["stat", "lstat", "readlink", "realpath", "access"] as const;

type Call = (...args: readonly unknown[]) => unknown;

/** Counts what some work asks of files, whichever module does it. Modules that it loads are not counted. */
export async function countFileCalls(work: () => Promise<unknown>): Promise<FileCalls> {
  const counts = { opened: 0, looked: 0 };
  const undo: (() => void)[] = [];
  const replace = (owner: object, name: string, kind: keyof typeof counts): void => {
    const table = owner as Record<string, Call & { native?: Call }>;
    const own = table[name];
    if (own === undefined) throw new Error(`Expected node:fs to have ${name}`);
    table[name] = Object.assign((...args: readonly unknown[]) => {
      counts[kind]++;
      return own(...args);
    }, own);
    undo.push(() => {
      table[name] = own;
    });
  };
  for (const [kind, names] of [["opened", OPENING] as const, ["looked", LOOKING] as const])
    for (const name of names) {
      replace(fs.promises, name, kind);
      replace(fs, `${name}Sync`, kind);
    }
  replace(fs, "existsSync", "looked");
  syncBuiltinESMExports();
  try {
    await work();
  } finally {
    for (const step of undo) step();
    syncBuiltinESMExports();
  }
  return counts;
}
