import { lstat, realpath, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { isInside, reachedPath, wayOf } from "../paths.ts";
import type { HiddenPlace } from "./bwrap-arguments.ts";
import type { PlanMemory } from "./plan-memory.ts";
import { privatePlaces } from "./private-places.ts";
import type { SandboxRules } from "./sandbox-rules.ts";

/** What is not read, and what of it is read after all. Real paths. */
export interface ReadingPlaces {
  readonly hidden: readonly HiddenPlace[];
  readonly shown: readonly string[];
}

/** A place that is not read, as it is reached now. */
interface Unread {
  readonly path: string;
  /** Places around which it is read after all. */
  readonly except: readonly string[];
}

/** Says what commands do not read. */
export async function readingPlaces(
  { denyRead, allowRead, allowsAllUnixSockets }: SandboxRules,
  { homeDir, stateDir }: { readonly homeDir: string; readonly stateDir: string },
  writable: readonly string[],
  memory: Pick<PlanMemory, "reached">,
): Promise<ReadingPlaces> {
  const readable = new Map(
    await Promise.all(
      [...new Set([...allowRead, ...denyRead.flatMap(({ except }) => except)])].map(
        async (path) => [path, await steadyPath(path, writable)] as const,
      ),
    ),
  );
  const steady = (paths: readonly string[]): readonly string[] =>
    paths.flatMap((path) => readable.get(path) ?? []);
  const unread = async (path: string, except: readonly string[]): Promise<readonly Unread[]> =>
    (await everReached(path, memory)).map((real) => ({ path: real, except: steady(except) }));
  const own = privatePlaces(homeDir, stateDir).map((path) => unread(path, allowRead));
  const denied = (await Promise.all(denyRead.map(({ path, except }) => unread(path, except)))).flat();
  const hidden = [...(await Promise.all(own)).flat(), ...denied].filter(
    ({ path, except }) => !except.some((each) => isInside(each, path)),
  );
  const places = await Promise.all(
    [...new Set(hidden.map(({ path }) => path))]
      .filter((path) => path !== "/" && !writable.includes(path))
      .filter((path) => !isOutOfSight(path, writable, allowsAllUnixSockets))
      .map(async (path) => ({ path, isFolder: await isFolder(path) })),
  );
  // Where a stronger source hides the same, it stays hidden.
  const shown = [...new Set(steady(allowRead))].filter((path) =>
    denied.every((each) => !isInside(each.path, path) || each.except.some((one) => isInside(one, path))),
  );
  const covers = [...places.map(({ path }) => path), ...foldersOfOwn(allowsAllUnixSockets)];
  const there = await Promise.all(shown.map((path) => lstat(path).catch(() => null)));
  return {
    hidden: places.toSorted((one, other) => one.path.length - other.path.length),
    shown: shown.filter((path, at) => there[at] && isUncovered(path, { covers, writable, shown })),
  };
}

/**
 * Whether what is shown has to be mounted by itself: only where the nearest that is around it is hidden. In something writable it is in sight
 * already, and a mount from the machine would close it, or open what is hidden in it.
 */
function isUncovered(
  path: string,
  {
    covers,
    writable,
    shown,
  }: {
    readonly covers: readonly string[];
    readonly writable: readonly string[];
    readonly shown: readonly string[];
  },
): boolean {
  const nearest = (places: readonly string[]): number =>
    Math.max(-1, ...places.filter((place) => isInside(place, path)).map((place) => place.length));
  const others = shown.filter((each) => each !== path);
  return nearest(covers) > Math.max(nearest(writable), nearest(others));
}

/**
 * All that a path leads to, or has led to in this session: who removes a link must not see what it hid. Without what is not there.
 */
async function everReached(
  path: string,
  { reached }: Pick<PlanMemory, "reached">,
): Promise<readonly string[]> {
  const now = await realpath(path).catch(() => null);
  const known = reached.get(path);
  if (known === undefined) {
    if (now !== null) reached.set(path, new Set([now]));
    return now === null ? [] : [now];
  }
  if (now !== null) known.add(now);
  if (known.size === 1 && now !== null) return [now];
  const real = await Promise.all([...known].map((each) => realpath(each).catch(() => null)));
  return [...new Set(real.filter((each) => each !== null))];
}

/** All that a path that closes something leads to, or has led to, whether there is something or not. */
export async function everClosed(
  paths: readonly string[],
  { reached }: Pick<PlanMemory, "reached">,
): Promise<readonly string[]> {
  const all = await Promise.all(
    paths.map(async (path) => {
      const now = await reachedPath(path);
      const known = reached.get(path) ?? new Set();
      reached.set(path, known.add(now));
      return [...known];
    }),
  );
  return [...new Set(all.flat())];
}

/** Where a path leads that opens something; null where a link stands in its way that a command could have made. */
export async function steadyPath(path: string, writable: readonly string[]): Promise<string | null> {
  const way = await wayOf(path);
  const isChosen = way.links.some((link) => writable.some((dir) => isInside(dir, dirname(link))));
  return isChosen ? null : way.path;
}

function foldersOfOwn(seesRun: boolean): readonly string[] {
  return ["/tmp", "/dev", "/proc", ...(seesRun ? [] : ["/run"])];
}

/** Folders of the machine that commands have one of their own of, so that nothing in them has to be covered. */
export function isOutOfSight(path: string, writable: readonly string[], seesRun: boolean): boolean {
  const isPrivate = foldersOfOwn(seesRun).some((dir) => isInside(dir, path));
  return isPrivate && !writable.some((dir) => isInside(dir, path));
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isDirectory() ?? false;
}
