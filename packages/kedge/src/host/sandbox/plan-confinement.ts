import { realpath, stat } from "node:fs/promises";
import { isInside, reachedPath } from "../paths.ts";
import { protectedNames } from "../permissions/protected-names.ts";
import { isUnprotected, type Unprotected } from "../permissions/unprotected.ts";
import { type HiddenPlace, outermost } from "./bwrap-arguments.ts";
import { readRepository } from "./git-places.ts";
import type { Hold } from "./hold.ts";
import { hostSockets } from "./host-sockets.ts";
import { obeyedPlaces, privatePlaces } from "./private-places.ts";
import { findProtected } from "./protected-entries.ts";
import type { SandboxRules } from "./sandbox-rules.ts";

/** Where a command runs. */
export interface PlanPlaces {
  readonly homeDir: string;
  readonly stateDir: string;
  readonly workingDirs: readonly string[];
  /** What settings take out of protection. */
  readonly unprotected: Unprotected;
}

/** What is to be held, hidden and opened for one command. */
export interface ConfinementPlan {
  readonly writable: readonly string[];
  readonly holds: readonly Hold[];
  /** Written although they are inside of what is held. */
  readonly reopened: readonly string[];
  readonly hidden: readonly HiddenPlace[];
  readonly shown: readonly string[];
  readonly foreignSockets: readonly string[];
  /** Working directories that are too large to be looked through. */
  readonly partial: readonly string[];
}

/**
 * Looks at the file system as it is now: a command of before may have made what is to be held for this one.
 *
 * @returns a text where no confinement is possible
 */
export async function planConfinement(
  rules: SandboxRules,
  places: PlanPlaces,
): Promise<ConfinementPlan | string> {
  const writable = await writableRoots(rules, places);
  if (writable.includes("/")) return "everything would be writable: a working directory is the root folder";
  const { unprotected } = places;
  const names = protectedNames(unprotected.names);
  const holds: Hold[] = [];
  const reopened: string[] = [];
  const partial: string[] = [];
  for (const root of writable) {
    if (!(await isFolder(root))) continue;
    const found = await findProtected(root, names);
    const repository = names.folders.has(".git") ? await readRepository(root) : null;
    const ownGit = repository && `${root === "/" ? "" : root}/.git`;
    holds.push(...found.holds.filter(({ path }) => path !== ownGit), ...(repository?.holds ?? []));
    reopened.push(...found.reopened, ...(repository?.writable ?? []));
    if (found.isPartial) partial.push(root);
  }
  reopened.push(...(await openedPlaces(unprotected, writable)));
  const denied = await Promise.all(rules.denyWrite.map(reachedPath));
  const obeyed = obeyedPlaces(places.homeDir).filter((path) => writable.some((dir) => isInside(dir, path)));
  holds.push(...obeyed.map((path) => ({ path })));
  const kept = [
    ...holds.filter(({ path }) => !isUnprotected(unprotected, path)),
    ...denied.map((path) => ({ path })),
  ];
  const isDenied = (path: string): boolean => denied.some((dir) => isInside(dir, path));
  return {
    ...{ writable, partial, shown: await shownPlaces(rules) },
    holds: [...new Map(kept.toReversed().map((hold) => [hold.path, hold])).values()],
    reopened: reopened.filter((path) => !isDenied(path)),
    hidden: await hiddenPlaces(rules, places, writable),
    foreignSockets: rules.allowsAllUnixSockets ? [] : await foreignSockets(rules, writable),
  };
}

/** What settings take out of protection, where it lies inside of something that is held. What is not there cannot be opened. */
async function openedPlaces({ paths }: Unprotected, writable: readonly string[]): Promise<readonly string[]> {
  const real = (await Promise.all(paths.map(realOrNull))).filter((path) => path !== null);
  return [...new Set(real)].filter((path) => writable.some((dir) => isInside(dir, path)));
}

/** Real paths: a link in the way of a mount leads elsewhere. What is not there cannot be opened. */
async function writableRoots(
  { allowWrite }: SandboxRules,
  { workingDirs }: PlanPlaces,
): Promise<readonly string[]> {
  const real = await Promise.all([...workingDirs, ...allowWrite].map(realOrNull));
  return outermost(real.filter((path) => path !== null));
}

async function hiddenPlaces(
  { denyRead, allowRead }: SandboxRules,
  { homeDir, stateDir }: PlanPlaces,
  writable: readonly string[],
): Promise<readonly HiddenPlace[]> {
  const shown = await Promise.all(allowRead.map(reachedPath));
  const own = privatePlaces(homeDir, stateDir).map((path) => ({ path, except: shown }));
  const hidden: HiddenPlace[] = [];
  for (const { path, except } of [...own, ...denyRead]) {
    const real = await realOrNull(path);
    if (real === null || real === "/") continue;
    const isShown = (await Promise.all(except.map(reachedPath))).some((each) => isInside(each, real));
    if (!isShown && !isOutOfSight(real, writable))
      hidden.push({ path: real, isFolder: await isFolder(real) });
  }
  return hidden.toSorted((one, other) => one.path.length - other.path.length);
}

/** Readable inside of something hidden. Where a stronger source hides the same, it stays hidden. */
async function shownPlaces({ allowRead, denyRead }: SandboxRules): Promise<readonly string[]> {
  const real = (await Promise.all(allowRead.map(realOrNull))).filter((path) => path !== null);
  return real.filter((path) =>
    denyRead.every(
      (denied) => !isInside(denied.path, path) || denied.except.some((each) => isInside(each, path)),
    ),
  );
}

async function foreignSockets(
  { unixSockets }: SandboxRules,
  writable: readonly string[],
): Promise<readonly string[]> {
  const allowed: ReadonlySet<string> = new Set(await Promise.all(unixSockets.map(reachedPath)));
  return (await hostSockets()).filter((path) => !allowed.has(path) && !isOutOfSight(path, writable));
}

/** Folders of the machine that commands have one of their own of, so that nothing in them has to be covered. */
function isOutOfSight(path: string, writable: readonly string[]): boolean {
  const isPrivate = ["/tmp", "/run", "/dev", "/proc"].some((dir) => isInside(dir, path));
  return isPrivate && !writable.some((dir) => isInside(dir, path));
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isDirectory() ?? false;
}

function realOrNull(path: string): Promise<string | null> {
  return realpath(path).catch(() => null);
}
