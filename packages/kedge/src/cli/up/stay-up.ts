import { BEAT_EVERY_MS } from "../../recovery/index.ts";
import { CommandError, EXIT } from "../command-error.ts";
import { noChannels } from "../commands/policy-file.ts";
import type { Context } from "../context.ts";
import type { Moment } from "../moment.ts";
import { stateDir } from "../state-dir.ts";
import { version } from "../version.ts";
import { startTelling } from "../work/tell-people.ts";
import { createFailureLog } from "./failure-log.ts";
import { takeFence, upHolder } from "./fence.ts";
import { ALERTS_PART, createHealthBook } from "./health.ts";
import { healthAnswer } from "./health-answer.ts";
import { type HealthServer, startHealthServer } from "./health-server.ts";
import { lookOnce } from "./look-once.ts";
import { keepDoing, type Part, tellTrouble } from "./parts.ts";
import { watchPolicy } from "./policy-change.ts";
import { createPulse, type Pulse } from "./pulse.ts";
import type { Running } from "./running.ts";
import type { UpOrder } from "./up-order.ts";
import { partsOf } from "./up-parts.ts";
import { openUpRoom } from "./up-room.ts";

interface Place {
  readonly context: Context;
  readonly moment: Moment;
}

/** How long each part may say nothing, ms. */
const QUIET_MS = {
  ...{ spool: 60_000, sessions: 60_000, waits: 60_000, pulse: 60_000 },
  ...{ alarms: 5 * 60_000, [ALERTS_PART]: 5 * 60_000 },
};

/** It has held itself for so long: what killed the one before is over, ms. */
const STEADY_MS = 5 * 60_000;

/**
 * Looks after sessions that Kedge did not start, until it is told to stop: takes in what hooks leave, judges, tells people, and wakes what the
 * policy allows.
 *
 * @throws {CommandError} 75 while another one lives, or when another one has taken over
 */
export async function stayUp(order: UpOrder, place: Place): Promise<number> {
  const { room, log, once, signals } = order;
  const { context, moment } = place;
  const fence = await takeFence({
    ...{ ledger: room.ledger, stateDir: stateDir(context), now: moment.now, signal: signals.stop },
    holder: upHolder(),
    say: (words) => log({ level: "info", event: "waiting", words }),
  });
  if (fence === null) return EXIT.ok;
  try {
    await using own = await openUpRoom(order, { ...place, log });
    const health = createHealthBook(QUIET_MS, moment.now);
    const show = createFailureLog({ room, log, moment });
    const running = { ...order, ...place, fence, health, own, show };
    return once ? await lookOnce(running) : await lookOn(running);
  } finally {
    await fence.release().catch(() => "it runs out by itself");
  }
}

async function lookOn(running: Running): Promise<number> {
  const { room, log, context, moment, signals, health, outside } = running;
  await using server = await openServer(running);
  const pulse = createPulse({
    stateDir: stateDir(context),
    health: server?.url ?? null,
    now: moment.now,
    log,
  });
  // Before the first sign of life of this one takes the place of the last one of the other.
  await noteDeath(running);
  await pulse.beat();
  log({
    ...{ level: "info", event: "up", data: { version, pid: process.pid, health: server?.url ?? null } },
    words: startWords(running, server),
  });
  const lost = new AbortController();
  const failed = new AbortController();
  const stop = AbortSignal.any([signals.stop, lost.signal, failed.signal]);
  // It gives signs of life for as long as anything is still put aside.
  const over = new AbortController();
  const alive = keepDoing(beating(running, pulse, lost), { health, log, signal: over.signal });
  try {
    await using _telling = startTelling(room.alerts, {
      say: (words) => log({ level: "info", event: "told", words }),
      isTakenOver: async () => lost.signal.aborted,
      hurry: signals.kill,
      onHealth(trouble) {
        if (trouble === null) health.well(ALERTS_PART);
        else tellTrouble(ALERTS_PART, trouble, { health, log });
      },
    });
    // Whoever is slow to be told must not make the signs of life late.
    const telling: Part = {
      ...{ name: "outside", everyMs: BEAT_EVERY_MS },
      work: () => outside.look(health.read().isWell, health.ledgerTrouble()),
    };
    const parts = [...partsOf(running, stop), telling, watchPolicy(running)];
    const works = parts.map((part) => keepDoing(part, { health, log, signal: stop }));
    try {
      await Promise.all(works);
    } finally {
      failed.abort();
      await Promise.allSettled(works);
    }
  } finally {
    over.abort();
    await alive;
  }
  if (!signals.stop.aborted)
    throw new CommandError(EXIT.parked, "another kedge up has taken over: this one has ended.");
  await pulse.end();
  log({ level: "info", event: "ended", words: "ended in good order" });
  return EXIT.ok;
}

/** Signs of life, and the right to be the only one. */
function beating({ fence, log }: Running, pulse: Pulse, lost: AbortController): Part {
  return {
    ...{ name: "pulse", everyMs: BEAT_EVERY_MS },
    async work() {
      if (lost.signal.aborted) return;
      await pulse.beat();
      if (await fence.renew()) return;
      log({ level: "error", event: "lost", words: "another kedge up has taken over; this one ends" });
      lost.abort();
    },
  };
}

/** The health endpoint; another port where that one is taken. */
async function openServer(running: Running): Promise<HealthServer | null> {
  const { port, log } = running;
  if (port === null) return null;
  const answer = healthAnswer(running);
  try {
    return await startHealthServer(port, answer);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    log({ level: "warning", event: "health", words: `port ${port} is taken; another one is used` });
    return startHealthServer(0, answer);
  }
}

function startWords({ policy, room, own, context }: Running, server: HealthServer | null): string {
  const channels = room.alerts.channels.map(({ name }) => name);
  const told =
    channels.length === 0
      ? `nobody is told of anything: ${noChannels(context)}`
      : `tells ${channels.join(", ")}`;
  const wakes =
    own.others === null
      ? "wakes nothing by itself"
      : `wakes sessions in ${policy.resumeOthers?.projects.join(", ")}`;
  return `kedge ${version} is up: ${told}; ${wakes}${server === null ? "" : `; health at ${server.url}`}`;
}

/** One that died tells nobody: its successor does, and says that it is over when it has held itself for a while. */
async function noteDeath({ fence, room, signals, log }: Running): Promise<void> {
  const { before } = fence;
  const { incidents } = room;
  if (before !== null && before.endedMs === null) {
    const words =
      "kedge up ended without having been told to; until it came back nobody was told of anything.";
    log({ level: "warning", event: "died", words: "the kedge up before this one has died" });
    await incidents.raise({ cause: "dead_supervisor", subject: "", sinceMs: before.beatMs, words });
  }
  const timer = setTimeout(() => {
    incidents.clear({ cause: "dead_supervisor", subject: "" }).catch(() => "it ends by itself, later");
  }, STEADY_MS);
  timer.unref();
  signals.stop.addEventListener("abort", () => clearTimeout(timer));
}
