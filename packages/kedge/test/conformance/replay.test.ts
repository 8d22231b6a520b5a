/**
 * Replays cases that were recorded from the real agent against `kedge agent`: the same settings, scripted API and handlers, each in a
 * network namespace of its own. `npm run test:full` replays all of them, `npm test` a sample.
 */
import { execFileSync, spawn } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeWith, inFull } from "../support/requires.ts";

const dir = join(import.meta.dirname, "replay");
const readJson = <T>(name: string): T => JSON.parse(readFileSync(join(dir, name), "utf8")) as T;

/** Cases that differ, by name, each with the reason. */
const expectedFailures = readJson<Readonly<Record<string, string>>>("expected-failures.json");

/** What we do where we differ on purpose: by field; or fields of which there is less. */
const deviations =
  readJson<
    Readonly<
      Record<string, { scope: string; ours?: Readonly<Record<string, unknown>>; fewer?: readonly string[] }>
    >
  >("deviations.json");

interface Replayed {
  readonly id: string;
  readonly corpus: string;
  readonly differs: Readonly<Record<string, readonly [recorded: unknown, replayed: unknown]>>;
}

const nameOf = ({ corpus, id }: Replayed): string => `${corpus}/${id}`;
const needs = ["unshare", "python3", "ip", "git"] as const;

describeWith({ needs }, "recorded cases", () => {
  let folder = "";
  let agent = "";

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "kedge-replay-"));
    agent = buildAgent(folder);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const run = async (choice: readonly string[]): Promise<readonly Replayed[]> => {
    const out = join(folder, "replayed.json");
    const args = [
      ...[join(dir, "replay"), "--bin", agent, "--args=--trust-project", ...choice, "--quiet", "--json", out],
      ...[join(dir, "cases/dispatch.json"), join(dir, "cases/stop.json")],
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
    scope: string,
    sample: number,
    isAsExpected: (each: Replayed) => boolean,
  ): Promise<readonly Replayed[]> => {
    const first = await run(["--scope", scope, "--sample", String(sample), "--jobs", "2"]);
    const doubtful = first.filter((each) => !isAsExpected(each)).map(({ id }) => id.replace(/\W/g, "\\$&"));
    if (doubtful.length === 0) return first;
    const only = `--only=^(?:${doubtful.join("|")})$`;
    const second = await run(["--scope", scope, only, "--jobs", "1"]);
    const again = new Map(second.map((each) => [nameOf(each), each]));
    return first.map((each) => again.get(nameOf(each)) ?? each);
  };

  test(
    "agree, but for those that are listed with their reason",
    async () => {
      const isAsExpected = (each: Replayed) =>
        hasDifference(each) === (expectedFailures[nameOf(each)] !== undefined);
      const replayed = await replay("protocol", inFull({ normal: 80, full: 0 }), isAsExpected);
      const unexpected = replayed.filter((each) => !isAsExpected(each));
      const wrong = unexpected.filter(hasDifference);
      const stale = unexpected.filter((each) => !hasDifference(each));
      expect(wrong.map((each) => `${nameOf(each)}: ${JSON.stringify(each.differs)}`)).toEqual([]);
      expect(stale.map(nameOf)).toEqual([]);
      const agreeing = replayed.filter((each) => !hasDifference(each)).length;
      expect(agreeing / replayed.length).toBeGreaterThan(0.85);
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
      const replayed = await replay("deviation", inFull({ normal: 25, full: 0 }), isAsExpected);
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

function hasDifference({ differs }: Replayed): boolean {
  return Object.keys(differs).length > 0;
}

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
