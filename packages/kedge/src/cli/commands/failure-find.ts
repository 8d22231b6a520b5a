import type { FailureCase, FailureRow } from "../../recovery/index.ts";
import { CommandError, EXIT } from "../command-error.ts";
import type { Context } from "../context.ts";
import type { Moment } from "../moment.ts";
import { inWords, type Records } from "../open-ledger.ts";
import { showFailure } from "./failure-shown.ts";
import { failureTable } from "./failure-table.ts";

/** Failures that are listed where an id is the beginning of several. */
const MAX_LISTED = 10;

/**
 * Finds the failure whose id begins so; the `f_` may be left out. Where there is none or there are several, that is said on standard error.
 *
 * @returns null when there is not exactly one
 */
export async function findFailure(
  id: string,
  records: Records,
  { context, moment }: { readonly context: Context; readonly moment: Moment },
): Promise<FailureCase | null> {
  const typed = id.trim().toLowerCase();
  const wanted = typed.startsWith("f_") ? typed : `f_${typed}`;
  if (!/^f_[0-9a-f]{1,20}$/.test(wanted))
    throw new CommandError(
      EXIT.usage,
      `expected the id of a failure, such as f_1a2b3c, got ${JSON.stringify(id.slice(0, 80))}. \`kedge failures\` shows them.`,
    );
  const found = await records.ledger.failure(wanted).catch((error: unknown) => {
    throw inWords(error);
  });
  if (found !== null) return found;
  const { err, style, width } = context.terminal;
  const alike = await records.ledger.alike(wanted, MAX_LISTED + 1).catch((error: unknown) => {
    throw inWords(error);
  });
  if (alike.length === 0) {
    err(`kedge: no failure has an id that begins with ${wanted}. \`kedge failures\` shows them.`);
    return null;
  }
  const length = Math.max(...alike.map((row) => sharedWith(row.id, alike)));
  const shown = alike.slice(0, MAX_LISTED).map((row) => showFailure(row, records.redactor));
  const count = alike.length > MAX_LISTED ? `more than ${MAX_LISTED}` : alike.length;
  err(`kedge: ${count} failures have ids that begin with ${wanted}; more of it tells them apart:`);
  err(failureTable(shown, { ...context.terminal, style, width }, moment, Math.max(8, length + 1)));
  return null;
}

/** Characters that an id has in common with the one among others that is most like it. */
function sharedWith(id: string, others: readonly FailureRow[]): number {
  const lengths = others
    .filter((other) => other.id !== id)
    .map((other) => [...id].findIndex((character, at) => character !== other.id[at]));
  return Math.max(0, ...lengths);
}
