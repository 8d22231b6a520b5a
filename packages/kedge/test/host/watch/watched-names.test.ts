import { expect, test } from "vitest";
import { watchedNames } from "../../../src/host/watch/watched-names.ts";

test.for([
  [".envrc|.env", [".envrc", ".env"]],
  ["w.txt", ["w.txt"]],
  ["a|a||b", ["a", "b"]],
  ["*", []],
  ["", []],
  [undefined, []],
  ["../secrets|..|.|src/a.ts", []],
  [".*\\.ts$", []],
  ["x".repeat(256), []],
] as const)("the matcher %j names %j", ([matcher, names]) => {
  const entry = { event: "FileChanged" as const, ...(matcher === undefined ? {} : { matcher }) };
  expect(watchedNames([entry])).toEqual(names);
});

test("only matchers of FileChanged name files", () => {
  expect(watchedNames([{ event: "PreToolUse", matcher: "Bash" }])).toEqual([]);
});
