/**
 * What `npm test` runs: every check of the project in order, one line each, and all of them even when one
 * fails. Output of a step is shown when it fails, or always with `--verbose`.
 *
 * `node scripts/test.ts [--full] [--verbose] [FILTER...]`
 *   --full     long tests run in full (KEDGE_FULL=1)
 *   FILTER     run only the test files whose path contains it, and no other step
 *
 * With KEDGE_REQUIRE=all in the environment a skipped test is a failure.
 * The last line is `N passed, N failed, N skipped`; the exit code is 1 when anything failed.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { parseArgs, styleText } from "node:util";
import type { TestReport } from "../packages/kedge/test/support/reporter.ts";
import { packageDir, repositoryDir } from "./entries.ts";

interface Step {
  readonly name: string;
  /** Runs the commands of the step; the first that fails ends it. */
  readonly run: (run: RunCommand) => Promise<void>;
}

type RunCommand = (command: string, args: readonly string[], options?: CommandOptions) => Promise<void>;

interface CommandOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

const { values: flags, positionals: filters } = parseArgs({
  allowPositionals: true,
  options: { full: { type: "boolean", default: false }, verbose: { type: "boolean", default: false } },
});
const isColoured = process.stdout.isTTY === true && !process.env.NO_COLOR;
const scratchDir = mkdtempSync(join(tmpdir(), "kedge-test-"));
const reportPath = join(scratchDir, "report.json");

const testStep: Step = {
  name: "tests",
  run: (run) =>
    run("vitest", ["run", ...filters], {
      cwd: packageDir,
      // Tests start the same programs thousands of times: what Node makes of these is kept.
      env: {
        KEDGE_TEST_REPORT: reportPath,
        NODE_COMPILE_CACHE: join(scratchDir, "compiled"),
        ...(flags.full ? { KEDGE_FULL: "1" } : {}),
      },
    }),
};

const allSteps: readonly Step[] = [
  { name: "format and lint", run: (run) => run("biome", ["check", "--error-on-warnings", "."]) },
  {
    name: "types",
    run: async (run) => {
      await run("tsc", ["-p", "tsconfig.json"]);
      await run("tsc", ["-p", "packages/kedge/tsconfig.pure.json"]);
    },
  },
  { name: "dead code", run: (run) => run("knip", ["--no-config-hints"]) },
  { name: "build", run: (run) => run(process.execPath, ["scripts/build.ts"]) },
  { name: "package", run: checkPackage },
  testStep,
];

/** Checks what users would install: the packed tarball, not the folder it is packed from. */
async function checkPackage(run: RunCommand): Promise<void> {
  await run("npm", ["pack", "--ignore-scripts", "--loglevel=error", "--pack-destination", scratchDir], {
    cwd: packageDir,
  });
  const tarball = readdirSync(scratchDir).find((name) => name.endsWith(".tgz"));
  if (tarball === undefined) throw new StepFailure("npm pack wrote no tarball\n");
  await run("publint", ["run", join(scratchDir, tarball), "--strict"]);
  // The schemas are data, which has no types to judge. Looking for @types packages would need the network.
  await run("attw", [
    join(scratchDir, tarball),
    ...["--profile", "esm-only", "--no-definitely-typed", "--format", "ascii", "--exclude-entrypoints"],
    ...["./schemas/*.json", "./package.json"],
  ]);
}

class StepFailure extends Error {}

function paint(style: "green" | "red" | "yellow" | "dim", text: string): string {
  return isColoured ? styleText(style, text, { validateStream: false }) : text;
}

/** Children are piped, so they are told about colour; the tests never are, for they must not depend on it. */
function environment(step: Step, extra: NodeJS.ProcessEnv | undefined): NodeJS.ProcessEnv {
  const { NO_COLOR: _, FORCE_COLOR: __, ...inherited } = process.env;
  const binDir = join(repositoryDir, "node_modules/.bin");
  const colour = isColoured && step !== testStep ? { FORCE_COLOR: "1" } : { NO_COLOR: "1" };
  return { ...inherited, ...colour, ...extra, PATH: `${binDir}${delimiter}${process.env.PATH ?? ""}` };
}

async function runStep(step: Step): Promise<boolean> {
  const started = performance.now();
  let output = "";
  const run: RunCommand = (command, args, options = {}) =>
    new Promise((resolve, reject) => {
      const child = spawn(command, args, {
        cwd: options.cwd ?? repositoryDir,
        env: environment(step, options.env),
        stdio: flags.verbose ? "inherit" : ["ignore", "pipe", "pipe"],
      });
      const keep = (chunk: string) => {
        output += chunk;
      };
      child.stdout?.setEncoding("utf8").on("data", keep);
      child.stderr?.setEncoding("utf8").on("data", keep);
      child.on("error", (error) => reject(new StepFailure(`${command}: ${error.message}\n`)));
      child.on("close", (code, signal) => {
        if (code === 0) resolve();
        else reject(new StepFailure(`${command} ended with ${signal ?? `exit code ${code}`}\n`));
      });
    });
  try {
    await step.run(run);
  } catch (error) {
    if (!(error instanceof StepFailure)) throw error;
    printStep(paint("red", "FAIL"), step, started);
    // Whoever reads only the first lines of a long output sees what failed.
    if (step === testStep) for (const failure of testFailures(readReport())) console.log(failure);
    process.stdout.write(`${output.trimEnd()}\n${error.message}\n`);
    return false;
  }
  printStep(paint("green", "ok  "), step, started);
  return true;
}

function printStep(word: string, step: Step, started: number): void {
  const seconds = ((performance.now() - started) / 1000).toFixed(1).padStart(6);
  console.log(`${word} ${step.name.padEnd(16)} ${paint("dim", `${seconds} s`)}`);
}

function oneLine(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > 200 ? `${line.slice(0, 199)}…` : line;
}

function readReport(): TestReport | undefined {
  try {
    return JSON.parse(readFileSync(reportPath, "utf8")) as TestReport;
  } catch {
    return undefined; // vitest ended before it could write one, and its step has failed for that
  }
}

/** One line for each failed test and for each error outside of tests. */
function testFailures(report: TestReport | undefined): readonly string[] {
  const failed = (report?.tests ?? []).filter((test) => test.state === "failed");
  return [
    ...failed.map(({ name, failure }) => (failure ? `${name}: ${oneLine(failure)}` : name)),
    ...(report?.errors ?? []).map(({ name, message }) => `${name}: ${oneLine(message)}`),
  ];
}

/** Prints the skips, the failures and the last line; returns whether all is well. */
function summarise(failedSteps: readonly Step[]): boolean {
  const report = readReport();
  const tests = report?.tests ?? [];
  const isSkipAllowed = process.env.KEDGE_REQUIRE !== "all";
  const skips = tests
    .filter((test) => test.state === "skipped")
    .map((test) => `${test.name}: ${test.reason ?? "no reason given"}`);
  const failures = [
    ...failedSteps.filter((step) => step !== testStep).map((step) => `step: ${step.name}`),
    ...testFailures(report),
    ...(isSkipAllowed ? [] : skips.map((skip) => `skipped, which KEDGE_REQUIRE=all forbids: ${skip}`)),
  ];
  const hasTestFailure = testFailures(report).length > 0;
  // A test step may fail without a failed test to name: a crash, or no test found.
  if (failedSteps.includes(testStep) && !hasTestFailure) failures.push("step: tests");
  else if (report === undefined) failures.push("step: tests (no report was written)");

  console.log();
  if (isSkipAllowed) for (const skip of skips) console.log(`${paint("yellow", "skipped")} ${skip}`);
  for (const failure of failures) console.log(`${paint("red", "failed")} ${failure}`);
  const passed = tests.filter((test) => test.state === "passed").length;
  console.log(`${passed} passed, ${failures.length} failed, ${isSkipAllowed ? skips.length : 0} skipped`);
  return failures.length === 0;
}

const failedSteps: Step[] = [];
try {
  for (const step of filters.length > 0 ? [testStep] : allSteps) {
    if (!(await runStep(step))) failedSteps.push(step);
  }
  if (!summarise(failedSteps)) process.exitCode = 1;
} finally {
  rmSync(scratchDir, { recursive: true, force: true });
}
