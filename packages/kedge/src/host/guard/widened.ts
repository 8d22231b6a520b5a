import { type Container, type Place, placeKey, type Snapshot } from "./entry.ts";

/** Places of a look, and those that have come since. None goes while commands run: whatever they do to it, it is looked after. */
export function withNewPlaces(places: readonly Place[], found: readonly Place[]): readonly Place[] {
  const known = new Set(places.map(placeKey));
  return [...places, ...found.filter((place) => !known.has(placeKey(place)))];
}

/** A look at more places, in which everything that an earlier one saw is as it was then. */
export function widened(old: Snapshot, now: Snapshot): Snapshot {
  const trees = new Map(now.places.filter(({ kind }) => kind === "tree").map((place) => [place.path, place]));
  const containers = new Map<string, Container>(now.containers);
  for (const was of old.containers.values()) {
    // A folder of one place may have become a place of its own.
    const place = was.isPlace ? undefined : trees.get(was.path);
    const own = place === undefined ? was : { ...was, key: placeKey(place), place, isPlace: true };
    containers.set(own.key, own);
  }
  return { ...now, containers, timeNs: old.timeNs };
}
