import { readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { type HeldPath, holdPath } from "../files/held-path.ts";
import { isInside, reachedPath } from "../paths.ts";
import { bareRepositoryWith } from "./bare-repository.ts";
import { createKnownIdentities, type KnownIdentities } from "./known-identities.ts";
import { type ProtectedNames, protectedNames } from "./protected-names.ts";
import { type IsProtected, twinOf } from "./twins.ts";
import { isUnprotected, type Unprotected } from "./unprotected.ts";

/** What is protected in a session. */
export interface Protection {
  /** The protected places as they are now. */
  places(scope: ProtectionScope): Promise<ProtectedPlaces>;
}

/** Where a session works, and what its settings leave unprotected. */
interface ProtectionScope {
  /** Absolute. */
  readonly workingDirs: readonly string[];
  readonly unprotected: Unprotected;
}

/** Says which protected place a path leads to: by its own name, by where its links lead, by what it is. Null for none. */
export interface ProtectedPlaces {
  /** @param path absolute */
  look(path: string): Promise<Looked>;
  placeOf(held: Pick<HeldPath, "path" | "folder" | "entry">): Promise<string | null>;
  /**
   * The repository without a work tree that a file belongs to, or makes of its folder: its name tells nothing. Null for none.
   *
   * @param reached absolute, without links
   */
  bareRepositoryWith(reached: string): Promise<string | null>;
  /** @param pattern as it is written, without quotes */
  byGlob(pattern: string): string | null;
  /**
   * Says which protected place is somewhere in a folder that is moved, copied or removed as a whole. Null for none, and for what is no
   * folder. Installed packages are left out: what is in them nobody obeys there.
   */
  below(folder: string): Promise<string | null>;
}

/** Where a path leads. */
export interface Looked {
  /** Without links, whether there is something or not. */
  readonly reached: string;
  readonly place: string | null;
}

/** Entries of a tree that are looked at; whatever has more may hold anything. */
const MAX_ENTRIES = 20_000;

/** Folders below home in which protected files are looked for: deeper are caches and extensions, of any size. */
const HOME_DEPTH = 2;

/**
 * Makes the protection of a session.
 *
 * @param parts.folders protected whatever their names: where Kedge and the agent keep what they obey
 * @param parts.inHome the same, named from the home folder: what programs obey there
 */
export function createProtection({
  homeDir,
  folders,
  inHome = [],
}: {
  readonly homeDir: string;
  readonly folders: readonly string[];
  readonly inHome?: readonly string[];
}): Protection {
  const inside = (home: string): readonly string[] => inHome.map((place) => join(home, place));
  const known = createKnownIdentities([...folders, ...inside(homeDir)]);
  return {
    async places({ workingDirs, unprotected }) {
      known.remember([...workingDirs, homeDir]);
      const names = protectedNames(unprotected.names);
      const realHome = await reachedPath(homeDir);
      const homes = realHome === homeDir ? [homeDir] : [homeDir, realHome];
      const ofHome = homes.flatMap(inside);
      const own = [...folders, ...(await Promise.all(folders.map(reachedPath))), ...ofHome];
      const inOwn = await workingDirsIn(own, ofHome, workingDirs);
      const judge = createNameJudge(names, own, { unprotected, inOwn });
      const isProtected: IsProtected = (path, way) =>
        names.partOf(way) !== null && !isUnprotected(unprotected, path);
      const searches = [...workingDirs.map((folder) => ({ folder })), { folder: homeDir, depth: HOME_DEPTH }];
      const placeOf: ProtectedPlaces["placeOf"] = async (held) => {
        const place = judge(held.path) ?? (await knownPlace(held, known, judge));
        if (place !== null || !held.entry) return place;
        const { stats } = held.entry;
        return stats.isFile() && stats.nlink > 1n ? twinOf(stats, searches, isProtected) : null;
      };
      return {
        placeOf,
        bareRepositoryWith: async (reached) =>
          names.folders.has(".git") && !isUnprotected(unprotected, reached)
            ? bareRepositoryWith(reached)
            : null,
        async look(path) {
          await using held = await holdPath(path);
          const reached = held.ok ? held.path : await reachedPath(path);
          const place = judge(path) ?? (held.ok ? await placeOf(held) : judge(reached));
          return { reached, place };
        },
        byGlob: names.byGlob,
        below: (folder) => protectedBelow(folder, isProtected),
      };
    },
  };
}

/** Says which protected place a path is in, by its names alone. */
type NameJudge = (path: string) => string | null;

function createNameJudge(
  names: ProtectedNames,
  folders: readonly string[],
  { unprotected, inOwn }: { readonly unprotected: Unprotected; readonly inOwn: readonly string[] },
): NameJudge {
  return (path) => {
    if (isUnprotected(unprotected, path)) return null;
    const named = names.partOf(path);
    if (named !== null || inOwn.some((dir) => isInside(dir, path))) return named;
    return folders.find((folder) => isInside(folder, path)) ?? null;
  };
}

/**
 * Working directories inside of those folders, such as the work trees of a batch: what is in them is work.
 *
 * @param maybe folders that may be worked in as a whole, such as the configuration of an editor
 */
async function workingDirsIn(
  folders: readonly string[],
  maybe: readonly string[],
  workingDirs: readonly string[],
): Promise<readonly string[]> {
  const all = [...workingDirs, ...(await Promise.all(workingDirs.map(reachedPath)))];
  return all.filter(
    (dir) => maybe.includes(dir) || folders.some((folder) => folder !== dir && isInside(folder, dir)),
  );
}

/** The protected place that a held path is in under another name: that of a folder that was moved, or is mounted twice. */
async function knownPlace(
  { path, folder, entry }: Pick<HeldPath, "path" | "folder" | "entry">,
  known: KnownIdentities,
  judge: NameJudge,
): Promise<string | null> {
  const chain = await folder.chain().catch(() => null);
  // Nobody knows any more where that is.
  if (chain === null) return `${path}, which has just been removed,`;
  const parts = path.split("/").filter((part) => part !== "");
  for (const [level, stats] of [...chain, ...(entry ? [entry.stats] : [])].entries()) {
    const place = known.find(stats);
    if (place === null) continue;
    // What is in it counts by where it would be: worktrees of `.claude`, say, are open.
    const depth = level < chain.length ? chain.length - 1 - level : parts.length;
    const found = judge(join(place.path, ...parts.slice(depth)));
    if (found !== null) return found;
  }
  return null;
}

async function protectedBelow(folder: string, isProtected: IsProtected): Promise<string | null> {
  const folders = basename(folder) === "node_modules" ? [] : [folder];
  let count = 0;
  for (let each = folders.pop(); each !== undefined; each = folders.pop()) {
    // Links are not followed: such a program takes the link itself.
    const entries = await readdir(each, { withFileTypes: true }).catch(() => []);
    count += entries.length;
    if (count > MAX_ENTRIES) return `${folder}, which is too large to be looked through,`;
    for (const entry of entries) {
      const path = join(each, entry.name);
      if (isProtected(path, path.slice(folder.length))) return path;
      if (entry.isDirectory() && entry.name !== "node_modules") folders.push(path);
    }
  }
  return null;
}
