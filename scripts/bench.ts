/**
 * Runs benchmarks one after the other, each in a process of its own: `npm run bench -- [NAME...]`.
 *
 * A benchmark is bench/NAME/bench.ts or bench/NAME.ts; without names, all of them run. Each writes
 * bench/results/NAME.json through bench/support.ts.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { repositoryDir } from "./entries.ts";

const benchDir = join(repositoryDir, "bench");
const benches = findBenches();
const names = process.argv.slice(2);
const unknown = names.filter((name) => !benches.has(name));
if (unknown.length > 0) {
  console.error(
    `Expected the name of a benchmark (${[...benches.keys()].join(", ")}), got ${unknown.join(", ")}`,
  );
  process.exit(2);
}

const failed: string[] = [];
for (const [name, file] of benches) {
  if (names.length > 0 && !names.includes(name)) continue;
  console.log(`\n== ${name}`);
  const { status } = spawnSync(process.execPath, ["--expose-gc", file], {
    cwd: repositoryDir,
    stdio: "inherit",
  });
  if (status !== 0) failed.push(name);
}
if (failed.length > 0) {
  console.error(`\nfailed: ${failed.join(", ")}`);
  process.exitCode = 1;
}

function findBenches(): Map<string, string> {
  const found = new Map<string, string>();
  const entries = readdirSync(benchDir, { withFileTypes: true });
  for (const entry of entries.toSorted((x, y) => (x.name < y.name ? -1 : 1))) {
    const inFolder = join(benchDir, entry.name, "bench.ts");
    if (entry.isDirectory() && existsSync(inFolder)) found.set(entry.name, inFolder);
    if (entry.isFile() && entry.name.endsWith(".ts") && entry.name !== "support.ts") {
      found.set(entry.name.slice(0, -".ts".length), join(benchDir, entry.name));
    }
  }
  return found;
}
