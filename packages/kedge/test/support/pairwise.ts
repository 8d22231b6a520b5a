/** Rows that between them hold every pair of values of every two factors. */
import type { Random } from "./random.ts";

/** One value for each factor, by its name. */
export type Row = Readonly<Record<string, unknown>>;

/** How many rows are tried for each that is taken. */
const TRIES = 20;

/**
 * Makes rows until each pair of values has stood together in one. Greedy: of some random rows, each of which holds a pair that
 * is still missing, the one with the most missing pairs is taken.
 *
 * @param factors values by name of the factor
 */
export function pairwiseRows(factors: Readonly<Record<string, readonly unknown[]>>, random: Random): Row[] {
  const names = Object.keys(factors);
  const sizes = names.map((name) => factors[name]?.length ?? 0);
  const missing = new Set<string>();
  for (const [one, size] of sizes.entries())
    for (let other = one + 1; other < names.length; other++)
      for (let value = 0; value < size; value++)
        for (let next = 0; next < (sizes[other] ?? 0); next++)
          missing.add(`${one}.${value}.${other}.${next}`);
  const rows: Row[] = [];
  while (missing.size > 0) {
    const [first = ""] = missing;
    const [one = 0, value = 0, other = 0, next = 0] = first.split(".").map(Number);
    let best: { row: readonly number[]; pairs: readonly string[] } = { row: [], pairs: [] };
    for (let tried = 0; tried < TRIES; tried++) {
      const row = sizes.map((size) => random.below(size));
      row[one] = value;
      row[other] = next;
      const pairs = pairsOf(row).filter((pair) => missing.has(pair));
      if (pairs.length > best.pairs.length) best = { row, pairs };
    }
    for (const pair of best.pairs) missing.delete(pair);
    rows.push(Object.fromEntries(names.map((name, at) => [name, factors[name]?.[best.row[at] ?? 0]])));
  }
  return rows;
}

function pairsOf(row: readonly number[]): string[] {
  return row.flatMap((value, one) =>
    row.slice(one + 1).map((next, offset) => `${one}.${value}.${one + 1 + offset}.${next}`),
  );
}
