import { expect, it } from "vitest";
import { createBoundedOutput } from "../../src/platform/bounded-output.ts";

function keep(maxBytes: number, ...chunks: readonly (string | readonly number[])[]) {
  const output = createBoundedOutput(maxBytes);
  for (const chunk of chunks) output.add(typeof chunk === "string" ? Buffer.from(chunk) : Buffer.from(chunk));
  return { text: output.decode(), isCut: output.isCut, bytes: output.totalBytes };
}

it.each([
  ["nothing", [], { text: "", isCut: false, bytes: 0 }],
  ["all that fits", ["abc", "de"], { text: "abcde", isCut: false, bytes: 5 }],
  ["just what fits", ["abcd", "ef"], { text: "abcdef", isCut: false, bytes: 6 }],
  ["the beginning of more", ["abcd", "efgh", "ijk"], { text: "abcdef", isCut: true, bytes: 11 }],
  ["no half of two bytes", ["abcde", "é"], { text: "abcde", isCut: true, bytes: 7 }],
  ["no third of three bytes", ["abcd", "€"], { text: "abcd", isCut: true, bytes: 7 }],
  ["no quarter of four bytes", ["abc", "🚀"], { text: "abc", isCut: true, bytes: 7 }],
  ["a whole character before the cut", ["ab", "🚀", "c"], { text: "ab🚀", isCut: true, bytes: 7 }],
  [
    "bytes that are no UTF-8, before the cut",
    ["abcde", [0x80, 0x80]],
    { text: "abcde\ufffd", isCut: true, bytes: 7 },
  ],
  ["half a character that was not cut", ["abc", [0xf0, 0x9f]], { text: "abc\ufffd", isCut: false, bytes: 5 }],
])("keeps %s", (_name, chunks, expected) => {
  expect(keep(6, ...chunks)).toEqual(expected);
});

it("keeps the order of small and large chunks", () => {
  const sizes = [1, 5_000, 3, 2, 70_000, 4_095, 4_096, 1];
  const chunks = sizes.map((size, index) => String.fromCharCode(97 + index).repeat(size));
  expect(keep(1_000_000, ...chunks).text).toBe(chunks.join(""));
  expect(keep(10_000, ...chunks).text).toBe(chunks.join("").slice(0, 10_000));
});

it("keeps a million single bytes", () => {
  const output = createBoundedOutput(2_000_000);
  for (let index = 0; index < 1_000_000; index++) output.add(Buffer.from([97 + (index % 26)]));
  const text = output.decode();
  expect(text.length).toBe(1_000_000);
  expect(text.slice(26_000, 26_026)).toBe("abcdefghijklmnopqrstuvwxyz");
});

it("takes no limit for the longest string there is", () => {
  expect(keep(Number.POSITIVE_INFINITY, "abc")).toEqual({ text: "abc", isCut: false, bytes: 3 });
});
