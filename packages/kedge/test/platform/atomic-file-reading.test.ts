import { chmodSync, chownSync, lstatSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, test } from "vitest";
import { readPrivateFile } from "../../src/platform/index.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "kedge-private-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const modeOf = (path: string): string => (lstatSync(path).mode & 0o7777).toString(8);
const isRoot = process.geteuid?.() === 0;

describe("readPrivateFile", () => {
  const write = (name: string, mode: number): string => {
    const path = join(folder, name);
    writeFileSync(path, "text");
    chmodSync(path, mode);
    return path;
  };

  it("reads a private file, and corrects the mode of one that others may read", async () => {
    const path = write("a", 0o644);
    expect(await readPrivateFile(path, 100)).toEqual({ ok: true, text: "text" });
    expect(modeOf(path)).toBe("600");
  });

  it("refuses what somebody else may have written", async () => {
    for (const mode of [0o660, 0o602, 0o666])
      expect(await readPrivateFile(write(`a${mode}`, mode), 100)).toMatchObject({ reason: "not_private" });
    symlinkSync(write("b", 0o600), join(folder, "link"));
    expect(await readPrivateFile(join(folder, "link"), 100)).toMatchObject({ reason: "not_private" });
    expect(await readPrivateFile(folder, 100)).toMatchObject({ reason: "not_private" });
    expect(await readPrivateFile(join(folder, "none"), 100)).toMatchObject({ reason: "missing" });
    expect(await readPrivateFile(write("c", 0o600), 3)).toMatchObject({ reason: "too_large" });
  });

  test("somebody else's file is refused", async (context) => {
    if (!isRoot) context.skip("needs root: nobody else can give a file away");
    const path = write("a", 0o600);
    chownSync(path, 4242, 4242);
    expect(await readPrivateFile(path, 100)).toMatchObject({
      reason: "not_private",
      came: "a file of user 4242",
    });
  });
});
