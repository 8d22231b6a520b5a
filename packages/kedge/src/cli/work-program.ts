import type { Command } from "commander";
import type { BatchOptions } from "./commands/batch.ts";
import type { DemoOptions } from "./commands/demo.ts";
import type { ResumeOptions } from "./commands/resume.ts";
import type { RunOptions } from "./commands/run.ts";
import type { StatusOptions } from "./commands/status.ts";
import type { Context } from "./context.ts";
import type { ProgramResult } from "./program-result.ts";

const POLICY = "what may be done about failures; default: kedge.yaml here, else in the user's configuration";
const NO_WAIT = "leave with 75 when nothing goes on within a minute, in place of waiting";
const JSON_LINES = "print what happens as JSON Lines on standard error";

/** The commands that run sessions. */
export function addWork(program: Command, context: Context, result: ProgramResult): void {
  program
    .command("run")
    .description("run one agent session to its true end: through limits, overloads and lost connections")
    .usage("[options] -- <agent command…>")
    .argument("[command...]", 'a command that runs unattended, such as: claude -p "Fix the tests"')
    .option("-p, --policy <file>", POLICY)
    .option("-a, --account <name>", "account of the policy that pays")
    .option(
      "-k, --key <name>",
      "the same name is the same work: it is begun once, however often this is called",
    )
    .option("--attach <id>", "go on with work that was begun before; kedge resume does the same")
    .option("--no-wait", NO_WAIT)
    .option("--json", JSON_LINES)
    .addHelpText("after", RUN_NOTES)
    .action(async (argv: string[], options: RunOptions) => {
      const { runSession } = await import("./commands/run.ts");
      result.exitCode = await runSession(argv, options, context);
    });
  program
    .command("batch")
    .description("run many sessions to their true ends; the same command goes on after any crash")
    .argument("<file>", "YAML, JSON or JSON Lines; - for standard input")
    .option("-p, --policy <file>", POLICY)
    .option("-c, --concurrency <n>", "sessions at once; default: what the file says, else 4")
    .option("--no-wait", NO_WAIT)
    .option("--retry-failed", "begin items again that failed, or were done in part")
    .option("--check", "only read the file")
    .option("--report <file>", "write what became of each item as JSON, answers included")
    .option("--junit <file>", "write it as JUnit XML, for CI")
    .option("--json", "print the report on standard output, and what happens as JSON Lines on standard error")
    .addHelpText("after", BATCH_NOTES)
    .action(async (file: string, options: BatchOptions) => {
      const { runBatch } = await import("./commands/batch.ts");
      result.exitCode = await runBatch(file, options, context);
    });
  program
    .command("demo")
    .description("watch eight sessions meet what goes wrong in a night; needs no account and no network")
    .option("--keep", "keep everything in its folder, to look at")
    .action(async (options: DemoOptions) => {
      const { showDemo } = await import("./commands/demo.ts");
      result.exitCode = await showDemo(options, context);
    });
  program
    .command("status")
    .description("show what runs, what is parked and why, and when something wakes next")
    .option("--all", "all that waits, and not only the first 20")
    .option("--json", "print JSON")
    .action(async (options: StatusOptions) => {
      const { showStatus } = await import("./commands/status.ts");
      result.exitCode = await showStatus(options, context);
    });
  program
    .command("resume")
    .description("go on with work that was put aside, or whose Kedge has died")
    .argument("<id>", "id of the work, or its beginning; kedge status shows them")
    .option("-p, --policy <file>", "in place of the one that it began with")
    .option("--no-wait", NO_WAIT)
    .option("--json", JSON_LINES)
    .addHelpText("after", RESUME_NOTES)
    .action(async (id: string, options: ResumeOptions) => {
      const { resumeWork } = await import("./commands/resume.ts");
      result.exitCode = await resumeWork(id, options, context);
    });
}

const BATCH_NOTES = `
Exit codes: 0 all are done; 1 some are not, and nothing goes on by itself; 75 the rest goes on later (the same
command goes on with it); 130 interrupted. Ctrl-C once puts the sessions aside, twice cancels them.

Examples:
  kedge batch examples/batch/batch.yaml
  kedge batch nightly.yaml --no-wait --junit results.xml
  jq -c '.[] | {key: .id, prompt: .title, agent: "claude -p"}' issues.json | kedge batch -`;

const RESUME_NOTES = `
What waited for a person goes on at once, and what waits for a time keeps it. Work that is done prints its answer
again. Exit codes are those of kedge run.`;

const RUN_NOTES = `
The agent's answer goes to standard output, everything else to standard error.
Exit codes: 0 done, 1 failed or done in part, 75 put aside (kedge resume goes on), 130 interrupted.
Ctrl-C once puts the session aside, twice cancels it.

Examples:
  kedge run -- claude -p "Fix the failing tests" --permission-mode acceptEdits
  git diff | kedge run --no-wait -- claude -p "Review this"
  kedge run --key nightly --account team-a -- claude -p "Update the changelog"
  kedge run -- kedge agent -p "What does this project do?"`;
