import { countOf, scrubLedger } from "../../recovery/index.ts";
import { askAtTerminal } from "../ask.ts";
import { CommandError, EXIT } from "../command-error.ts";
import type { Context } from "../context.ts";
import { type Moment, systemMoment } from "../moment.ts";
import { inWords, openRecords } from "../open-ledger.ts";
import { stateDir } from "../state-dir.ts";
import { removeManifests, removeSetAside } from "./purge-files.ts";
import { type PurgeOptions, planPurge, planText } from "./purge-plan.ts";

/** `kedge purge`: removes failures and what witnesses said of them for good, after showing what would go. */
export async function purgeFailures(
  options: PurgeOptions & { readonly yes?: boolean; readonly json?: boolean },
  context: Context,
  moment: Moment = systemMoment(),
): Promise<number> {
  refuseTwo(options);
  const { terminal } = context;
  const say = options.json ? terminal.err : terminal.out;
  const records = await openRecords(context, moment);
  const { path } = records.ledger;
  let removed = 0;
  let quietSessions = 0;
  let setAside = 0;
  try {
    const plan = await planPurge(options, records, { context, moment });
    if (plan === null) return EXIT.findings;
    if (plan.failures > 0 || plan.quietSessions > 0 || options.all) {
      say(planText(plan, { terminal, moment }));
      if (
        !options.yes &&
        !(await askAtTerminal("Remove it for good?", "Give --yes to remove what is shown.", context))
      ) {
        terminal.err("kedge: nothing was removed.");
        return EXIT.findings;
      }
      const purged = await records.ledger.purge(plan.filter).catch((error: unknown) => {
        throw inWords(error);
      });
      removed = purged.failures;
      quietSessions = plan.quietSessions;
      if (options.all) setAside = await removeSetAside(records.spoolDir);
      await removeManifests(stateDir(context), options.all ? "all" : purged.sessionIds);
    }
  } finally {
    await records[Symbol.asyncDispose]();
  }
  // Also where nothing was found: a purge that was cut off between removing and this is finished by the next one.
  const isScrubbed = scrubLedger(path);
  if (options.json)
    terminal.out(
      JSON.stringify(
        { removed, quietSessionsRemoved: quietSessions, setAsideRemoved: setAside, isScrubbed },
        null,
        2,
      ),
    );
  else terminal.out(doneText({ removed, quietSessions, setAside }));
  if (isScrubbed) return EXIT.ok;
  terminal.err(
    "kedge: another process reads the ledger, so its file still holds traces of what was removed. End it and run this again.",
  );
  return EXIT.ioError;
}

interface Done {
  readonly removed: number;
  readonly quietSessions: number;
  readonly setAside: number;
}

function doneText({ removed, quietSessions, setAside }: Done): string {
  if (removed === 0 && quietSessions === 0 && setAside === 0) return "There was nothing to remove.";
  const quiet =
    quietSessions === 0 ? "" : ` and ${countOf(quietSessions, "session")} in which nothing failed`;
  const files = setAside === 0 ? "" : ` and ${countOf(setAside, "file")} that could not be read`;
  return `Removed ${countOf(removed, "failure")}${quiet}${files}. A line that says so is all that is left.`;
}

/** Two choices at once could mean either or both: nobody should have to guess what will be gone. */
function refuseTwo(options: PurgeOptions): void {
  const given = (["project", "session", "before", "id", "all"] as const).filter(
    (name) => options[name] !== undefined,
  );
  if (given.length === 1) return;
  const came = given.length === 0 ? "none" : given.map((name) => `--${name}`).join(" and ");
  throw new CommandError(
    EXIT.usage,
    `expected one of --project, --session, --before, --id and --all, got ${came}.`,
  );
}
