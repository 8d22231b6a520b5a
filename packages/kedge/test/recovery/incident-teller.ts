/** A receiver that takes everything, and the outbox that sends to it, by the clock of an incident world. */
import { type Outbox, openOutbox } from "../../src/recovery/alerts/outbox.ts";
import { drainAlerts } from "../../src/recovery/alerts/sender.ts";
import type { AlertMessage } from "../../src/recovery/incidents/alert-message.ts";
import type { AlertRules } from "../../src/recovery/incidents/alert-rules.ts";
import { createZone, type Zone } from "../../src/recovery/reset-zone.ts";
import { type IncidentWorld, RULES } from "./incident-world.ts";

export interface Teller extends AsyncDisposable {
  readonly outbox: Outbox;
  /** Sweeps, and sends what is due. */
  tell(): Promise<void>;
  /** What came since this was asked last. */
  take(): readonly AlertMessage[];
}

export async function makeTeller(
  world: Pick<IncidentWorld, "folder" | "nowMs">,
  rules: AlertRules = RULES,
): Promise<Teller> {
  const zone = createZone("UTC") as Zone;
  const moment = { now: () => world.nowMs, zone };
  const outbox = await openOutbox({
    stateDir: world.folder,
    rules,
    moment,
    holder: "teller",
    random: () => 0.5,
  });
  const got: AlertMessage[] = [];
  const channel = {
    ...{ name: "team", rule: "r1", minIntervalMs: 0 },
    send: async (message: AlertMessage) => {
      got.push(message);
      return { outcome: "delivered" } as const;
    },
  };
  return {
    outbox,
    async tell() {
      await outbox.sweep();
      await drainAlerts({ outbox, channels: [channel], withinMs: 60_000 });
    },
    take: () => got.splice(0),
    [Symbol.asyncDispose]: () => outbox[Symbol.asyncDispose](),
  };
}
