import { expect, test } from "vitest";
import { BoundedBytes } from "../../src/net/bounded-bytes.ts";
import { threadMs } from "../support/fuzz.ts";

test.each<[maxBytes: number, pieces: readonly string[], fits: readonly boolean[], text: string]>([
  [10, [], [], ""],
  [10, [""], [true], ""],
  [10, ["abc", "def"], [true, true], "abcdef"],
  [6, ["abc", "def"], [true, true], "abcdef"],
  [6, ["abc", "def", "g", ""], [true, true, false, true], "abcdef"],
  [5, ["abc", "def"], [true, false], "abcde"],
  [0, ["a"], [false], ""],
  [50_000, ["x".repeat(20_000), "y".repeat(40_000)], [true, false], "x".repeat(20_000) + "y".repeat(30_000)],
  [100, ["\ufeff{}"], [true], "{}"],
  [4, ["aä€"], [false], "aä\ufffd"],
])("at most %d bytes of %.40j", (maxBytes, pieces, fits, text) => {
  const bytes = new BoundedBytes(maxBytes);
  expect(pieces.map((piece) => bytes.add(Buffer.from(piece)))).toEqual(fits);
  expect(bytes.text()).toBe(text);
});

test("pieces are copied: whoever brought them may use their memory again", () => {
  const bytes = new BoundedBytes(10);
  const piece = Buffer.from("abc");
  bytes.add(piece);
  piece.fill("x");
  expect(bytes.text()).toBe("abc");
});

test("a million single bytes take no time", () => {
  const bytes = new BoundedBytes(32 * 1024 * 1024);
  const startedAt = threadMs();
  for (let count = 0; count < 1_000_000; count++) bytes.add(Buffer.of(0x78));
  expect(bytes.text()).toHaveLength(1_000_000);
  expect(threadMs() - startedAt).toBeLessThan(1_500);
});
