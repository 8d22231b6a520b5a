import { setTimeout as sleep } from "node:timers/promises";
import type { Delivery } from "../channels/delivery.ts";
import { isRecoveryError } from "../errors.ts";
import type { AlertMessage } from "../incidents/alert-message.ts";
import type { ChannelFacts } from "./channel-state.ts";
import type { Outbox } from "./outbox.ts";

/** A channel that can be sent through. */
export interface SendingChannel extends ChannelFacts {
  /** Between two messages at least so long, ms. */
  readonly minIntervalMs: number;
  /** Tries once; it never throws, and ends within 15 seconds. */
  send(message: AlertMessage, signal?: AbortSignal): Promise<Delivery>;
}

/** What became of one try. */
export interface SentAlert {
  readonly channel: string;
  readonly message: AlertMessage;
  readonly delivery: Delivery;
}

/** What sends, and who hears of it. */
export interface SenderPorts {
  readonly outbox: Outbox;
  readonly channels: readonly SendingChannel[];
  readonly onSent?: (sent: SentAlert) => void;
  /** Something stood in the way that passes, in one line for people. */
  readonly onTrouble?: (words: string) => void;
}

/** How often is looked for what is due, ms. */
const LOOK_EVERY_MS = 1_000;

/**
 * Sends what is due until it is told to stop, each channel by itself: one that is slow or down holds up no other.
 *
 * @param options.signal aborted: begin nothing more, and come back when what is under way is done, within 15 seconds
 * @param options.hurry aborted: what is under way is ended, and told again by whoever comes next; default `signal`
 */
export async function sendAlerts({
  signal,
  hurry = signal,
  ...ports
}: SenderPorts & { readonly signal: AbortSignal; readonly hurry?: AbortSignal }): Promise<void> {
  await Promise.all(ports.channels.map((channel) => serve(channel, ports, { signal, hurry })));
}

async function serve(
  channel: SendingChannel,
  ports: SenderPorts,
  { signal, hurry }: { readonly signal: AbortSignal; readonly hurry: AbortSignal },
): Promise<void> {
  while (!signal.aborted) {
    let isSent = false;
    try {
      isSent = await sendNext(channel, ports, hurry);
    } catch (error) {
      if (!isRecoveryError(error) || error.code !== "LEDGER_NOT_USABLE") throw error;
      ports.onTrouble?.(error.message);
    }
    if (!isSent) await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => {});
  }
}

/**
 * Sends what is due now, and comes back when nothing is left that is, or the time is over.
 *
 * @returns how many were delivered
 */
export async function drainAlerts({
  withinMs,
  signal: stop,
  ...ports
}: SenderPorts & { readonly withinMs: number; readonly signal?: AbortSignal }): Promise<number> {
  const timeout = AbortSignal.timeout(withinMs);
  const signal = stop === undefined ? timeout : AbortSignal.any([timeout, stop]);
  let delivered = 0;
  const onSent = (sent: SentAlert): void => {
    if (sent.delivery.outcome === "delivered") delivered++;
    ports.onSent?.(sent);
  };
  await Promise.all(
    ports.channels.map(async (channel) => {
      while (!signal.aborted && (await sendNext(channel, { ...ports, onSent }, signal)));
    }),
  );
  return delivered;
}

/** @returns whether there was something to send */
async function sendNext(
  channel: SendingChannel,
  { outbox, onSent }: SenderPorts,
  signal: AbortSignal,
): Promise<boolean> {
  // To look costs nobody anything; to claim keeps others from writing.
  const dueMs = await outbox.nextDue(channel);
  if (dueMs === null || dueMs > outbox.now()) return false;
  const claimed = await outbox.claim(channel);
  if (claimed === null) return false;
  const delivery = await channel.send(claimed.message, signal);
  const isOwn = await outbox.settle(claimed, delivery, channel.minIntervalMs);
  if (isOwn) onSent?.({ channel: channel.name, message: claimed.message, delivery });
  return true;
}
