/** Alerts on the way that they really take: failures in a ledger, its outbox, channels as the policy has them, receivers on loopback. */
import { createChildProcesses } from "../../src/platform/index.ts";
import { type Outbox, openOutbox } from "../../src/recovery/alerts/outbox.ts";
import { drainAlerts, type SendingChannel, type SentAlert } from "../../src/recovery/alerts/sender.ts";
import { type ChannelPorts, createChannel } from "../../src/recovery/channels/open-channels.ts";
import type { AlertRules } from "../../src/recovery/incidents/alert-rules.ts";
import type { ChannelRule } from "../../src/recovery/policy/channel.ts";
import { createZone, type Zone } from "../../src/recovery/reset-zone.ts";
import { createRedactor } from "../../src/redact/index.ts";
import { type IncidentWorld, makeIncidents, RULES } from "./incident-world.ts";

export interface AlertWorld extends AsyncDisposable {
  readonly world: IncidentWorld;
  readonly outbox: Outbox;
  /** What was tried, in the order in which the tries ended. */
  readonly tries: readonly SentAlert[];
  /** Opens a channel; by the clock of the world unless it is given another one. */
  channel(name: string, rule: ChannelRule, ports?: Partial<ChannelPorts>): SendingChannel;
  /** Sends what is due now. */
  drain(channels: readonly SendingChannel[]): Promise<void>;
  /** Lets time go by, from one instant at which something is due to the next. */
  pass(forMs: number, channel: SendingChannel): Promise<void>;
}

interface AlertWorldOptions {
  readonly rules?: AlertRules;
  /** Epoch ms; default the clock of the world, which stands still until a test moves it. */
  readonly now?: () => number;
  /** From 0 up to, and without, 1; default the middle of every jitter. */
  readonly random?: () => number;
}

/** Tries of a channel of this world end well before the test does. */
const DRAIN_MS = 60_000;

export async function makeAlerts(options: AlertWorldOptions = {}): Promise<AlertWorld> {
  const { rules = { ...RULES, groupWaitMs: 0 }, random = () => 0.5 } = options;
  const world = await makeIncidents(rules);
  const { now = () => world.nowMs } = options;
  const moment = { now, zone: createZone("UTC") as Zone };
  const outbox = await openOutbox({ stateDir: world.folder, rules, moment, holder: "test", random });
  const children = createChildProcesses();
  const tries: SentAlert[] = [];
  const drain = async (channels: readonly SendingChannel[]): Promise<void> =>
    void (await drainAlerts({
      ...{ outbox, channels, withinMs: DRAIN_MS },
      onSent: (sent) => void tries.push(sent),
    }));
  return {
    ...{ world, outbox, tries, drain },
    channel: (name, rule, ports = {}) => ({
      rule: JSON.stringify(rule),
      ...createChannel(name, rule, {
        ...{ env: {}, homeDir: world.folder, now, children, redactor: createRedactor() },
        ...ports,
      }),
    }),
    async pass(forMs, channel) {
      const untilMs = world.nowMs + forMs;
      for (;;) {
        await outbox.sweep();
        const dueMs = await outbox.nextDue(channel);
        if (dueMs === null || dueMs > untilMs) break;
        world.nowMs = Math.max(world.nowMs, dueMs);
        const before = tries.length;
        await drain([channel]);
        if (tries.length === before) world.nowMs++;
      }
      world.nowMs = Math.max(world.nowMs, untilMs);
      await outbox.sweep();
    },
    async [Symbol.asyncDispose]() {
      await outbox[Symbol.asyncDispose]();
      await children[Symbol.asyncDispose]();
    },
  };
}
