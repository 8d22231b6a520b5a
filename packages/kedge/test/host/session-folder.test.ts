import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { makeSessionFolder, removeSessionFolder, sessionsFolderOf } from "../../src/host/session-folder.ts";
import { makeScratch } from "./scratch.ts";

const name = `kedge-sessions-${process.geteuid?.() ?? 0}`;
const modeOf = (path: string): number => lstatSync(path).mode & 0o777;

test("the folders of all sessions of a user have one parent, which is open to nobody else", async () => {
  const dir = makeScratch();
  mkdirSync(join(dir, name));
  chmodSync(join(dir, name), 0o777);
  const folders = [await makeSessionFolder(dir), await makeSessionFolder(dir)];
  expect(new Set(folders).size).toBe(2);
  for (const folder of folders) {
    expect([dirname(folder), sessionsFolderOf(folder)]).toEqual([join(dir, name), join(dir, name)]);
    expect([modeOf(folder), modeOf(dirname(folder))]).toEqual([0o700, 0o700]);
  }
});

test("the parent goes with the last of them", async () => {
  const dir = makeScratch();
  const [one, two] = [await makeSessionFolder(dir), await makeSessionFolder(dir)];
  writeFileSync(join(one, "x"), "");
  await removeSessionFolder(one);
  expect([existsSync(one), existsSync(two)]).toEqual([false, true]);
  await removeSessionFolder(two);
  expect(readdirSync(dir)).toEqual([]);
  // Sessions that begin and end beside each other find one all the same.
  const beginAndEnd = async () => {
    for (let count = 0; count < 200; count++) {
      const folder = await makeSessionFolder(dir);
      expect(sessionsFolderOf(folder)).toBe(join(dir, name));
      await removeSessionFolder(folder);
    }
  };
  await Promise.all([beginAndEnd(), beginAndEnd(), beginAndEnd()]);
});

test.for(["link", "file"] as const)("a %s under the name of the parent is not trusted", async (kind) => {
  const dir = makeScratch({ "elsewhere/": "" });
  if (kind === "link") symlinkSync("elsewhere", join(dir, name));
  else writeFileSync(join(dir, name), "");
  const folder = await makeSessionFolder(dir);
  expect([dirname(folder), sessionsFolderOf(folder), modeOf(folder)]).toEqual([dir, null, 0o700]);
  expect(existsSync(join(dir, "elsewhere/s-"))).toBe(false);
});
