import { OTHERS, supervise } from "../../recovery/index.ts";
import { followSpool } from "../follow-spool.ts";
import { tell } from "../open-ledger.ts";
import { type Part, tellTrouble } from "./parts.ts";
import type { Running } from "./running.ts";

/** How often sessions are looked at, ms. */
const LOOK_MS = 5_000;
const ALARMS_MS = 30_000;
const WAITS_MS = 1_000;
const DAY_MS = 86_400_000;
/** Sessions at once that Kedge did not start. The governor of each account decides within that. */
const CONCURRENCY = 8;

/** Takes in what hooks leave. It comes back only when it is told to stop, or when the spool cannot be opened for now. */
function following({ room, context, health, log, show }: Running, signal: AbortSignal): Part {
  const { records } = room;
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
function supervising({ own, signals, health }: Running, stop: AbortSignal): Part {
  return {
    ...{ name: "work", everyMs: LOOK_MS },
    async work() {
      if (own.others === null) return;
      const options = { scope: { batch: OTHERS }, concurrency: CONCURRENCY, stays: true };
      const onStanding = (): void => health.well("work");
      await supervise({ ...options, onStanding, stop, kill: signals.kill }, own.others.ports);
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

/** Everything that is done again and again. @param stop ends those that work until they are told to */
export function partsOf(running: Running, stop: AbortSignal): readonly Part[] {
  const looking = [watching, adopting, waking, alarming, retaining].map((part) => part(running));
  return [...looking, following(running, stop), supervising(running, stop)];
}

/** What one look by itself can see. */
export function partsOfOneLook(running: Running): readonly Part[] {
  return [watching, alarming, retaining].map((part) => part(running));
}

/** Whether sessions that Kedge did not start live, go on, or stand still. */
function watching({ own, log, show }: Running): Part {
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
