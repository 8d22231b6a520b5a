import { rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import {
  type Change,
  installedScripts,
  installedWake,
  planInstall,
  planUninstall,
  showChanges,
  type WakeWish,
} from "../../agents/index.ts";
import { askAtTerminal } from "../ask.ts";
import { CommandError, EXIT } from "../command-error.ts";
import type { Context } from "../context.ts";
import { escapeLines, readPlan } from "./install.ts";
import {
  readEntry,
  readWaiter,
  removeEmpty,
  removeEntry,
  removeSpool,
  removeWaiter,
} from "./install-files.ts";
import { findPlaces, type InstallPlaces } from "./install-places.ts";
import {
  type Backup,
  type EditedFile,
  readBackups,
  readForEdit,
  removeEdited,
  writeEdited,
} from "./install-settings.ts";
import { runsElsewhere } from "./install-wake.ts";

/** Options of the command. */
export interface UninstallOptions {
  readonly project?: boolean;
  readonly yes?: boolean;
  readonly print?: boolean;
  readonly json?: boolean;
  /** Removes the spool too, when nothing is in it. */
  readonly purgeSpool?: boolean;
}

/** `kedge uninstall <agent>`: takes out exactly what was put in, after asking. */
export async function runUninstall(
  agent: string,
  options: UninstallOptions,
  context: Context,
): Promise<number> {
  const places = findPlaces(agent, options, context);
  const file = await readForEdit(places.settings);
  const backups = await readBackups(places.settings);
  const removal = planRemoval(file, backups, places);
  const { installed } = await readEntry(places);
  const isElsewhere = await runsElsewhere(places.script, places, file);
  const isEntryGoing = installed !== null && !isElsewhere;
  const isWaiterGoing =
    (await readWaiter(places)).installed !== null && !(await runsElsewhere(places.wakeScript, places, file));
  const isSpoolThere = await stat(places.spoolDir).then(
    () => true,
    () => false,
  );
  const isSpoolGoing = options.purgeSpool === true && isSpoolThere;
  const isNothing = removal.changes.length === 0 && !isEntryGoing && !isWaiterGoing && !isSpoolGoing;
  const report = { agent, settings: places.settings, script: places.script, changes: removal.changes };
  const say = (done: boolean, isSpoolGone: boolean): void =>
    context.terminal.out(
      JSON.stringify({ ...report, isEntryGoing, isWaiterGoing, isSpoolGone, done }, null, 2),
    );
  const lines = [
    removal.changes.length > 0 ? showChanges(places.settings, removal.changes) : "",
    isEntryGoing ? `The entry goes: ${places.script}` : "",
    isWaiterGoing ? `The waiter goes: ${places.wakeScript}` : "",
    isEntryGoing && !options.project ? PROJECTS_NOTE : "",
    isElsewhere ? `The entry stays, since ${places.otherSettings} runs it.` : "",
    isNothing ? "Nothing of Kedge is installed here." : "",
  ];
  const shown = lines.filter((line) => line !== "").join("\n");
  if (!options.json && shown !== "") context.terminal.out(escapeLines(shown));
  if (isNothing || options.print) {
    if (options.json) say(false, false);
    return EXIT.ok;
  }
  const { isInteractive } = context;
  const advice = "Give --yes to do what is shown, or --print to only look.";
  if (
    !options.yes &&
    !(await askAtTerminal("Take this out?", advice, { isInteractive: isInteractive && !options.json }))
  ) {
    context.terminal.err("kedge: nothing was removed.");
    return EXIT.findings;
  }
  if (removal.changes.length > 0) await applyRemoval(file, removal);
  if (isWaiterGoing) await removeWaiter(places).catch((error: unknown) => rethrow(error, removal));
  if (isEntryGoing) await removeEntry(places).catch((error: unknown) => rethrow(error, removal));
  const isSpoolGone = options.purgeSpool === true && (await removeSpool(places));
  if (options.json) say(true, isSpoolGone);
  else context.terminal.out(escapeLines(doneText(places, { options, isSpoolGone })));
  return EXIT.ok;
}

const PROJECTS_NOTE =
  "Projects in which it was installed with --project would run it in vain: uninstall it there first, with --project.";

function rethrow(error: unknown, { changes }: Removal): never {
  if (!(error instanceof CommandError) || changes.length === 0) throw error;
  throw new CommandError(error.exitCode, `the handlers are out of the settings, but ${error.message}`, {
    cause: error,
  });
}

/** What becomes of the settings. */
interface Removal {
  /** Null: the file goes, because nothing but the entry ever was in it. */
  readonly text: string | null;
  readonly changes: readonly Change[];
  /** Backups that say nothing more than the new text does. */
  readonly spent: readonly Backup[];
}

/**
 * The file exactly as it was, where all that ever changed is what installing changed: then installing into a backup gives the file
 * of today. Else our handlers alone are taken out.
 */
function planRemoval(
  file: EditedFile,
  backups: readonly Backup[],
  { script, settings }: InstallPlaces,
): Removal {
  if (file.text === null) return { text: null, changes: [], spent: [] };
  const clean = backups.filter(({ text }) => installedScripts(text).length === 0);
  const put = installedWake(file.text);
  const wake: WakeWish = put === null ? { base: null } : { put };
  const installs = (text: string | null): boolean => {
    const plan = planInstall(text, script, settings, wake);
    return plan.ok && plan.changes.length > 0 && plan.text === file.text;
  };
  const base = clean.find(({ text }) => installs(text));
  const plan = readPlan(planUninstall(file.text, settings, base?.text ?? clean[0]?.text ?? null));
  const { changes } = plan;
  if (changes.length === 0) return { text: plan.text, changes, spent: [] };
  const isOwnFile = file.target === file.path && installs(null);
  const text = base ? base.text : isOwnFile ? null : plan.text;
  const spent = backups.filter(
    (backup) => backup.text === text || backup.text === file.text || installs(backup.text),
  );
  return { text, changes, spent };
}

async function applyRemoval(file: EditedFile, { text, spent }: Removal): Promise<void> {
  if (text === null) await removeEdited(file);
  else await writeEdited(file, text);
  for (const { path } of spent) await rm(path, { force: true });
  if (text === null) await removeEmpty([dirname(file.target)]);
}

function doneText(
  { spoolDir }: InstallPlaces,
  { options, isSpoolGone }: { options: UninstallOptions; isSpoolGone: boolean },
): string {
  if (!options.purgeSpool)
    return `Removed. What was recorded stays in ${spoolDir}; --purge-spool removes it when it is empty.`;
  return isSpoolGone
    ? "Removed, with the spool."
    : `Removed. The spool stays, because records are in it: ${spoolDir}`;
}
