import { createGovernor } from "../../packages/kedge/src/recovery/governor/governor.ts";
import type { Fleet, Session, Strategy } from "./fleet.ts";
import type { Refused } from "./limits.ts";

/**
 * Kedge's governor, asked as a supervisor asks it: in the order of parking, at the times that it names and after all news.
 *
 * @param startMs from the admission of a session to its first request: what it takes to start a process
 */
export function governed(fleet: Fleet, startMs = 0): Strategy {
  const governor = createGovernor({ random: fleet.random });
  const parked = new Map<number, Session[]>();
  const about = ({ account, id }: Session) => ({
    account: `account ${account}`,
    sessionId: `session ${id}`,
    nowMs: fleet.now(),
  });
  const askAll = (account: number): void => {
    const queue = parked.get(account) ?? [];
    for (let [first] = queue; first !== undefined; [first] = queue) {
      const answer = governor.ask(about(first));
      if (!answer.ok) {
        // what comes in between asks for itself, and then this is one question too many
        if (answer.notBeforeMs !== null) fleet.at(answer.notBeforeMs, () => askAll(account));
        return;
      }
      queue.shift();
      governor.started(about(first));
      if (startMs === 0) send(first);
      else fleet.at(fleet.now() + startMs, () => send(first));
    }
  };
  const send = (session: Session): void => {
    const refused = fleet.send(session);
    if (refused === undefined) return;
    governor.refused({ ...about(session), verdict: verdictOf(refused, fleet.now()) });
    park(session);
  };
  const park = (session: Session): void => {
    const queue = parked.get(session.account) ?? [];
    parked.set(session.account, queue);
    queue.push(session);
    fleet.at(fleet.now(), () => askAll(session.account));
  };
  return {
    arrive: park,
    ready: send,
    proved: (session) => {
      governor.proof(about(session));
      askAll(session.account);
    },
    finished: (session) => {
      governor.ended(about(session));
      askAll(session.account);
    },
  };
}

/** As the ledger's verdicts say it: a window with the instant of its header, a bucket with its Retry-After. */
function verdictOf({ isOfWindow, waitMs }: Refused, nowMs: number) {
  if (!isOfWindow) return { cause: "request_rate", retryAfterMs: waitMs };
  const from = "anthropic-ratelimit-unified-5h-reset";
  return {
    cause: "plan_window",
    window: "five_hour",
    reset: { atMs: nowMs + waitMs, from, precision: "exact", isPlausible: true },
  } as const;
}
