import { basename, dirname, join } from "node:path";
import { foldName, type ProtectedNames } from "../permissions/protected-names.ts";
import { addAll, type Collector, createCollector, statsOf } from "./collector.ts";
import { completeLook } from "./complete-look.ts";
import { below, type Container, type Place, type Rule, type Snapshot } from "./entry.ts";
import type { FileClock } from "./file-clock.ts";
import { createFolderLists } from "./folder-list.ts";
import { addGit, addGitFolder } from "./git-folder.ts";
import { obeyedInHome } from "./home.ts";
import { createMemory, identityOf } from "./memory.ts";
import { createPauses } from "./pauses.ts";

/** Looks at all that is protected. What has not changed since the look before is not read again. */
export interface Scanner {
  /** @param isOurs whether commands ran since the look before, so that what is new is theirs */
  look(places: readonly Place[], isOurs: boolean): Promise<Snapshot>;
}

export function createScanner(names: ProtectedNames, clock: FileClock): Scanner {
  const memory = createMemory();
  const lists = createFolderLists(names);
  let last: Snapshot | null = null;
  return {
    async look(places, isOurs) {
      const timeNs = clock();
      memory.begin(timeNs, isOurs);
      lists.begin(timeNs);
      const collector = createCollector(memory, lists);
      // Small places first: what is protected there is seen however much there is elsewhere.
      for (const place of places) addPlace(collector, place, names);
      await walk(collector, places);
      const { containers, folders, leftOut, isTooMuch } = collector;
      const look = { places, containers, folders, timeNs, leftOut, isTooMuch };
      last = completeLook(look, last, { isOurs, memory });
      return last;
    },
  };
}

function addPlace(collector: Collector, place: Place, names: ProtectedNames): void {
  const { path, kind } = place;
  switch (kind) {
    case "tree":
      break; // walked when all others are done
    case "repository":
      addGit(collector, collector.containerOfPlace(place, path), ".git");
      break;
    case "gitDir":
      addGitFolder(collector, collector.containerOfPlace(place, path), "");
      break;
    case "all":
      addAll(collector, collector.containerOfPlace(place, dirname(path)), basename(path));
      break;
    case "home":
      addHome(collector, collector.containerOfPlace(place, path), names);
  }
}

function addHome(collector: Collector, container: Container, names: ProtectedNames): void {
  for (const path of obeyedInHome(names)) {
    const parts = path.split("/");
    const isReached = parts.slice(0, -1).every((_, at) => {
      const parent = below(...parts.slice(0, at + 1));
      const known = container.entries.get(parent)?.kind ?? collector.add(container, parent, "folder");
      return known === "folder";
    });
    if (isReached) addTop(collector, container, path, () => {});
  }
}

/** A folder to be looked through. */
interface Step {
  readonly place: Place;
  readonly path: string;
}

/** What is left to be done of a look. */
interface Walk {
  readonly collector: Collector;
  /** Working directories. */
  readonly roots: ReadonlySet<string>;
  readonly home: string | undefined;
  readonly steps: Step[];
  /** Protected folders with all that is in them. */
  readonly late: (() => void)[];
}

/**
 * Looks through the working directories, the upper folders first, so that what is left out for being too much is what is deepest. Protected
 * folders are taken in last: whoever fills one of them leaves the repositories and the files of protected names in sight.
 */
async function walk(collector: Collector, places: readonly Place[]): Promise<void> {
  const trees = places.filter(({ kind }) => kind === "tree");
  const [steps, late]: [Step[], (() => void)[]] = [trees.map((place) => ({ place, path: place.path })), []];
  const roots = new Set(trees.map(({ path }) => path));
  const own = { collector, roots, steps, late, home: places.find(({ kind }) => kind === "home")?.path };
  const pause = createPauses();
  for (let [at, done] = [0, 0]; at < steps.length || done < late.length; ) {
    await pause();
    const step = steps[at];
    if (step === undefined) late[done++]?.();
    else if (takeStep(own, step)) at++;
    else {
      collector.leaveOut(steps.slice(at + 1).map(({ path }) => path));
      at = steps.length;
    }
  }
}

/** Looks at one folder. False when it was one too much. */
function takeStep({ collector, roots, home, steps, late }: Walk, { place, path }: Step): boolean {
  const stats = statsOf(path, () => collector.miss(path));
  if (!stats?.isDirectory()) return true;
  const id = identityOf(stats);
  if (collector.folders.has(id)) return true; // one working directory may lie in another
  const listing = collector.lists.list(path, id, stats);
  if (typeof listing === "string") {
    collector.miss(path, id);
    return true;
  }
  collector.folders.set(id, { path, count: listing.count });
  const container = (): Container =>
    roots.has(path)
      ? collector.containerOfPlace({ kind: "tree", path }, path)
      : collector.containerOf(place, path, stats);
  if (listing.isGitFolder) addGitFolder(collector, container(), "");
  for (const name of listing.protectedNames) {
    // At the top of a home only what programs obey is protected, which is a place of its own.
    if (path === home && foldName(name) !== ".git") continue;
    const own = container();
    const onOpen = (open: string): void => void steps.push({ place, path: join(path, open) });
    if (listing.protectedFolders.has(name)) late.push(() => addTop(collector, own, name, onOpen));
    else addTop(collector, own, name, onOpen);
  }
  for (const name of listing.folders) steps.push({ place, path: join(path, name) });
  return collector.count(listing.count);
}

/** How a file of that name may change. */
const RULES: Readonly<Record<string, Rule>> = {
  ".gitmodules": "modules",
  ".gitconfig": "config",
  ".config/git/config": "config",
};

/** Takes in a protected name with all that is below it; work of the agent itself is left to `onOpen`. */
function addTop(
  collector: Collector,
  container: Container,
  path: string,
  onOpen: (path: string) => void,
): void {
  const name = foldName(path);
  if (name === ".git") {
    addGit(collector, container, path);
    return;
  }
  const rule = Object.hasOwn(RULES, name) ? RULES[name] : undefined;
  if (rule !== undefined && collector.add(container, path, rule) !== "folder") return;
  addAll(collector, container, path, (each, own) => {
    const folded = foldName(own);
    if (folded === ".git") addGit(collector, container, each);
    else if (folded === "worktrees" && name === ".claude" && each === below(path, own)) onOpen(each);
    else return "in";
    return "done";
  });
}
