import { userInfo } from "node:os";
import { didYouMean } from "../../config/index.ts";
import {
  accountOwner,
  accountWords,
  countOf,
  type Incident,
  incidentName,
  parseDuration,
  shortTime,
} from "../../recovery/index.ts";
import { CommandError, EXIT } from "../command-error.ts";
import type { Context } from "../context.ts";
import { type Moment, systemMoment } from "../moment.ts";
import { inWords } from "../open-ledger.ts";
import { openWork } from "../work/open-work.ts";
import { findIncident, type IncidentRoom, openIncidents } from "./incident-room.ts";
import { silenceWords } from "./incidents.ts";

/** `kedge incidents ack <id>…`: somebody sees to it; whoever was told hears of that, and is not told again every few hours. */
export async function acknowledgeIncidents(
  ids: readonly string[],
  context: Context,
  moment: Moment = systemMoment(),
): Promise<number> {
  await using room = await openIncidents(context, moment);
  const by = userName();
  const exitCode = await each(ids, room, context, async (incident) => {
    if ((await room.book.acknowledge(incident.id, by)) === null) return false;
    context.terminal.out(`${incident.id} (${incidentName(incident)}): ${by} sees to it.`);
    return true;
  });
  // Others who were told may be about to see to it as well.
  await room.tell();
  return exitCode;
}

/** `kedge incidents resolve <id>…`: somebody says that it is over; work on a stopped account goes on, one session first. */
export async function resolveIncidents(
  ids: readonly string[],
  { message }: { readonly message?: string },
  context: Context,
  moment: Moment = systemMoment(),
): Promise<number> {
  await using room = await openIncidents(context, moment);
  const exitCode = await each(ids, room, context, async (incident) => {
    if ((await room.book.resolve(incident.id, message)) === null) return false;
    context.terminal.out(`${incident.id} (${incidentName(incident)}) is over.`);
    if (incident.scope === "account") await openAccount(incident, context, moment);
    return true;
  });
  // Whoever was told of it waits for the all-clear.
  await room.tell();
  return exitCode;
}

/** Work that waits for the account to be seen to is due: as long as nobody says otherwise, it is seen to now. */
async function openAccount({ account }: Incident, context: Context, moment: Moment): Promise<void> {
  await using work = await openWork(context, moment);
  try {
    const view = await work.governor.view(account);
    if (view?.state === "stopped") {
      await work.governor.clear({ account });
      context.terminal.out(
        `${capital(accountWords(account))} is open again: one session finds out whether it works.`,
      );
    }
    const woken = await work.queue.wakeOwned({
      owner: accountOwner(account),
      why: "A person has seen to its account.",
    });
    if (woken > 0)
      context.terminal.out(
        `${countOf(woken, "piece")} of work ${woken === 1 ? "is" : "are"} due, where somebody runs it.`,
      );
  } catch (error) {
    throw inWords(error);
  }
}

/** What `kedge incidents silence` was asked for. */
export interface SilenceOptions {
  readonly account?: string;
  readonly cause?: string;
  readonly project?: string;
  readonly for: string;
  readonly message?: string;
}

const MOST_MS = 31 * 86_400_000;
const MOST_LOOKED_AT = 1_000;
/** The key of an account that nobody named. */
const ACCOUNT_KEY = /^key:[0-9a-f]{12}$/;

/** `kedge incidents silence [id] --for 2h`: nothing is told for a while, and then what is still true. */
export async function silenceIncidents(
  id: string | undefined,
  options: SilenceOptions,
  context: Context,
  moment: Moment = systemMoment(),
): Promise<number> {
  const forMs = parseDuration(options.for);
  if (forMs === undefined || forMs <= 0 || forMs > MOST_MS)
    throw new CommandError(
      EXIT.usage,
      `expected a duration such as 30m, 2h or 3d after --for, 31d at most, got ${JSON.stringify(options.for.slice(0, 40))}.`,
    );
  const { account, cause, project, message } = options;
  if (id === undefined && account === undefined && cause === undefined && project === undefined)
    throw new CommandError(
      EXIT.usage,
      "expected an incident, --account, --cause or --project, got none: what is to be silent?",
    );
  await using room = await openIncidents(context, moment);
  const incident = id === undefined ? undefined : await findIncident(id, room);
  const accountKey = account === undefined ? null : await keyOf(account, room);
  if (cause !== undefined) mustBeCause(cause, room);
  const untilMs = Math.floor(moment.now()) + forMs;
  const silence = await room.book.silence({
    ...(incident === undefined ? {} : { incident: incident.id }),
    ...(accountKey === null ? {} : { account: accountKey }),
    ...(cause === undefined ? {} : { cause }),
    ...(project === undefined ? {} : { project }),
    ...(message === undefined ? {} : { why: message }),
    untilMs,
  });
  const named = { incident: incident?.id ?? null, account: accountKey };
  const of = silenceWords({ ...named, cause: cause ?? null, project: project ?? null });
  context.terminal.out(
    `${silence}: nobody is told of ${of} until ${shortTime(untilMs, moment)}. End it with: kedge incidents unsilence ${silence}`,
  );
  return EXIT.ok;
}

/** `kedge incidents unsilence <id>`. */
export async function endSilence(
  id: string,
  context: Context,
  moment: Moment = systemMoment(),
): Promise<number> {
  await using room = await openIncidents(context, moment);
  if (await room.book.endSilence(id)) {
    context.terminal.out(`${id} is over: what it put off is told now.`);
    await room.tell();
    return EXIT.ok;
  }
  const known = (await room.book.silences()).map((each) => each.id);
  throw new CommandError(
    EXIT.usage,
    `expected a silence that holds, got ${JSON.stringify(id.slice(0, 40))}; ${known.length === 0 ? "there is none" : `there is ${known.join(", ")}`}.`,
  );
}

/** A mistyped one would silence nothing, and nobody would find out before the next alert. */
function mustBeCause(cause: string, { policy }: IncidentRoom): void {
  const known = Object.keys(policy.alerts.causes);
  if (known.includes(cause)) return;
  const got = JSON.stringify(cause.slice(0, 40));
  throw new CommandError(
    EXIT.usage,
    `expected a cause after --cause, such as overload or plan_window, got ${got}${didYouMean(cause, known) || "."}`,
  );
}

/** Accounts of the policy are known to incidents by their keys, and so are those that had an incident. */
async function keyOf(account: string, { policy, book }: IncidentRoom): Promise<string> {
  if (Object.hasOwn(policy.accounts, account)) return `name:${account}`;
  const named = Object.keys(policy.accounts);
  const seen = new Set((await book.list({ limit: MOST_LOOKED_AT })).map((incident) => incident.account));
  if (seen.has(account) || ACCOUNT_KEY.test(account)) return account;
  const known = [...named, ...seen];
  throw new CommandError(
    EXIT.usage,
    `expected an account of the policy or of an incident after --account, got ${JSON.stringify(account.slice(0, 60))}; there is ${known.length === 0 ? "none" : known.join(", ")}${didYouMean(account, known) || "."}`,
  );
}

async function each(
  ids: readonly string[],
  room: IncidentRoom,
  { terminal }: Context,
  work: (incident: Incident) => Promise<boolean>,
): Promise<number> {
  const incidents: Incident[] = [];
  // All of them or none: a mistyped one leaves the others alone.
  for (const id of ids) incidents.push(await findIncident(id, room));
  let exitCode: number = EXIT.ok;
  for (const incident of incidents) {
    if (await work(incident)) continue;
    terminal.err(`kedge: ${incident.id} is over already.`);
    exitCode = EXIT.findings;
  }
  return exitCode;
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return "somebody"; // an account of the system without a name, as in some containers
  }
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
