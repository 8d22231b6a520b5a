import { BEAT_EVERY_MS, drainAlerts, OTHERS, supervise } from "../../recovery/index.ts";
import { CommandError, EXIT } from "../command-error.ts";
import type { Context } from "../context.ts";
import { followSpool } from "../follow-spool.ts";
import type { Moment } from "../moment.ts";
import { tell } from "../open-ledger.ts";
import { stateDir } from "../state-dir.ts";
import { version } from "../version.ts";
import { type StopSignals, watchStopSignals } from "../work/stop-signals.ts";
import { startTelling } from "../work/tell-people.ts";
import { createFailureLog } from "./failure-log.ts";
import { type Fence, takeFence, upHolder } from "./fence.ts";
import { createHealthBook, type HealthBook } from "./health.ts";
import { healthAnswer } from "./health-answer.ts";
import { type HealthServer, startHealthServer } from "./health-server.ts";
import { createLedgerAlarm } from "./ledger-alarm.ts";
import { keepDoing, type Part, tellTrouble } from "./parts.ts";
import { createPulse } from "./pulse.ts";
import type { UpOrder } from "./up-order.ts";
import { openUpRoom, type UpRoom } from "./up-room.ts";

interface Place {
  readonly context: Context;
  readonly moment: Moment;
}

/** Everything that runs. */
interface Running extends UpOrder, Place {
  readonly fence: Fence;
  readonly signals: StopSignals;
  readonly health: HealthBook;
  readonly own: UpRoom;
}

/** How often sessions are looked at, ms. */
const LOOK_MS = 5_000;
const ALARMS_MS = 30_000;
const WAITS_MS = 1_000;
const DAY_MS = 86_400_000;
/** Sessions at once that Kedge did not start. The governor of each account decides within that. */
const CONCURRENCY = 8;
/** It has held itself for so long: what killed the one before is over, ms. */
const STEADY_MS = 5 * 60_000;

/**
 * Looks after sessions that Kedge did not start, until it is told to stop: takes in what hooks leave, judges, tells people, and wakes what the
 * policy allows.
 *
 * @throws {CommandError} 75 while another one lives, or when another one has taken over
 */
export async function stayUp(order: UpOrder, place: Place): Promise<number> {
  const { room, log, once } = order;
  const { context, moment } = place;
  using signals = watchStopSignals({
    first: () => log({ level: "info", event: "stopping", words: "stopping: sessions are put aside" }),
    second: () => log({ level: "warning", event: "stopping", words: "stopping at once" }),
  });
  const fence = await takeFence({
    ...{ ledger: room.ledger, stateDir: stateDir(context), now: moment.now, signal: signals.stop },
    holder: upHolder(),
    say: (words) => log({ level: "info", event: "waiting", words }),
  });
  if (fence === null) return EXIT.ok;
  try {
    await using own = await openUpRoom(order, { ...place, log });
    const health = createHealthBook(
      { spool: 60_000, sessions: 60_000, waits: 60_000, alarms: 5 * 60_000 },
      moment.now,
    );
    const running = { ...order, ...place, fence, signals, health, own };
    return once ? await lookOnce(running) : await lookOn(running);
  } finally {
    await fence.release().catch(() => "it runs out by itself");
  }
}

async function lookOnce(running: Running): Promise<number> {
  const { room, log, context } = running;
  const { ingester } = await room.records.spool();
  const done = await ingester.drain();
  tell(done, room.records, context);
  createFailureLog(running)(done.failures);
  for (const part of [watching(running), alarming(running), retaining(running)]) await part.work();
  const { outbox, channels } = room.alerts;
  await outbox.sweep();
  const told = await drainAlerts({ outbox, channels, withinMs: 15_000 });
  log({ level: "info", event: "done", words: `looked at everything once; ${told} told` });
  return EXIT.ok;
}

async function lookOn(running: Running): Promise<number> {
  const { policy, room, log, context, moment, signals, health, fence } = running;
  await using server = await openServer(running);
  const lost = new AbortController();
  const stop = AbortSignal.any([signals.stop, lost.signal]);
  const { ping: rule } = policy.watch;
  const { env, homeDir } = context;
  const { now } = moment;
  const pulse = createPulse({
    ...{ stateDir: stateDir(context), health: server?.url ?? null, now, log },
    ping: rule && { ...rule, env, homeDir, now },
  });
  // Before the first sign of life of this one takes the place of the last one of the other.
  await noteDeath(running);
  await pulse.beat();
  log({
    ...{ level: "info", event: "up", data: { version, pid: process.pid, health: server?.url ?? null } },
    words: startWords(running, server),
  });
  const alarm = createLedgerAlarm(room.alerts.channels, { moment, log });
  const beat: Part = {
    ...{ name: "pulse", everyMs: BEAT_EVERY_MS },
    async work() {
      await pulse.beat();
      if (await fence.renew()) return;
      log({ level: "error", event: "lost", words: "another kedge up has taken over; this one ends" });
      lost.abort();
    },
  };
  // Whoever is slow to be told must not make the signs of life late.
  const outside: Part = {
    ...{ name: "outside", everyMs: BEAT_EVERY_MS },
    async work() {
      const { isWell, parts } = health.read();
      const why = parts.find(({ trouble }) => trouble !== null)?.trouble ?? "";
      await Promise.all([pulse.ping(isWell), alarm.look(health.troubledSince(), why)]);
    },
  };
  const ports = { health, log, signal: stop };
  {
    await using _telling = startTelling(room.alerts, {
      say: (words) => log({ level: "info", event: "told", words }),
      isTakenOver: async () => lost.signal.aborted,
      hurry: signals.kill,
    });
    const parts = [...partsOf(running), following(running, stop), supervising(running, stop), beat, outside];
    const works = parts.map((part) => keepDoing(part, ports));
    try {
      await Promise.all(works);
    } finally {
      lost.abort();
      await Promise.allSettled(works);
    }
  }
  if (!signals.stop.aborted)
    throw new CommandError(EXIT.parked, "another kedge up has taken over: this one has ended.");
  await pulse.end();
  log({ level: "info", event: "ended", words: "ended in good order" });
  return EXIT.ok;
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

function startWords({ policy, room, own }: Running, server: HealthServer | null): string {
  const channels = room.alerts.channels.map(({ name }) => name);
  const told =
    channels.length === 0
      ? "nobody is told of anything: the policy names no channels"
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

/** Takes in what hooks leave. It comes back only when it is told to stop, or when the spool cannot be opened for now. */
function following(running: Running, signal: AbortSignal): Part {
  const { room, context, health, log } = running;
  const { records } = room;
  const show = createFailureLog(running);
  return {
    ...{ name: "spool", everyMs: LOOK_MS },
    async work() {
      const { spool, ingester } = await records.spool();
      await followSpool({
        ...{ spool, ingester, records, signal },
        onBegin: () => {},
        onElsewhere: () => health.well("spool"),
        onDrained(done) {
          health.well("spool");
          tell(done, records, context);
          show(done.failures);
        },
        onTrouble: (words) => tellTrouble("spool", words, { health, log }),
      });
    },
  };
}

/** Runs sessions that were taken over; it comes back only when it is told to stop. */
function supervising({ own, signals }: Running, stop: AbortSignal): Part {
  return {
    ...{ name: "work", everyMs: LOOK_MS },
    async work() {
      if (own.others === null) return;
      const options = { scope: { batch: OTHERS }, concurrency: CONCURRENCY, stays: true };
      await supervise({ ...options, stop, kill: signals.kill }, own.others.ports);
    },
  };
}

const FOUND_WORDS = {
  gone: "has lost its process",
  silent: "gives no sign of life",
  answered: "was answered",
  alive: "gives signs of life again",
  ended: "was ended by its user",
} as const;

const WAIT_WORDS = {
  due: "is to be woken",
  woken: "is woken",
  stopped: "is left to its user",
  gone: "waits no more",
  trouble: "cannot be told",
} as const;

/** What is looked at again and again. */
function partsOf(running: Running): readonly Part[] {
  return [watching, adopting, waking, alarming, retaining].map((part) => part(running));
}

/** Whether sessions that Kedge did not start live, go on, or stand still. */
function watching(running: Running): Part {
  const { own, log } = running;
  const show = createFailureLog(running);
  return {
    ...{ name: "sessions", everyMs: LOOK_MS },
    async work() {
      const { found, failures, ended } = await own.sessions.look();
      for (const { what, sessionId } of found)
        log({
          ...{ level: what === "gone" || what === "silent" ? "warning" : "info", event: what },
          words: `session ${sessionId.slice(0, 8)} ${FOUND_WORDS[what]}`,
          data: { sessionId },
        });
      show(failures);
      for (const { id } of ended)
        log({ level: "info", event: "resolved", words: `incident ${id} is over`, data: { incidentId: id } });
    },
  };
}

/** Takes over those that stand still, where the policy says so. */
function adopting({ own, log }: Running): Part {
  return {
    ...{ name: "adoption", everyMs: LOOK_MS },
    async work() {
      for (const adoption of (await own.others?.adopter.look()) ?? []) {
        const { failure, outcome } = adoption;
        const what = `session ${failure.session_id.slice(0, 8)} in ${failure.project}`;
        const words =
          outcome === "adopted"
            ? `${what} is taken over as ${adoption.key}: ${adoption.plan.why}`
            : `${what} is left alone: ${adoption.why}`;
        log({ level: "info", event: outcome, words, data: { failureId: failure.id } });
      }
    },
  };
}

/** Lets sessions at terminals go on that wait for it. */
function waking({ own, room, log }: Running): Part {
  return {
    ...{ name: "waits", everyMs: WAITS_MS },
    async work() {
      for (const { type, sessionId, why, failureId, account, dueMs } of await own.waits.look()) {
        if (type === "stopped" && failureId !== undefined) await room.incidents.needsPerson(failureId);
        log({
          ...{ level: type === "trouble" ? "error" : "info", event: `wait_${type}` },
          words: `session ${sessionId.slice(0, 8)} at its terminal ${WAIT_WORDS[type]}: ${why}`,
          data: { sessionId, account, dueMs },
        });
      }
    },
  };
}

function alarming({ own }: Running): Part {
  return { name: "alarms", everyMs: ALARMS_MS, work: () => own.alarms.look() };
}

function retaining({ room }: Running): Part {
  return { name: "retention", everyMs: DAY_MS, work: () => room.retain() };
}
