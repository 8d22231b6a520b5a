import type { Command } from "commander";
import type { UpOptions } from "./commands/up.ts";
import type { Context } from "./context.ts";
import type { ProgramResult } from "./program-result.ts";

interface Options extends UpOptions {
  readonly install?: boolean;
  readonly uninstall?: boolean;
  readonly print?: boolean;
}

/** The command that looks after sessions that Kedge did not start. */
export function addUp(program: Command, context: Context, result: ProgramResult): void {
  program
    .command("up")
    .description(
      "look after sessions that Kedge did not start: alerts, wakes, and alarms for what has no event",
    )
    .option(
      "--health <port>",
      "port of the health endpoint on this machine; 0 takes a free one; default 5334",
    )
    .option("--no-health", "open no port")
    .option("--once", "look at everything once, tell what is due, and end: for cron")
    .option("--json", "print the log as JSON Lines")
    .option("--install", "write a unit of systemd that keeps it running for this user")
    .option("--print", "with --install: show the unit, and write nothing")
    .option("--uninstall", "take that unit away again")
    .addHelpText("after", NOTES)
    .action(async (options: Options) => {
      if (options.install === true || options.uninstall === true) {
        const { installUnit, uninstallUnit } = await import("./commands/up-install.ts");
        result.exitCode =
          options.install === true ? await installUnit(options, context) : await uninstallUnit(context);
        return;
      }
      const { runUp } = await import("./commands/up.ts");
      result.exitCode = await runUp(options, context);
    });
}

const NOTES = `
It takes in what hooks leave, judges it, tells the channels of your policy, and wakes what the policy names under
\`others\`. One runs for each user; a second one leaves with 75. Ctrl-C or SIGTERM ends it in good order.

Examples:
  kedge up
  kedge up --install
  curl -s http://127.0.0.1:5334/healthz`;
