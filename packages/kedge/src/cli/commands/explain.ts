import { EXIT } from "../command-error.ts";
import type { Context } from "../context.ts";
import { type Moment, systemMoment } from "../moment.ts";
import { openRecords } from "../open-ledger.ts";
import { explainJson } from "./explain-json.ts";
import { explainText } from "./explain-text.ts";
import { findFailure } from "./failure-find.ts";
import { showFailure, showWitnesses } from "./failure-shown.ts";

/** `kedge explain <id>`: what a failure really was, who says so, what to do, and what was lost. */
export async function explainFailure(
  id: string,
  options: { readonly json?: boolean },
  context: Context,
  moment: Moment = systemMoment(),
): Promise<number> {
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
