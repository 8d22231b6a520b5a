import { execFileSync } from "node:child_process";
import {
  constants,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { holdPath } from "../../../src/host/files/held-path.ts";
import { versionOf } from "../../../src/host/files/version.ts";
import { type HeldCheck, writeHeld } from "../../../src/host/files/write-held.ts";
import { makeScratch } from "../scratch.ts";

const tree = (): string =>
  makeScratch({
    "in/a.txt": "a",
    "in/deep/er/b.txt": "b",
    "out/o.txt": "o",
    "in/file-link": "-> a.txt",
    "in/folder-link": "-> deep",
    "in/up": "-> ../out",
    "in/chain": "-> folder-link/er/../../file-link",
    "in/dangling": "-> ../out/new.txt",
    "in/nowhere": "-> none/../a.txt",
    "in/loop": "-> loop",
    "in/one": "-> two",
    "in/two": "-> one",
  });

/** Linux holds folders; other systems are walked by name, which works here as well. */
describe.each(["linux", "darwin"] as const)("a path held as on %s", (platform) => {
  it.each([
    ["in/a.txt", "in/a.txt", []],
    ["in/./deep//er/b.txt", "in/deep/er/b.txt", []],
    ["in/file-link", "in/a.txt", []],
    ["in/folder-link/er/b.txt", "in/deep/er/b.txt", []],
    ["in/folder-link/../up/o.txt", "out/o.txt", []],
    ["in/chain", "in/a.txt", []],
    ["in/dangling", "out/new.txt", ["new.txt"]],
    ["in/new/er/c.txt", "in/new/er/c.txt", ["new", "er", "c.txt"]],
    ["in/deep", "in/deep", []],
    ["in/up/x/y", "out/x/y", ["x", "y"]],
  ])("%s leads to %s", async (path, reached, missing) => {
    const folder = tree();
    await using held = await holdPath(join(folder, path).replace("/./", "/"), platform);
    expect(held).toMatchObject({ ok: true, path: join(folder, reached), missing });
  });

  it.each([
    ["in/loop", "ELOOP"],
    ["in/one/x", "ELOOP"],
    ["in/a.txt/x", "ENOTDIR"],
    ["in/nowhere", "ENOENT"],
    ["in/a\0b", "EINVAL"],
    [`in/${"n".repeat(300)}`, "ENAMETOOLONG"],
  ])("%j leads nowhere: %s", async (path, code) => {
    const folder = tree();
    await using held = await holdPath(`${folder}/${path}`, platform);
    expect(held).toMatchObject({ ok: false, code, why: expect.not.stringContaining("/proc/self") });
  });

  it("follows as many links as a kernel, and no more", async () => {
    const folder = tree();
    symlinkSync("in/a.txt", join(folder, "l0"));
    for (let at = 1; at <= 40; at++) symlinkSync(`l${at - 1}`, join(folder, `l${at}`));
    await using last = await holdPath(join(folder, "l39"), platform);
    await using over = await holdPath(join(folder, "l40"), platform);
    expect([last.ok, over.ok]).toEqual([true, false]);
  });

  it("waits for no pipe, and opens no device", async () => {
    const folder = tree();
    execFileSync("mkfifo", [join(folder, "pipe")]);
    for (const path of [join(folder, "pipe"), "/dev/zero"]) {
      await using held = await holdPath(path, platform);
      expect(held.ok && held.entry?.stats.isFile()).toBe(false);
    }
  });

  const pass: HeldCheck = async () => null;
  const write = async (path: string, content: string, before: () => void = () => {}, check = pass) => {
    await using held = await holdPath(path, platform);
    if (!held.ok) throw new Error(held.why);
    const read = held.entry && {
      text: readFileSync(held.path, "utf8"),
      version: versionOf(held.entry.stats),
    };
    before();
    return await writeHeld(held, content, check, read);
  };

  it("is written in place, so that links and twins stay", async () => {
    const folder = tree();
    linkSync(join(folder, "in/a.txt"), join(folder, "twin"));
    await write(join(folder, "in/chain"), "new");
    expect([
      readFileSync(join(folder, "twin"), "utf8"),
      readFileSync(join(folder, "in/chain"), "utf8"),
    ]).toEqual(["new", "new"]);
  });

  it("is made with its folders", async () => {
    const folder = tree();
    await write(join(folder, "in/folder-link/new/er/c.txt"), "c");
    expect(readFileSync(join(folder, "in/deep/new/er/c.txt"), "utf8")).toBe("c");
  });

  it("is not made where somebody else has put something meanwhile", async () => {
    const folder = tree();
    const path = join(folder, "in/new.txt");
    const plant = (): void => symlinkSync("../out/o.txt", path);
    await expect(write(path, "evil", plant)).rejects.toMatchObject({ code: "EEXIST" });
    expect(readFileSync(join(folder, "out/o.txt"), "utf8")).toBe("o");
  });

  it("is not made below what took the place of a folder that was to be made", async () => {
    const folder = tree();
    const plant = (): void => symlinkSync("../out", join(folder, "in/new"));
    await expect(write(join(folder, "in/new/o.txt"), "evil", plant)).rejects.toThrow("no folder");
    expect(readFileSync(join(folder, "out/o.txt"), "utf8")).toBe("o");
  });

  it("is judged again below folders that were made, before there is a file", async () => {
    const folder = tree();
    const seen: string[] = [];
    const check: HeldCheck = async ({ path, missing }) => {
      seen.push(`${path.slice(folder.length)} ${missing.length}`);
      return seen.length > 1 ? "no" : null;
    };
    const written = await write(join(folder, "in/x/y/z"), "z", () => {}, check);
    expect(written).toEqual({ ok: false, why: "no" });
    expect(seen).toEqual(["/in/x/y/z 3", "/in/x/y/z 1"]);
  });

  it("never reaches outside through a folder that became a link", async () => {
    const folder = tree();
    const swap = (): void => {
      renameSync(join(folder, "in/deep"), join(folder, "in/away"));
      symlinkSync("../out", join(folder, "in/deep"));
    };
    writeFileSync(join(folder, "in/deep/o.txt"), "inner");
    // Held folders go on to be written where they are now; where none can be held, nothing is.
    await write(join(folder, "in/deep/o.txt"), "new", swap).catch(() => {});
    expect(readFileSync(join(folder, "out/o.txt"), "utf8")).toBe("o");
  });

  it("never writes to a file that took the place of the one it held", async () => {
    const folder = tree();
    const path = join(folder, "in/a.txt");
    const swap = (): void => {
      rmSync(path);
      linkSync(join(folder, "out/o.txt"), path);
    };
    await write(path, "evil", swap).catch(() => {});
    expect(readFileSync(join(folder, "out/o.txt"), "utf8")).toBe("o");
  });

  it.each<readonly [string, (path: string) => void]>([
    ["longer", (path) => writeFileSync(path, "the work of somebody else")],
    ["younger", (path) => utimesSync(path, 1, 2)],
    ["another one", (path) => renameSync(`${path}.new`, path)],
  ])("is not written when somebody has made it %s", async (_, change) => {
    const folder = tree();
    const path = join(folder, "in/a.txt");
    writeFileSync(`${path}.new`, "the work of somebody else");
    const reading = readFileSync(path, "utf8");
    await write(path, "new", () => change(path)).then(
      (written) => expect(written).toMatchObject({ ok: false, why: expect.stringContaining("has changed") }),
      // Where nothing is held, it is another file.
      (error: Error) => expect(error.message).toContain("another one"),
    );
    expect([reading, "the work of somebody else"]).toContain(readFileSync(path, "utf8"));
  });

  it("never writes into another folder of the same name", async () => {
    const folder = tree();
    const swap = (): void => {
      renameSync(join(folder, "in/deep"), join(folder, "in/away"));
      mkdirSync(join(folder, "in/deep"));
    };
    await write(join(folder, "in/deep/new.txt"), "x", swap).catch(() => {});
    expect(() => readFileSync(join(folder, "in/deep/new.txt"))).toThrow("ENOENT");
  });

  it("knows the folders above it, up to the root", async () => {
    const folder = tree();
    await using held = await holdPath(join(folder, "in/folder-link/er/b.txt"), platform);
    if (!held.ok) throw new Error(held.why);
    const chain = await held.folder.chain();
    await using up = await holdPath(join(folder, "in"), platform);
    expect(chain[2]?.ino).toBe(up.ok && up.folder.stats.ino);
    expect(chain).toHaveLength(join(folder, "in/deep/er").split("/").length);
  });

  it("leaves no handle open", async () => {
    const folder = tree();
    for (const path of ["in/chain", "in/loop", "in/new/er/x", "in/nowhere", "in/a.txt/x"])
      await (await holdPath(join(folder, path), platform))[Symbol.asyncDispose]();
    await write(join(folder, "in/q/r/s"), "s");
    const open = readdirSync("/proc/self/fd").map((fd) => {
      try {
        return readlinkSync(`/proc/self/fd/${fd}`);
      } catch {
        return ""; // closed meanwhile, as that of the look itself
      }
    });
    expect(open.filter((path) => path === "/" || path.startsWith(folder))).toEqual([]);
  });
});

it("magic links of the system lead where the process would get to", async () => {
  const folder = tree();
  await using held = await holdPath(`/proc/self/root${folder}/in/file-link`);
  expect(held).toMatchObject({ path: join(folder, "in/a.txt") });
  await using file = held.ok ? await held.entry?.open(constants.O_RDONLY) : undefined;
  expect(await file?.readFile("utf8")).toBe("a");
});
