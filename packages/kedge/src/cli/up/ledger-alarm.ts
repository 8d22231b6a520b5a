import { type AlertMessage, dedupKey, fullTime, type SendingChannel } from "../../recovery/index.ts";
import type { Moment } from "../moment.ts";
import type { UpLog } from "./up-log.ts";

/** Tells people that nothing can be kept, past the outbox, which is in the very file that cannot be written. */
export interface LedgerAlarm {
  /**
   * @param sinceMs epoch ms: since when something stands in the way; null for nothing
   * @param why in one line
   */
  look(sinceMs: number | null, why: string): Promise<void>;
}

/** What passes within this time is not told, ms. */
const AFTER_MS = 60_000;
/** Who could not be told is tried again after so long, ms. */
const AGAIN_MS = 5 * 60_000;

/** Each channel is told once that it began, and once that it is over. */
export function createLedgerAlarm(
  channels: readonly SendingChannel[],
  { moment, log }: { readonly moment: Moment; readonly log: UpLog },
): LedgerAlarm {
  let begunMs: number | null = null;
  let triedMs: number | null = null;
  const told = new Set<SendingChannel>();
  const tell = async (message: AlertMessage, who: readonly SendingChannel[]): Promise<void> => {
    await Promise.all(
      who.map(async (channel) => {
        const delivery = await channel.send({ ...message, id: `${message.id}.${channel.name}` });
        const isTold = delivery.outcome === "delivered";
        if (isTold) told.add(channel);
        log({
          ...{ level: isTold ? "info" : "warning", event: "told" },
          words: isTold
            ? `told ${channel.name}: ${message.title}`
            : `${channel.name} could not be told: ${delivery.why}`,
        });
      }),
    );
  };
  return {
    async look(sinceMs, why) {
      const nowMs = moment.now();
      if (sinceMs === null) {
        if (begunMs !== null && told.size > 0)
          await tell(createMessage("resolve", { begunMs, why }, moment), [...told]);
        begunMs = triedMs = null;
        told.clear();
        return;
      }
      if (nowMs - sinceMs < AFTER_MS || (triedMs !== null && nowMs - triedMs < AGAIN_MS)) return;
      begunMs ??= sinceMs;
      triedMs = nowMs;
      const left = channels.filter((channel) => !told.has(channel));
      await tell(createMessage("open", { begunMs, why }, moment), left);
    },
  };
}

function createMessage(
  kind: "open" | "resolve",
  { begunMs, why }: { readonly begunMs: number; readonly why: string },
  moment: Moment,
): AlertMessage {
  const atMs = moment.now();
  const id = `ledger-${Math.floor(begunMs / 1_000).toString(36)}`;
  const isOver = kind === "resolve";
  return {
    ...{ version: 1, id: `${id}.${kind}`, kind, severity: "critical", atMs },
    title: isOver ? "Kedge can keep what fails again" : "Kedge cannot keep what fails",
    lines: isOver
      ? [["From", `${fullTime(begunMs, moment)} to ${fullTime(atMs, moment)}.`]]
      : [
          ["What", why],
          ["Since", `${fullTime(begunMs, moment)}.`],
          ["Next", "Nothing is lost: what hooks leave waits in files, and is taken in when there is room."],
          ["You", "Make room on the disk, or see who holds the ledger."],
        ],
    command: isOver ? null : "kedge doctor",
    incident: {
      ...{ id, dedupKey: dedupKey("ledger"), cause: "unusable_ledger", account: "machine" },
      ...{ project: null, model: null, window: null, confidence: "certain", failures: 0, sessions: 0 },
      ...{ sessionIds: [], openedMs: begunMs, untilMs: null, untilFrom: null, needsPerson: !isOver },
      ...{ resolvedMs: isOver ? atMs : null, resolution: isOver ? "proof" : null, lostMs: 0, costUsd: 0 },
    },
  };
}
