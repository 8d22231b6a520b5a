import { dirname, resolve } from "node:path";
import type { JsonObject } from "../../protocol/index.ts";
import { isInside, reachedFrom, reachedPath } from "../paths.ts";
import { changesOf, type FileChange, treesOf } from "./known-commands.ts";
import { loadDoingReader } from "./line-doings.ts";
import { bothPlaces, type PlacedCommand } from "./lines.ts";
import type { Looked, ProtectedPlaces } from "./protection.ts";

/** Something that a call would change, and only a person lets it. */
export interface Guarded {
  /** For people and for the model. */
  readonly why: string;
  /** The protected place; null where it is something else. */
  readonly place: string | null;
}

/** Where a call is made. */
export interface Surroundings {
  readonly cwd: string;
  readonly workingDirs: readonly string[];
  readonly places: ProtectedPlaces;
}

/** A line that goes to more folders, or names more in them, is followed in the first of them only: this is a net with holes. */
const MAX_FOLDERS = 8;
const MAX_LOOKS = 1_000;

/** What a tool would change that writes one file. */
export async function guardedFile(
  path: string,
  { reached, place }: Looked,
  { workingDirs }: Pick<Surroundings, "workingDirs">,
): Promise<Guarded | null> {
  if (place !== null) return protectedAs(place);
  if (reached === path) return null;
  const roots = await Promise.all(workingDirs.map(reachedPath));
  const isNamedInside = [...workingDirs, ...roots].some((dir) => isInside(dir, path));
  if (!isNamedInside || roots.some((dir) => isInside(dir, reached))) return null;
  return { why: `${path} leads out of the working directories, to ${reached}`, place: null };
}

/** The same of a file by which git obeys the folder that it is in. */
export async function guardedRepository(
  reached: string,
  { bareRepositoryWith }: ProtectedPlaces,
): Promise<Guarded | null> {
  const place = await bareRepositoryWith(reached);
  return place === null ? null : { why: `with ${reached}, git obeys what is in ${place}`, place };
}

/** What a line of Bash would change, as far as its text tells. */
export async function guardedLine(
  { command }: JsonObject,
  placed: readonly PlacedCommand[] | null,
  around: Surroundings,
): Promise<Guarded | null> {
  if (!placed) return guardedText(String(command), around);
  for (const each of placed) {
    const { command: own, folders } = each;
    const found =
      (await guardedChanges(changesOf(own), { folders, hasGlob: own.hasGlob }, around)) ??
      (await guardedTrees(each, around));
    if (found !== null) return found;
  }
  return null;
}

/** The same of a line that is not plain. It needs somebody's word in any case, except where a mode or a rule lets all of Bash through. */
async function guardedText(command: string, around: Surroundings): Promise<Guarded | null> {
  const { changes, folders } = (await loadDoingReader())(command);
  const entered = folders.map((path) => ({ path, follows: false }));
  const from = new Set([around.cwd, ...folders.map((folder) => resolve(around.cwd, folder))]);
  const isMuch = from.size > MAX_FOLDERS || from.size * changes.length > MAX_LOOKS;
  const found = await guardedChanges(entered, { folders: [around.cwd], hasGlob: true }, around);
  return (
    found ?? guardedChanges(changes, { folders: isMuch ? [around.cwd] : [...from], hasGlob: true }, around)
  );
}

async function guardedChanges(
  changes: readonly FileChange[],
  { folders, hasGlob }: { readonly folders: readonly string[]; readonly hasGlob: boolean },
  around: Surroundings,
): Promise<Guarded | null> {
  for (const change of changes) {
    for (const folder of folders) {
      const found = await guardedChange(change, folder, around);
      if (found !== null) return found;
    }
    const byGlob = hasGlob ? around.places.byGlob(change.path) : null;
    if (byGlob !== null) return protectedAs(byGlob);
  }
  return null;
}

async function guardedChange(
  { path, follows }: FileChange,
  folder: string,
  around: Surroundings,
): Promise<Guarded | null> {
  const { places } = around;
  const written = resolve(folder, path);
  const looked = await places.look(written);
  if (looked.place !== null) return protectedAs(looked.place);
  // With `..` behind a link, programs get elsewhere.
  const real = path.includes("..") ? await places.look(await reachedFrom(folder, path)) : looked;
  if (real.place !== null) return protectedAs(real.place);
  // A link that is itself moved or removed leads nowhere by that; the folder that it is in may.
  return follows
    ? guardedFile(written, looked, around)
    : guardedFile(dirname(written), { reached: await reachedPath(dirname(written)), place: null }, around);
}

async function guardedTrees(placed: PlacedCommand, { places }: Surroundings): Promise<Guarded | null> {
  if (placed.touches !== "Write") return null;
  for (const tree of await bothPlaces(placed, treesOf)) {
    const place = await places.below(tree);
    if (place !== null) return protectedAs(place);
  }
  return null;
}

function protectedAs(place: string): Guarded {
  return { why: `${place} is protected`, place };
}
