import { expect, test } from "vitest";
import { createGovernor } from "../../src/recovery/governor/governor.ts";
import type { Admission, Governor, RefusalFacts } from "../../src/recovery/governor/governor-api.ts";
import fc from "../support/fast-check.ts";
import { createRandom } from "../support/random.ts";
import { inFull } from "../support/requires.ts";

const T0 = Date.UTC(2026, 10, 21, 12);
const HOUR = 3_600_000;
const YEAR = 365 * 24 * HOUR;
const account = "a";

const sessions = fc.integer({ min: 0, max: 5 }).map((index) => `s${index}`);
/** By how much a machine's reset lies after the failure, or what else is stated. */
const verdicts = fc.record({
  cause: fc.constantFrom(
    ...["plan_window", "plan_window", "plan_window", "request_rate", "request_rate", "overload"],
    ...["request_rate", "plan_window", "model_limit", "auth", "spend", "server"],
  ),
  window: fc.option(fc.constantFrom("five_hour", "seven_day"), { nil: undefined }),
  afterMs: fc.option(fc.constantFrom(-HOUR, 10, 30_000, 600_000, 5 * HOUR, YEAR), { nil: undefined }),
  from: fc.constantFrom("rate_limit_event", "rate_limit_event", "text", "retry_after"),
  isPlausible: fc.constantFrom(true, true, true, false),
  retryAfterMs: fc.option(fc.constantFrom(0, 1, 5_000, 90_000, 1e12, Number.NaN), { nil: undefined }),
  isSubagent: fc.boolean(),
});
/** Mostly small steps; now and then a sleep, or a clock that is set. */
const steps = fc.oneof(
  { weight: 20, arbitrary: fc.integer({ min: 0, max: 3_000 }) },
  { weight: 8, arbitrary: fc.integer({ min: 3_000, max: 700_000 }) },
  { weight: 1, arbitrary: fc.constantFrom(8 * HOUR, YEAR, -YEAR, -HOUR, -2_000) },
);
const often = fc.constantFrom(
  ...(["ask", "ask", "ask", "ask", "ask", "ask", "started", "proof", "proof", "proof", "proof"] as const),
  ...(["refused", "refused", "ended"] as const),
);
const kinds = fc.oneof(
  { weight: 40, arbitrary: often },
  { weight: 1, arbitrary: fc.constantFrom("stop" as const, "clear" as const, "clear" as const) },
);
const events = fc.record({
  kind: kinds,
  sessionId: sessions,
  model: fc.option(fc.constantFrom("opus", "sonnet"), { nil: undefined }),
  stepMs: steps,
  verdict: verdicts,
});
type Event = typeof events extends fc.Arbitrary<infer E> ? E : never;

function factsOf({ verdict }: Event, nowMs: number): RefusalFacts {
  const { afterMs, from, isPlausible, window, retryAfterMs, ...facts } = verdict;
  const reset = { atMs: nowMs + (afterMs ?? 0), from, precision: "exact", isPlausible } as const;
  return {
    ...facts,
    ...(window !== undefined && { window }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(afterMs !== undefined && { reset }),
  };
}

function tell(governor: Governor, event: Event, nowMs: number): unknown {
  const { sessionId, model } = event;
  const news = { account, sessionId, nowMs };
  const acts: Record<Event["kind"], () => unknown> = {
    ask: () => governor.ask({ ...news, ...(model !== undefined && { model }) }),
    started: () => governor.started(news),
    proof: () => governor.proof(news),
    refused: () => governor.refused({ ...news, verdict: factsOf(event, nowMs) }),
    ended: () => governor.ended(news),
    stop: () => governor.stop({ account, why: "asked to", nowMs }),
    clear: () => governor.clear({ account, nowMs }),
  };
  return acts[event.kind]();
}

/** Runs events against one governor, and shows each answer with what was there before and after. */
function play(
  story: readonly Event[],
  look: (step: {
    event: Event;
    nowMs: number;
    answer: unknown;
    before: ReturnType<Governor["view"]>;
    after: ReturnType<Governor["view"]>;
  }) => void,
): { governor: Governor; nowMs: number } {
  const governor = createGovernor({ random: createRandom(1).next });
  let nowMs = T0;
  for (const event of story) {
    nowMs += event.stepMs;
    const before = governor.view(account);
    const answer = tell(governor, event, nowMs);
    look({ event, nowMs, answer, before, after: governor.view(account) });
  }
  return { governor, nowMs };
}

const stories = fc.array(events, { minLength: 60, maxLength: 200, size: "max" });
const checkStories = (check: (story: readonly Event[]) => void, full = 20_000) =>
  fc.assert(fc.property(stories, check), { numRuns: inFull({ normal: 400, full }) });
/** In full it takes minutes. */
const LONG_MS = 600_000;

test(
  "nobody is let in while stopped, before a machine's reset, beside a canary, or beyond the concurrency",
  () => {
    const seen = { canaries: 0, starts: 0, held: 0 };
    checkStories((story) => {
      let statedMs = 0;
      let latestMs = 0;
      let canary:
        | { readonly id: string; readonly model: string | undefined; atMs: number; isStarted: boolean }
        | undefined;
      let lastMs = T0;
      play(story, ({ event, nowMs, answer, before, after }) => {
        if (canary) canary.atMs -= Math.max(0, lastMs - nowMs);
        lastMs = nowMs;
        // No limit lasts over a month: once the clock is put back by a year, an account would be closed for that year.
        if (latestMs - nowMs > 31 * 24 * HOUR) statedMs = 0;
        const { kind, sessionId, model } = event;
        if (canary && nowMs >= canary.atMs + (canary.isStarted ? 600_000 : 180_000)) canary = undefined;
        if (kind === "ask") {
          const admission = answer as Admission;
          const isNew = !before?.admitted.includes(sessionId);
          if (!admission.ok) {
            if (admission.notBeforeMs !== null) expect(admission.notBeforeMs).toBeGreaterThanOrEqual(nowMs);
            if (nowMs < statedMs) seen.held++;
            if (canary?.id === sessionId) canary = undefined;
            return;
          }
          expect(after?.state).not.toBe("stopped");
          expect(nowMs).toBeGreaterThanOrEqual(isNew || admission.isCanary ? statedMs : 0);
          if (admission.isCanary) {
            expect(canary === undefined || canary.id === sessionId).toBe(true);
            expect(after?.canary).toBe(sessionId);
            // for another model it is admitted anew
            if (canary?.model !== model || canary === undefined)
              canary = { id: sessionId, model, atMs: nowMs, isStarted: false };
            seen.canaries++;
          } else {
            // it asked for another model, which nothing holds back
            if (canary?.id === sessionId) canary = undefined;
            expect(after?.state).toBe("open");
            if (isNew) expect(after?.running).toBeLessThanOrEqual(after?.concurrency ?? 0);
            seen.starts++;
          }
          return;
        }
        if (canary?.id === sessionId) {
          if (kind === "started") canary.isStarted = true;
          if (kind === "proof" || kind === "ended" || after?.canary === undefined) canary = undefined;
        }
        if (after?.canary === undefined) canary = undefined;
        const { cause, afterMs = 0, from, isPlausible } = event.verdict;
        const isStated = ["plan_window", "request_rate"].includes(cause) && from === "rate_limit_event";
        // Of several the latest holds, and one that is past where it was stated may be that once the clock is put back.
        const isNear = event.verdict.afterMs !== undefined && isPlausible && afterMs < YEAR;
        if (kind === "refused" && from === "rate_limit_event" && isNear)
          latestMs = Math.max(latestMs, nowMs + afterMs);
        const isHeld = isStated && isNear && afterMs > 0;
        if (kind === "refused" && isHeld && before?.state !== "stopped")
          statedMs = Math.max(statedMs, nowMs + afterMs);
        if (kind === "clear" || (before?.state !== "open" && after?.state === "open")) statedMs = 0;
      });
    });
    expect(Math.min(seen.canaries, seen.starts, seen.held)).toBeGreaterThan(1_000);
  },
  LONG_MS,
);

test(
  "a governor restored after every event is the same governor",
  () => {
    checkStories((story) => {
      const { next } = createRandom(1);
      let other = createGovernor({ random: next });
      play(story, ({ event, nowMs, answer, after }) => {
        other = createGovernor({ random: next, snapshot: JSON.parse(JSON.stringify(other.snapshot())) });
        expect(tell(other, event, nowMs)).toEqual(answer);
        expect(other.view(account)).toEqual(after);
      });
    }, 5_000);
  },
  LONG_MS,
);

test(
  "asking again is answered the same",
  () => {
    checkStories((story) => {
      const { governor, nowMs } = play(story, () => {});
      for (let index = 0; index < 6; index++) {
        const ask = { account, sessionId: `s${index}`, nowMs };
        expect(governor.ask(ask)).toEqual(governor.ask(ask));
      }
    });
  },
  LONG_MS,
);

test(
  "whatever happened, one that keeps asking gets in",
  () => {
    checkStories((story) => {
      const played = play(story, () => {});
      const { governor } = played;
      let { nowMs } = played;
      governor.clear({ account, nowMs });
      for (const sessionId of governor.view(account)?.admitted ?? [])
        governor.ended({ account, sessionId, nowMs });
      // the longest step of the backoff, and the moment that an open account is asked to wait
      const latestMs = Math.max(nowMs, governor.view(account)?.untilMs ?? 0) + 2 * 900_000;
      for (;;) {
        const answer = governor.ask({ account, sessionId: "last", nowMs });
        if (answer.ok) break;
        expect(answer.notBeforeMs ?? Number.NaN).toBeGreaterThan(nowMs);
        nowMs = answer.notBeforeMs ?? nowMs;
        expect(nowMs).toBeLessThanOrEqual(Math.max(latestMs, T0 + 3 * YEAR));
      }
    });
  },
  LONG_MS,
);
