/** The cases that are replayed, what is listed of them, and which of them are replayed where there is no time for all. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** One recorded case, as far as lists and samples are about it. */
export interface RecordedCase {
  readonly id: string;
  readonly corpus: string;
  readonly group: string;
  /** `protocol`, or `deviation:` with the number of what we do otherwise. */
  readonly scope: string;
  readonly expect: Readonly<Record<string, unknown>>;
}

/** Where ours answers otherwise though the case is of the protocol: why, and what ours answers in the fields that differ. */
export interface ExpectedFailure {
  readonly reason: string;
  readonly ours: Readonly<Record<string, unknown>>;
}

/** What ours does where it differs on purpose. */
export interface Deviation {
  readonly scope: string;
  /** By field, where it differs. */
  readonly ours?: Readonly<Record<string, unknown>>;
  /** Fields of which there is less. */
  readonly fewer?: readonly string[];
  /** Where nothing that is compared differs: a requirement whose test shows the deviation, or a file and a title in it. */
  readonly shownBy?: string;
  /** Or why no test could show it by this case. */
  readonly notShown?: string;
}

/** The folder of the cases and of what replays them. */
export const replayDir: string = join(import.meta.dirname, "replay");

const readJson = <T>(name: string): T => JSON.parse(readFileSync(join(replayDir, name), "utf8")) as T;

const recordedCases: readonly RecordedCase[] = ["cases/dispatch.json", "cases/stop.json"].flatMap((name) =>
  readJson<RecordedCase[]>(name),
);

/** All cases of the protocol, or all of a deviation. */
export function casesOf(scope: "protocol" | "deviation"): readonly RecordedCase[] {
  return recordedCases.filter((each) => each.scope.split(":")[0] === scope);
}

/** By name, as all lists are. */
export const expectedFailures: Readonly<Record<string, ExpectedFailure>> = readJson("expected-failures.json");

export const deviations: Readonly<Record<string, Deviation>> = readJson("deviations.json");

/** A case's name in the lists. */
export function nameOf({ corpus, id }: Pick<RecordedCase, "corpus" | "id">): string {
  return `${corpus}/${id}`;
}

/** Cases that take from 15 to 30 seconds each, by what they wait for: they are replayed where there is time for all. */
const SLOW: ReadonlySet<string> = new Set([
  "stop/rewake-failure-always-1s-apart",
  "stop/rewake-failure-always-cap-env-2",
  "stop/rewake-failure-timeout-1s",
  "stop/failure-oneshot-traps-sigterm-2",
  "stop/failure-oneshot-traps-sigterm-3",
]);

/** What a sample holds. */
export interface SampleOptions {
  /** It has more where groups and deviations ask for more. */
  readonly size: number;
  /** Names of cases that are in every sample. */
  readonly always: Readonly<Record<string, unknown>>;
  readonly seed: number;
}

/**
 * Chooses cases: all that have to be there, one of each group and one of each deviation, and others until there are enough.
 * The same seed gives the same ones.
 */
export function chooseSample(cases: readonly RecordedCase[], options: SampleOptions): RecordedCase[] {
  const place = (each: RecordedCase): string =>
    createHash("sha256")
      .update(`${options.seed} ${nameOf(each)}`)
      .digest("hex");
  const isAlways = (each: RecordedCase): boolean => nameOf(each) in options.always;
  const shuffled = cases
    .filter((each) => !isAlways(each) && !SLOW.has(nameOf(each)))
    .map((each) => ({ each, place: place(each) }))
    .toSorted((one, other) => (one.place < other.place ? -1 : 1))
    .map(({ each }) => each);
  const chosen = new Set<RecordedCase>();
  for (const strata of [({ corpus, group }: RecordedCase) => `${corpus} ${group}`, scopeOf]) {
    const seen = new Set([...chosen].map(strata));
    for (const each of shuffled) {
      if (seen.has(strata(each))) continue;
      seen.add(strata(each));
      chosen.add(each);
    }
  }
  const always = cases.filter(isAlways);
  for (const each of shuffled) if (always.length + chosen.size < options.size) chosen.add(each);
  return [...always, ...chosen];
}

function scopeOf({ scope }: RecordedCase): string {
  return scope;
}

/**
 * The seed of a sample: the one that was asked for, or one that every change of the product changes, so that in time all cases are
 * replayed, and that everybody has who has the same sources.
 */
export function sampleSeed({ src = join(import.meta.dirname, "../../src"), env = process.env } = {}): number {
  if (env.KEDGE_FUZZ_SEED !== undefined) return Number(env.KEDGE_FUZZ_SEED) >>> 0;
  const hash = createHash("sha256");
  const files = readdirSync(src, { recursive: true, encoding: "utf8" }).filter((name) => /\.\w+$/.test(name));
  for (const name of files.sort()) hash.update(name).update(readFileSync(join(src, name)));
  return hash.digest().readUInt32BE();
}
