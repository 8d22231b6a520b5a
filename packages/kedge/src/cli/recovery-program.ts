import { type Command, Option } from "commander";
import type { ExportOptions } from "./commands/export.ts";
import type { FailuresOptions } from "./commands/failures.ts";
import type { IngestOptions } from "./commands/ingest.ts";
import type { PurgeOptions } from "./commands/purge-plan.ts";
import type { StatsOptions } from "./commands/stats.ts";
import type { Context } from "./context.ts";
import type { ProgramResult } from "./program-result.ts";

const TIMES = '24h, 7d, 2w, today, yesterday, 2026-11-20 or "2026-11-20 14:00"';

/** The commands that look at recorded failures. */
export function addRecovery(program: Command, context: Context, result: ProgramResult): void {
  addLooking(program, context, result);
  addKeeping(program, context, result);
}

function addLooking(program: Command, context: Context, result: ProgramResult): void {
  program
    .command("failures")
    .description("list what failed, the newest first: what it was in truth, and what comes next")
    .option("-p, --project <name>", "only of one project, by the name of its folder")
    .option("-k, --kind <kind>", "only of a kind or cause, such as rate_limit or plan_window")
    .option("-s, --session <id>", "only of one session, by the beginning of its id")
    .option("--since <time>", `only after a time: ${TIMES}`)
    .option("--until <time>", "only before a time; a date holds its whole day")
    .option("-n, --limit <n>", "so many at most; default 20")
    .option("--json", "print JSON")
    .action(async (options: FailuresOptions) => {
      const { listFailures } = await import("./commands/failures.ts");
      result.exitCode = await listFailures(options, context);
    });
  program
    .command("explain")
    .description("say what a failure really was, who says so and what to do; or how a piece of work went")
    .argument(
      "<id>",
      "id of a failure or its beginning, from `kedge failures`; or of work, from `kedge status`",
    )
    .option("--json", "print JSON")
    .action(async (id: string, options: { json?: boolean }) => {
      const { explainFailure } = await import("./commands/explain.ts");
      result.exitCode = await explainFailure(id, options, context);
    });
  program
    .command("stats")
    .description("count failures: by cause, project, version and tool, and over the hours of the day")
    .option("--since <time>", `after a time: ${TIMES}; default 7d`)
    .option("--until <time>", "before a time; a date holds its whole day")
    .option("-p, --project <name>", "only of one project")
    .addOption(
      new Option("--by <group>", "one group in full").choices([
        "cause",
        "kind",
        "project",
        "version",
        "tool",
        "hour",
      ]),
    )
    .option("--json", "print JSON: all groups")
    .action(async (options: StatsOptions) => {
      const { showStats } = await import("./commands/stats.ts");
      result.exitCode = await showStats(options, context);
    });
}

function addKeeping(program: Command, context: Context, result: ProgramResult): void {
  program
    .command("export")
    .description(
      "write what is known of a failure to a file that can be given away, after showing what is in it",
    )
    .argument("<id>", "id of a failure, or its beginning")
    .option("-o, --output <file>", "new file, - for standard output; default: kedge-<id>.json here")
    .option("-y, --yes", "do not ask")
    .action(async (id: string, options: ExportOptions) => {
      const { exportFailure } = await import("./commands/export.ts");
      result.exitCode = await exportFailure(id, options, context);
    });
  program
    .command("purge")
    .description("remove failures and what witnesses said of them for good, after showing what would go")
    .option("-p, --project <name>", "those of one project")
    .option("-s, --session <id>", "those of one session, by its id or the beginning of it")
    .option("--before <time>", `those before a time: ${TIMES}`)
    .option("--id <id>", "one failure")
    .option("--all", "all of them, and everything else that was recorded")
    .option("-y, --yes", "do not ask")
    .option("--json", "print JSON")
    .action(async (options: PurgeOptions & { yes?: boolean; json?: boolean }) => {
      const { purgeFailures } = await import("./commands/purge.ts");
      result.exitCode = await purgeFailures(options, context);
    });
  program
    .command("ingest")
    .description("take in what hooks left; the commands that look do so by themselves")
    .option("-w, --watch", "keep on, and print each failure as it comes, until Ctrl-C")
    .option("--json", "print JSON; with --watch one failure a line")
    .action(async (options: IngestOptions) => {
      const { ingestSpool } = await import("./commands/ingest.ts");
      result.exitCode = await ingestSpool(options, context);
    });
}
