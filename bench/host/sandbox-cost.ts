import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { bashTool } from "../../packages/kedge/src/host/tools/bash.ts";
import { type Measurement, mustCostAtMost, type Skipped } from "../engine/measurement.ts";
import { ratioOf, takeTurns, valuesOf } from "../engine/turns.ts";
import { makeGitProject, type ProjectSize, untilSettled } from "./git-project.ts";
import { type Inside, openInside, runOk } from "./inside.ts";

interface Case extends ProjectSize {
  readonly what: string;
  readonly rounds: number;
  /** The most that a call may take of what bubblewrap takes. */
  readonly maxTimes: number;
}

const CASES: readonly Case[] = [
  { what: "Bash in the sandbox, 100 files", folders: 10, filesEach: 10, rounds: 40, maxTimes: 5 },
  { what: "Bash in the sandbox, 19,500 entries", folders: 1_500, filesEach: 12, rounds: 15, maxTimes: 8 },
];

/**
 * A Bash call in the sandbox, beside bubblewrap started with the same mounts, in a project of its own, and beside the same call outside of
 * the sandbox.
 */
export async function benchSandboxCost(): Promise<(Measurement | Skipped)[]> {
  const results: (Measurement | Skipped)[] = [];
  for (const each of CASES) results.push(...(await measure(each)));
  return results;
}

async function measure(about: Case): Promise<(Measurement | Skipped)[]> {
  const { what, rounds, maxTimes } = about;
  await using inside = await openConfined(about);
  const status = await inside.core.sandbox.status();
  if (status.state !== "active") return [{ what, skipped: status.state }];
  await using beside = await openConfined(about);
  await using plain = await holdPlain(beside);
  const confined = await inside.contextFor({ isConfined: true });
  const outside = await inside.contextFor();
  await untilSettled();
  const { ours, bwrap, without } = await takeTurns(
    {
      ours: () => runOk(bashTool, { command: "true" }, confined),
      bwrap: () => plain.run(),
      without: () => runOk(bashTool, { command: "true" }, outside),
    },
    rounds,
  );
  const figures = { what, unit: "ms", ours: valuesOf(ours) } as const;
  const floor = { what: "bare bwrap, same mounts", ...valuesOf(bwrap) };
  const peer = { what: "Bash outside", ...valuesOf(without) };
  return [
    mustCostAtMost({ ...figures, other: floor, ratio: ratioOf(ours, bwrap) }, maxTimes),
    { ...figures, what: "the same, beside none", other: peer, ratio: ratioOf(ours, without) },
  ];
}

function openConfined(size: ProjectSize): Promise<Inside> {
  return openInside({
    prepare: (dir) => makeGitProject(dir, size),
    settings: { sandbox: { enabled: true } },
  });
}

/** Bubblewrap by itself, with the options that a call of that session would give it. What they hold is kept until the end. */
async function holdPlain({ core, projectDir }: Inside): Promise<AsyncDisposable & { run(): Promise<void> }> {
  const command = ["bash", "-c", "true"];
  const env = { PATH: process.env.PATH ?? "" };
  const confining = await core.sandbox.confine({ command, cwd: projectDir, env, files: [] });
  if (!confining.ok) throw new Error(`Expected a command to be confined, got: ${confining.why}`);
  const { args } = confining.child;
  const [optionsFile, file] = [args[args.indexOf("sh") + 1], args[args.indexOf("--args") - 1]];
  if (optionsFile === undefined || file === undefined)
    throw new Error(`Expected a start of bubblewrap, got ${args.join(" ")}`);
  const options = (await readFile(optionsFile, "utf8")).split("\0").slice(0, -1);
  return {
    run: () => runBare(file, [...options, "--", ...command]),
    [Symbol.asyncDispose]: () => confining.release(),
  };
}

function runBare(file: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: ["ignore", "pipe", "pipe"] });
    child.once("error", reject);
    child.once("close", (code) => {
      if (code === 0) resolve();
      else reject(new Error(`Expected bubblewrap to exit with 0, got ${code}`));
    });
    child.stdout.resume();
    child.stderr.resume();
  });
}
