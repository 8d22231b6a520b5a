import type { Fleet, Session, Strategy } from "./fleet.ts";
import type { Refused } from "./limits.ts";

/** Sends only what will be admitted, in the order of asking: no admission can do better without knowing what sessions will do. */
export function omniscient(fleet: Fleet): Strategy {
  const queues = new Map<number, Session[]>();
  const drain = (account: number): void => {
    const queue = queues.get(account) ?? [];
    for (let [first] = queue; first !== undefined; [first] = queue) {
      const refused = fleet.send(first, true);
      if (refused !== undefined) {
        fleet.at(fleet.now() + refused.waitMs, () => drain(account));
        return;
      }
      queue.shift();
    }
  };
  const ready = (session: Session): void => {
    const queue = queues.get(session.account) ?? [];
    queues.set(session.account, queue);
    // one that waits has planned the next look for all
    if (queue.push(session) === 1) drain(session.account);
  };
  return { arrive: ready, ready };
}

/** Each session by itself: as soon as it can, and after a refusal when `wait` says. */
function alone(fleet: Fleet, wait: (refused: Refused, refusals: number) => number): Strategy {
  const refusals = new Map<number, number>();
  const send = (session: Session): void => {
    const refused = fleet.send(session);
    if (refused === undefined) {
      refusals.delete(session.id);
      return;
    }
    const count = (refusals.get(session.id) ?? 0) + 1;
    refusals.set(session.id, count);
    fleet.at(fleet.now() + wait(refused, count), () => send(session));
  };
  return { arrive: send, ready: send };
}

/** Capped exponential backoff with full jitter: from 10 s, at most 15 minutes. */
export function fullJitter(fleet: Fleet): Strategy {
  return alone(fleet, (_, refusals) => drawBackoff(fleet, refusals));
}

/** Every five minutes. */
export function fixedInterval(fleet: Fleet): Strategy {
  return alone(fleet, () => 300_000);
}

/** When the answer says that the window resets, all at once; a bucket that is empty gets the backoff. */
export function atReset(fleet: Fleet): Strategy {
  return alone(fleet, ({ isOfWindow, waitMs }, refusals) =>
    isOfWindow ? waitMs : drawBackoff(fleet, refusals),
  );
}

function drawBackoff(fleet: Fleet, refusals: number): number {
  return fleet.random() * Math.min(900_000, 10_000 * 2 ** (refusals - 1));
}
