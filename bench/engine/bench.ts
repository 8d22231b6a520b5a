/**
 * The engine's cost and its bounds, each figure beside a floor or a peer that ran in turn with it: command handlers beside
 * bare children and beside Gemini CLI's hook engine, function handlers, lag of the event loop, memory, starting, and much
 * configuration.
 *
 * Measured is the build under packages/kedge/dist, which is what people get. It must not be built again meanwhile.
 */
import { existsSync } from "node:fs";
import { table, writeResults } from "../support.ts";
import { benchCommands } from "./commands.ts";
import { benchConfigured } from "./configured.ts";
import { benchFunctions } from "./functions.ts";
import { benchLoopLag } from "./loop-lag.ts";
import { type Measurement, type Skipped, toRow } from "./measurement.ts";
import { benchMemory } from "./memory.ts";
import { benchCommand, benchImport } from "./starting.ts";
import { engineFile } from "./workspace.ts";

if (!existsSync(engineFile)) {
  console.error("Expected a build with an engine, found none. Run `npm run build` first.");
  process.exit(1);
}

// The peer comes last: it fills this process with its own code.
const parts: readonly (() => Promise<Measurement | Skipped | readonly (Measurement | Skipped)[]>)[] = [
  benchFunctions,
  benchConfigured,
  benchLoopLag,
  async () => benchMemory(),
  benchImport,
  benchCommand,
  benchCommands,
];
const results: (Measurement | Skipped)[] = [];
for (const part of parts) results.push(...[await part()].flat());

console.log(table(["what", "p50", "p95", "floor or peer", "ratio", "must", "met"], results.map(toRow)));
console.log();
for (const result of results) {
  const note = "skipped" in result ? `not run, ${result.skipped}` : result.note;
  if (note !== undefined) console.log(`${result.what}: ${note}`);
}
console.log(`\nwrote ${writeResults("engine", results)}`);
