import { realpath, stat } from "node:fs/promises";
import { join } from "node:path";
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
import { foldersAround, isSteady, withoutLinks } from "./steady-places.ts";

/** Where a command runs. */
export interface PlanPlaces {
  readonly homeDir: string;
  readonly stateDir: string;
  /** Private to the session. */
  readonly sessionDir: string;
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
  /** Folders that may be written, and not be moved. */
  readonly fixed: readonly string[];
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
  const { holds, open, partial } = await protectedPlaces(writable, unprotected);
  const denied = await Promise.all(rules.denyWrite.map(reachedPath));
  const obeyed = await withoutLinks(
    obeyedPlaces(places.homeDir).filter(({ path }) => isInAny(path, writable)),
    writable,
  );
  const kept = [
    ...[...holds, ...obeyed].filter(({ path }) => !isUnprotected(unprotected, path)),
    ...denied.map((path) => ({ path })),
  ];
  const held = kept.map(({ path }) => path);
  const isDenied = (path: string): boolean => denied.some((dir) => isInside(dir, path));
  const opened = (await openedPlaces(unprotected, writable)).filter((path) =>
    isSteady(path, { held, open, writable }),
  );
  const hidden = await hiddenPlaces(rules, places, writable);
  const staying = [...denied, ...obeyed.map(({ path }) => path), ...hidden.map(({ path }) => path)];
  const fixed = await foldersAround([...staying, ...(await ownPlaces(places))], writable);
  return {
    ...{ writable, partial, hidden, shown: await shownPlaces(rules) },
    holds: [...new Map(kept.toReversed().map((hold) => [hold.path, hold])).values()],
    reopened: [...open, ...opened].filter((path) => !isDenied(path)),
    fixed: fixed.filter((path) => !held.some((dir) => isInside(dir, path))),
    foreignSockets: rules.allowsAllUnixSockets ? [] : await foreignSockets(rules, writable),
  };
}

/** What is protected in all that is written, and what ordinary work writes in it. */
async function protectedPlaces(
  writable: readonly string[],
  unprotected: Unprotected,
): Promise<{
  readonly holds: readonly Hold[];
  readonly open: readonly string[];
  readonly partial: readonly string[];
}> {
  const names = protectedNames(unprotected.names);
  const holds: Hold[] = [];
  const open: string[] = [];
  const partial: string[] = [];
  for (const root of writable) {
    if (!(await isFolder(root))) continue;
    const entries = await findProtected(root, names);
    const repository = names.folders.has(".git") ? await readRepository(root) : null;
    // A folder of git deep in what is written can be replaced by a link, behind which anything would be opened.
    const git = (repository?.writable ?? []).filter(
      (path) => !isInAny(path, writable) || isInAny(path, writable.map(gitIn)),
    );
    const found = entries.holds.filter(({ path }) => !git.includes(path));
    holds.push(...(await withoutLinks([...found, ...(repository?.holds ?? [])], [...writable, ...git])));
    open.push(...entries.reopened, ...git);
    if (entries.isPartial) partial.push(root);
  }
  return { holds, open, partial };
}

function gitIn(dir: string): string {
  return join(dir, ".git");
}

function isInAny(path: string, dirs: readonly string[]): boolean {
  return dirs.some((dir) => isInside(dir, path));
}

/** Folders of Kedge's own, which are out of sight as long as nobody moves what is around them. */
async function ownPlaces({ stateDir, sessionDir }: PlanPlaces): Promise<readonly string[]> {
  return Promise.all([stateDir, sessionDir].map(reachedPath));
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
  { denyRead, allowRead, allowsAllUnixSockets }: SandboxRules,
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
    if (!isShown && !isOutOfSight(real, writable, allowsAllUnixSockets))
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
  return (await hostSockets()).filter((path) => !allowed.has(path) && !isOutOfSight(path, writable, false));
}

/** Folders of the machine that commands have one of their own of, so that nothing in them has to be covered. */
function isOutOfSight(path: string, writable: readonly string[], seesRun: boolean): boolean {
  const own = ["/tmp", "/dev", "/proc", ...(seesRun ? [] : ["/run"])];
  const isPrivate = own.some((dir) => isInside(dir, path));
  return isPrivate && !writable.some((dir) => isInside(dir, path));
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isDirectory() ?? false;
}

function realOrNull(path: string): Promise<string | null> {
  return realpath(path).catch(() => null);
}
