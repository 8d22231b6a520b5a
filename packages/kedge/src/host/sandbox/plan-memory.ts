import { createFileClock } from "../guard/file-clock.ts";
import { createFolderLists, type FolderLists } from "../guard/folder-list.ts";
import type { ProtectedNames } from "../permissions/protected-names.ts";
import { createGitConfigReader, type GitConfigReader } from "./git-settings.ts";

/** A writable root as it was when the session first met it. */
export interface Pin {
  readonly real: string;
  readonly dev: number;
  readonly ino: number;
}

/** What was found of protected names, as long as they are the same names. */
interface Findings {
  /** Protected places by the working directory that they were found in. */
  readonly found: Map<string, Set<string>>;
  readonly lists: FolderLists;
}

/**
 * What plans of one session know of the ones before. A plan looks at the file system as it is, and a command of before may have changed that:
 * what was decided then must not be undone by a link that it made, or removed.
 */
export interface PlanMemory {
  /** By the path that settings or a person gave. */
  readonly pins: Map<string, Pin>;
  /** Everything that a path which hides or closes something has ever led to. */
  readonly reached: Map<string, Set<string>>;
  /** What is known of the protected names of this plan. */
  findings(names: ProtectedNames): Findings;
  readonly gitConfigs: GitConfigReader;
}

/**
 * Makes the memory of a session.
 *
 * @param dir private to the session
 */
export function createPlanMemory(dir: string): PlanMemory {
  const clock = createFileClock(dir);
  let known: (Findings & { readonly text: string }) | null = null;
  return {
    ...{ pins: new Map(), reached: new Map() },
    findings(names) {
      const text = [...names.folders, ...names.files].join("/");
      if (known?.text !== text) known = { text, found: new Map(), lists: createFolderLists(names) };
      known.lists.begin(clock());
      return known;
    },
    gitConfigs: createGitConfigReader(),
  };
}
