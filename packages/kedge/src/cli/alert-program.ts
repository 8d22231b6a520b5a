import type { Command } from "commander";
import type { Context } from "./context.ts";
import { takeNoWord } from "./no-word.ts";
import type { ProgramResult } from "./program-result.ts";

/** The commands for what people are told. */
export function addAlerts(program: Command, context: Context, result: ProgramResult): void {
  const alerts = program
    .command("alerts")
    .description("see what people are told, and through which channels");
  takeNoWord(alerts.command("list", { isDefault: true }), alerts)
    .description("how the channels stand, and what was told through them")
    .option("--open", "only what waits, and what was given up")
    .option("--json", "print JSON")
    .action(async (options: { json?: boolean; open?: boolean }) => {
      const { listAlerts } = await import("./commands/alerts.ts");
      result.exitCode = await listAlerts(options, context);
    });
  alerts
    .command("test")
    .description("send a message through a channel, or through all of them, and say what became of it")
    .argument("[channel]", "name of a channel of the policy")
    .action(async (channel: string | undefined) => {
      const { testAlerts } = await import("./commands/alerts.ts");
      result.exitCode = await testAlerts(channel, context);
    });
  alerts
    .command("retry")
    .description("try again now what waits, or was given up")
    .argument(
      "[id...]",
      "ids of incidents, or of messages as `kedge alerts list --json` has them; default: all",
    )
    .option("-c, --channel <name>", "only through one channel")
    .action(async (ids: readonly string[], options: { channel?: string }) => {
      const { retryAlerts } = await import("./commands/alerts.ts");
      result.exitCode = await retryAlerts(ids, options, context);
    });
}
