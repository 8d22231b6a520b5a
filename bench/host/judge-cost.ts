import { lstat } from "node:fs/promises";
import { join } from "node:path";
import { judgeNow } from "../../packages/kedge/src/host/judge-now.ts";
import type { JsonObject } from "../../packages/kedge/src/protocol/index.ts";
import { type Measurement, mustStayUnder } from "../engine/measurement.ts";
import { ratioOf, valuesOf } from "../engine/turns.ts";
import { countFileCalls } from "./file-calls.ts";
import { makeGitProject } from "./git-project.ts";
import { type Inside, openInside } from "./inside.ts";
import { takePairs } from "./pairs.ts";

const ROUNDS = 30;
/** Calls in one figure. */
const REPEATS = 5;
/** The most that a judgement of one file may take; of a line, every word that may be a file is looked at. */
const MAX_MS = 5;
const MAX_LINE_MS = 10;

const SETTINGS = {
  permissions: {
    allow: ["Bash(npm run test:*)", "Bash(git diff:*)", "Bash(git log:*)", "WebFetch(domain:example.org)"],
    ask: ["Bash(git push:*)"],
    deny: ["Read(./.env)", "Read(./secrets/**)", "Bash(curl:*)"],
  },
};

interface Case {
  readonly name: string;
  readonly input: (projectDir: string) => JsonObject;
  readonly what: string;
  readonly expected: "allow" | "ask";
  readonly maxMs?: number;
}

const file = (dir: string): string => join(dir, "group-3/file-7.ts");
const CASES: readonly Case[] = [
  { what: "judge a Read", name: "Read", input: (dir) => ({ file_path: file(dir) }), expected: "allow" },
  { what: "judge a Write", name: "Write", input: (dir) => ({ file_path: file(dir) }), expected: "ask" },
  { what: "judge a Bash that reads", name: "Bash", input: () => ({ command: "ls -l" }), expected: "allow" },
  {
    ...{ what: "judge a Bash that changes 2 files", name: "Bash", expected: "ask", maxMs: MAX_LINE_MS },
    input: () => ({ command: "cp group-3/file-7.ts group-4/new.ts && sed -i s/42/43/ group-5/file-7.ts" }),
  },
];

/**
 * What rules, protected paths and mode take to judge one call, in mode `default`, beside as many looks at the file as the judgement takes
 * at files, one after the other.
 */
export async function benchJudgeCost(): Promise<Measurement[]> {
  await using inside = await openInside({
    prepare: (dir) => makeGitProject(dir, { folders: 10, filesEach: 10 }),
    settings: SETTINGS,
  });
  const results: Measurement[] = [];
  for (const each of CASES) results.push(await measure(inside, each));
  return results;
}

async function measure({ core, main, projectDir }: Inside, about: Case): Promise<Measurement> {
  const { what, name, expected, maxMs = MAX_MS } = about;
  const input = about.input(projectDir);
  const judge = async (): Promise<void> => {
    const { behavior } = await judgeNow(core, main, name, input);
    if (behavior !== expected) throw new Error(`Expected to ${what}: ${expected}, got ${behavior}`);
  };
  await judge(); // what is loaded on first use
  const calls = await countFileCalls(judge);
  const count = calls.opened + calls.looked;
  const path = file(projectDir);
  const takeEach = (work: () => Promise<unknown>) => async (): Promise<number> => {
    const began = performance.now();
    for (let each = 0; each < REPEATS; each++) await work();
    return (performance.now() - began) / REPEATS;
  };
  const floor = async (): Promise<void> => {
    for (let each = 0; each < count; each++) await lstat(path);
  };
  const pairs = await takePairs({ ours: takeEach(judge), floor: takeEach(floor) }, ROUNDS);
  const other = { what: `${count} × lstat`, ...valuesOf(pairs.floor) };
  const ratio = ratioOf(pairs.ours, pairs.floor);
  return mustStayUnder({ what, unit: "ms", ours: valuesOf(pairs.ours), other, ratio }, maxMs);
}
