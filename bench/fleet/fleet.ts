import { createRandom } from "../../packages/kedge/test/support/random.ts";
import { createAgenda } from "./agenda.ts";
import { type AccountLimits, openDoor, type Refused } from "./limits.ts";

/** Work that many sessions have to do, and what limits them. */
export interface Scenario {
  readonly name: string;
  readonly sessions: number;
  readonly requests: number;
  /** Ms of one answer and of the tools after it, each drawn between half and one and a half times as much. */
  readonly serviceMs: number;
  readonly toolsMs: number;
  /** Sessions are dealt out to them in turn. */
  readonly accounts: readonly AccountLimits[];
  /** Sessions come evenly over this time. Default: all at once. */
  readonly arriveWithinMs?: number;
}

/** One session of the fleet. */
export interface Session {
  readonly id: number;
  readonly account: number;
  /** Requests that are not answered yet. */
  left: number;
}

/** What a strategy may do. */
export interface Fleet {
  now(): number;
  /** Runs something later, at `atMs` or now. */
  at(atMs: number, act: () => void): void;
  /**
   * Sends the next request of a session. Refused, it counts as wasted unless `isFree`; admitted, the session goes on by itself.
   *
   * @returns whether it was admitted
   */
  send(session: Session, isFree?: boolean): Refused | undefined;
  /** From 0 up to, and without, 1. */
  random(): number;
}

/** Who says when sessions send: told of everything that happens. */
export interface Strategy {
  /** A session is there, and has sent nothing yet. */
  arrive(session: Session): void;
  /** A session that was not refused has its next request ready. */
  ready(session: Session): void;
  proved?(session: Session): void;
  finished?(session: Session): void;
}

/** What became of a fleet. */
export interface FleetRun {
  /** From the first arrival to the last answer. */
  readonly makespanMs: number;
  /** Refused requests. */
  readonly wasted: number;
  readonly useful: number;
}

/** Runs one fleet to its end. What sessions do is settled by the seed alone, so every strategy meets the same. */
export function runFleet(scenario: Scenario, seed: number, create: (fleet: Fleet) => Strategy): FleetRun {
  const agenda = createAgenda();
  const doors = scenario.accounts.map((limits) => openDoor(limits, agenda.now));
  const spans = drawSpans(scenario, seed);
  const { next } = createRandom(seed ^ 0x5bd1e995);
  let wasted = 0;
  let useful = 0;
  let lastMs = 0;
  const goOn = (session: Session): void => {
    const { requests } = scenario;
    const [serviceMs, toolsMs] = spans(session.id, requests - session.left);
    session.left--;
    agenda.at(agenda.now() + serviceMs, () => {
      useful++;
      lastMs = agenda.now();
      strategy.proved?.(session);
      if (session.left === 0) strategy.finished?.(session);
      else agenda.at(agenda.now() + toolsMs, () => strategy.ready(session));
    });
  };
  const fleet: Fleet = {
    now: agenda.now,
    at: agenda.at,
    random: next,
    send: (session, isFree = false) => {
      const refused = doors[session.account]?.();
      if (refused === undefined) goOn(session);
      else if (!isFree) wasted++;
      return refused;
    },
  };
  const strategy = create(fleet);
  const everyMs = (scenario.arriveWithinMs ?? 0) / scenario.sessions;
  for (let id = 0; id < scenario.sessions; id++) {
    const session = { id, account: id % scenario.accounts.length, left: scenario.requests };
    agenda.at(id * everyMs, () => strategy.arrive(session));
  }
  agenda.run();
  const expected = scenario.sessions * scenario.requests;
  if (useful !== expected) throw new Error(`Expected ${expected} answers, got ${useful}`);
  return { makespanMs: lastMs, wasted, useful };
}

/** How long each answer and the tools after it take, in ms, by session and request. */
export function drawSpans(
  { sessions, requests, serviceMs, toolsMs }: Scenario,
  seed: number,
): (session: number, request: number) => readonly [number, number] {
  const { next } = createRandom(seed);
  const around = (ms: number) => Math.round(ms * (0.5 + next()));
  const drawn = Array.from(
    { length: sessions * requests },
    () => [around(serviceMs), around(toolsMs)] as const,
  );
  return (session, request) => drawn[session * requests + request] ?? [serviceMs, toolsMs];
}
