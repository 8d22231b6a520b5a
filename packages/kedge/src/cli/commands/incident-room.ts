import { type Incident, type IncidentBook, openIncidentBook, type Policy } from "../../recovery/index.ts";
import { CommandError, EXIT } from "../command-error.ts";
import type { Context } from "../context.ts";
import type { Moment } from "../moment.ts";
import { openAlerts } from "../open-alerts.ts";
import { inWords, openRecords, type Records } from "../open-ledger.ts";
import { stateDir } from "../state-dir.ts";
import { readSupervisor } from "../up/supervisor-state.ts";
import { startTelling } from "../work/tell-people.ts";

/** The incidents of this user, and what belongs to them. */
export interface IncidentRoom extends AsyncDisposable {
  readonly book: IncidentBook;
  readonly records: Records;
  readonly policy: Policy;
  /** Tells what is due, unless a supervisor does. */
  tell(): Promise<void>;
}

/**
 * Opens the incidents, after what hooks left was taken in.
 *
 * @throws {CommandError} when the ledger cannot be used
 */
export async function openIncidents(context: Context, moment: Moment): Promise<IncidentRoom> {
  await using opened = new AsyncDisposableStack();
  const records = opened.use(await openRecords(context, moment));
  try {
    const policy = await records.ownPolicy();
    const options = { stateDir: stateDir(context), rules: policy.alerts, now: moment.now };
    const book = opened.use(await openIncidentBook(options));
    const all = opened.move();
    const tell = () => tellDue({ policy, records }, { context, moment });
    return { book, records, policy, tell, [Symbol.asyncDispose]: () => all.disposeAsync() };
  } catch (error) {
    throw inWords(error);
  }
}

/** Tells what is due, unless a supervisor does. */
export async function tellDue(
  { policy, records }: Pick<IncidentRoom, "policy" | "records">,
  { context, moment }: { readonly context: Context; readonly moment: Moment },
): Promise<void> {
  const isTakenOver = async (): Promise<boolean> =>
    (await readSupervisor(stateDir(context), moment)).state === "running";
  if (Object.keys(policy.channels).length === 0 || (await isTakenOver())) return;
  await using alerts = await openAlerts(policy, { context, moment, redactor: records.redactor });
  await using _telling = startTelling(alerts, {
    ...{ isTakenOver, hurry: new AbortController().signal },
    say: (words) => context.terminal.err(`kedge: ${words}.`),
  });
}

/**
 * Finds an incident by its id or the beginning of it; the `inc-` may be left out.
 *
 * @throws {CommandError} where there is not exactly one
 */
export async function findIncident(typed: string, { book }: IncidentRoom): Promise<Incident> {
  const id = typed.trim();
  const got = JSON.stringify(id.slice(0, 60));
  const found = id === "" ? [] : await book.find(id.startsWith("inc-") ? id : `inc-${id}`);
  const exact = found.find((each) => each.id === id || each.id === `inc-${id}`);
  const [one, ...others] = found;
  if (exact !== undefined) return exact;
  if (one !== undefined && others.length === 0) return one;
  if (one === undefined)
    throw new CommandError(
      EXIT.usage,
      `expected the id of an incident, got ${got}. \`kedge incidents --all\` shows them.`,
    );
  const names = found.map((each) => each.id).join(", ");
  throw new CommandError(
    EXIT.usage,
    `expected the id of one incident, got ${got}, with which several begin: ${names}.`,
  );
}
