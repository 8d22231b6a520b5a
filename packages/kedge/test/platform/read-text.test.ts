import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { readTextFile } from "../../src/platform/index.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "kedge-read-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

it("reads a file as UTF-8, without a byte order mark and with U+FFFD for what is not UTF-8", async () => {
  const path = join(folder, "a.json");
  writeFileSync(path, Buffer.from([0xef, 0xbb, 0xbf, 0x61, 0xff, 0xc3, 0xa9]));
  expect(await readTextFile(path, 100)).toEqual({ ok: true, text: "a\ufffdé" });
});

it("says which file is missing", async () => {
  const path = join(folder, "none.json");
  expect(await readTextFile(path, 100)).toMatchObject({
    ok: false,
    reason: "missing",
    message: `${path} does not exist`,
  });
});

it("refuses a folder, and a file over the limit", async () => {
  const path = join(folder, "a.json");
  writeFileSync(path, "x".repeat(101));
  expect(await readTextFile(folder, 100)).toMatchObject({ ok: false, reason: "not_a_file" });
  expect(await readTextFile(path, 100)).toMatchObject({ ok: false, reason: "too_large" });
});

it("does not wait for a pipe that nobody writes to", async () => {
  const path = join(folder, "pipe");
  execFileSync("mkfifo", [path]);
  expect(await readTextFile(path, 100)).toMatchObject({ ok: false, reason: "not_a_file" });
});
