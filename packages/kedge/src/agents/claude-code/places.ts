import { existsSync } from "node:fs";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { ENTRY_NAME, type EntryCall } from "./hook-entry.ts";
import { WAKE_NAME } from "./wake-handlers.ts";

/** Where the user's settings of Claude Code lie, or those of a project. Absolute. */
export function settingsFile(options: {
  readonly homeDir: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute. Without it: the user's. */
  readonly projectDir?: string;
}): string {
  const { projectDir, env, homeDir, cwd } = options;
  if (projectDir !== undefined) return join(projectDir, ".claude", "settings.json");
  const own = env.CLAUDE_CONFIG_DIR;
  return join(own ? resolve(cwd, own) : join(homeDir, ".claude"), "settings.json");
}

/** Where the entry, its spool and the waiter are put. */
export interface IntakePlaces {
  readonly intakeDir: string;
  readonly script: string;
  /** The entry finds it by itself: beside its own folder. */
  readonly spoolDir: string;
  readonly wakeScript: string;
  /** The waiter finds it in the same way. */
  readonly waitsDir: string;
}

/** Names of the folders of a spool. */
export const SPOOL_FOLDERS = ["tmp", "new", "bad"] as const;

/** The places of the entry and of the waiter in Kedge's state folder. */
export function intakePlaces(stateDir: string): IntakePlaces {
  const intakeDir = join(stateDir, "intake");
  return {
    ...{ intakeDir, script: join(intakeDir, ENTRY_NAME), spoolDir: join(stateDir, "spool") },
    ...{ wakeScript: join(intakeDir, WAKE_NAME), waitsDir: join(stateDir, "waits") },
  };
}

/** Where a configured entry lies and writes to. */
export interface EntryPlaces {
  readonly script: string;
  readonly spoolDir: string;
}

/**
 * Where a configured entry lies and writes to, with the home folder filled in.
 *
 * @returns null for a path that only a shell can tell
 */
export function entryPlaces({ script: word, spool }: EntryCall, homeDir: string): EntryPlaces | null {
  const script = fillHome(word, homeDir);
  const spoolDir = spool === undefined ? join(dirname(dirname(script)), "spool") : fillHome(spool, homeDir);
  return isAbsolute(script) && isAbsolute(spoolDir) ? { script, spoolDir } : null;
}

function fillHome(word: string, homeDir: string): string {
  return word.replace(/^(?:\$HOME|\$\{HOME\}|~)(?=\/)/, () => homeDir);
}

/** Folders from that of this file up to that of the package, both counted, in sources and in every build. */
const MAX_LEVELS = 4;

/** The entry as this package brings it; null when the package is incomplete. */
export function packagedEntry(from: string = import.meta.dirname): string | null {
  return packaged(ENTRY_NAME, from);
}

/** The waiter as this package brings it; null when the package is incomplete. */
export function packagedWaiter(from: string = import.meta.dirname): string | null {
  return packaged(WAKE_NAME, from);
}

function packaged(name: string, from: string): string | null {
  let folder = from;
  for (let level = 0; level < MAX_LEVELS; level++) {
    const file = join(folder, "intake", name);
    if (existsSync(file)) return file;
    folder = dirname(folder);
  }
  return null;
}
