/**
 * Reads the end of a transcript in a process that does nothing else, and prints what that took: `node measure-transcript.ts FILE`. Where the
 * system does not tell (`/proc`), bytes and memory are null.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { readFailedTurns } from "../../src/agents/index.ts";

/** What the end of a transcript tells. */
export type TranscriptFacts = NonNullable<Awaited<ReturnType<typeof readFailedTurns>>>;

/** One reading, and what it took. */
export interface Measured {
  readonly facts: TranscriptFacts | null;
  /** Bytes that this process read meanwhile, from wherever. */
  readonly readBytes: number | null;
  /** How much more memory was resident at most than before. */
  readonly grownBytes: number | null;
  /** Time that this thread computed, in ms. */
  readonly cpuMs: number;
}

const numberIn = (file: string, name: string): number | null => {
  try {
    const found = new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(readFileSync(file, "utf8"))?.[1];
    return found === undefined ? null : Number(found);
  } catch {
    return null; // no /proc, as on macOS
  }
};
const readSoFar = (): number | null => numberIn("/proc/self/io", "rchar");
const difference = (after: number | null, before: number | null): number | null =>
  after === null || before === null ? null : after - before;

/** What was resident, and from now on counts as the most that was, in KiB. */
function forgetPeak(): number | null {
  try {
    writeFileSync("/proc/self/clear_refs", "5");
    return numberIn("/proc/self/status", "VmRSS");
  } catch {
    return null; // nothing to measure with
  }
}

const path = process.argv[2] ?? "";
const measured: Measured[] = [];
// The first reading also compiles what reads: each is measured, and who looks takes what is fair.
for (let round = 0; round < 3; round++) {
  const resident = forgetPeak();
  const before = readSoFar();
  const startedAt = process.threadCpuUsage();
  const facts = await readFailedTurns(path);
  const { user, system } = process.threadCpuUsage(startedAt);
  const readBytes = difference(readSoFar(), before);
  const grownKib = difference(numberIn("/proc/self/status", "VmHWM"), resident);
  const grownBytes = grownKib === null ? null : grownKib * 1024;
  measured.push({ facts, readBytes, grownBytes, cpuMs: (user + system) / 1_000 });
}
process.stdout.write(JSON.stringify(measured));
