import type { Turns } from "../engine/turns.ts";

/** Takes one figure; what goes before and after it is its own. */
export type Take = () => Promise<number>;

export type Pairs = Turns<"ours" | "floor">;

/**
 * Takes ours and the floor in pairs, one right after the other; which of the two goes first changes from round to round. A tenth of
 * the rounds is run before as warm-up.
 */
export async function takePairs(take: Record<"ours" | "floor", Take>, rounds: number): Promise<Pairs> {
  const pairs = { ours: [] as number[], floor: [] as number[] };
  for (let round = -Math.ceil(rounds / 10); round < rounds; round++) {
    const order = round % 2 === 0 ? (["ours", "floor"] as const) : (["floor", "ours"] as const);
    for (const side of order) {
      const value = await take[side]();
      if (round >= 0) pairs[side].push(value);
    }
  }
  return pairs;
}

/** Ours minus the floor, round by round. */
export function differences({ ours, floor }: Pairs): readonly number[] {
  return ours.map((value, round) => value - (floor[round] ?? Number.NaN));
}
