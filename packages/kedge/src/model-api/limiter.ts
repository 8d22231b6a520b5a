import type { Clock } from "./clock.ts";
import { createKeyLimits, findRefusals, type KeyLimits, refillAll } from "./key-limits.ts";
import { type LimitHeaders, writeLimitHeaders } from "./limit-headers.ts";
import type { Limit } from "./limit-schema.ts";

/** Whether a request may pass. */
export type Admission =
  | {
      readonly admitted: true;
      /** Headers of the answer, with what remains. */
      readonly headers: LimitHeaders;
      /** Ends the request and charges what its answer cost, in tokens. Only the first call counts. */
      done(outputTokens: number): void;
    }
  | {
      readonly admitted: false;
      /** Headers of the refusal, `retry-after` with them. */
      readonly headers: LimitHeaders;
      /** After this many ms the request may pass, unless others come before it. */
      readonly retryAfterMs: number;
      /** The limit that refuses for the longest time: its key in the scenario, or the name of the window. */
      readonly reason: string;
    };

/** Rate limits and plan windows, by credential. It has no timer: each call looks at the clock. */
export interface Limiter {
  /** Asks for one request; an admitted one is charged with its input and must be ended with `done`. */
  admit(request: { readonly key: string; readonly inputTokens: number }): Admission;
}

/**
 * Makes a limiter in which nothing has been charged.
 *
 * Buckets refill all the time and hold one minute's worth; a window opens with its first request and resets as a
 * whole. A request is refused while any of its limits is in the way, and then costs nothing. Output is charged when the
 * answer ends, so a bucket may go below nothing and a window beyond its limit by what was under way. A clock that goes back
 * stands still here until it is where it was: nothing is granted twice.
 *
 * @param options.limits as in a scenario; a credential has the entry with its name, else that of `*`, else none
 */
export function createLimiter({ limits, clock }: { limits: readonly Limit[]; clock: Clock }): Limiter {
  const states = new Map<string, KeyLimits>();
  let latest = Math.floor(clock.now());
  const now = (): number => {
    latest = Math.max(latest, Math.floor(clock.now()));
    return latest;
  };
  const stateOf = (key: string, nowMs: number): KeyLimits | undefined => {
    const known = states.get(key);
    if (known) return known;
    const limit = limits.find((each) => each.key === key) ?? limits.find((each) => each.key === "*");
    if (!limit) return undefined;
    const made = createKeyLimits(limit, nowMs);
    states.set(key, made);
    return made;
  };
  return {
    admit: ({ key, inputTokens }) => {
      const nowMs = now();
      const state = stateOf(key, nowMs);
      if (!state) return { admitted: true, headers: {}, done: () => {} };
      refillAll(state, nowMs);
      const refusals = findRefusals(state, inputTokens, nowMs);
      const headers = () => writeLimitHeaders(state, refusals, nowMs);
      const [longest] = refusals.toSorted((a, b) => b.waitMs - a.waitMs);
      if (longest)
        return { admitted: false, headers: headers(), retryAfterMs: longest.waitMs, reason: longest.reason };
      charge(state, inputTokens, nowMs);
      return { admitted: true, headers: headers(), done: createDone(state, now) };
    },
  };
}

function charge(state: KeyLimits, inputTokens: number, nowMs: number): void {
  state.running++;
  state.requests?.take(1);
  state.inputTokens?.take(inputTokens);
  for (const window of state.windows) window.admit(nowMs, inputTokens);
}

function createDone(state: KeyLimits, now: () => number): (outputTokens: number) => void {
  let isDone = false;
  return (outputTokens) => {
    if (isDone) return;
    isDone = true;
    state.running--;
    refillAll(state, now());
    state.outputTokens?.take(outputTokens);
    for (const window of state.windows) window.charge(outputTokens);
  };
}
