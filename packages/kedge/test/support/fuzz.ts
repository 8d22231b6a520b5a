/**
 * Runs many generated cases through one judge: names seed and case of a failure, measures the slowest, and sees to it that
 * no case changed a prototype.
 */
import { setImmediate } from "node:timers/promises";
import { fuzzSeed, type Random, randomOfCase } from "./random.ts";

/** No single case may take longer. */
export const hangMs = 2_000;

/** Milliseconds that this thread has computed: unlike a clock it stands still while the machine does something else. */
export function threadMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

interface FuzzRun<Case> {
  /** For the line that is printed. */
  readonly name: string;
  readonly count: number;
  readonly make: (random: Random, index: number) => Case;
  /** Throws when something is wrong with the case. */
  readonly judge: (made: Case, random: Random) => void | Promise<void>;
}

/** Runs all cases. The first that fails ends the run, and is shown in full. */
export async function fuzz<Case>({ name, count, make, judge }: FuzzRun<Case>): Promise<void> {
  const before = snapshotPrototypes();
  const startedAt = performance.now();
  let slowestMs = 0;
  for (let index = 0; index < count; index++) {
    const random = randomOfCase(fuzzSeed, index);
    const made = make(random, index);
    const caseStartedAt = threadMs();
    try {
      const judged = judge(made, random);
      if (judged instanceof Promise) await judged;
      const tookMs = threadMs() - caseStartedAt;
      slowestMs = Math.max(slowestMs, tookMs);
      if (tookMs > hangMs) throw new Error(`took ${Math.round(tookMs)} ms, at most ${hangMs} are allowed`);
      if (index % 1_000 === 0) assertPrototypes(before);
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new Error(`${name}: ${why}\nKEDGE_FUZZ_SEED=${fuzzSeed}, case ${index}:\n${show(made)}`, {
        cause,
      });
    }
    // The reporter wants to be heard now and then.
    if (index % 2_000 === 0) await setImmediate();
  }
  assertPrototypes(before);
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
  say(`${name}: ${count} cases in ${seconds} s, slowest ${slowestMs.toFixed(1)} ms, seed ${fuzzSeed}`);
}

/** A line of the test's own output. */
export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Fails with a sentence when the condition does not hold: a matcher of the test runner is too slow for a million cases. */
export function must(condition: boolean, sentence: string | (() => string)): asserts condition {
  if (!condition) throw new Error(typeof sentence === "string" ? sentence : sentence());
}

const prototypes: readonly object[] = [
  Object.prototype,
  Array.prototype,
  String.prototype,
  Number.prototype,
  Boolean.prototype,
  Function.prototype,
  Map.prototype,
];

/** What the prototypes of the language hold. */
export function snapshotPrototypes(): readonly PropertyDescriptorMap[] {
  return prototypes.map((each) => Object.getOwnPropertyDescriptors(each));
}

/** Throws when a prototype no longer holds what it held. */
export function assertPrototypes(before: readonly PropertyDescriptorMap[]): void {
  for (const [index, now] of snapshotPrototypes().entries()) {
    const then = before[index] ?? {};
    const keys = new Set([...Reflect.ownKeys(now), ...Reflect.ownKeys(then)]);
    for (const key of keys) {
      const isSame = now[key as string]?.value === then[key as string]?.value;
      must(isSame, `a prototype was changed at ${String(key)}`);
    }
  }
}

/** A case as ASCII, whole. */
function show(made: unknown): string {
  const json = JSON.stringify(made, null, 1) ?? String(made);
  return json.replace(/[^\n -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
