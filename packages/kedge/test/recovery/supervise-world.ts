/** A room for a supervisor with a model API of its own, and time that the test moves. */
import { setTimeout as sleep } from "node:timers/promises";
import {
  type ModelApi,
  type RecordedRequest,
  type Scenario,
  startModelApi,
} from "../../src/model-api/index.ts";
import { openRoom, type RoomOptions, type SuperviseRoom } from "./supervise-room.ts";

export interface SuperviseWorld extends SuperviseRoom {
  readonly api: ModelApi;
  /** Requests of messages, in order; their times are true ones. */
  requests(): readonly RecordedRequest[];
  /** The true time, by which the API goes. */
  trueMs(): number;
  /** What this machine takes for it. */
  nowMs(): number;
  /** Lets time go by at once, as when the machine sleeps. */
  pass(ms: number): void;
  /** Sets this machine's clock, by so much, and nothing else. */
  setClock(byMs: number): void;
}

export async function makeSupervise(scenario: Scenario, options: RoomOptions = {}): Promise<SuperviseWorld> {
  const time = { passed: 0, error: 0 };
  const trueMs = (): number => Date.now() + time.passed;
  const nowMs = (): number => trueMs() + time.error;
  await using opened = new AsyncDisposableStack();
  const api = opened.use(await startModelApi(scenario, { clock: { now: trueMs } }));
  const env = { ANTHROPIC_BASE_URL: api.url, ...options.env };
  const room = opened.use(await openRoom({ ...options, now: nowMs, env }));
  const all = opened.move();
  return {
    ...room,
    ...{ api, trueMs, nowMs },
    requests: () => api.requests.filter(({ path }) => path === "/v1/messages"),
    pass(ms) {
      time.passed += ms;
    },
    setClock(byMs) {
      time.error += byMs;
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

/** Waits until something is so; the time-out of the test ends it. */
export async function until<T>(look: () => T | Promise<T>): Promise<NonNullable<T>> {
  for (;;) {
    const found = await look();
    if (found) return found;
    await sleep(20);
  }
}

/** Pauses that take as little as a policy can say. */
export const QUICK = { causes: { "*": { backoff: { base: "1s", cap: "2s" } } } } as const;
