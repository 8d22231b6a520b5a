import { expect, it } from "vitest";
import { draw } from "../../src/model-api/draw.ts";

const indexes = Array.from({ length: 20_000 }, (_, index) => index);

it("draws evenly, and for each source and seed anew", () => {
  for (const seed of [0, 1, 2, 0xffff_ffff]) {
    const [a, b] = [0, 1].map((source) => indexes.map((index) => draw(seed, source, index) < 0.1));
    const other = indexes.map((index) => draw(seed + 1, 0, index) < 0.1);
    const hits = (of: (index: number) => boolean | undefined): number =>
      indexes.filter((index) => of(index)).length;
    for (const each of [a, b, other])
      expect(Math.abs(hits((index) => each?.[index]) - 2_000)).toBeLessThan(200);
    // What two of them have in common is chance.
    expect(Math.abs(hits((index) => a?.[index] && b?.[index]) - 200)).toBeLessThan(70);
    expect(Math.abs(hits((index) => a?.[index] && other[index]) - 200)).toBeLessThan(70);
  }
});

it("draws the same for the same numbers", () => {
  expect(draw(7, 3, 11)).toBe(draw(7, 3, 11));
  expect(draw(1, 0, 1)).toBeGreaterThanOrEqual(0);
  expect(draw(1, 0, 1)).toBeLessThan(1);
});
