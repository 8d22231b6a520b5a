import fs, { chmodSync, linkSync, mkdirSync, renameSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { createFolderLists } from "../../../src/host/guard/folder-list.ts";
import { protectedNames } from "../../../src/host/permissions/protected-names.ts";
import { findProtected } from "../../../src/host/sandbox/protected-entries.ts";
import { makeScratch } from "../scratch.ts";

afterEach(() => {
  vi.restoreAllMocks();
  syncBuiltinESMExports();
});

/** Nothing is known of before. */
const noLists = () => createFolderLists(protectedNames());

/** Places that are there, below the folder. */
async function heldIn(dir: string) {
  const { holds, reopened, isPartial } = await findProtected(dir, protectedNames(), { lists: noLists() });
  const own = (path: string): string => path.slice(dir.length + 1);
  const there = holds.filter(({ ifMissing }) => ifMissing === undefined);
  return { held: there.map(({ path }) => own(path)), reopened: reopened.map(own), isPartial };
}

test("what is protected is found however deep it is and however it is spelt, the nearest first", async () => {
  const dir = makeScratch({
    "a/b/c/d/.vscode/tasks.json": "{}",
    "a/.GIT/config": "x",
    "b/git~1/config": "x",
    ".npmrc": "x",
    "node_modules/x/.git/config": "x",
    ".gitignore": "x",
  });
  const { held, isPartial } = await heldIn(dir);
  expect(held).toEqual([".npmrc", "a/.GIT", "b/git~1", "a/b/c/d/.vscode"]);
  expect(isPartial).toBe(false);
});

test("worktrees of an agent are open, and what is protected in them is found", async () => {
  const dir = makeScratch({ ".claude/worktrees/w/.envrc": "x", ".claude/hooks/x.sh": "x" });
  const { held, reopened } = await heldIn(dir);
  expect(held).toEqual([".claude", ".claude/worktrees/w/.envrc"]);
  expect(reopened).toEqual([".claude/worktrees"]);
});

test("what was held before is held behind as many entries as there are, as long as it is there; folders that are looked at by themselves are left out", async () => {
  const dir = makeScratch({ "a/.npmrc": "x", "b/.npmrc": "x" });
  const earlier = new Set(["a/.npmrc", "c/.npmrc", "a/.npmrc/x"].map((path) => join(dir, path)));
  const apart = new Set(["a", "b"].map((name) => join(dir, name)));
  const { holds } = await findProtected(dir, protectedNames(), { lists: noLists(), earlier, apart });
  const there = holds.filter(({ ifMissing }) => ifMissing === undefined);
  expect(there).toEqual([{ path: join(dir, "a/.npmrc") }]);
});

test("folders that have not changed since the look before are not read again, and what came to the others is found", async () => {
  const dir = makeScratch({ "a/b/.npmrc": "x", "c/d/file": "x", "e/f/file": "x" });
  const lists = noLists();
  const look = async () => {
    // Long after all of it was written: what has just changed could change again in the same moment.
    lists.begin(BigInt(Date.now() + 60_000) * 1_000_000n);
    const { holds } = await findProtected(dir, protectedNames(), { lists });
    const there = holds.filter(({ ifMissing }) => ifMissing === undefined);
    return there.map(({ path }) => path.slice(dir.length + 1));
  };
  expect(await look()).toEqual(["a/b/.npmrc"]);
  const reading = vi.spyOn(fs, "readdirSync");
  syncBuiltinESMExports();
  expect(await look()).toEqual(["a/b/.npmrc"]);
  expect(reading).not.toHaveBeenCalled();
  mkdirSync(join(dir, "c/d/.vscode"));
  renameSync(join(dir, "a/b"), join(dir, "e/b"));
  expect(await look()).toEqual(["c/d/.vscode", "e/b/.npmrc"]);
  const read = reading.mock.calls.map(([path]) => String(path).slice(dir.length + 1));
  expect(read.toSorted()).toEqual(["a", "c/d", "e", "e/b"]);
});

test("a folder that is renamed as it is looked at is found under its other name", async () => {
  const dir = makeScratch({ "other/deep/.vscode/tasks.json": "{}", "plain/.npmrc": "x" });
  const names = [join(dir, "other"), join(dir, "sub")] as const;
  const { readdirSync } = fs;
  let renames = 0;
  vi.spyOn(fs, "readdirSync").mockImplementation(((path: string, options: never) => {
    const at = names.indexOf(path);
    // Who renames it is always faster, some times.
    if (at >= 0 && renames++ < 5) renameSync(path, names[1 - at] ?? "");
    return readdirSync(path, options);
  }) as never);
  syncBuiltinESMExports();
  const { held } = await heldIn(dir);
  expect(renames).toBe(6);
  expect(new Set(held)).toEqual(new Set(["plain/.npmrc", "sub/deep/.vscode"]));
});

test("a protected file with a second name is found by that too", async () => {
  const dir = makeScratch({ "sub/.npmrc": "x", "other/": "" });
  linkSync(join(dir, "sub/.npmrc"), join(dir, "other/plain.txt"));
  expect(new Set((await heldIn(dir)).held)).toEqual(new Set(["sub/.npmrc", "other/plain.txt"]));
});

test("a folder that cannot be read keeps nothing else from being found, and links are not followed", async () => {
  const dir = makeScratch({ "closed/x": "x", "open/.envrc": "x", link: "-> open" });
  chmodSync(join(dir, "closed"), 0o000);
  try {
    expect((await heldIn(dir)).held).toEqual(["open/.envrc"]);
  } finally {
    chmodSync(join(dir, "closed"), 0o700);
  }
});

test("a large project does not keep the process from other work", async () => {
  const dir = makeScratch(Object.fromEntries(Array.from({ length: 6_000 }, (_, at) => [`d-${at}/`, ""])));
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  const { isPartial } = await heldIn(dir);
  clearInterval(timer);
  expect(isPartial).toBe(false);
  expect(turns).toBeGreaterThan(0);
});
