import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { absolutePath, isInside, reachedFrom, reachedPath } from "../../src/host/paths.ts";
import fc from "../support/fast-check.ts";
import { fuzzSeed } from "../support/random.ts";
import { makeScratch } from "./scratch.ts";

describe("a path is inside of a folder", () => {
  it.each([
    ["/p", "/p", true],
    ["/p", "/p/a", true],
    ["/p/", "/p/a/b", true],
    ["/p", "/p/..a", true],
    ["/p", "/p/.../a", true],
    ["/", "/a", true],
    ["/p", "/proj", false],
    ["/p", "/p-evil/a", false],
    ["/p", "/", false],
    ["/p/a", "/p", false],
    ["/p", "/p/../a", false],
    ["/p", "/P/a", false],
  ])("%s, %s: %s", (dir, path, inside) => {
    expect(isInside(dir, path)).toBe(inside);
  });

  it("whatever its neighbours are named", () => {
    const name = fc.stringMatching(/^[a-zA-Z0-9._ -]{1,8}$/).filter((each) => each !== "." && each !== "..");
    const check = fc.property(name, name, (own, more) => {
      expect([isInside(`/x/${own}`, `/x/${own}${more}`), isInside(`/x/${own}`, `/x/${own}/${more}`)]).toEqual(
        [false, true],
      );
    });
    fc.assert(check, { seed: fuzzSeed });
  });
});

it.each([
  ["a", "/w/a"],
  ["../a", "/a"],
  ["/a/../b", "/b"],
  ["~", "/h"],
  ["~/a", "/h/a"],
  ["~user/a", "/w/~user/a"],
  ["a/~", "/w/a/~"],
  ["", "/w"],
])("the path %j is meant as %s", (path, absolute) => {
  expect(absolutePath(path, { cwd: "/w", homeDir: "/h" })).toBe(absolute);
});

describe("a path leads", () => {
  const scratch = () =>
    makeScratch({
      "a/b/file": "x",
      "other/file": "x",
      "a/link": "-> ../other",
      "a/file-link": "-> b/file",
      "a/dangling": "-> ../other/missing",
      "a/far": "-> ../nowhere/at/all",
      "a/chain": "-> link",
      "a/to-dangling": "-> dangling",
      "a/self": "-> .",
      "a/loop": "-> loop",
      "a/one": "-> two/x",
      "a/two": "-> one/x",
    });

  it.each([
    ["a/b/file", "a/b/file"],
    ["a/missing/deep/er", "a/missing/deep/er"],
    ["a/link/file", "other/file"],
    ["a/chain/new/x", "other/new/x"],
    ["a/file-link", "a/b/file"],
    ["a/dangling", "other/missing"],
    ["a/dangling/x", "other/missing/x"],
    ["a/to-dangling", "other/missing"],
    ["a/far", "nowhere/at/all"],
    ["a/self/self/b", "a/b"],
    [`a/link/${"x/".repeat(200)}y`, `other/${"x/".repeat(200)}y`],
    ["a/link/..", ""],
    ["a/self/../other", "other"],
    ["a/link/../a/b/./file", "a/b/file"],
    ["a/b/../link/file", "other/file"],
  ])("%s, %s", async (path, reached) => {
    const folder = scratch();
    expect([await reachedPath(`${folder}/${path}`), await reachedFrom(folder, path)]).toEqual([
      join(folder, reached).replace(/\/$/, ""),
      join(folder, reached).replace(/\/$/, ""),
    ]);
  });

  it.each(["a/loop", "a/one", "a/loop/x"])("somewhere, and comes to an end: %s", async (path) => {
    expect(await reachedPath(join(scratch(), path))).toMatch(/^\//);
  });

  it("from the folder that a link to it means", async () => {
    const folder = scratch();
    expect(await reachedFrom(join(folder, "a/link"), "../x")).toBe(join(folder, "x"));
    expect(await reachedFrom(join(folder, "a"), "/etc/../usr")).toBe("/usr");
  });

  it("nowhere in very many steps, however links multiply", async () => {
    const links = Object.fromEntries(
      Array.from({ length: 30 }, (_, at) => [`l${at + 1}`, `-> l${at}/../l${at}`]),
    );
    const folder = makeScratch({ "l0/": "", ...links });
    // Step by step it would be 2 to the power of 30 of them.
    expect(await reachedPath(join(folder, "l30"))).toMatch(/^\//);
  });
});
