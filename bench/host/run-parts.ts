import { type Measurement, type Skipped, toRow } from "../engine/measurement.ts";
import { table, writeResults } from "../support.ts";

/** One part of a benchmark. */
export type Part = () => Promise<readonly (Measurement | Skipped)[]>;

/** Runs the parts one after the other, prints and writes what they measured, and ends with 1 when a target is missed. */
export async function runParts(name: string, parts: readonly Part[]): Promise<void> {
  const results: (Measurement | Skipped)[] = [];
  for (const part of parts) results.push(...(await part()));
  const measured = results.filter((result) => "ratio" in result);
  console.log(table(["what", "p50", "p95", "floor", "ratio", "must", "met"], results.map(toRow)));
  console.log();
  for (const { what, note } of measured) if (note !== undefined) console.log(`${what}: ${note}`);
  console.log(`\nwrote ${writeResults(name, results)}`);
  const missed = measured.filter(({ isMet }) => isMet === false);
  if (missed.length > 0) {
    console.error(`\nmissed: ${missed.map(({ what }) => what).join(", ")}`);
    process.exitCode = 1;
  }
}
