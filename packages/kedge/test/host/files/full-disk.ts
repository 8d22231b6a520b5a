/** Writes texts over others on a disk that gets full, and prints what stands there then. Run as a process of its own, which has such a disk. */
import { readFileSync, rmSync, statfsSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { holdPath } from "../../../src/host/files/held-path.ts";
import { versionOf } from "../../../src/host/files/version.ts";
import { writeHeld } from "../../../src/host/files/write-held.ts";

const [folder = "", ...cases] = process.argv.slice(2);

/** Leaves so many blocks of the disk. */
function fillBut(blocks: number): void {
  const { bavail, bsize } = statfsSync(folder);
  writeFileSync(join(folder, "filler"), "x".repeat((bavail - blocks) * bsize));
}

for (const name of cases) {
  const path = join(folder, "file");
  const { before, size, after, blocks } = JSON.parse(name);
  writeFileSync(join(folder, "filler"), "");
  rmSync(path, { force: true });
  if (before !== null) {
    writeFileSync(path, before);
    truncateSync(path, size ?? before.length);
  }
  fillBut(blocks);
  await using held = await holdPath(path);
  if (!held.ok) throw new Error(held.why);
  const text = before === null ? "" : readFileSync(path, "utf8");
  const read = held.entry && { text, version: versionOf(held.entry.stats) };
  const written = await writeHeld(held, after, async () => null, read);
  const stands = readFileSync(path, "utf8");
  const is = stands === after ? "new" : stands === text ? "old" : stands.slice(0, 100);
  process.stdout.write(`${JSON.stringify({ is, why: written.ok ? null : written.why })}\n`);
}
