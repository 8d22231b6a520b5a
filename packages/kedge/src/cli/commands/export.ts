import { open } from "node:fs/promises";
import { resolve } from "node:path";
import { askAtTerminal } from "../ask.ts";
import { CommandError, EXIT } from "../command-error.ts";
import type { Context } from "../context.ts";
import { type Moment, systemMoment } from "../moment.ts";
import { openRecords } from "../open-ledger.ts";
import { makeBundle } from "./export-bundle.ts";
import { contentsText } from "./export-contents.ts";
import { findFailure } from "./failure-find.ts";
import { showFailure, showWitnesses } from "./failure-shown.ts";
import { shortId } from "./failure-words.ts";

/** Options of the command. */
export interface ExportOptions {
  /** File, or `-` for standard output; default: a name of its own in the working directory. */
  readonly output?: string;
  readonly yes?: boolean;
}

/** `kedge export <id>`: writes what is known of a failure to a file that can be given away, after showing what is in it. */
export async function exportFailure(
  id: string,
  options: ExportOptions,
  context: Context,
  moment: Moment = systemMoment(),
): Promise<number> {
  const { terminal } = context;
  await using records = await openRecords(context, moment);
  const found = await findFailure(id, records, { context, moment });
  if (found === null) return EXIT.findings;
  const output = options.output ?? `kedge-${shortId(found.failure.id)}.json`;
  const path = output === "-" ? null : resolve(context.cwd, output);
  if (path !== null) await refuseExisting(path);
  const bundle = makeBundle(showFailure(found.failure, records.redactor), {
    witnesses: showWitnesses(found.witnesses, records.redactor),
    ...{ context, redactor: records.redactor, nowMs: moment.now() },
  });
  const text = `${JSON.stringify(bundle, null, 2)}\n`;
  // Standard output may be the bundle itself.
  terminal[path === null ? "err" : "out"](contentsText(bundle, text, terminal));
  if (!options.yes) {
    const question = path === null ? "Print it?" : `Write it to ${output}?`;
    const isWanted = await askAtTerminal(question, "Give --yes to export what is shown.", context);
    if (!isWanted) {
      terminal.err("kedge: nothing was exported.");
      return EXIT.findings;
    }
  }
  if (path === null) terminal.out(text.trimEnd());
  else {
    await writeNew(path, text);
    terminal.out(`Wrote ${output}, readable by you alone.`);
  }
  return EXIT.ok;
}

/** Said before anybody is asked. That nothing is overwritten is seen to when the file is made. */
async function refuseExisting(path: string): Promise<void> {
  const file = await open(path, "r").catch((error: NodeJS.ErrnoException) => {
    // Whatever else is wrong with the place shows when the file is made.
    if (error.code !== "ENOENT") throw existsError(path);
    return null;
  });
  if (file === null) return;
  await file.close();
  throw existsError(path);
}

function existsError(path: string): CommandError {
  return new CommandError(
    EXIT.ioError,
    `${path} is there already and is not overwritten. Name another file with --output.`,
  );
}

async function writeNew(path: string, text: string): Promise<void> {
  try {
    await using file = await open(path, "wx", 0o600);
    await file.writeFile(text);
    await file.sync();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") throw existsError(path);
    throw new CommandError(EXIT.ioError, `${path} could not be written: ${message}.`, { cause: error });
  }
}
