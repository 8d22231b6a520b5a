import { median, percentile, type Subject, time } from "../support.ts";
import type { Values } from "./measurement.ts";

/** Milliseconds of every round by the name of the subject; what stands at one index was taken in one round. */
export type Turns<Name extends string> = Readonly<Record<Name, readonly number[]>>;

/**
 * Times any number of subjects in turn, as `interleave` does with two. Who comes first and who follows whom changes from
 * round to round. A tenth of the rounds is run before as warm-up.
 */
export async function takeTurns<Name extends string>(
  subjects: Readonly<Record<Name, Subject>>,
  rounds: number,
): Promise<Turns<Name>> {
  const names = Object.keys(subjects) as Name[];
  const taken = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  const warmUp = Math.ceil(rounds / 10);
  for (let round = -warmUp; round < rounds; round++) {
    for (const name of orderOf(names, round + warmUp)) {
      const took = await time(subjects[name]);
      if (round >= 0) taken[name].push(took);
    }
  }
  return taken;
}

function orderOf<Name>(names: readonly Name[], round: number): readonly Name[] {
  const first = round % names.length;
  const order = [...names.slice(first), ...names.slice(0, first)];
  return Math.floor(round / names.length) % 2 === 0 ? order : order.reverse();
}

/** Median and p95, in milliseconds. */
export function valuesOf(samples: readonly number[]): Values {
  return { p50: median(samples), p95: percentile(samples, 95) };
}

/** Median of ours over the other's, round by round. */
export function ratioOf(ours: readonly number[], other: readonly number[]): number {
  return median(ours.map((value, round) => value / (other[round] ?? Number.NaN)));
}

/** Median of what ours takes beyond the other's, round by round. */
export function excessOf(ours: readonly number[], other: readonly number[]): number {
  return median(ours.map((value, round) => value - (other[round] ?? Number.NaN)));
}
