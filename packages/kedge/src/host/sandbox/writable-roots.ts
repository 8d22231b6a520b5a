import { realpath, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { isInside, wayOf } from "../paths.ts";
import { outermost } from "./bwrap-arguments.ts";
import type { Pin, PlanMemory } from "./plan-memory.ts";
import type { SandboxRules } from "./sandbox-rules.ts";

/** What a session writes. All paths are real ones. */
export interface WritableRoots {
  readonly writable: readonly string[];
  /** Working directories inside of those. */
  readonly inner: readonly string[];
}

interface Candidate {
  readonly given: string;
  readonly isWorkingDir: boolean;
  readonly now: Pin;
  /** Folders with a link on the way. */
  readonly linkFolders: readonly string[];
}

/**
 * What is writable now. Each root stays what it was when the session first met it: commands write in what is around some of them, and could
 * lead the next command anywhere. A root behind a link that stands in another root opens nothing by itself.
 *
 * @returns a text where a root is not what it was
 */
export async function writableRoots(
  { allowWrite }: Pick<SandboxRules, "allowWrite">,
  { workingDirs, sessionDir }: { readonly workingDirs: readonly string[]; readonly sessionDir: string },
  { pins }: Pick<PlanMemory, "pins">,
): Promise<WritableRoots | string> {
  const dirs = new Set(workingDirs.map((dir) => resolve(dir)));
  const given = [...new Set([...dirs, ...allowWrite.map((path) => resolve(path))])];
  const candidates = (await Promise.all(given.map((path) => candidateOf(path, dirs.has(path))))).filter(
    (each) => each !== null,
  );
  const roots = chosenByNobody(candidates, [sessionDir, ...[...pins.values()].map(({ real }) => real)]);
  const writable = outermost(roots.map(({ now }) => now.real));
  for (const { given, now, isWorkingDir } of candidates) {
    const pin = pins.get(given);
    if (pin && !isSame(pin, now, isWorkingDir && writable.includes(now.real)))
      return `${given} is another place than when this session first worked in it (it was ${pin.real}). Put that back, or begin a new session`;
  }
  const isBelow = ({ now }: Candidate): boolean =>
    writable.some((dir) => dir !== now.real && isInside(dir, now.real));
  const inner = candidates.filter((each) => each.isWorkingDir && isBelow(each));
  for (const { given, now } of [...roots, ...inner]) if (!pins.has(given)) pins.set(given, now);
  return { writable, inner: [...new Set(inner.map(({ now }) => now.real))] };
}

async function candidateOf(given: string, isWorkingDir: boolean): Promise<Candidate | null> {
  try {
    const real = await realpath(given);
    const { dev, ino } = await stat(real);
    const links = real === given ? [] : (await wayOf(given)).links;
    return {
      ...{ given, isWorkingDir, now: { real, dev, ino } },
      linkFolders: links.map((link) => dirname(link)),
    };
  } catch {
    return null; // not there: nothing to write
  }
}

/** Without those whose way leads through a link in another root, or in one of before: a command could have made it. */
function chosenByNobody(candidates: readonly Candidate[], before: readonly string[]): readonly Candidate[] {
  const isFree = (candidate: Candidate, others: readonly Candidate[]): boolean => {
    const own = candidate.now.real;
    const roots = [...before, ...others.map(({ now }) => now.real)].filter((root) => root !== own);
    return !candidate.linkFolders.some((folder) => roots.some((root) => isInside(root, folder)));
  };
  const free: Candidate[] = [];
  // The outer first, so that what only seems to be a root closes no other.
  for (const each of candidates.toSorted((one, other) => one.given.length - other.given.length))
    if (isFree(each, free)) free.push(each);
  return free.filter((each) => isFree(each, free));
}

/**
 * A working directory that stands by itself has to be the very folder. Others may be made anew at the same place, as caches and branches are:
 * nobody comes out of what is writable by that.
 */
function isSame(pin: Pin, now: Pin, isExact: boolean): boolean {
  return pin.real === now.real && (!isExact || (pin.dev === now.dev && pin.ino === now.ino));
}
