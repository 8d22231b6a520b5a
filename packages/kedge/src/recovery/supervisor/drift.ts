import { stat } from "node:fs/promises";
import type { DriftAction, Policy } from "../policy/index.ts";
import type { GitFacts } from "./git-facts.ts";

/** What of a session's place has changed since it failed. */
export interface Drift {
  readonly kind: "missing_directory" | "head_moved" | "dirty_files" | "not_compared";
  /** What the policy says to it. */
  readonly action: DriftAction;
  /** One sentence for people. */
  readonly words: string;
}

/** Whether a working directory is there. */
export async function isDirectory(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isDirectory() === true;
}

/** Says that the directory of a session is gone. */
export function missingDirectory(policy: Policy): Drift {
  return {
    kind: "missing_directory",
    action: policy.drift.missingDirectory,
    words: "The directory of the session is not there any more.",
  };
}

/**
 * Compares how a place stood when its session failed with how it stands now.
 *
 * @param before null where nobody looked: then nothing can be said
 */
export function findDrift(before: GitFacts | null, now: GitFacts | null, policy: Policy): readonly Drift[] {
  if (before === null) return [];
  const { headMoved, dirtyFiles } = policy.drift;
  if (now === null)
    return [{ kind: "head_moved", action: headMoved, words: "The directory is in no repository any more." }];
  const drifts: Drift[] = [];
  const isWhole = before.unread === undefined && now.unread === undefined;
  const isHeadKnown = isWhole || (before.head !== undefined && now.head !== undefined);
  if (isHeadKnown && before.head !== now.head)
    drifts.push({
      kind: "head_moved",
      action: headMoved,
      words: `Git's HEAD moved from ${short(before.head)} to ${short(now.head)} since the session stopped.`,
    });
  // What cannot be looked at is no reason to stop, and none to be silent; where it could not be before, that was said then.
  if (now.unread !== undefined && before.unread === undefined)
    drifts.push({
      kind: "not_compared",
      action: "warn",
      words: `Whether files changed since the session stopped is not known: ${now.unread}.`,
    });
  if (isWhole && before.dirtyDigest !== now.dirtyDigest)
    drifts.push({
      kind: "dirty_files",
      action: dirtyFiles,
      words: `Files changed since the session stopped: ${before.dirtyFiles} were not committed then, ${now.dirtyFiles} are now.`,
    });
  return drifts;
}

function short(head: string | undefined): string {
  return head === undefined ? "no commit" : head.slice(0, 10);
}
