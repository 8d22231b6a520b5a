import { type BigIntStats, readdirSync } from "node:fs";
import { isGitFolder } from "../permissions/bare-repository.ts";
import { foldName, type ProtectedNames } from "../permissions/protected-names.ts";
import { RACY_NS } from "./memory.ts";

/** What is in an ordinary folder. */
interface Listing {
  /** Names of folders in it that are not protected. */
  readonly folders: readonly string[];
  readonly protectedNames: readonly string[];
  /** Of these, what nobody keeps small: all folders but those of git. */
  readonly protectedFolders: ReadonlySet<string>;
  /** It is a repository without a work tree. */
  readonly isGitFolder: boolean;
  /** All entries. */
  readonly count: number;
}

/** Lists folders. One that has not changed is not read again. */
export interface FolderLists {
  begin(nowNs: bigint | null): void;
  list(path: string, identity: string, stats: BigIntStats): Listing | Unlisted;
}

/** Why a folder could not be read: it is not there any more, or it is not ours to read. */
type Unlisted = "gone" | "closed";

interface Known extends Listing {
  readonly identity: string;
  readonly ctimeNs: bigint;
  readonly isSure: boolean;
}

/** Installed packages: what is in them nobody obeys there. */
export const PACKAGES = "node_modules";

/** Only folders that the look before met are remembered. */
export function createFolderLists(names: ProtectedNames): FolderLists {
  let last = new Map<string, Known>();
  let current = new Map<string, Known>();
  let nowNs: bigint | null = null;
  return {
    begin(now) {
      last = current;
      current = new Map();
      nowNs = now;
    },
    list(path, identity, stats) {
      // What comes to a folder, leaves it or is renamed in it changes its time, which nobody but the kernel sets.
      const { ctimeNs } = stats;
      const before = last.get(path);
      const isSure = nowNs !== null && nowNs - ctimeNs > RACY_NS;
      if (before?.isSure && before.identity === identity && before.ctimeNs === ctimeNs) {
        current.set(path, before);
        return before;
      }
      const listing = read(path, names);
      if (typeof listing !== "string") current.set(path, { ...listing, identity, ctimeNs, isSure });
      return listing;
    },
  };
}

function read(path: string, names: ProtectedNames): Listing | Unlisted {
  const folders: string[] = [];
  const protectedNames: string[] = [];
  const protectedFolders = new Set<string>();
  try {
    const entries = readdirSync(path, { withFileTypes: true });
    for (const entry of entries) {
      const { name } = entry;
      if (names.kindOf(name) !== null) {
        protectedNames.push(name);
        if (entry.isDirectory() && foldName(name) !== ".git") protectedFolders.add(name);
      } else if (entry.isDirectory() && name !== PACKAGES) folders.push(name);
    }
    const isGit = isGitFolder(entries.map(({ name }) => name));
    return { folders, protectedNames, protectedFolders, isGitFolder: isGit, count: entries.length };
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT" ? "gone" : "closed";
  }
}
