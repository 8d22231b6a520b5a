import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
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

describe("what a session that was killed has left", () => {
  const hour = 60 * 60;
  const SCRIPT = `
    import { makeSessionFolder } from ${JSON.stringify(join(import.meta.dirname, "../../src/host/session-folder.ts"))};
    process.stdout.write(await makeSessionFolder(process.argv[1]));
    process.kill(process.pid, "SIGKILL");`;
  const leave = (dir: string): string => {
    const run = spawnSync(process.execPath, ["--input-type=module", "-e", SCRIPT, dir], { encoding: "utf8" });
    expect([run.signal, run.stdout]).toEqual(["SIGKILL", expect.stringContaining(join(dir, name, "s-"))]);
    mkdirSync(join(run.stdout, "tmp/deep"), { recursive: true });
    writeFileSync(join(run.stdout, "tmp/deep/file"), "x");
    chmodSync(join(run.stdout, "tmp/deep"), 0);
    return run.stdout;
  };
  const age = (folder: string, hours: number): void => {
    const then = Date.now() / 1_000 - hours * hour;
    utimesSync(`${folder}.owner`, then, then);
  };

  test("goes a day later, and not what a living one has, or one of which nobody here can tell", async () => {
    const dir = makeScratch();
    const [old, young, elsewhere, living] = [
      leave(dir),
      leave(dir),
      leave(dir),
      await makeSessionFolder(dir),
    ];
    const line = readFileSync(`${elsewhere}.owner`, "utf8");
    writeFileSync(`${elsewhere}.owner`, line.replace(/\S+$/, "pid:[1]"));
    for (const folder of [old, elsewhere, living]) age(folder, 25);
    age(young, 23);
    const next = await makeSessionFolder(dir);
    await expect.poll(() => existsSync(`${old}.owner`)).toBe(false);
    expect([old, young, elsewhere, living, next].map((each) => existsSync(each))).toEqual([
      false,
      ...[true, true, true, true],
    ]);
    expect(existsSync(join(young, "tmp/deep"))).toBe(true);
    chmodSync(join(young, "tmp/deep"), 0o700);
    chmodSync(join(elsewhere, "tmp/deep"), 0o700);
  });

  test("goes at once when the machine was started again", async () => {
    const dir = makeScratch();
    const folder = leave(dir);
    const [pid, ticks, , space] = readFileSync(`${folder}.owner`, "utf8").split(" ");
    writeFileSync(`${folder}.owner`, [pid, ticks, "00000000-0000-0000-0000-000000000000", space].join(" "));
    const next = await makeSessionFolder(dir);
    await expect.poll(() => readdirSync(join(dir, name))).toHaveLength(2);
    expect([existsSync(folder), existsSync(next)]).toEqual([false, true]);
  });
});

test.for(["link", "file"] as const)("a %s under the name of the parent is not trusted", async (kind) => {
  const dir = makeScratch({ "elsewhere/": "" });
  if (kind === "link") symlinkSync("elsewhere", join(dir, name));
  else writeFileSync(join(dir, name), "");
  const folder = await makeSessionFolder(dir);
  expect([dirname(folder), sessionsFolderOf(folder), modeOf(folder)]).toEqual([dir, null, 0o700]);
  expect(existsSync(join(dir, "elsewhere/s-"))).toBe(false);
});
