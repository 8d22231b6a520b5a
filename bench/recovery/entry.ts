import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Measurement, mustCostAtMost } from "../engine/measurement.ts";
import { ratioOf, takeTurns, valuesOf } from "../engine/turns.ts";
import { createWorkspace } from "../engine/workspace.ts";
import { takePairs } from "../host/pairs.ts";
import { percentile } from "../support.ts";
import { hookInput } from "./failures.ts";
import { start } from "./start.ts";

const ROUNDS = 200;
const MAX_TIMES = 8;
const MIN_FASTER = 3;
const AT_ONCE = 100;
const ROUNDS_AT_ONCE = 10;

const entryFile = join(import.meta.dirname, "../../packages/kedge/intake/kedge-intake");
const nodeFile = join(import.meta.dirname, "entry-in-node.mjs");

/** The entry, from its start to its end, beside a shell that does nothing and beside the same in Node. */
export async function benchEntry(): Promise<Measurement[]> {
  await using workspace = createWorkspace();
  const spool = makeSpool(workspace.dir, "spool");
  const input = hookInput(1);
  const turns = await takeTurns(
    {
      entry: () => start(entryFile, ["failure", spool], input),
      shell: () => start("/bin/sh", ["-c", "true"], input),
      node: () => start(process.execPath, [nodeFile, spool], input),
    },
    ROUNDS,
  );
  const ours = { unit: "ms", ours: valuesOf(turns.entry) } as const;
  const faster = 1 / ratioOf(turns.entry, turns.node);
  return [
    mustCostAtMost(
      {
        ...{ ...ours, what: "kedge-intake failure", ratio: ratioOf(turns.entry, turns.shell) },
        other: { what: "sh -c true", ...valuesOf(turns.shell) },
      },
      MAX_TIMES,
    ),
    {
      ...{ ...ours, what: "the same, beside Node", ratio: ratioOf(turns.entry, turns.node) },
      other: { what: "the same in Node", ...valuesOf(turns.node) },
      ...{ must: `≤ 1/${MIN_FASTER} ×`, isMet: faster >= MIN_FASTER },
      note: `${faster.toFixed(1)} times as fast as Node`,
    },
  ];
}

/** Many at once: what each of them wrote is there, whole. */
export async function benchManyEntries(): Promise<Measurement> {
  await using workspace = createWorkspace();
  const taken = { ours: [] as number[], floor: [] as number[] };
  let [round, lost] = [0, 0];
  const atOnce = async (side: "ours" | "floor", each: (number: number) => Promise<void>): Promise<number> => {
    const began = performance.now();
    const own = Array.from({ length: AT_ONCE }, async (_, number) => {
      await each(number);
      taken[side].push(performance.now() - began);
    });
    await Promise.all(own);
    return performance.now() - began;
  };
  const pairs = await takePairs(
    {
      ours: async () => {
        const spool = makeSpool(workspace.dir, `many-${round++}`);
        const total = await atOnce("ours", (number) =>
          start(entryFile, ["failure", spool], hookInput(number)),
        );
        lost += countLost(spool);
        return total;
      },
      floor: () => atOnce("floor", (number) => start("/bin/sh", ["-c", "true"], hookInput(number))),
    },
    ROUNDS_AT_ONCE,
  );
  const p99 = { ours: percentile(taken.ours, 99), floor: percentile(taken.floor, 99) };
  return {
    ...{ what: `${AT_ONCE} entries at once`, unit: "ms", ours: valuesOf(pairs.ours) },
    other: { what: `${AT_ONCE} × sh -c true`, ...valuesOf(pairs.floor) },
    ...{ ratio: ratioOf(pairs.ours, pairs.floor), must: "0 lost", isMet: lost === 0 },
    note: `${lost} of ${AT_ONCE * round} lost, by names and contents; one entry p99 ${p99.ours.toFixed(0)} ms, a bare shell ${p99.floor.toFixed(0)} ms`,
  };
}

function makeSpool(dir: string, name: string): string {
  const spool = join(dir, name);
  for (const folder of ["tmp", "new"]) mkdirSync(join(spool, folder), { recursive: true, mode: 0o700 });
  return spool;
}

/** Inputs that no file holds as they were given, and files that hold something else. */
function countLost(spool: string): number {
  const missing = new Set(Array.from({ length: AT_ONCE }, (_, number) => hookInput(number)));
  let foreign = readdirSync(join(spool, "tmp")).length;
  for (const name of readdirSync(join(spool, "new"))) {
    const text = readFileSync(join(spool, "new", name), "utf8");
    const isWhole = /^kedge 1 failure\nagent claude-code\npid \d+\n(?:claude_pid \d+\n)?\n/.test(text);
    if (!isWhole || !missing.delete(text.slice(text.indexOf("\n\n") + 2))) foreign++;
  }
  return missing.size + foreign;
}
