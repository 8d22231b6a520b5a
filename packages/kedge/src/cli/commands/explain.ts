import { CommandError, EXIT } from "../command-error.ts";
import type { Context } from "../context.ts";
import { type Moment, systemMoment } from "../moment.ts";
import { inWords, openRecords } from "../open-ledger.ts";
import { openWork } from "../work/open-work.ts";
import { findExplainedJob, jobJson, jobText } from "./explain-job.ts";
import { explainJson } from "./explain-json.ts";
import { explainText } from "./explain-text.ts";
import { findFailure } from "./failure-find.ts";
import { showFailure, showWitnesses } from "./failure-shown.ts";

/** `kedge explain <id>`: what a failure really was, who says so, what to do, and what was lost; or how a piece of work went. */
export async function explainFailure(
  id: string,
  options: { readonly json?: boolean },
  context: Context,
  moment: Moment = systemMoment(),
): Promise<number> {
  if (!isFailureId(id)) {
    const code = await explainJob(id, options, context, moment);
    if (code !== null) return code;
    throw new CommandError(
      EXIT.usage,
      `expected the id of a failure, such as f_1a2b3c, or of work, such as run-7k3m9q2x, got ${JSON.stringify(id.slice(0, 80))}. \`kedge failures\` and \`kedge status\` show them.`,
    );
  }
  await using records = await openRecords(context, moment);
  const found = await findFailure(id, records, { context, moment });
  if (found === null) return EXIT.findings;
  const failure = showFailure(found.failure, records.redactor);
  const witnesses = showWitnesses(found.witnesses, records.redactor);
  const { terminal } = context;
  if (options.json) terminal.out(JSON.stringify(explainJson(failure, witnesses), null, 2));
  else terminal.out(explainText(failure, witnesses, { terminal, moment }));
  return EXIT.ok;
}

/** Ids of work have other beginnings; a few hex digits may be the beginning of a failure's. */
function isFailureId(id: string): boolean {
  return /^(?:f_)?[0-9a-f]{1,20}$/i.test(id.trim());
}

/** @returns null where there is no such work */
async function explainJob(
  id: string,
  { json }: { readonly json?: boolean },
  context: Context,
  moment: Moment,
): Promise<number | null> {
  await using room = await openWork(context, moment);
  const found = await findExplainedJob(id, room).catch((error: unknown) => {
    throw inWords(error);
  });
  if (found === null) return null;
  const clean = (text: string): string => room.redactor.text(text);
  const { terminal } = context;
  if (json) terminal.out(JSON.stringify(jobJson(found, clean), null, 2));
  else terminal.out(jobText(found, { context, moment, clean }));
  return EXIT.ok;
}
