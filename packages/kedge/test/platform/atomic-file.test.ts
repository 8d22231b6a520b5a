import { type ChildProcess, spawn } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it, test } from "vitest";
import { ensureOwnFolder, ensurePrivateFolder, writeFileAtomic } from "../../src/platform/index.ts";
import { createRandom, fuzzSeed } from "../support/random.ts";
import { inFull } from "../support/requires.ts";

const umask = process.umask();
let folder = "";
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "kedge-atomic-")));
});
afterEach(() => {
  process.umask(umask);
  rmSync(folder, { recursive: true });
});

const modeOf = (path: string): string => (lstatSync(path).mode & 0o7777).toString(8);
const isRoot = process.geteuid?.() === 0;

describe("writeFileAtomic", () => {
  it.each([0o000, 0o022, 0o077])("writes mode 0600 under umask %o", async (mask) => {
    process.umask(mask);
    const path = join(folder, "a.json");
    await writeFileAtomic(path, "one");
    expect([readFileSync(path, "utf8"), modeOf(path)]).toEqual(["one", "600"]);
    await writeFileAtomic(path, "two", { mode: 0o644 });
    expect([readFileSync(path, "utf8"), modeOf(path)]).toEqual(["two", "644"]);
  });

  it("corrects the mode of an older file, and leaves no other file behind", async () => {
    const path = join(folder, "a.json");
    writeFileSync(path, "old");
    chmodSync(path, 0o666);
    await writeFileAtomic(path, "new");
    expect([readFileSync(path, "utf8"), modeOf(path)]).toEqual(["new", "600"]);
    expect(readdirSync(folder)).toEqual(["a.json"]);
  });

  it("replaces a link at the final name, and what the link leads to stays", async () => {
    const outside = join(folder, "outside");
    const path = join(folder, "a.json");
    writeFileSync(outside, "precious");
    symlinkSync(outside, path);
    await writeFileAtomic(path, "new");
    expect(lstatSync(path).isFile()).toBe(true);
    expect(readFileSync(path, "utf8")).toBe("new");
    expect(readFileSync(outside, "utf8")).toBe("precious");
  });

  it("never writes through what stands at the temporary name", async () => {
    const outside = join(folder, "outside");
    const path = join(folder, "a.json");
    writeFileSync(outside, "precious");
    symlinkSync(outside, join(folder, ".a.json.one.tmp"));
    symlinkSync(join(folder, "nowhere"), join(folder, ".a.json.two.tmp"));
    linkSync(outside, join(folder, ".a.json.three.tmp"));
    const suffixes = ["one", "two", "three", "four"];
    await writeFileAtomic(path, "new", { makeSuffix: () => suffixes.shift() ?? "" });
    expect(readFileSync(path, "utf8")).toBe("new");
    expect(readFileSync(outside, "utf8")).toBe("precious");
    expect(existsSync(join(folder, "nowhere"))).toBe(false);

    const taken = writeFileAtomic(path, "newer", { makeSuffix: () => "one" });
    await expect(taken).rejects.toMatchObject({ code: "NAME_TAKEN" });
    expect(readFileSync(path, "utf8")).toBe("new");
  });

  it("fails without a trace when the file cannot be replaced", async () => {
    const path = join(folder, "a");
    mkdirSync(join(path, "b"), { recursive: true });
    await expect(writeFileAtomic(path, "new")).rejects.toThrow();
    expect(readdirSync(folder)).toEqual(["a"]);
  });

  it("leaves the text of one of many writers, whole", async () => {
    const path = join(folder, "a.json");
    const texts = Array.from({ length: 20 }, (_, at) => `${at}`.repeat(50_000));
    await Promise.all(texts.map((text) => writeFileAtomic(path, text)));
    expect(texts).toContain(readFileSync(path, "utf8"));
    expect(readdirSync(folder)).toEqual(["a.json"]);
  });

  it("leaves the old text or the new one when the writer is killed", { timeout: 120_000 }, async () => {
    const path = join(folder, "a.json");
    const random = createRandom(fuzzSeed);
    await writeFileAtomic(path, "0".repeat(2_000_000));
    for (let round = 0; round < inFull({ normal: 6, full: 100 }); round++) {
      const writer = startWriter(path);
      await writer.isWriting;
      await new Promise((done) => setTimeout(done, random.below(30)));
      writer.child.kill("SIGKILL");
      await writer.isGone;
      const text = readFileSync(path, "utf8");
      expect([text.length, new Set(text).size]).toEqual([2_000_000, 1]);
    }
  });
});

/** A process that writes the file over and over, each time 2,000,000 times one digit. */
function startWriter(path: string): {
  child: ChildProcess;
  isWriting: Promise<unknown>;
  isGone: Promise<unknown>;
} {
  const module = pathToFileURL(join(import.meta.dirname, "../../src/platform/atomic-file.ts")).href;
  const script = `
    const { writeFileAtomic } = await import(${JSON.stringify(module)});
    for (let at = 1; ; at = (at + 1) % 10) {
      await writeFileAtomic(${JSON.stringify(path)}, String(at).repeat(2_000_000));
      process.stdout.write(".");
    }`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  return {
    child,
    isWriting: new Promise((done, fail) => {
      child.stdout?.once("data", done);
      child.once("exit", () => fail(new Error("Expected the writer to write until it is killed")));
    }),
    isGone: new Promise((done) => child.once("close", done)),
  };
}

describe("ensurePrivateFolder", () => {
  it.each([0o000, 0o022, 0o077])("makes folders of mode 0700 under umask %o", async (mask) => {
    process.umask(mask);
    await ensurePrivateFolder(join(folder, "a/b"));
    expect([modeOf(join(folder, "a")), modeOf(join(folder, "a/b"))]).toEqual(["700", "700"]);
  });

  it.each([0o700, 0o755, 0o750, 0o2755])("a folder of one's own keeps mode %o", async (mode) => {
    const path = join(folder, "own");
    mkdirSync(path);
    chmodSync(path, mode);
    await ensureOwnFolder(path);
    expect(modeOf(path)).toBe(mode.toString(8));
  });

  it.each([0o777, 0o775, 0o1777])("no folder of one's own has mode %o, and it keeps it", async (mode) => {
    const path = join(folder, "own");
    mkdirSync(path);
    chmodSync(path, mode);
    await expect(ensureOwnFolder(path)).rejects.toMatchObject({ code: "MODE_STUCK", path });
    expect(modeOf(path)).toBe(mode.toString(8));
  });

  it.each([0o777, 0o755, 0o750, 0o1777, 0o2700, 0o500])("corrects mode %o", async (mode) => {
    const path = join(folder, "a");
    mkdirSync(path);
    chmodSync(path, mode);
    await ensurePrivateFolder(path);
    expect(modeOf(path)).toBe("700");
  });

  it("refuses a link, also with a slash behind, and leaves what it leads to alone", async () => {
    const target = join(folder, "target");
    const link = join(folder, "link");
    mkdirSync(target);
    chmodSync(target, 0o755);
    symlinkSync(target, link);
    symlinkSync(join(folder, "nowhere"), join(folder, "dangling"));
    for (const path of [link, `${link}/`, join(folder, "dangling")])
      await expect(ensurePrivateFolder(path)).rejects.toMatchObject({ code: "NOT_A_FOLDER" });
    expect(modeOf(target)).toBe("755");
    expect(existsSync(join(folder, "nowhere"))).toBe(false);
  });

  it("refuses what is no folder", async () => {
    const path = join(folder, "a");
    writeFileSync(path, "");
    await expect(ensurePrivateFolder(path)).rejects.toMatchObject({ code: "NOT_A_FOLDER" });
  });

  test("somebody else's folder is refused, and stays as it is", async (context) => {
    if (!isRoot) context.skip("needs root: nobody else can give a folder away");
    const path = join(folder, "a");
    mkdirSync(path);
    chmodSync(path, 0o755);
    chownSync(path, 4242, 4242);
    const refused = ensurePrivateFolder(path);
    await expect(refused).rejects.toMatchObject({ code: "FOREIGN_OWNER", path });
    await expect(refused).rejects.toThrow(/belong to you, found user 4242/);
    expect(modeOf(path)).toBe("755");
  });
});
