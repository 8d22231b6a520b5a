/**
 * Replays cases that were recorded from the real agent against `kedge agent`: the same settings, scripted API and handlers, each in a
 * network namespace of its own. `npm run test:full` replays all of them, `npm test` a sample that every change of the product changes.
 */
import { execFileSync, spawn } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeWith, inFull, isFull } from "../support/requires.ts";
import {
  casesOf,
  chooseSample,
  deviations,
  expectedFailures,
  nameOf,
  type RecordedCase,
  replayDir,
  sampleSeed,
} from "./recorded-cases.ts";

interface Replayed {
  readonly id: string;
  readonly corpus: string;
  readonly differs: Readonly<Record<string, readonly [recorded: unknown, replayed: unknown]>>;
}

const needs = ["unshare", "python3", "ip", "git"] as const;
const seed = sampleSeed();

describeWith({ needs }, "recorded cases", () => {
  let folder = "";
  let agent = "";

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "kedge-replay-"));
    agent = buildAgent(folder);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const run = async (
    chosen: readonly Pick<RecordedCase, "id">[],
    jobs: number,
  ): Promise<readonly Replayed[]> => {
    const ids = chosen.map(({ id }) => id.replace(/\W/g, "\\$&"));
    const out = join(folder, "replayed.json");
    const args = [
      ...[join(replayDir, "replay"), "--bin", agent, "--args=--trust-project", "--quiet", "--json", out],
      ...["--jobs", String(jobs), `--only=^(?:${ids.join("|")})$`, "--scope=all"],
      ...["dispatch", "stop"].map((corpus) => join(replayDir, `cases/${corpus}.json`)),
    ];
    const isRoot = process.geteuid?.() === 0;
    const command = isRoot
      ? ["python3", ...args]
      : ["unshare", "--user", "--map-root-user", "python3", ...args];
    const [file = "", ...rest] = command;
    const child = spawn(file, rest, { stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (piece: string) => {
        said += piece;
      });
    const code = await new Promise((resolve) => child.on("close", resolve));
    // 1 says that some differ, which is judged here.
    if (code !== 0 && code !== 1) throw new Error(`the replay ended with ${String(code)}: ${said}`);
    return JSON.parse(readFileSync(out, "utf8")) as Replayed[];
  };

  /** Many cases wait for one or two seconds, so what differs on a busy machine is judged by a second run of its own. */
  const replay = async (
    chosen: readonly RecordedCase[],
    isAsExpected: (each: Replayed) => boolean,
  ): Promise<readonly Replayed[]> => {
    process.stdout.write(`${chosen.length} recorded cases, KEDGE_FUZZ_SEED=${seed}\n`);
    const first = await run(chosen, 2);
    expect(first.length).toBe(chosen.length);
    const doubtful = first.filter((each) => !isAsExpected(each));
    if (doubtful.length === 0) return first;
    const again = new Map((await run(doubtful, 1)).map((each) => [nameOf(each), each]));
    return first.map((each) => again.get(nameOf(each)) ?? each);
  };

  const choose = (
    scope: "protocol" | "deviation",
    size: number,
    always: Readonly<Record<string, unknown>>,
  ) => {
    const cases = casesOf(scope);
    return isFull ? cases : chooseSample(cases, { size, always, seed });
  };

  test(
    "agree, but for those that are listed with their reason",
    async () => {
      // What is listed and agrees is as wrong as what is not listed and differs.
      const isAsExpected = (each: Replayed) => isAsSaid(each, expectedFailures[nameOf(each)]?.ours ?? {});
      const replayed = await replay(choose("protocol", 44, expectedFailures), isAsExpected);
      const wrong = replayed.filter((each) => !isAsExpected(each));
      expect(wrong.map((each) => `${nameOf(each)}: ${JSON.stringify(each.differs)}`)).toEqual([]);
      // All that are listed are in every sample, so that a sample has as many that differ as there are.
      const differing = replayed.filter(({ differs }) => Object.keys(differs).length > 0).length;
      expect(1 - differing / casesOf("protocol").length).toBeGreaterThanOrEqual(0.95);
    },
    inFull({ normal: 180_000, full: 1_200_000 }),
  );

  test(
    "where we differ on purpose, we do what we say",
    async () => {
      const isAsExpected = (each: Replayed) => {
        const said = deviations[nameOf(each)];
        if (said === undefined) return false; // nobody has said what we do there
        return said.fewer ? isFewer(each, said.fewer) : isAsSaid(each, said.ours ?? {});
      };
      const replayed = await replay(choose("deviation", 14, {}), isAsExpected);
      const wrong = replayed
        .filter((each) => !isAsExpected(each))
        .map(
          (each) => `${nameOf(each)} (${deviations[nameOf(each)]?.scope}): ${JSON.stringify(each.differs)}`,
        );
      expect(wrong).toEqual([]);
    },
    inFull({ normal: 180_000, full: 600_000 }),
  );
});

function isAsSaid({ differs }: Replayed, ours: Readonly<Record<string, unknown>>): boolean {
  const replayed = Object.fromEntries(Object.entries(differs).map(([field, [, own]]) => [field, own]));
  return JSON.stringify(sorted(replayed)) === JSON.stringify(sorted(ours));
}

function isFewer({ differs }: Replayed, fields: readonly string[]): boolean {
  return fields.every((field) => {
    const [recorded, own] = differs[field] ?? [];
    return typeof recorded === "number" && typeof own === "number" && own < recorded;
  });
}

function sorted(record: Readonly<Record<string, unknown>>): readonly (readonly [string, unknown])[] {
  return Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1));
}

/** Bundles the command, which then starts several times as fast as its sources, and writes the file that the replay calls. */
function buildAgent(folder: string): string {
  const root = join(import.meta.dirname, "../../../..");
  // By its command: the library keeps a process that outlives the tests.
  execFileSync(join(root, "node_modules/.bin/esbuild"), [
    ...[join(root, "packages/kedge/src/cli/main.ts"), `--outdir=${join(folder, "kedge")}`],
    ...["--bundle", "--splitting", "--format=esm", "--platform=node", "--log-level=error"],
    `--alias:yaml=${join(root, "node_modules/yaml/browser/index.js")}`,
  ]);
  writeFileSync(join(folder, "kedge/package.json"), '{"type":"module"}');
  const file = join(folder, "agent");
  writeFileSync(file, `#!/bin/sh\nexec '${process.execPath}' '${folder}/kedge/main.js' agent "$@"\n`);
  chmodSync(file, 0o755);
  return file;
}
