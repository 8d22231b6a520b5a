import { type BigIntStats, statSync } from "node:fs";
import { join } from "node:path";
import { protectedNames } from "./protected-names.ts";

/** Something protected, as it was met. */
interface KnownPlace {
  /** Its name then. */
  readonly path: string;
}

/** Protected folders and files by what they are, so that another name does not open them. */
export interface KnownIdentities {
  /** Looks at what is protected directly in these folders, and keeps it: what is renamed later stays known. */
  remember(folders: readonly string[]): void;
  /** What this one is, if it is known. */
  find(stats: BigIntStats): KnownPlace | null;
}

/** What is obeyed in protected folders by a fixed name. */
const OBEYED = [
  ".git/config",
  ".git/hooks",
  ".claude/hooks",
  ".claude/settings.json",
  ".claude/settings.local.json",
];

/** What is replaced often, as git does with its configuration, must not add up without end. */
const MAX_KNOWN = 2_000;

/**
 * Makes an empty memory of a session.
 *
 * @param folders protected themselves; absolute
 */
export function createKnownIdentities(folders: readonly string[]): KnownIdentities {
  const { folders: protectedFolders, files } = protectedNames();
  const names = [...protectedFolders, ...files, ...OBEYED];
  const known = new Map<string, KnownPlace>();
  const note = (path: string): void => {
    const stats = statsOf(path);
    if (stats === null) return;
    known.set(identityOf(stats), { path });
    for (const oldest of known.keys()) {
      if (known.size <= MAX_KNOWN) break;
      known.delete(oldest);
    }
  };
  return {
    remember(parents) {
      const inside = parents.flatMap((parent) => names.map((name) => join(parent, name)));
      for (const path of [...folders, ...inside]) note(path);
    },
    find: (stats) => known.get(identityOf(stats)) ?? null,
  };
}

/**
 * What is at a path, where its links lead; null for nothing, and for what cannot be reached. Most of these names are not there, every call is
 * judged by all of them, and to hear that from the thread pool takes ten times as long.
 */
function statsOf(path: string): BigIntStats | null {
  try {
    return statSync(path, { bigint: true, throwIfNoEntry: false }) ?? null;
  } catch {
    return null;
  }
}

/** The time of birth is part of it: numbers of what was removed are given again. */
function identityOf({ dev, ino, birthtimeNs }: BigIntStats): string {
  return `${dev}:${ino}:${birthtimeNs}`;
}
