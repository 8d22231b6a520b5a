/**
 * The intake of failures, each figure beside a floor that ran in turn with it: the entry that hooks start, taking the spool into the ledger,
 * and a ledger with a million failures, asked within a process and by the command.
 *
 * The entry and the sources are measured as they are; only the command needs a build. Ends with 1 when a target is missed.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Measurement, toRow } from "../engine/measurement.ts";
import { createWorkspace, distDir } from "../engine/workspace.ts";
import { table, writeResults } from "../support.ts";
import { benchCold } from "./cold.ts";
import { benchEntry, benchManyEntries } from "./entry.ts";
import { makeLargeLedger } from "./large-ledger.ts";
import { benchQueries } from "./queries.ts";
import { benchTakingIn } from "./taking-in.ts";

if (!existsSync(join(distDir, "cli/main.js"))) {
  console.error("Expected a build, found none. Run `npm run build` first.");
  process.exit(1);
}

await using workspace = createWorkspace();
const stateDir = join(workspace.dir, "large");
/** End of what the large ledger holds: the same every time. */
const untilMs = Date.UTC(2026, 10, 21);

const results: Measurement[] = [
  ...(await benchEntry()),
  await benchManyEntries(),
  ...(await benchTakingIn()),
];
makeLargeLedger(stateDir, untilMs);
results.push(...(await benchQueries(stateDir, untilMs)), await benchCold(stateDir));

console.log(table(["what", "p50", "p95", "floor", "ratio", "must", "met"], results.map(toRow)));
console.log();
for (const { what, note } of results) if (note !== undefined) console.log(`${what}: ${note}`);
console.log(`\nwrote ${writeResults("recovery", results)}`);
const missed = results.filter(({ isMet }) => isMet === false);
if (missed.length > 0) {
  console.error(`\nmissed: ${missed.map(({ what }) => what).join(", ")}`);
  process.exitCode = 1;
}
