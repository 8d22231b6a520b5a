import { bashTool } from "../../packages/kedge/src/host/tools/bash.ts";
import { digits, type Measurement } from "../engine/measurement.ts";
import { excessOf, ratioOf, takeTurns, valuesOf } from "../engine/turns.ts";
import { makeGitProject, type ProjectSize, untilSettled } from "./git-project.ts";
import { openInside, runOk } from "./inside.ts";

interface Case extends ProjectSize {
  readonly what: string;
  readonly rounds: number;
  /** The most that the guard may add to a call, in milliseconds. */
  readonly maxExcessMs: number;
}

/** The second is just below what one look takes in. */
const CASES: readonly Case[] = [
  { what: "Bash, guarded, 100 files", folders: 10, filesEach: 10, rounds: 60, maxExcessMs: 5 },
  { what: "Bash, guarded, 19,500 entries", folders: 1_500, filesEach: 12, rounds: 25, maxExcessMs: 50 },
];

/** What looking after protected files adds to a Bash call, in a repository of git: two looks, before and after the command. */
export async function benchGuardCost(): Promise<Measurement[]> {
  const results: Measurement[] = [];
  for (const each of CASES) results.push(await measure(each));
  return results;
}

async function measure(what: Case): Promise<Measurement> {
  await using inside = await openInside({ prepare: (dir) => makeGitProject(dir, what) });
  const guarded = await inside.contextFor();
  if (guarded.guard === null) throw new Error("Expected a session to have a guard");
  const bare = { ...guarded, guard: null };
  await untilSettled();
  const { ours, other } = await takeTurns(
    {
      ours: () => runOk(bashTool, { command: "true" }, guarded),
      other: () => runOk(bashTool, { command: "true" }, bare),
    },
    what.rounds,
  );
  const excess = excessOf(ours, other);
  return {
    ...{ what: what.what, unit: "ms", ours: valuesOf(ours) },
    ...{ other: { what: "Bash, not guarded", ...valuesOf(other) }, ratio: ratioOf(ours, other) },
    ...{ must: `≤ +${what.maxExcessMs} ms`, isMet: excess <= what.maxExcessMs },
    note: `the guard adds ${digits(excess)} ms`,
  };
}
