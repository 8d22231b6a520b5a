import { planInstall, type SettingsPlan, showChanges } from "../../agents/index.ts";
import { escapeInvisible, formatProblem } from "../../protocol/index.ts";
import { askAtTerminal } from "../ask.ts";
import { CommandError, EXIT } from "../command-error.ts";
import type { Context } from "../context.ts";
import { putFiles, readEntry, removeWaiter } from "./install-files.ts";
import { findPlaces, type InstallPlaces } from "./install-places.ts";
import { type EditedFile, keepBackup, readForEdit, writeEdited } from "./install-settings.ts";
import { planWaiter, type WakePlan } from "./install-wake.ts";

/** Options of the command. */
export interface InstallOptions {
  /** The settings of the project in place of the user's. */
  readonly project?: boolean;
  /** Does what is shown without asking. */
  readonly yes?: boolean;
  /** Shows, and does nothing. */
  readonly print?: boolean;
  readonly json?: boolean;
  /** True: sessions wake themselves after a failure; false: they do so no more; missing: as it is. */
  readonly wake?: boolean;
}

/** `kedge install <agent>`: shows what would be put where, asks, and puts it there. A second run changes nothing. */
export async function runInstall(agent: string, options: InstallOptions, context: Context): Promise<number> {
  const places = findPlaces(agent, options, context);
  const entry = await readEntry(places);
  const file = await readForEdit(places.settings);
  const wake = await planWaiter(options.wake, { places, file, context });
  const plan = readPlan(planInstall(file.text, places.script, places.settings, wake.wish));
  const isEntryNew = entry.installed !== entry.packaged;
  const isNew = isEntryNew || wake.isNew || wake.isGoing || plan.changes.length > 0;
  const report = {
    agent,
    settings: places.settings,
    script: places.script,
    spool: places.spoolDir,
    ...(options.wake === undefined ? {} : { waiter: places.wakeScript }),
    changes: plan.changes,
  };
  const say = (done: boolean, backup: string | null): void =>
    context.terminal.out(JSON.stringify({ ...report, isEntryNew, done, backup }, null, 2));
  const put = (): Promise<void> => putFiles(places, { entry: entry.packaged, waiter: wake.text });
  if (!options.json) context.terminal.out(planText(places, { file, plan, isEntryNew, wake, options }));
  if (options.print || !isNew) {
    // A folder that went missing, or a mode that is too wide, is put right without a question.
    if (!options.print) await put();
    if (options.json) say(!options.print, null);
    return EXIT.ok;
  }
  const { isInteractive } = context;
  const advice = "Give --yes to do what is shown, or --print to only look.";
  if (
    !options.yes &&
    !(await askAtTerminal("Do this?", advice, { isInteractive: isInteractive && !options.json }))
  ) {
    context.terminal.err("kedge: nothing was installed.");
    return EXIT.findings;
  }
  await put();
  const backup = plan.changes.length > 0 ? await keepBackup(file) : null;
  if (plan.changes.length > 0) await writeEdited(file, plan.text);
  if (wake.isGoing) await removeWaiter(places);
  if (options.json) say(true, backup);
  else context.terminal.out(doneText(backup));
  return EXIT.ok;
}

/**
 * What a plan says, where there is one.
 *
 * @throws {CommandError} with the place that cannot be edited
 */
export function readPlan(plan: SettingsPlan): Extract<SettingsPlan, { ok: true }> {
  if (plan.ok) return plan;
  throw new CommandError(EXIT.data, formatProblem(plan.problem).replace(/^Expected/, "expected"));
}

interface Planned {
  readonly file: EditedFile;
  readonly plan: Extract<SettingsPlan, { ok: true }>;
  readonly isEntryNew: boolean;
  readonly wake: WakePlan;
  readonly options: InstallOptions;
}

function planText(places: InstallPlaces, { file, plan, isEntryNew, wake, options }: Planned): string {
  const lines = [
    isEntryNew ? `The entry: ${places.script}` : `The entry is in place: ${places.script}`,
    `Its spool: ${places.spoolDir}`,
    waiterText(places, { wake, options }),
    plan.changes.length === 0 ? `${places.settings} has its handlers. Nothing to change there.` : "",
    file.target === file.path
      ? ""
      : `${file.path} is a link; what it leads to is changed, and the link stays.`,
    options.project && plan.changes.length > 0 ? PROJECT_NOTE : "",
    plan.changes.length === 0 ? "" : `\n${showChanges(places.settings, plan.changes)}\n`,
  ];
  return escapeLines(lines.filter((line) => line !== "").join("\n"));
}

function waiterText(
  { wakeScript }: InstallPlaces,
  { wake, options }: Pick<Planned, "wake" | "options">,
): string {
  if (wake.isGoing) return `The waiter goes: ${wakeScript}`;
  if (options.wake !== true) return "";
  return wake.isNew ? `The waiter: ${wakeScript}` : `The waiter is in place: ${wakeScript}`;
}

const PROJECT_NOTE =
  "The settings of a project are often shared, and this path is of this machine: do not commit it, or install for the user.";

function doneText(backup: string | null): string {
  const kept = backup === null ? "" : ` The settings as they were: ${escapeInvisible(backup)}`;
  return `Installed. Sessions that start from now on have it; \`kedge doctor\` proves it.${kept}`;
}

/** Escapes what does not show, line by line. */
export function escapeLines(text: string): string {
  return text
    .split("\n")
    .map((line) => escapeInvisible(line.replaceAll("\t", "  ")))
    .join("\n");
}
