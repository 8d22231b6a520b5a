import { describe, expect, test } from "vitest";
import { createGovernor } from "../../src/recovery/governor/governor.ts";
import type { Governor, RefusalFacts } from "../../src/recovery/governor/governor-api.ts";

const T0 = Date.UTC(2026, 10, 21, 12);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const account = "a";
const news = (sessionId: string, nowMs: number) => ({ account, sessionId, nowMs });

const start = (random: () => number = () => 0.5) => createGovernor({ random });
const ask = (governor: Governor, sessionId: string, nowMs: number, model?: string) =>
  governor.ask({ ...news(sessionId, nowMs), ...(model !== undefined && { model }) });
const refuse = (governor: Governor, sessionId: string, nowMs: number, verdict: RefusalFacts) =>
  governor.refused({ ...news(sessionId, nowMs), verdict });
const reset = (atMs: number, from = "rate_limit_event") =>
  ({ atMs, from, precision: "exact", isPlausible: true }) as const;
const plan = (atMs: number): RefusalFacts => ({
  cause: "plan_window",
  window: "five_hour",
  reset: reset(atMs),
});
const stateOf = (governor: Governor) => governor.view(account)?.state;

/** An account with `count` sessions under way, each of which has proved, at T0. */
function running(count: number, random?: () => number): Governor {
  const governor = start(random);
  let nowMs = T0 - HOUR;
  for (let index = 0; index < count; ) {
    nowMs += 1_000;
    if (ask(governor, `s${index}`, nowMs).ok) index++;
    for (const id of governor.view(account)?.admitted ?? []) governor.proof(news(id, nowMs));
  }
  return governor;
}

describe("a stated reset", () => {
  test("is waited for, then one canary goes, and its proof begins a ramp near the level before", () => {
    const governor = running(40);
    const until = T0 + HOUR + 1_000;
    for (let index = 0; index < 40; index++)
      expect(refuse(governor, `s${index}`, T0, plan(T0 + HOUR))).toMatchObject({ isAgain: index > 0 });
    expect(ask(governor, "x", until - 1)).toEqual({ ok: false, why: "closed", notBeforeMs: until });
    expect(ask(governor, "x", until)).toEqual({ ok: true, isCanary: true });
    expect(governor.view(account)).toMatchObject({ state: "canary", canary: "x", why: "plan_window" });
    expect(ask(governor, "y", until)).toMatchObject({ ok: false, why: "canary" });
    governor.proof(news("x", until + 4_000));
    const view = governor.view(account);
    expect(view).toMatchObject({ state: "open", sinceMs: until + 4_000, learntLevel: 34 });
    expect(view?.concurrency).toBe(25);
    const started = Array.from({ length: 200 }, (_, index) => ask(governor, `n${index}`, until + 4_000));
    expect(started.filter(({ ok }) => ok).length).toBeLessThanOrEqual(2);
  });

  const jitter: readonly (readonly [
    from: string,
    precision: "exact" | "minute",
    low: number,
    high: number,
  ])[] = [
    ["rate_limit_event", "exact", 0, 2_000],
    ["retry_after", "exact", 0, 2_000],
    ["text", "exact", 60_000, 120_000],
    ["text", "minute", 60_000, 120_000],
    ["statusline", "minute", 60_000, 120_000],
  ];
  test.each(jitter)("from %s, to the %s, gets %i to %i ms more", (from, precision, low, high) => {
    for (const [draw, expected] of [
      [0, low],
      [1, high],
    ] as const) {
      const governor = running(1, () => draw);
      const { notBeforeMs } = refuse(governor, "s0", T0, {
        cause: "plan_window",
        reset: { atMs: T0 + HOUR, from, precision, isPlausible: true },
      });
      expect(notBeforeMs).toBe(T0 + HOUR + expected);
    }
  });

  test("that proves wrong for a canary closes again: the same window, no attempt", () => {
    const governor = running(3);
    refuse(governor, "s0", T0, plan(T0 + HOUR));
    ask(governor, "x", T0 + 2 * HOUR);
    expect(refuse(governor, "x", T0 + 2 * HOUR, plan(T0 + 3 * HOUR))).toEqual({
      isAgain: true,
      notBeforeMs: T0 + 3 * HOUR + 1_000,
    });
    expect(ask(governor, "y", T0 + 3 * HOUR)).toMatchObject({ ok: false, why: "closed" });
    expect(refuse(governor, "s1", T0 + 3 * HOUR, { ...plan(T0 + DAY), window: "seven_day" }).isAgain).toBe(
      false,
    );
  });

  test("does not make a loop when it is always a moment away", () => {
    const governor = running(1, () => 0.9);
    refuse(governor, "s0", T0, plan(T0 + 10));
    let nowMs = T0;
    let canaries = 0;
    for (; nowMs < T0 + HOUR; canaries++) {
      const answer = ask(governor, "x", nowMs);
      if (answer.ok) refuse(governor, "x", nowMs, plan(nowMs + 10));
      else nowMs = answer.notBeforeMs ?? nowMs + HOUR;
    }
    expect(canaries).toBeLessThan(30);
  });

  test("of another limit counts when it is later, whoever was refused by it", () => {
    const governor = running(3);
    refuse(governor, "s0", T0, plan(T0 + 2 * HOUR));
    refuse(governor, "s1", T0, plan(T0 + HOUR));
    expect(governor.view(account)).toMatchObject({ untilMs: T0 + 2 * HOUR + 1_000 });
    refuse(governor, "s2", T0, { ...plan(T0 + 3 * DAY), window: "seven_day" });
    expect(governor.view(account)).toMatchObject({ untilMs: T0 + 3 * DAY + 1_000, window: "seven_day" });
  });

  test("leaves the canary alone when an old session is refused late", () => {
    const governor = running(3);
    refuse(governor, "s0", T0, plan(T0 + HOUR));
    ask(governor, "x", T0 + 2 * HOUR);
    refuse(governor, "s1", T0 + 2 * HOUR, { cause: "plan_window", window: "five_hour" });
    expect(governor.view(account)).toMatchObject({ state: "canary", canary: "x" });
    governor.proof(news("s2", T0 + 2 * HOUR));
    expect(stateOf(governor)).toBe("canary");
    governor.proof(news("x", T0 + 2 * HOUR));
    refuse(governor, "s2", T0 + 2 * HOUR, plan(T0 + HOUR));
    expect(stateOf(governor)).toBe("open");
  });
});

describe("without a time that can be believed", () => {
  const odd: readonly (readonly [name: string, said: Partial<RefusalFacts>])[] = [
    ["nothing", {}],
    ["a Retry-After of 0", { retryAfterMs: 0 }],
    ["a Retry-After of 10^12", { retryAfterMs: 1e12 }],
    ["a Retry-After of NaN", { retryAfterMs: Number.NaN }],
    ["a negative Retry-After", { retryAfterMs: -5 }],
    ["an infinite Retry-After", { retryAfterMs: Number.POSITIVE_INFINITY }],
    ["a reset that is past", { reset: reset(T0 - HOUR) }],
    ["a clock time that is past", { reset: reset(T0 - HOUR, "text") }],
    ["a reset that is not plausible", { reset: { ...reset(T0 + DAY), isPlausible: false } }],
    ["a reset at no time", { reset: reset(Number.NaN) }],
  ];
  test.each(odd)("%s: a canary goes after a wait with full jitter that grows to its cap", (_, said) => {
    for (const draw of [0, 0.5, 0.999]) {
      const governor = running(1, () => draw);
      let nowMs = T0;
      refuse(governor, "s0", nowMs, { cause: "plan_window", ...said });
      for (let misses = 0; misses < 40; misses++) {
        const most = Math.min(900_000, 30_000 * 2 ** misses);
        const until = nowMs + Math.round(Math.max(1_000, draw * most));
        expect(ask(governor, "x", nowMs)).toEqual({ ok: false, why: "closed", notBeforeMs: until });
        nowMs = until;
        expect(ask(governor, "x", nowMs)).toEqual({ ok: true, isCanary: true });
        refuse(governor, "x", nowMs, { cause: "plan_window" });
      }
    }
  });

  test.each([
    ["a Retry-After of 5 days", { retryAfterMs: 5 * DAY }, 5 * DAY],
    ["a reset in 20 days", { reset: reset(T0 + 20 * DAY) }, 20 * DAY],
  ])("but %s holds", (_, said, waitMs) => {
    const governor = running(1);
    expect(refuse(governor, "s0", T0, { cause: "plan_window", ...said }).notBeforeMs).toBe(
      T0 + waitMs + 1_000,
    );
  });

  test("a canary that ends without a word, or fails otherwise, is a look in vain", () => {
    const governor = running(1, () => 1);
    refuse(governor, "s0", T0, { cause: "server_throttle" });
    refuse(governor, "s0", T0, { cause: "plan_window" });
    ask(governor, "x", T0 + HOUR);
    governor.ended(news("x", T0 + HOUR));
    expect(ask(governor, "x", T0 + HOUR)).toEqual({
      ok: false,
      why: "closed",
      notBeforeMs: T0 + HOUR + 60_000,
    });
    ask(governor, "x", T0 + 2 * HOUR);
    refuse(governor, "x", T0 + 2 * HOUR, { cause: "connection" });
    expect(ask(governor, "x", T0 + 2 * HOUR)).toMatchObject({ notBeforeMs: T0 + 2 * HOUR + 120_000 });
  });
});

describe("the limit of a model", () => {
  test("holds back that model only, and its canary is the account's only one", () => {
    const governor = start();
    for (const [index, model] of ["opus", "sonnet"].entries()) {
      ask(governor, model, T0 + index * 1_000, model);
      refuse(governor, model, T0 + index * 1_000, { cause: "model_limit", reset: reset(T0 + HOUR) });
    }
    expect(ask(governor, "h", T0 + 5_000, "haiku")).toEqual({ ok: true, isCanary: false });
    expect(ask(governor, "o", T0 + 5_000, "opus")).toMatchObject({ ok: false, why: "closed" });
    expect(governor.view(account)).toMatchObject({
      state: "open",
      models: [{ model: "opus", state: "closed" }, {}],
    });
    expect(ask(governor, "o", T0 + 2 * HOUR, "opus")).toEqual({ ok: true, isCanary: true });
    expect(ask(governor, "s", T0 + 2 * HOUR, "sonnet")).toMatchObject({ ok: false, why: "canary" });
    governor.proof(news("o", T0 + 2 * HOUR));
    expect(ask(governor, "s", T0 + 2 * HOUR + 2_000, "sonnet")).toEqual({ ok: true, isCanary: true });
  });

  test("is opened by the proof of a canary that went for the account too", () => {
    const governor = start();
    ask(governor, "o", T0, "opus");
    refuse(governor, "o", T0, { cause: "model_limit", reset: reset(T0 + HOUR) });
    refuse(governor, "o", T0, plan(T0 + HOUR));
    expect(ask(governor, "o", T0 + 2 * HOUR, "opus")).toEqual({ ok: true, isCanary: true });
    governor.proof(news("o", T0 + 2 * HOUR));
    expect(governor.view(account)).toMatchObject({ state: "open", models: [{ state: "open" }] });
  });
});
