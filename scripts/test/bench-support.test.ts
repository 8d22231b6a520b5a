import { expect, test } from "vitest";
import { interleave, machineFacts, median, percentile, table } from "../../bench/support.ts";

test.each([
  [[3], 3],
  [[10, 9, 1], 9],
  [[4, 1, 3, 2], 2.5],
])("the median of %j is %d", (values, expected) => {
  expect(median(values)).toBe(expected);
});

test.each([
  [50, 10],
  [95, 19],
  [100, 20],
])("percentile %d is the nearest rank", (percent, expected) => {
  const values = Array.from({ length: 20 }, (_, index) => 20 - index);
  expect(percentile(values, percent)).toBe(expected);
});

test("an empty list has no median", () => {
  expect(() => median([])).toThrow("at least one value");
});

test("pairs run one right after the other and change who goes first", async () => {
  const order: string[] = [];
  const subject = (name: string) => () => void order.push(name);
  const { rounds } = await interleave({ a: subject("a"), b: subject("b"), rounds: 4 });
  expect(rounds).toBe(4);
  expect(order.slice(2).join("")).toBe("abbaabba");
});

test("a ratio above 1 says that a is the faster one", async () => {
  const spin = (iterations: number) => () => {
    for (let i = 0; i < iterations; i++) Math.sqrt(i);
    const until = performance.now() + iterations / 1000;
    while (performance.now() < until);
  };
  expect((await interleave({ a: spin(100), b: spin(2000), rounds: 9 })).ratio).toBeGreaterThan(2);
});

test("a table lines up its columns", () => {
  expect(
    table(
      ["case", "ms"],
      [
        ["short", 1],
        ["longer name", 12.345],
      ],
    ).split("\n"),
  ).toEqual(["case           ms", "-----------  ----", "short           1", "longer name  12.3"]);
});

test("facts of the machine name the Node that was measured", () => {
  expect(machineFacts()).toMatchObject({ node: process.versions.node, cores: expect.any(Number) });
});
