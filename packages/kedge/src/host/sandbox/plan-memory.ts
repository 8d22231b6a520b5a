import type { GitConfigReader } from "./git-settings.ts";
import { createGitConfigReader } from "./git-settings.ts";

/** A writable root as it was when the session first met it. */
export interface Pin {
  readonly real: string;
  readonly dev: number;
  readonly ino: number;
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
  /** Protected places that were found in each working directory. */
  readonly found: Map<string, Set<string>>;
  /** Names that {@link found} was looked for with. */
  foundNames: string;
  readonly gitConfigs: GitConfigReader;
}

/** Makes the memory of a session. */
export function createPlanMemory(): PlanMemory {
  return {
    ...{ pins: new Map(), reached: new Map(), found: new Map(), foundNames: "" },
    gitConfigs: createGitConfigReader(),
  };
}
