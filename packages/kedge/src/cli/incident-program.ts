import type { Command } from "commander";
import type { SilenceOptions } from "./commands/incident-act.ts";
import type { IncidentsOptions } from "./commands/incidents.ts";
import type { Context } from "./context.ts";
import { takeNoWord } from "./no-word.ts";
import type { ProgramResult } from "./program-result.ts";

const ID = "id of an incident, or its beginning, from `kedge incidents`";

/** The commands for incidents. */
export function addIncidents(program: Command, context: Context, result: ProgramResult): void {
  const incidents = takeNoWord(program.command("incidents"))
    .description("list what is wrong now: one line for all that one cause stops")
    .option("-a, --all", "what is over as well")
    .option("-n, --limit <n>", "so many at most; default 20")
    .option("--json", "print JSON")
    .addHelpText("after", NOTES)
    .action(async (options: IncidentsOptions) => {
      const { listIncidents } = await import("./commands/incidents.ts");
      result.exitCode = await listIncidents(options, context);
    });
  incidents
    .command("show")
    .description("everything about one incident: its sessions, what was told, and what to do")
    .argument("<id>", ID)
    .option("--json", "print JSON")
    .action(async (id: string, options: { json?: boolean }) => {
      const { showIncident } = await import("./commands/incident-show.ts");
      result.exitCode = await showIncident(id, options, context);
    });
  incidents
    .command("ack")
    .description(
      "say that you see to it: whoever was told hears of that, and is not told again every few hours",
    )
    .argument("<id...>", ID)
    .action(async (ids: readonly string[]) => {
      const { acknowledgeIncidents } = await import("./commands/incident-act.ts");
      result.exitCode = await acknowledgeIncidents(ids, context);
    });
  incidents
    .command("resolve")
    .description(
      "say that it is over: whoever was told of it is told so, and work on a stopped account goes on",
    )
    .argument("<id...>", ID)
    .option("-m, --message <words>", "why, for those who are told")
    .action(async (ids: readonly string[], options: { message?: string }) => {
      const { resolveIncidents } = await import("./commands/incident-act.ts");
      result.exitCode = await resolveIncidents(ids, options, context);
    });
  incidents
    .command("silence")
    .description("tell nothing for a while of one incident, or of all that fit")
    .argument("[id]", ID)
    .requiredOption("--for <duration>", "how long: 30m, 2h, 3d")
    .option("--account <name>", "of one account, by its name in the policy or its key")
    .option("--cause <cause>", "of one cause, such as overload")
    .option("--project <name>", "of one project, by the name of its folder")
    .option("-m, --message <words>", "why")
    .action(async (id: string | undefined, options: SilenceOptions) => {
      const { silenceIncidents } = await import("./commands/incident-act.ts");
      result.exitCode = await silenceIncidents(id, options, context);
    });
  incidents
    .command("unsilence")
    .description("end a silence: what it put off is told")
    .argument("<id>", "id of the silence")
    .action(async (id: string) => {
      const { endSilence } = await import("./commands/incident-act.ts");
      result.exitCode = await endSilence(id, context);
    });
}

const NOTES = `
An incident is one cause on one account, from the first failure until a request that began later was answered.
It ends by itself as soon as work goes on.`;
