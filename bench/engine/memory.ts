import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { median, percentile } from "../support.ts";
import { digits, type Measurement } from "./measurement.ts";
import type { MemoryCase, MemoryUse } from "./memory-child.ts";

/** Bytes that a handler writes, and that an input has. */
const MIB = 100;
const ROUNDS = 3;
const READERS = 10;
const MAX_OUTPUT_GROWTH_MIB = 64;
const MAX_INPUT_GROWTH = 2.5;

const child = fileURLToPath(new URL("./memory-child.ts", import.meta.url));

/** Growth of memory with a handler that writes much, and with an input that many read slowly. A process each. */
export function benchMemory(): Measurement[] {
  const output = measure({ kind: "output", event: "Stop", mib: MIB, handlers: 1 });
  const context = measure({ kind: "output", event: "UserPromptSubmit", mib: MIB, handlers: 1 });
  const input = measure({ kind: "input", event: "PreToolUse", mib: MIB, handlers: READERS });
  return [
    mustGrowAtMost(MAX_OUTPUT_GROWTH_MIB, {
      what: `${MIB} MiB of output`,
      other: "bare, dropped",
      ...output,
    }),
    mustGrowAtMost(MAX_OUTPUT_GROWTH_MIB, {
      what: `${MIB} MiB of output that becomes context`,
      other: "bare, dropped",
      ...context,
    }),
    mustGrowAtMost(MAX_INPUT_GROWTH * MIB, {
      what: `${MIB} MiB of input, ${READERS} slow readers`,
      other: "stringified, bare",
      ...input,
    }),
  ];
}

interface Pairs {
  readonly ours: readonly MemoryUse[];
  readonly bare: readonly MemoryUse[];
}

function measure(what: Omit<MemoryCase, "side">): Pairs {
  const ours: MemoryUse[] = [];
  const bare: MemoryUse[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    ours.push(run({ ...what, side: "kedge" }));
    bare.push(run({ ...what, side: "bare" }));
  }
  return { ours, bare };
}

function run(what: MemoryCase): MemoryUse {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["--expose-gc", child, JSON.stringify(what)],
    { encoding: "utf8" },
  );
  if (status !== 0) throw new Error(`Expected memory-child.ts to exit with 0, got ${status}: ${stderr}`);
  return JSON.parse(stdout) as MemoryUse;
}

function mustGrowAtMost(
  limitMiB: number,
  { what, other, ours, bare }: Pairs & { readonly what: string; readonly other: string },
): Measurement {
  const growth = ours.map(({ peakMiB }) => peakMiB);
  const floor = bare.map(({ peakMiB }) => peakMiB);
  const p50 = median(growth);
  return {
    what,
    unit: "MiB",
    ours: { p50, p95: percentile(growth, 95) },
    other: { what: other, p50: median(floor), p95: percentile(floor, 95) },
    ratio: median(growth.map((value, round) => value / Math.max(1, floor[round] ?? 1))),
    must: `≤ +${limitMiB} MiB`,
    isMet: p50 <= limitMiB,
    note: `largest RSS over what it was before; afterwards ${digits(median(ours.map(({ keptMiB }) => keptMiB)))} MiB stay`,
  };
}
