import type { Letters } from "./letters.ts";

/** The shortest needle: five places in a row hold every block of four that one can be found by. */
export const MIN_NEEDLE = 8;
const BLOCK = 4;
const STRIDE = MIN_NEEDLE - BLOCK + 1;

interface Entry {
  readonly codes: Uint16Array;
  readonly needle: number;
  /** Where in the needle the block stands. */
  readonly offset: number;
}

/**
 * Finds many texts in one at the cost of one look at every fifth character, however many they are: of each needle the
 * blocks of four characters at its first five places are known, and one of them stands at a multiple of five.
 *
 * @param needles each at least {@link MIN_NEEDLE} long
 * @returns a function that calls back with the number of the needle and the places of its first and after its last letter
 */
export function createNeedleFinder(
  needles: readonly Uint16Array[],
): (letters: Letters, onFound: (needle: number, start: number, end: number) => void) => void {
  const present = new Uint8Array(65_536);
  const entries = new Map<number, Entry[]>();
  needles.forEach((codes, needle) => {
    for (let offset = 0; offset < STRIDE; offset += 1) {
      const hash = hashBlock(codes, offset);
      present[hash] = 1;
      const list = entries.get(hash) ?? [];
      list.push({ codes, needle, offset });
      entries.set(hash, list);
    }
  });
  return ({ codes, length }, onFound) => {
    for (let at = 0; at + BLOCK <= length; at += STRIDE) {
      const hash = hashBlock(codes, at);
      if (present[hash] === 0) continue;
      for (const entry of entries.get(hash) ?? []) {
        const start = at - entry.offset;
        if (stands(entry.codes, codes, start, length))
          onFound(entry.needle, start, start + entry.codes.length);
      }
    }
  };
}

function hashBlock(codes: Uint16Array, at: number): number {
  const low = (codes[at] ?? 0) | ((codes[at + 1] ?? 0) << 16);
  const high = (codes[at + 2] ?? 0) | ((codes[at + 3] ?? 0) << 16);
  const mixed = Math.imul(Math.imul(low, 0x9e3779b1) ^ high, 0x85ebca6b);
  return mixed >>> 16;
}

function stands(needle: Uint16Array, codes: Uint16Array, start: number, length: number): boolean {
  if (start < 0 || start + needle.length > length) return false;
  for (let at = 0; at < needle.length; at += 1) {
    if (needle[at] !== codes[start + at]) return false;
  }
  return true;
}
