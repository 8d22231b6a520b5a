import { execFile } from "node:child_process";
import {
  appendFileSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterEach, expect, test } from "vitest";
import { createFileWatch, type FileWatch } from "../../../src/host/watch/file-watch.ts";
import { makeScratch } from "../scratch.ts";

const opened: FileWatch[] = [];
afterEach(() => {
  for (const watch of opened.splice(0)) watch.close();
});

function makeWatch(files: Readonly<Record<string, string>>, names: readonly string[]) {
  const folder = makeScratch(files);
  const seen: string[] = [];
  const watch = createFileWatch(({ path, event }) => seen.push(`${event} ${path.slice(folder.length + 1)}`));
  opened.push(watch);
  watch.set(names.map((name) => join(folder, name)));
  return { watch, seen, at: (name: string) => join(folder, name) };
}

test.for([
  ["is written in place", (at: string) => writeFileSync(at, "other"), "change a"],
  ["is appended to", (at: string) => appendFileSync(at, "more"), "change a"],
  ["gets another time", (at: string) => utimesSync(at, 5, 5), "change a"],
  ["is removed", (at: string) => rmSync(at), "unlink a"],
  [
    "is replaced by renaming",
    (at: string) => {
      writeFileSync(`${at}.new`, "text");
      renameSync(`${at}.new`, at);
    },
    "change a",
  ],
  [
    "becomes a link to a file of the same content",
    (at: string) => {
      writeFileSync(`${at}.target`, "text");
      rmSync(at);
      symlinkSync(`${at}.target`, at);
    },
    "change a",
  ],
] as const)("a file that %s is seen without being asked for", async ([, change, told]) => {
  const { seen, at } = makeWatch({ a: "text", b: "text" }, ["a"]);
  change(at("a"));
  await expect.poll(() => seen).toEqual([told]);
});

test("a file that was not there is seen, also in a folder that was not there", async () => {
  const { watch, seen, at } = makeWatch({}, ["new", "sub/new"]);
  writeFileSync(at("new"), "");
  await expect.poll(() => seen).toEqual(["add new"]);
  mkdirSync(at("sub"));
  writeFileSync(at("sub/new"), "");
  watch.look();
  expect(seen).toEqual(["add new", "add sub/new"]);
});

test("what is looked at twice is told once, and others are not told at all", () => {
  const { watch, seen, at } = makeWatch({ a: "text", b: "text" }, ["a"]);
  writeFileSync(at("a"), "other");
  writeFileSync(at("b"), "other");
  watch.look();
  watch.look();
  expect(seen).toEqual(["change a"]);
});

test("another list forgets the one before, but not what its files looked like", () => {
  const { watch, seen, at } = makeWatch({ a: "text", b: "text", c: "text" }, ["a", "b"]);
  writeFileSync(at("a"), "other");
  writeFileSync(at("b"), "other");
  watch.set([at("b"), at("c")]);
  watch.look();
  expect(seen).toEqual(["change b"]);
});

test("nothing is told after it was closed", () => {
  const { watch, seen, at } = makeWatch({ a: "text" }, ["a"]);
  watch.close();
  writeFileSync(at("a"), "other");
  watch.look();
  expect(seen).toEqual([]);
});

test("keeps no process alive", async () => {
  const file = join(makeScratch({ a: "text" }), "a");
  const source = pathToFileURL(join(import.meta.dirname, "../../../src/host/watch/file-watch.ts")).href;
  const script = `const { createFileWatch } = await import(${JSON.stringify(source)});
    createFileWatch(() => {}).set([${JSON.stringify(file)}]);`;
  await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", script], { timeout: 20_000 });
});
