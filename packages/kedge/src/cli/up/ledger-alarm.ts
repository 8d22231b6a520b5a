import { type AlertMessage, dedupKey, fullTime, type SendingChannel } from "../../recovery/index.ts";
import type { Moment } from "../moment.ts";
import type { UpLog } from "./up-log.ts";

/** Tells people that nothing can be kept, past the outbox, which is in the very file that cannot be written. */
export interface LedgerAlarm {
  /** @param trouble null for nothing */
  look(trouble: LedgerTrouble | null): Promise<void>;
}

/** Since when something stands in the way, epoch ms, and what, in one line. */
export interface LedgerTrouble {
  readonly sinceMs: number;
  readonly why: string;
}

/** What passes within this time is not told, ms. */
const AFTER_MS = 60_000;
/** Who could not be told is tried again after so long, ms. */
const AGAIN_MS = 5 * 60_000;

/** What the alarm needs. */
interface LedgerAlarmPorts {
  readonly moment: Moment;
  readonly log: UpLog;
  /** Names the ledger among all: receivers may hear of several. */
  readonly name: string;
}

/** Each channel is told that it began, and that it is over, and tried until it has heard it. */
export function createLedgerAlarm(
  channels: readonly SendingChannel[],
  { moment, log, name }: LedgerAlarmPorts,
): LedgerAlarm {
  const key = dedupKey(`ledger ${name}`);
  let begunMs: number | null = null;
  let raisedMs: number | null = null;
  let clearedMs: number | null = null;
  /** Who has heard that it began, and is owed an all-clear. */
  const told = new Set<SendingChannel>();
  const isSoon = (triedMs: number | null, nowMs: number): boolean =>
    triedMs !== null && nowMs - triedMs < AGAIN_MS;
  const tell = async (message: AlertMessage, channel: SendingChannel): Promise<boolean> => {
    const delivery = await channel.send({ ...message, id: `${message.id}.${channel.name}` });
    const isTold = delivery.outcome === "delivered";
    log({
      ...{ level: isTold ? "info" : "warning", event: "told" },
      words: isTold
        ? `told ${channel.name}: ${message.title}`
        : `${channel.name} could not be told: ${delivery.why}`,
    });
    return isTold;
  };
  const raise = async ({ sinceMs, why }: LedgerTrouble, nowMs: number): Promise<void> => {
    if (nowMs - sinceMs < AFTER_MS || isSoon(raisedMs, nowMs)) return;
    begunMs ??= sinceMs;
    raisedMs = nowMs;
    const message = createMessage("open", { begunMs, why, key }, moment);
    const left = channels.filter((channel) => !told.has(channel));
    await Promise.all(left.map(async (each) => (await tell(message, each)) && told.add(each)));
  };
  const clear = async (nowMs: number): Promise<void> => {
    if (begunMs === null || isSoon(clearedMs, nowMs)) return;
    clearedMs = nowMs;
    const message = createMessage("resolve", { begunMs, why: "", key }, moment);
    await Promise.all([...told].map(async (each) => (await tell(message, each)) && told.delete(each)));
    if (told.size === 0) begunMs = null;
  };
  return {
    async look(trouble) {
      if (trouble === null) {
        raisedMs = null;
        await clear(moment.now());
      } else {
        clearedMs = null;
        await raise(trouble, moment.now());
      }
    },
  };
}

function createMessage(
  kind: "open" | "resolve",
  { begunMs, why, key }: { readonly begunMs: number; readonly why: string; readonly key: string },
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
      ...{ id, dedupKey: key, cause: "unusable_ledger", account: "machine" },
      ...{ project: null, model: null, window: null, confidence: "certain", failures: 0, sessions: 0 },
      ...{ sessionIds: [], openedMs: begunMs, untilMs: null, untilFrom: null, needsPerson: !isOver },
      ...{ resolvedMs: isOver ? atMs : null, resolution: isOver ? "proof" : null, lostMs: 0, costUsd: 0 },
    },
  };
}
