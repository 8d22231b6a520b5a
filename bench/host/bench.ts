/**
 * The session host's cost and its bounds, each figure beside a floor that ran in turn with it: a turn, one session in a process of its
 * own, many sessions in one process, and the model API that all of them are measured with.
 *
 * Builds packages/kedge/dist and measures that, which is what people get. Ends with 1 when a target is missed.
 */
import { type Measurement, toRow } from "../engine/measurement.ts";
import { table, writeResults } from "../support.ts";
import { buildAll } from "./build.ts";
import { benchManySessions } from "./many-sessions.ts";
import { benchManyStreams } from "./many-streams.ts";
import { benchMemory } from "./memory.ts";
import { benchStarting } from "./starting.ts";
import { benchTurnCost } from "./turn-cost.ts";

buildAll();

const parts: readonly (() => Promise<readonly Measurement[]>)[] = [
  benchStarting,
  async () => [await benchMemory()],
  benchTurnCost,
  benchManySessions,
  benchManyStreams,
];
const results: Measurement[] = [];
for (const part of parts) results.push(...(await part()));

console.log(table(["what", "p50", "p95", "floor", "ratio", "must", "met"], results.map(toRow)));
console.log();
for (const { what, note } of results) if (note !== undefined) console.log(`${what}: ${note}`);
console.log(`\nwrote ${writeResults("host", results)}`);
const missed = results.filter(({ isMet }) => isMet === false);
if (missed.length > 0) {
  console.error(`\nmissed: ${missed.map(({ what }) => what).join(", ")}`);
  process.exitCode = 1;
}
