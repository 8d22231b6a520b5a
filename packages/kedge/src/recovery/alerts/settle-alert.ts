import type { Delivery } from "../channels/delivery.ts";
import { addAlert } from "../incidents/alert-rows.ts";
import type { AlertRules } from "../incidents/alert-rules.ts";
import { type Alarm, clearAlarm, raiseAlarm } from "../incidents/raise-alarm.ts";
import { readIncident } from "../incidents/refresh-incident.ts";
import type { Statements } from "../ledger/statements.ts";
import { pauseMs, readChannelState, writeChannelState } from "./channel-state.ts";
import type { ClaimedAlert } from "./claim-alert.ts";

/** Older than this it is given up: 80 hours, since an endpoint that comes back within 75 is to get all of it. */
export const GIVE_UP_MS = 80 * 3_600_000;

/** The last try is so long before that, ms. */
const LAST_TRY_MS = 5 * 60_000;

/** What settling needs. */
export interface SettleContext {
  /** Epoch ms. */
  readonly nowMs: number;
  readonly rules: AlertRules;
  /** Between two messages of the channel at least so long, ms. */
  readonly minIntervalMs: number;
  /** From 0 up to, and without, 1. */
  readonly random: () => number;
}

/**
 * Notes what became of a message, and when its channel may be asked again. Of a message that somebody else has taken over meanwhile nothing is
 * noted. Within a transaction.
 *
 * @returns whether it was still ours
 */
export function settleAlert(
  statements: Statements,
  claimed: ClaimedAlert,
  delivery: Delivery,
  context: SettleContext,
): boolean {
  const { build, run } = statements;
  const { seq, token, holder, channel } = claimed;
  const { nowMs, minIntervalMs } = context;
  const [alert] = run(
    build
      .selectFrom("alert")
      .selectAll()
      .where("seq", "=", seq)
      .where("state", "=", "sending")
      .where("token", "=", token)
      .where("holder", "=", holder),
  );
  if (alert === undefined) return false;
  const free = { holder: null, lease_ms: null } as const;
  const end = (state: "sent" | "dead", error: string | null, refusals = alert.refusals): void =>
    void run(
      build
        .updateTable("alert")
        .set({ ...free, state, error, refusals, ended_ms: nowMs })
        .where("seq", "=", seq),
    );
  const refuse = (why: string): void => end("dead", why, alert.refusals + 1);
  const state = { ...readChannelState(statements, channel), written_ms: nowMs };
  switch (delivery.outcome) {
    case "delivered":
      end("sent", null);
      writeChannelState(statements, {
        ...state,
        ...{ failures: 0, error: null, told_ms: nowMs, next_ms: nowMs + minIntervalMs },
      });
      clearAlarm(statements, goneAlarm(channel.name), context);
      planNews(statements, claimed, context);
      break;
    case "refused":
      // The receiver is there, and takes others.
      refuse(delivery.why);
      writeChannelState(statements, { ...state, error: delivery.why, next_ms: nowMs + minIntervalMs });
      break;
    case "gone":
      refuse(delivery.why);
      writeChannelState(statements, { ...state, error: delivery.why, gone_ms: nowMs });
      // The others hear of it: somebody who counts on that channel would wait in vain.
      raiseAlarm(statements, { ...goneAlarm(channel.name), sinceMs: nowMs }, context);
      break;
    case "retry": {
      const isOld = nowMs - alert.due_ms >= GIVE_UP_MS;
      // Whoever tries a channel looks at what comes of it now: in three days a test is no news to anybody.
      if (alert.kind === "test") end("dead", delivery.why);
      else if (isOld) end("dead", `given up after 80 h: ${delivery.why}`);
      else
        run(
          build
            .updateTable("alert")
            .set({ ...free, state: "waiting", error: delivery.why })
            .where("seq", "=", seq),
        );
      const failures = state.failures + 1;
      const waitMs = Math.max(delivery.afterMs ?? 0, pauseMs(failures, context.random));
      // Whoever asks for long pauses is tried once more before the end.
      const leftMs = alert.due_ms + GIVE_UP_MS - LAST_TRY_MS - nowMs;
      writeChannelState(statements, {
        ...state,
        failures,
        error: delivery.why,
        next_ms: nowMs + (leftMs > 0 ? Math.min(waitMs, leftMs) : waitMs),
      });
    }
  }
  return true;
}

function goneAlarm(channel: string): Omit<Alarm, "sinceMs"> {
  const words = `The channel ${channel} has answered that it wants nothing any more. Nothing is sent through it until it is changed, or retried.`;
  return { cause: "gone_channel", subject: channel, words };
}

/** A message that took long to be delivered says what was known at its first try: what has become known since is told later. */
function planNews(
  statements: Statements,
  { message, channel }: ClaimedAlert,
  { nowMs, rules }: SettleContext,
): void {
  const { incident: told, kind } = message;
  if (told === null || kind === "resolve") return;
  const { build, run } = statements;
  const [row] = run(build.selectFrom("incident").select("seq").where("id", "=", told.id));
  const incident = row && readIncident(statements, row.seq);
  if (incident === undefined || incident.resolved_ms !== null) return;
  const isNews = incident.sessions > told.sessions || (incident.until_ms ?? 0) > (told.untilMs ?? 0);
  const own = run(
    build
      .selectFrom("alert")
      .select("state")
      .where("incident_seq", "=", incident.seq)
      .where("channel", "=", channel.name),
  );
  if (!isNews || own.some(({ state }) => state === "waiting" || state === "sending")) return;
  const id = `${incident.id}.${own.length + 1}.${channel.name}`;
  addAlert(
    statements,
    {
      id,
      incident_seq: incident.seq,
      channel: channel.name,
      kind: "update",
      due_ms: nowMs + rules.groupIntervalMs,
    },
    { nowMs },
  );
}
