import { createProblem } from "../../config/index.ts";
import type { BatchItem } from "./batch.ts";
import type { BatchProblem } from "./batch-reading.ts";
import { itemDigest } from "./item-digest.ts";

/** Characters of a digest that make a key: of 10,000 items no two different ones will share them. */
const KEY_CHARS = 16;

/** An item before it has a key for certain. */
export type NamelessItem = Omit<BatchItem, "key"> & { readonly key: string | undefined };

/** Items with their keys, and what is to be said about those. */
export interface KeyedItems {
  readonly items: readonly BatchItem[];
  /** Keys that are written twice. */
  readonly problems: readonly BatchProblem[];
  /** Items that are exactly alike. */
  readonly notes: readonly BatchProblem[];
}

/**
 * Gives every item a key: the one it has, else the beginning of its digest. Of items that are alike, the second gets `-2` behind it and
 * so on, which is the same on every run.
 */
export function giveKeys(nameless: readonly NamelessItem[]): KeyedItems {
  const problems: BatchProblem[] = [];
  const notes: BatchProblem[] = [];
  const places = new Map<string, number>();
  for (const [at, { key }] of nameless.entries()) {
    if (key === undefined) continue;
    const first = places.get(key);
    if (first === undefined) places.set(key, at);
    else {
      const message = `expected a key that no other item has, got ${key}, which items[${first}] has, too`;
      const otherKeys = ["items", first, "key"];
      problems.push({ ...createProblem(["items", at, "key"], message), otherKeys });
    }
  }
  const alike = new Map<string, number>();
  const firsts = new Map<string, number>();
  const items = nameless.map((item, at): BatchItem => {
    if (item.key !== undefined) return { ...item, key: item.key };
    const stem = itemDigest(item).slice(0, KEY_CHARS);
    let count = (alike.get(stem) ?? 0) + 1;
    while (places.has(keyOf(stem, count))) count += 1;
    alike.set(stem, count);
    const key = keyOf(stem, count);
    const first = firsts.get(stem);
    if (first === undefined) firsts.set(stem, at);
    else notes.push(noteOf(at, key, first));
    places.set(key, at);
    return { ...item, key };
  });
  return { items, problems, notes };
}

function keyOf(stem: string, count: number): string {
  return count === 1 ? stem : `${stem}-${count}`;
}

function noteOf(at: number, key: string, first: number): BatchProblem {
  const message = `it is exactly items[${first}] and will run as well, as ${key}; give it a key to tell them apart`;
  return { ...createProblem(["items", at], message), otherKeys: ["items", first] };
}
