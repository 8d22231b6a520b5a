/**
 * Random numbers that a seed settles, fast enough for a million cases. Each case has a generator of its own, so that one
 * failing case can be made again from the seed and its number.
 */
export interface Random {
  /** From 0 up to, and without, 1. */
  next(): number;
  /** A whole number from 0 up to, and without, `limit`. */
  below(limit: number): number;
  /** True with the probability given. */
  chance(probability: number): boolean;
  pick<Value>(values: readonly Value[]): Value;
}

/** The seed of this run: `KEDGE_FUZZ_SEED`, or a fixed one, so that runs can be compared. */
export const fuzzSeed: number = Number(process.env.KEDGE_FUZZ_SEED ?? 20_261_121) >>> 0;

/** Mulberry32. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    next,
    below,
    chance: (probability) => next() < probability,
    pick: (values) => values[below(values.length)] as (typeof values)[number],
  };
}

/** The generator of one case of a run. */
export function randomOfCase(seed: number, index: number): Random {
  return createRandom(Math.imul(seed ^ 0x9e3779b9, 31) + Math.imul(index, 0x85ebca6b));
}
