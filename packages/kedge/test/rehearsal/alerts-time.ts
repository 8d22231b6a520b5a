/** Time of a rehearsal: it passes from one instant at which something is due to the next, and what is due is told. */
import { setTimeout as sleep } from "node:timers/promises";
import {
  drainAlerts,
  type Outbox,
  type SendingChannel,
  type Standing,
  type SuperviseEnd,
  type SuperviseOptions,
  type SupervisorPorts,
  sendAlerts,
} from "../../src/recovery/index.ts";
import type { SuperviseWorld } from "../recovery/supervise-world.ts";

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** How a supervisor of a rehearsal works. */
interface Wishes extends Partial<SuperviseOptions> {
  /** Nobody sends anything meanwhile: who should is dead. Default false. */
  readonly isUntold?: boolean;
  /** Time passes as it does, so that the agent's own clock agrees with ours. Default false. */
  readonly isUnhurried?: boolean;
}

export interface RehearsalTime {
  /** Lets a supervisor work, and what is due be told beside it. Time passes by itself only where the work waits. */
  supervise(options?: Wishes, more?: Partial<SupervisorPorts>): Promise<SuperviseEnd>;
  /** Lets time pass, from one instant at which something is due to the next, and tells what is. */
  pass(forMs: number): Promise<void>;
}

interface TimePorts {
  readonly world: SuperviseWorld;
  readonly outbox: Outbox;
  readonly channels: readonly SendingChannel[];
  /** In place of those of the world. */
  readonly ports: Partial<SupervisorPorts>;
}

/** Within this time of the machine nothing is left to be tried. */
const DRAIN_MS = 60_000;
/** Incidents are looked after so often, as `kedge up` does; and over long times not more often than so. */
const SWEEP_MS = 30 * SECOND;
const MOST_SWEEPS = 60;
/** What a governor lets go on is seconds away, where it does not say when. */
const STEP_MS = SECOND;
const MOST_STEP_MS = 5 * SECOND;

/** What a supervisor saw when it looked around. */
interface Seen {
  readonly standing: Standing;
  /** Epoch ms: when a governor lets somebody in; 0 where it does not say. */
  readonly askMs: number;
}

export function createTime({ world, outbox, channels, ports }: TimePorts): RehearsalTime {
  const now = world.nowMs;
  const nextDue = async (): Promise<number> => {
    const dues = await Promise.all(channels.map((channel) => outbox.nextDue(channel)));
    return Math.min(...dues.filter((due) => due !== null));
  };
  /** Also waits for what another sender has in hand. */
  const tellDue = async (): Promise<void> => {
    for (;;) {
      await outbox.sweep();
      await drainAlerts({ outbox, channels, withinMs: DRAIN_MS });
      if ((await nextDue()) > now()) return;
      await sleep(10);
    }
  };
  const pass = async (forMs: number): Promise<void> => {
    const untilMs = now() + forMs;
    const stepMs = Math.max(SWEEP_MS, forMs / MOST_SWEEPS);
    for (;;) {
      await tellDue();
      const nowMs = now();
      if (nowMs >= untilMs) return;
      const nextMs = Math.min(untilMs, nowMs + stepMs, await nextDue());
      world.pass(Math.max(1, nextMs - nowMs));
    }
  };
  return {
    pass,
    async supervise({ isUntold = false, isUnhurried = false, ...wishes } = {}, more = {}) {
      const stop = new AbortController();
      const sending = isUntold ? null : sendAlerts({ outbox, channels, signal: stop.signal });
      const seen: Seen[] = [];
      let isOver = false;
      const onStanding: SuperviseOptions["onStanding"] = (standing, waits) => {
        const untils = waits.flatMap(({ untilMs }) => untilMs ?? []);
        seen.push({ standing, askMs: untils.length === 0 ? 0 : Math.min(...untils) });
      };
      const run = world.supervise({ ...wishes, onStanding }, { ...ports, ...more }).finally(() => {
        isOver = true;
      });
      try {
        while (!isOver) {
          await sleep(20);
          // The last look counts, and once: what came of it may be that something has begun.
          const forMs = waitOf(seen.splice(0).at(-1), now(), wishes.patienceMs);
          if (forMs === 0 || isUnhurried) continue;
          if (isUntold) world.pass(forMs);
          else await pass(forMs);
        }
        return await run;
      } finally {
        // A message that is under way when its sender stops would be sent once more.
        if (!isUntold) await tellDue();
        stop.abort();
        await sending;
      }
    },
  };
}

/** How long nothing happens from now on, ms; 0 while something runs, and where nobody waits for it. */
function waitOf(seen: Seen | undefined, nowMs: number, patienceMs = Number.POSITIVE_INFINITY): number {
  const nextMs = seen?.standing.nextMs ?? null;
  if (seen === undefined || nextMs === null || seen.standing.counts.running > 0) return 0;
  if (nextMs - nowMs > patienceMs) return 0;
  if (nextMs > nowMs) return nextMs - nowMs;
  // What is due and does not begin waits for its governor, who is asked every few seconds.
  return Math.min(Math.max(STEP_MS, seen.askMs - nowMs), MOST_STEP_MS);
}
