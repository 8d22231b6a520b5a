import type { Difference } from "./differences.ts";
import { type Container, isSame, placeKey, type Snapshot } from "./entry.ts";

/**
 * A look in whose place later ones find again what could not be put back: what is owed is in it as it was before.
 *
 * @param owed what differs between that look and one before it
 */
export function withOwed(look: Snapshot, owed: readonly Difference[]): Snapshot {
  const own = new Map<string, Container>();
  for (const { container, path, before } of owed) {
    const { key } = container;
    const now = own.get(key) ?? copyOf(look.containers.get(key) ?? { ...container, entries: new Map() });
    if (before === null) now.entries.delete(path);
    else now.entries.set(path, before);
    own.set(key, now);
  }
  return { ...look, containers: new Map([...look.containers, ...own]) };
}

const copyOf = (container: Container): Container => ({ ...container, entries: new Map(container.entries) });

/** What is owed and still as it was found: nobody has changed it since. */
export function stillOwed(owed: readonly Difference[], look: Snapshot): readonly Difference[] {
  const places = new Set(look.places.map(placeKey));
  return owed.filter(({ container, path, after }) => {
    if (!places.has(placeKey(container.place))) return false;
    const now = look.containers.get(container.key)?.entries.get(path) ?? null;
    if (now === null || after === null) return now === after;
    return now.signature === after.signature && isSame(after, now);
  });
}
