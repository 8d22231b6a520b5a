import { didYouMean } from "../../config/index.ts";
import { countOf, drainAlerts, fromNow, type SentAlert, shortTime } from "../../recovery/index.ts";
import type { Redactor } from "../../redact/index.ts";
import { CommandError, EXIT } from "../command-error.ts";
import type { Context } from "../context.ts";
import { type Moment, systemMoment } from "../moment.ts";
import { type AlertRoom, openAlerts } from "../open-alerts.ts";
import { inWords, openRecords } from "../open-ledger.ts";
import { startProgress } from "../progress.ts";
import { layOut, type Row } from "../terminal.ts";
import { timeJson } from "./failure-json.ts";
import { showValue } from "./failure-shown.ts";
import { noChannels } from "./policy-file.ts";

/** A try of each channel takes up to 15 seconds. */
const TEST_MS = 20_000;
const SHOWN = 30;
const MOST_OPEN = 10_000;

interface Room extends AlertRoom {
  readonly redactor: Redactor;
  readonly context: Context;
  readonly moment: Moment;
}

/** Opens what is told, does the work, and closes it. */
async function withAlerts(
  context: Context,
  moment: Moment,
  work: (room: Room) => Promise<number>,
): Promise<number> {
  await using records = await openRecords(context, moment);
  const policy = await records.ownPolicy();
  const { redactor } = records;
  await using room = await openAlerts(policy, { context, moment, redactor });
  try {
    return await work({ ...room, redactor, context, moment });
  } catch (error) {
    throw inWords(error);
  }
}

/** `kedge alerts list`: how the channels stand, and what was told through them. */
export function listAlerts(
  { json = false, open = false }: { readonly json?: boolean; readonly open?: boolean },
  context: Context,
  moment: Moment = systemMoment(),
): Promise<number> {
  return withAlerts(context, moment, async ({ outbox, channels, redactor }) => {
    const { terminal } = context;
    const states = await Promise.all(
      channels.map(async (channel) => ({ channel, state: await outbox.channel(channel) })),
    );
    const alerts = await outbox.list({ open, limit: SHOWN });
    if (json) {
      terminal.out(
        JSON.stringify(
          {
            channels: states.map(({ channel, state }) => ({
              ...{ name: channel.name, type: channel.type, failures: state.failures, error: state.error },
              isGone: state.gone_ms !== null,
              ...timeJson("toldAt", state.told_ms),
              ...timeJson("nextAt", state.next_ms === 0 ? null : state.next_ms),
            })),
            alerts: alerts.map(({ id, channel, kind, state, attempts, error, due_ms, ended_ms }) => ({
              ...{ id, channel, kind, state, attempts, error },
              ...timeJson("dueAt", due_ms),
              ...timeJson("endedAt", ended_ms),
            })),
          },
          null,
          2,
        ),
      );
      return EXIT.ok;
    }
    if (channels.length === 0) terminal.out(noChannelsWords(context));
    const { style, width } = terminal;
    const channelRows = states.map(
      ({ channel, state }): Row => [channel.name, channel.type, channelWords(state, moment, style)],
    );
    const alertRows = alerts.map(
      ({ id, channel, kind, state, ended_ms, due_ms, error, body }): Row => [
        shortTime(ended_ms ?? due_ms, moment),
        channel,
        kind,
        state === "dead" ? style.bad(state) : state,
        `${id.split(".")[0]}${titleOf(body, redactor)}${error === null ? "" : ` (${error})`}`,
      ],
    );
    if (channelRows.length > 0)
      terminal.out(`${style.strong("Channels")}\n${layOut(channelRows, { width })}`);
    if (alertRows.length > 0)
      terminal.out(`\n${style.strong("Alerts, the newest first")}\n${layOut(alertRows, { width })}`);
    else if (channels.length > 0)
      terminal.out("\nNothing was told so far. Try a channel with: kedge alerts test");
    return EXIT.ok;
  });
}

/** What was told, or tried; nothing before the first try, at which it is put into words. */
function titleOf(body: string | null, redactor: Redactor): string {
  if (body === null) return "";
  return `: ${showValue((JSON.parse(body) as Pick<SentAlert["message"], "title">).title, redactor)}`;
}

function noChannelsWords(context: Context): string {
  return `Nobody is told of anything: ${noChannels(context)}. Add \`channels\` there.`;
}

function channelWords(
  state: Awaited<ReturnType<AlertRoom["outbox"]["channel"]>>,
  moment: Moment,
  style: Context["terminal"]["style"],
): string {
  if (state.gone_ms !== null)
    return style.bad(
      `wants nothing any more since ${shortTime(state.gone_ms, moment)}: ${state.error ?? ""}`,
    );
  if (state.error !== null)
    return style.bad(
      `${countOf(state.failures, "try", "tries")} failed: ${state.error}${state.next_ms > moment.now() ? `; next ${fromNow(state.next_ms, moment)}` : ""}`,
    );
  return state.told_ms === null
    ? "nothing told so far"
    : style.good(`told ${fromNow(state.told_ms, moment)}`);
}

/** `kedge alerts test [channel]`: sends a message through one channel or all of them, and says what became of it. */
export function testAlerts(
  name: string | undefined,
  context: Context,
  moment: Moment = systemMoment(),
): Promise<number> {
  return withAlerts(context, moment, async ({ outbox, channels }) => {
    const { terminal } = context;
    const wanted = channels.filter((channel) => name === undefined || channel.name === name);
    if (channels.length === 0) throw new CommandError(EXIT.noInput, noChannelsWords(context));
    if (name !== undefined) mustBeChannel(name, channels);
    const ids = new Map<string, string>();
    for (const channel of wanted) {
      ids.set(await outbox.addTest(channel.name), channel.name);
      // Who tries a channel by hand does not wait until it is due again.
      await outbox.retry({ ids: [...ids.keys()], channel: channel.name });
    }
    const results = new Map<string, SentAlert>();
    {
      using _progress = startProgress(
        () => `Waiting for ${countOf(wanted.length - results.size, "channel")} …`,
        terminal.err,
      );
      await drainAlerts({
        ...{ outbox, channels: wanted, withinMs: TEST_MS },
        onSent: (sent) => void (ids.has(sent.message.id) && results.set(sent.channel, sent)),
      });
    }
    const rows = wanted.map(
      (channel): Row => [channel.name, channel.type, testWords(results.get(channel.name), terminal.style)],
    );
    terminal.out(layOut(rows, { width: terminal.width }));
    const isWell = wanted.every((channel) => results.get(channel.name)?.delivery.outcome === "delivered");
    return isWell ? EXIT.ok : EXIT.findings;
  });
}

function mustBeChannel(name: string, channels: AlertRoom["channels"]): void {
  const known = channels.map((channel) => channel.name);
  if (known.includes(name)) return;
  throw new CommandError(
    EXIT.usage,
    `expected a channel of the policy${known.length === 0 ? "" : `: ${known.join(", ")}`}; got ${JSON.stringify(name.slice(0, 40))}${didYouMean(name, known) || "."}`,
  );
}

/** Ids of messages that wait or were given up, as typed, or all of an incident by its id. */
async function messagesOf(typed: readonly string[], outbox: Room["outbox"]): Promise<readonly string[]> {
  const open = (await outbox.list({ open: true, limit: MOST_OPEN })).map(({ id }) => id);
  return typed.flatMap((each) => {
    const found = open.filter((id) => id === each || id.startsWith(`${each}.`));
    if (found.length > 0) return found;
    throw new CommandError(
      EXIT.usage,
      `expected the id of a message that waits or was given up, or of its incident, got ${JSON.stringify(each.slice(0, 60))}. \`kedge alerts list --open\` shows them.`,
    );
  });
}

function testWords(sent: SentAlert | undefined, style: Context["terminal"]["style"]): string {
  if (sent === undefined) return style.bad("another process sends through it; see kedge alerts list");
  const { delivery } = sent;
  return delivery.outcome === "delivered"
    ? style.good("delivered")
    : style.bad(`not delivered: ${delivery.why}`);
}

/** `kedge alerts retry`: what waits or was given up is tried again now. */
export function retryAlerts(
  ids: readonly string[],
  options: { readonly channel?: string },
  context: Context,
  moment: Moment = systemMoment(),
): Promise<number> {
  return withAlerts(context, moment, async ({ outbox, channels }) => {
    const { terminal } = context;
    const { channel } = options;
    if (channel !== undefined) mustBeChannel(channel, channels);
    const wanted = ids.length === 0 ? undefined : await messagesOf(ids, outbox);
    const woken = await outbox.retry({
      ...(wanted === undefined ? {} : { ids: wanted }),
      ...(channel === undefined ? {} : { channel }),
    });
    if (woken === 0) {
      terminal.out("Nothing waits, and nothing was given up.");
      return EXIT.ok;
    }
    const told = await drainAlerts({ outbox, channels, withinMs: TEST_MS });
    const rest = told < woken ? " `kedge alerts list --open` tells why the rest is not." : "";
    terminal.out(`${told} of ${countOf(woken, "message")} delivered.${rest}`);
    return told < woken ? EXIT.findings : EXIT.ok;
  });
}
