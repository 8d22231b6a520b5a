import { countOf, scrubLedger } from "../../recovery/index.ts";
import { askAtTerminal } from "../ask.ts";
import { CommandError, EXIT } from "../command-error.ts";
import type { Context } from "../context.ts";
import { type Moment, systemMoment } from "../moment.ts";
import { inWords, openRecords } from "../open-ledger.ts";
import { stateDir } from "../state-dir.ts";
import { tellDue } from "./incident-room.ts";
import { removeManifests, removeSetAside } from "./purge-files.ts";
import { leftoversText, type PurgeOptions, planPurge, planText } from "./purge-plan.ts";

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
  const done = { removed: 0, quietSessions: 0, leftovers: 0, setAside: 0 };
  try {
    const plan = await planPurge(options, records, { context, moment });
    if (plan === null) return EXIT.findings;
    if (plan.failures > 0 || plan.quietSessions > 0 || plan.leftovers > 0 || options.all) {
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
      const { quietSessions, leftovers } = plan;
      Object.assign(done, { removed: purged.failures, quietSessions, leftovers });
      if (options.all) done.setAside = await removeSetAside(records.spoolDir);
      // Whoever was told of an incident waits for the all-clear.
      if (purged.untold > 0)
        await tellDue({ records, policy: await records.ownPolicy() }, { context, moment });
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
        {
          removed: done.removed,
          quietSessionsRemoved: done.quietSessions,
          leftoversRemoved: done.leftovers,
          setAsideRemoved: done.setAside,
          isScrubbed,
        },
        null,
        2,
      ),
    );
  else terminal.out(doneText(done));
  if (isScrubbed) return EXIT.ok;
  terminal.err(
    "kedge: another process reads the ledger, so its file still holds traces of what was removed. End it and run this again.",
  );
  return EXIT.ioError;
}

interface Done {
  readonly removed: number;
  readonly quietSessions: number;
  readonly leftovers: number;
  readonly setAside: number;
}

function doneText({ removed, quietSessions, leftovers, setAside }: Done): string {
  const besides = [
    ...(quietSessions === 0 ? [] : [`${countOf(quietSessions, "session")} in which nothing failed`]),
    ...(leftovers === 0 ? [] : [leftoversText(leftovers)]),
    ...(setAside === 0 ? [] : [`${countOf(setAside, "file")} that could not be read`]),
  ];
  if (removed === 0 && besides.length === 0) return "There was nothing to remove.";
  const all = [countOf(removed, "failure"), ...besides].join(" and ");
  return `Removed ${all}. A line that says so is all that is left.`;
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
