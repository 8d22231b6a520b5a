import type { Command } from "commander";
import type { DoctorOptions } from "./commands/doctor.ts";
import type { InstallOptions } from "./commands/install.ts";
import type { UninstallOptions } from "./commands/uninstall.ts";
import type { Context } from "./context.ts";
import type { ProgramResult } from "./program-result.ts";

const INSTALL_NOTES = `
With --wake, a session that is open at a terminal continues by itself when what failed is over: \`kedge up\` says when; while it does not
run, the tries and pauses of your policy hold, as they are now. A session that you go on with yourself is left to you.

What is written is shown first, the file that is changed keeps a backup beside it, and doing it twice changes nothing.

Examples:
  kedge install claude-code --print     # shows what would change
  kedge install claude-code --yes       # in a script
  kedge install claude-code --wake      # sessions at a terminal go on by themselves after a failure
  kedge doctor                          # proves that a failure would be recorded`;

/** The commands that put Kedge's entries into the settings of an agent, take them out, and prove that they work. */
export function addInstall(program: Command, context: Context, result: ProgramResult): void {
  const agent = ["<agent>", "claude-code"] as const;
  const project = ["--project", "the settings of this project in place of yours"] as const;
  const yes = ["-y, --yes", "do what is shown without asking"] as const;
  const print = ["--print", "show what would change, and change nothing"] as const;
  const json = ["--json", "print JSON; with --yes or --print"] as const;

  program
    .command("install")
    .description("have every failed turn of an agent recorded, by three small hooks in its settings")
    .argument(...agent)
    .option(...project)
    .option(...yes)
    .option(...print)
    .option(...json)
    .option("--wake", "have sessions at a terminal continue by themselves after a failure, too")
    .option("--no-wake", "have them do so no more; without either of the two it stays as it is")
    .addHelpText("after", INSTALL_NOTES)
    .action(async (name: string, options: InstallOptions) => {
      const { runInstall } = await import("./commands/install.ts");
      result.exitCode = await runInstall(name, options, context);
    });
  program
    .command("uninstall")
    .description("take those hooks out again")
    .argument(...agent)
    .option(...project)
    .option(...yes)
    .option(...print)
    .option(...json)
    .option("--purge-spool", "remove the folder that the hooks write to as well, if nothing waits in it")
    .action(async (name: string, options: UninstallOptions) => {
      const { runUninstall } = await import("./commands/uninstall.ts");
      result.exitCode = await runUninstall(name, options, context);
    });
  program
    .command("doctor")
    .description(
      "prove that a failure of a session started here would be recorded, or say what keeps it from that",
    )
    .option("-p, --project <dir>", "project directory", context.cwd)
    .option("-s, --settings <file...>", "further settings: files, or JSON text", collect)
    .option("--plugin-dir <dir...>", "plugin directories", collect)
    .option("--json", "print JSON")
    .addHelpText("after", "\nExits with 1 when a failure would not be recorded.")
    .action(async (options: DoctorOptions) => {
      const { runDoctor } = await import("./commands/doctor.ts");
      result.exitCode = await runDoctor(options, context);
    });
}

function collect(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}
