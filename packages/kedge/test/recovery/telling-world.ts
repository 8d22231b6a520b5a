/** Incidents with an outbox that somebody looks after, and receivers that answer as a test says. */
import { afterEach } from "vitest";
import type { ChannelFacts } from "../../src/recovery/alerts/channel-state.ts";
import { type Outbox, openOutbox } from "../../src/recovery/alerts/outbox.ts";
import type { Delivery } from "../../src/recovery/channels/delivery.ts";
import type { AlertMessage } from "../../src/recovery/incidents/alert-message.ts";
import type { AlertRules } from "../../src/recovery/incidents/alert-rules.ts";
import { type IncidentBook, openIncidentBook } from "../../src/recovery/incidents/incident-book.ts";
import { createZone, type Zone } from "../../src/recovery/reset-zone.ts";
import { DAY, HOUR, type IncidentWorld, MINUTE, makeIncidents, RULES, SECOND } from "./incident-world.ts";

export const TEAM: ChannelFacts = { name: "team", rule: "r1" };
export const OK: Delivery = { outcome: "delivered" };
export const LOST: Delivery = { outcome: "retry", why: "no answer in time" };
export const REFUSED: Delivery = { outcome: "refused", why: "HTTP 400" };

/** The same for each message, or by what it is and who gets it. */
type Answer = Delivery | ((message: AlertMessage, channel: ChannelFacts) => Delivery);

interface Telling {
  readonly world: IncidentWorld;
  readonly outbox: Outbox;
  readonly book: IncidentBook;
  /** What was delivered. */
  readonly got: AlertMessage[];
  /** Lets time go by, and answers each message in this way; says what was sent, as `kind after minutes`. */
  pass(forMs: number, answer?: Answer, channels?: readonly ChannelFacts[]): Promise<readonly string[]>;
  /** The same world by other rules, as a process that begins later has them. */
  by(rules: AlertRules): Promise<Telling>;
}

const closers: AsyncDisposable[] = [];
afterEach(async () => {
  for (const each of closers.splice(0)) await each[Symbol.asyncDispose]();
});

export async function makeTelling(rules: AlertRules = RULES): Promise<Telling> {
  return open(await makeIncidents(rules), rules);
}

async function open(world: IncidentWorld, rules: AlertRules): Promise<Telling> {
  const now = (): number => world.nowMs;
  const moment = { now, zone: createZone("UTC") as Zone };
  const own = { stateDir: world.folder, rules };
  const outbox = await openOutbox({ ...own, moment, holder: "h", random: () => 0.5 });
  const book = await openIncidentBook({ ...own, now });
  closers.push(outbox, book);
  const startMs = world.nowMs;
  const got: AlertMessage[] = [];
  return {
    ...{ world, outbox, book, got },
    by: (others) => open(world, others),
    async pass(forMs, answer = OK, channels = [TEAM]) {
      const sent: string[] = [];
      // Of what takes days no minute counts.
      const stepMs = forMs > 2 * DAY ? HOUR : forMs > 10 * HOUR ? 5 * MINUTE : 30 * SECOND;
      for (const endMs = world.nowMs + forMs; world.nowMs < endMs; ) {
        world.nowMs += Math.min(stepMs, endMs - world.nowMs);
        await outbox.sweep();
        for (const channel of channels)
          for (;;) {
            const claimed = await outbox.claim(channel);
            if (claimed === null) break;
            const { message } = claimed;
            sent.push(`${message.kind} ${Math.round((world.nowMs - startMs) / MINUTE)}`);
            const delivery = typeof answer === "function" ? answer(message, channel) : answer;
            if (delivery.outcome === "delivered") got.push(message);
            await outbox.settle(claimed, delivery, 0);
          }
      }
      return sent;
    },
  };
}
