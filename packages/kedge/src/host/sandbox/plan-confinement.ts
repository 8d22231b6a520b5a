import { realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import { isInside } from "../paths.ts";
import { protectedNames } from "../permissions/protected-names.ts";
import { isUnprotected, type Unprotected } from "../permissions/unprotected.ts";
import type { HiddenPlace } from "./bwrap-arguments.ts";
import { readRepository } from "./git-places.ts";
import type { Hold } from "./hold.ts";
import { hostSockets } from "./host-sockets.ts";
import type { PlanMemory } from "./plan-memory.ts";
import { obeyedPlaces } from "./private-places.ts";
import { findProtected, isThere, MAX_HOLDS } from "./protected-entries.ts";
import { everClosed, isOutOfSight, readingPlaces, steadyPath } from "./reading-places.ts";
import type { SandboxRules } from "./sandbox-rules.ts";
import { foldersAround, isSteady, withoutLinks } from "./steady-places.ts";
import { type WritableRoots, writableRoots } from "./writable-roots.ts";

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
  /** Sockets that may be reached; null for all. */
  readonly sockets: readonly string[] | null;
  readonly foreignSockets: readonly string[];
  /** Working directories that are too large to be looked through. */
  readonly partial: readonly string[];
}

/**
 * Looks at the file system as it is now: a command of before may have made what is to be held for this one.
 *
 * @param memory of the session; every plan adds to it
 * @returns a text where no confinement is possible
 */
export async function planConfinement(
  rules: SandboxRules,
  places: PlanPlaces,
  memory: PlanMemory,
): Promise<ConfinementPlan | string> {
  const roots = await writableRoots(rules, places, memory);
  if (typeof roots === "string") return roots;
  const { writable, inner } = roots;
  if (writable.includes("/")) return "everything would be writable: a working directory is the root folder";
  const { unprotected } = places;
  const obeyedHere = obeyedPlaces(places.homeDir).filter(({ path }) => isInAny(path, writable));
  const [{ holds, open, partial }, denied, obeyed, { hidden, shown }, own, unsteady, sockets] =
    await Promise.all([
      protectedPlaces(roots, places, memory),
      everClosed(rules.denyWrite, memory),
      withoutLinks(obeyedHere, writable),
      readingPlaces(rules, places, writable, memory),
      everClosed([places.stateDir, places.sessionDir], memory),
      openedPlaces(unprotected, writable),
      socketPlaces(rules, writable),
    ]);
  const kept = [
    ...[...holds, ...obeyed].filter(({ path }) => !isUnprotected(unprotected, path)),
    ...denied.map((path) => ({ path })),
  ];
  const held = kept.map(({ path }) => path);
  const isDenied = (path: string): boolean => denied.some((dir) => isInside(dir, path));
  const opened = unsteady.filter((path) => isSteady(path, { held, open, writable }));
  // Folders of Kedge's own are out of sight as long as nobody moves what is around them.
  const staying = [...denied, ...obeyed.map(({ path }) => path), ...hidden.map(({ path }) => path), ...own];
  const fixed = new Set([...inner, ...(await foldersAround([...staying, ...inner], writable))]);
  return {
    ...{ writable, partial, hidden, shown, ...sockets },
    holds: [...new Map(kept.toReversed().map((hold) => [hold.path, hold])).values()],
    reopened: [...open, ...opened].filter((path) => !isDenied(path)),
    fixed: [...fixed].filter((path) => !held.some((dir) => isInside(dir, path))),
  };
}

/** What is protected in all that is written, and what ordinary work writes in it. */
async function protectedPlaces(
  { writable, inner }: WritableRoots,
  { homeDir, unprotected }: PlanPlaces,
  memory: PlanMemory,
): Promise<{
  readonly holds: readonly Hold[];
  readonly open: readonly string[];
  readonly partial: readonly string[];
}> {
  const names = protectedNames(unprotected.names);
  const { found, lists } = memory.findings(names);
  const holds: Hold[] = [];
  const open: string[] = [];
  const partial: string[] = [];
  const apart = new Set(inner);
  for (const root of [...writable, ...inner]) {
    if (!(await isFolder(root))) continue;
    const earlier = found.get(root) ?? new Set();
    found.set(root, earlier);
    const entries = await findProtected(root, names, { lists, earlier, apart });
    remember(earlier, entries.holds);
    const around = { homeDir, writable, configs: memory.gitConfigs };
    const repository = names.folders.has(".git") ? await readRepository(root, around) : null;
    // A folder of git deep in what is written can be replaced by a link, behind which anything would be opened.
    const git = (repository?.writable ?? []).filter(
      (path) => !isInAny(path, writable) || isInAny(path, writable.map(gitIn)),
    );
    const own = entries.holds.filter(({ path }) => !git.includes(path));
    // In what is held nothing is made, so nothing has to stand in there, and nothing of it would be left behind.
    const ofGit = (repository?.holds ?? []).filter(
      ({ path }) => !own.some((each) => each.path !== path && isInside(each.path, path)),
    );
    holds.push(...(await withoutLinks([...own, ...ofGit], [...writable, ...git])));
    // Deep in another root a command that runs beside could put a link in the way.
    open.push(...(writable.includes(root) ? entries.reopened : []), ...git);
    if (entries.isPartial) partial.push(root);
  }
  return { holds, open, partial };
}

/** The first that were there stay: else a command would displace them with its own. */
function remember(earlier: Set<string>, holds: readonly Hold[]): void {
  if (earlier.size >= MAX_HOLDS) for (const path of earlier) if (!isThere(path)) earlier.delete(path);
  for (const { path, ifMissing } of holds)
    if (ifMissing === undefined && earlier.size < MAX_HOLDS) earlier.add(path);
}

function gitIn(dir: string): string {
  return join(dir, ".git");
}

function isInAny(path: string, dirs: readonly string[]): boolean {
  return dirs.some((dir) => isInside(dir, path));
}

/**
 * What settings take out of protection, where it lies inside of something that is held. What is not there cannot be opened, and a link that a
 * command made would open anything.
 */
async function openedPlaces({ paths }: Unprotected, writable: readonly string[]): Promise<readonly string[]> {
  const steady = (await Promise.all(paths.map((path) => steadyPath(path, writable)))).filter(
    (path) => path !== null,
  );
  const real = (await Promise.all(steady.map(realOrNull))).filter((path) => path !== null);
  return [...new Set(real)].filter((path) => writable.some((dir) => isInside(dir, path)));
}

/** Sockets that may be reached, and those of others that have to be covered. */
async function socketPlaces(
  { unixSockets, allowsAllUnixSockets }: SandboxRules,
  writable: readonly string[],
): Promise<Pick<ConfinementPlan, "sockets" | "foreignSockets">> {
  if (allowsAllUnixSockets) return { sockets: null, foreignSockets: [] };
  const steady = await Promise.all(unixSockets.map((path) => steadyPath(path, writable)));
  const allowed: ReadonlySet<string | null> = new Set(steady);
  return {
    sockets: unixSockets.filter((_, at) => steady[at] !== null),
    foreignSockets: (await hostSockets()).filter(
      (path) => !allowed.has(path) && !isOutOfSight(path, writable, false),
    ),
  };
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isDirectory() ?? false;
}

function realOrNull(path: string): Promise<string | null> {
  return realpath(path).catch(() => null);
}
