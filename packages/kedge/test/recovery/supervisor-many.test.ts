/** Several commands begin the same batch in the same second: each item is run once, and all of them come to the same end. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { inFull, needs } from "../support/requires.ts";
import { makeSupervisorWorld } from "./supervisor-world.ts";

const ITEMS = ["a", "b", "c"] as const;

for (const count of [2, 10])
  test(`${count} at once`, { timeout: inFull({ normal: 120_000, full: 600_000 }) }, async (context) => {
    // `flock` comes with it.
    needs(context, "setsid");
    const world = await makeSupervisorWorld({ items: ITEMS, isBatch: true });
    const items = world.argv.map((argv, at) => ({
      key: ITEMS[at],
      agent: argv.slice(0, -1),
      prompt: argv.at(-1),
      directory: ITEMS[at],
    }));
    const file = join(world.folder, "batch.json");
    writeFileSync(file, JSON.stringify({ version: 1, name: world.id, items }));
    const commands = Array.from({ length: count }, (_, at) => {
      const report = join(world.folder, `report-${at}.json`);
      const args = ["batch", file, "--policy", world.policyFile, "--report", report, "--json"];
      return { report, driver: world.kedge(args) };
    });
    const ends = await Promise.all(commands.map(({ driver }) => driver.ended));
    for (const { code, stderr } of ends) expect(code, stderr).toBe(0);
    const reports = commands.map(({ report }) => JSON.parse(readFileSync(report, "utf8")) as Report);
    const [first] = reports;
    for (const report of reports) expect(report.items).toEqual(first?.items);
    expect(first).toMatchObject({ state: "done", done: 3, total: 3 });
    await world.check(await world.jobKeys());
    const started = ends.flatMap(({ stderr }) =>
      stderr.split("\n").filter((line) => line.includes('"started"')),
    );
    // Two of the three met a failure, and nobody died.
    expect(started).toHaveLength(5);
  });

interface Report {
  readonly items: readonly unknown[];
}
