import { basename, join } from "node:path";
import { globbed } from "./globbed.ts";
import { type TakenTree, takenTrees } from "./known-trees.ts";
import { bothPlaces, type PlacedCommand } from "./lines.ts";
import type { MeantTree } from "./rules-below.ts";

/** A command, and the folders that it may run in. */
export type Placed = Pick<PlacedCommand, "command" | "folders">;

/** Of a line with more trees, each from every folder that it may be meant from, any folder may be one. */
const MAX_TREES = 1_000;

/** Folders that commands may take with all that is in them, as they are written and as they are reached. */
export async function meantTrees(
  commands: readonly Placed[],
  isWanted: (tree: Pick<TakenTree, "touches">) => boolean,
): Promise<readonly MeantTree[]> {
  const taken = commands.flatMap(({ command, folders }) => {
    const trees = takenTrees(command).filter(isWanted);
    return folders.map((folder) => ({ trees, placed: { command, folders: [folder] } }));
  });
  if (taken.reduce((count, { trees }) => count + trees.length, 0) > MAX_TREES)
    return ANY_TREE.filter(isWanted);
  const found: MeantTree[] = [];
  for (const { trees, placed } of taken) {
    const placesOf = placesFrom(placed);
    for (const tree of trees) found.push(...(await placedTrees(tree, placesOf)));
  }
  return found;
}

const ANY_TREE = (["Read", "Write"] as const).map(
  (touches): MeantTree => ({ from: "/", as: ["/"], touches, followsLinks: false }),
);

type PlacesOf = (path: string) => Promise<readonly string[]>;

async function placedTrees(
  { from, into, touches, followsLinks }: TakenTree,
  placesOf: PlacesOf,
): Promise<readonly MeantTree[]> {
  const targets = into === null ? null : await placesOf(into);
  return (await placesOf(from)).map((source) => ({
    ...{ from: source, touches, followsLinks },
    as: targets === null ? [source] : targets.flatMap((target) => namesIn(target, source)),
  }));
}

/** A folder is put into another one under its own name, or, where that is not there yet or `/.` stands behind it, in place of it. */
function namesIn(target: string, source: string): readonly string[] {
  return [target, join(target, basename(source))];
}

/** One command names the same folder in several roles. */
function placesFrom(placed: Placed): PlacesOf {
  const known = new Map<string, ReturnType<PlacesOf>>();
  const find = async (path: string): ReturnType<PlacesOf> => {
    const places = await bothPlaces(placed, () => [path]);
    return placed.command.hasGlob ? (await Promise.all(places.map(globbed))).flat() : places;
  };
  return (path) => {
    const places = known.get(path) ?? find(path);
    known.set(path, places);
    return places;
  };
}
