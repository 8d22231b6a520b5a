import { describe, expect, test } from "vitest";
import { createGovernor } from "../../src/recovery/governor/governor.ts";
import type { Admission, Governor, RefusalFacts } from "../../src/recovery/governor/governor-api.ts";

const T0 = Date.UTC(2026, 10, 21, 12);
const account = "a";

/** A governor of one account, with jitter in the middle unless said otherwise. */
function start(options: { random?: () => number } = {}) {
  const governor = createGovernor({ random: () => 0.5, ...options });
  const news = (sessionId: string, nowMs: number) => ({ account, sessionId, nowMs });
  return {
    governor,
    ask: (sessionId: string, nowMs: number, model?: string) =>
      governor.ask({ ...news(sessionId, nowMs), ...(model !== undefined && { model }) }),
    prove: (sessionId: string, nowMs: number) => governor.proof(news(sessionId, nowMs)),
    end: (sessionId: string, nowMs: number) => governor.ended(news(sessionId, nowMs)),
    refuse: (sessionId: string, nowMs: number, verdict: RefusalFacts) =>
      governor.refused({ ...news(sessionId, nowMs), verdict }),
  };
}

type World = ReturnType<typeof start>;

/** Lets `count` sessions in and has each prove, over and over; returns when that is so. */
function fill({ ask, prove, governor }: World, count: number, fromMs = T0): number {
  let nowMs = fromMs;
  for (let round = 0; (governor.view(account)?.running ?? 0) < count; round++) {
    nowMs += 1_000;
    ask(`s${governor.view(account)?.running ?? 0}`, nowMs);
    for (const sessionId of governor.view(account)?.admitted ?? []) prove(sessionId, nowMs);
    if (round > 1_000) throw new Error(`Expected ${count} sessions to be let in`);
  }
  return nowMs;
}

const view = (governor: Governor) => {
  const seen = governor.view(account);
  if (seen === undefined) throw new Error("Expected an account, found none");
  return seen;
};
const whyOf = (answer: Admission) => (answer.ok ? "ok" : answer.why);
const at = (atMs: number, from = "anthropic-ratelimit-unified-5h-reset") =>
  ({ atMs, from, precision: "exact", isPlausible: true }) as const;
const plan = (atMs: number, from?: string): RefusalFacts => ({
  cause: "plan_window",
  window: "five_hour",
  reset: at(atMs, from),
});

describe("who was let in before an instant", () => {
  test("is told in the order of admission, whatever was heard since", () => {
    const { governor, ask, prove, end } = start();
    const before = (beforeMs: number, nowMs: number) => governor.admittedBefore({ account, beforeMs, nowMs });
    ["s0", "s2", "s1"].forEach((sessionId, index) => {
      expect(ask(sessionId, T0 + index * 1_000).ok).toBe(true);
    });
    expect(before(T0, T0 + 2_000)).toEqual([]);
    expect(before(T0 + 1, T0 + 2_000)).toEqual(["s0"]);
    expect(before(T0 + 2_001, T0 + 2_000)).toEqual(["s0", "s2", "s1"]);
    for (const sessionId of ["s0", "s1"]) prove(sessionId, T0 + 3_000);
    // It asks again, and was let in when it was.
    expect(ask("s0", T0 + 4_000).ok).toBe(true);
    expect(before(T0 + 2_000, T0 + 4_000)).toEqual(["s0", "s2"]);
    // Its process never began.
    expect(before(T0 + 400_000, T0 + 400_000)).toEqual(["s0", "s1"]);
    end("s0", T0 + 400_000);
    expect(before(T0 + 400_000, T0 + 400_000)).toEqual(["s1"]);
  });

  test("goes by the same clock when that is put back", () => {
    const { governor, ask } = start();
    ask("s0", T0);
    const nowMs = T0 - 3_600_000;
    const before = (beforeMs: number) => governor.admittedBefore({ account, beforeMs, nowMs });
    expect([before(nowMs), before(nowMs + 1)]).toEqual([[], ["s0"]]);
  });

  test("is nobody of an account that nothing was heard of, which stays so", () => {
    const { governor } = start();
    expect(governor.admittedBefore({ account, beforeMs: T0 + 1, nowMs: T0 })).toEqual([]);
    expect(governor.view(account)).toBeUndefined();
  });
});

describe("an open account", () => {
  test("lets no herd start at once", () => {
    const { ask } = start();
    const answers = Array.from({ length: 200 }, (_, index) => ask(`s${index}`, T0));
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
    expect(answers[1]).toEqual({ ok: false, why: "pace", notBeforeMs: T0 + 1_000 });
  });

  test("lets more in by proof only", () => {
    const { ask, prove } = start();
    const answers = Array.from({ length: 60 }, (_, second) => ask(`s${second}`, T0 + second * 1_000));
    expect(answers.filter(({ ok }) => ok)).toHaveLength(4);
    expect(answers.at(-1)).toMatchObject({ why: "concurrency" });
    for (const id of ["s0", "s1"]) prove(id, T0 + 60_000);
    expect(ask("x", T0 + 61_000).ok).toBe(true);
    expect(ask("y", T0 + 62_000).ok).toBe(true);
    expect(whyOf(ask("z", T0 + 63_000))).toBe("concurrency");
  });

  test("does not take an account that is hardly used for one that carries much", () => {
    const { ask, prove, governor } = start();
    ask("s", T0);
    for (let count = 0; count < 1_000; count++) prove("s", T0 + count * 1_000);
    expect(view(governor).concurrency).toBe(4);
  });

  test("starts faster where more is proved", () => {
    const world = start();
    const nowMs = fill(world, 24);
    expect(world.ask("x", nowMs + 250).ok || world.ask("x", nowMs + 500).ok).toBe(true);
  });

  test("takes refusals of what was let in before a decrease as the same one", () => {
    const world = start();
    const nowMs = fill(world, 20);
    const before = view(world.governor).concurrency;
    world.refuse("s0", nowMs, { cause: "request_rate" });
    expect(view(world.governor).concurrency).toBeLessThan(before);
    for (let index = 1; index < 16; index++) world.refuse(`s${index}`, nowMs, { cause: "request_rate" });
    expect(view(world.governor)).toMatchObject({ state: "open", concurrency: 10, running: 4 });
    // one that was let in since, after a proof, is another decrease
    world.prove("s16", nowMs);
    expect(world.ask("late", nowMs + 5_000).ok).toBe(true);
    world.refuse("late", nowMs + 6_000, { cause: "request_rate" });
    expect(view(world.governor).concurrency).toBeLessThan(5);
  });

  test("goes beyond a level with care, and up to it fast", () => {
    const world = start();
    const nowMs = fill(world, 24);
    for (let index = 0; index < 4; index++) world.refuse(`s${index}`, nowMs, { cause: "overload" });
    const { learntLevel = 0, running } = view(world.governor);
    expect(learntLevel).toBeGreaterThan(12);
    for (let round = 0; round < 2; round++)
      for (const id of view(world.governor).admitted) world.prove(id, nowMs + 2_000);
    expect(view(world.governor).concurrency).toBeLessThanOrEqual(learntLevel + 1);
    expect(running).toBe(20);
  });

  test("waits the moment that an answer asks for", () => {
    const world = start();
    const nowMs = fill(world, 8);
    expect(world.refuse("s0", nowMs, { cause: "request_rate", retryAfterMs: 20_000 })).toEqual({
      notBeforeMs: nowMs + 21_000,
      isAgain: false,
    });
    for (const id of ["s1", "s2", "s3", "s4"]) world.end(id, nowMs);
    expect(world.ask("s0", nowMs + 20_999)).toEqual({
      ok: false,
      why: "pace",
      notBeforeMs: nowMs + 21_000,
    });
    expect(world.ask("s0", nowMs + 21_000).ok).toBe(true);
  });

  test("closes when a longer wait is asked for, when fewer have not helped, and when nobody is left", () => {
    const long = start();
    const nowMs = fill(long, 8);
    long.refuse("s0", nowMs, { cause: "request_rate", retryAfterMs: 120_000 });
    expect(view(long.governor)).toMatchObject({ state: "closed", untilMs: nowMs + 121_000 });

    const vain = start();
    fill(vain, 12);
    for (let index = 0; index < 8; index++) vain.refuse(`s${index}`, nowMs, { cause: "server_throttle" });
    expect(view(vain.governor).state).toBe("open");
    expect(vain.ask("late", nowMs + 30_000).ok).toBe(true);
    vain.refuse("late", nowMs + 31_000, { cause: "server_throttle" });
    expect(view(vain.governor)).toMatchObject({ state: "closed", why: "server_throttle" });

    const alone = start();
    alone.ask("s", T0);
    alone.refuse("s", T0 + 1, { cause: "overload" });
    expect(view(alone.governor).state).toBe("closed");
  });

  test("never holds more than the setting allows", () => {
    const governor = createGovernor({ random: () => 0, config: { maxConcurrency: 2 } });
    for (let second = 0; second < 100; second++) {
      governor.ask({ account, sessionId: `s${second}`, nowMs: T0 + second * 1_000 });
      governor.proof({ account, sessionId: "s0", nowMs: T0 + second * 1_000 });
    }
    expect(view(governor).running).toBe(2);
  });

  test("never holds more than a question allows, and nothing else is learnt from that", () => {
    const world = start();
    const busyMs = fill(world, 8);
    const askFor = (sessionId: string, most: number, nowMs: number) =>
      world.governor.ask({ account, sessionId, nowMs, most });
    expect(askFor("x", 8, busyMs + 60_000)).toEqual({ ok: false, why: "concurrency", notBeforeMs: null });
    expect(view(world.governor).concurrency).toBeGreaterThan(8);
    expect(askFor("x", 9, busyMs + 60_000).ok).toBe(true);
    // who was let in is not put out by somebody else's number
    expect(askFor("x", 1, busyMs + 60_000).ok).toBe(true);
    expect(askFor("y", 1_000, busyMs + 120_000).ok).toBe(true);
    const small = createGovernor({ random: () => 0, config: { maxConcurrency: 1 } });
    small.ask({ account, sessionId: "a", nowMs: T0 });
    const answer = small.ask({ account, sessionId: "b", nowMs: T0 + 60_000, most: 5 });
    expect(answer).toMatchObject({ ok: false, why: "concurrency" });
  });

  test("lets no canary out beside as many as a question allows", () => {
    const { governor, ask, refuse, end } = start();
    for (const [second, sessionId] of ["a", "b"].entries()) ask(sessionId, T0 + second * 2_000);
    governor.started({ account, sessionId: "b", nowMs: T0 + 3_000 });
    refuse("a", T0 + 4_000, { cause: "plan_window" });
    const askFor = (most: number, nowMs: number) => governor.ask({ account, sessionId: "c", nowMs, most });
    expect(askFor(1, T0 + 3_600_000)).toEqual({ ok: false, why: "concurrency", notBeforeMs: null });
    end("b", T0 + 3_600_000);
    expect(askFor(1, T0 + 7_200_000)).toEqual({ ok: true, isCanary: true });
  });

  test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])(
    "takes %s for no number of sessions",
    (most) => {
      const { governor } = start();
      expect(() => governor.ask({ account, sessionId: "s", nowMs: T0, most })).toThrow(RangeError);
      expect(governor.view(account)).toBeUndefined();
    },
  );
});

describe("a failure that is no refusal", () => {
  test.each(["server", "connection", "poisoned", "too_large", "a new cause"])(
    "%s frees a place and changes nothing",
    (cause) => {
      const world = start();
      const nowMs = fill(world, 6);
      const before = view(world.governor);
      world.refuse("s0", nowMs, { cause });
      expect(view(world.governor)).toEqual({
        ...before,
        running: 5,
        admitted: ["s1", "s2", "s3", "s4", "s5"],
      });
    },
  );

  test("of a subagent leaves its session where it is", () => {
    const world = start();
    const nowMs = fill(world, 6);
    world.refuse("s0", nowMs, { cause: "request_rate", isSubagent: true });
    expect(view(world.governor)).toMatchObject({ running: 6, concurrency: 5 });
  });

  test("of a session that was never let in closes, and does not slow down", () => {
    const world = start();
    const nowMs = fill(world, 6);
    const before = view(world.governor).concurrency;
    world.refuse("stranger", nowMs, { cause: "request_rate" });
    expect(view(world.governor).concurrency).toBeGreaterThanOrEqual(Math.min(5, before));
    world.refuse("stranger", nowMs, plan(nowMs + 60_000));
    expect(view(world.governor).state).toBe("closed");
  });
});

test("settings and times that make no sense are refused", () => {
  const random = () => 0;
  for (const config of [
    { backoffBaseMs: 10 },
    { backoffCapMs: 10_000 },
    { backoffCapMs: 86_400_001 },
    { backoffBaseMs: Number.NaN },
    { maxConcurrency: 0 },
  ])
    expect(() => createGovernor({ random, config })).toThrow(RangeError);
  expect(() => start().ask("s", Number.NaN)).toThrow(RangeError);
  expect(() => createGovernor({ random, snapshot: { version: 2 as 1, accounts: [] } })).toThrow("version 2");
});
