import { describe, expect, test } from "vitest";
import { createGovernor } from "../../src/recovery/governor/governor.ts";
import type { Governor, RefusalFacts } from "../../src/recovery/governor/governor-api.ts";

const T0 = Date.UTC(2026, 10, 21, 12);
const HOUR = 3_600_000;
const YEAR = 365 * 24 * HOUR;
const account = "a";
const news = (sessionId: string, nowMs: number) => ({ account, sessionId, nowMs });
const ask = (governor: Governor, sessionId: string, nowMs: number) => governor.ask(news(sessionId, nowMs));
const refuse = (governor: Governor, sessionId: string, nowMs: number, verdict: RefusalFacts) =>
  governor.refused({ ...news(sessionId, nowMs), verdict });
const plan = (atMs: number, from = "rate_limit_event"): RefusalFacts => ({
  cause: "plan_window",
  reset: { atMs, from, precision: "exact", isPlausible: true },
});

/** An account with `count` sessions under way at T0. */
function running(count: number, random = () => 0.5): Governor {
  const governor = createGovernor({ random });
  for (let index = 0; index < count; index++) {
    ask(governor, `s${index}`, T0 - HOUR + index * 1_000);
    governor.proof(news(`s${index}`, T0 - HOUR + index * 1_000));
  }
  expect(governor.view(account)?.running).toBe(count);
  return governor;
}

const countStarts = (governor: Governor, nowMs: number) =>
  Array.from({ length: 50 }, (_, index) => ask(governor, `n${index}`, nowMs)).filter(({ ok }) => ok).length;

describe("an account that is stopped", () => {
  test.each(["spend", "billing", "organisation", "account_state"])(
    "by %s lets nobody in until it is cleared",
    (cause) => {
      const governor = running(3);
      expect(refuse(governor, "s0", T0, { cause })).toEqual({ notBeforeMs: null, isAgain: false });
      expect(governor.view(account)).toMatchObject({ state: "stopped", why: cause, sinceMs: T0 });
      governor.proof(news("s1", T0 + 1));
      refuse(governor, "s1", T0 + 2, plan(T0 + 3));
      for (const id of ["s0", "s1", "s2", "x"])
        expect(ask(governor, id, T0 + YEAR)).toEqual({ ok: false, why: "stopped", notBeforeMs: null });
      governor.clear({ account, nowMs: T0 + YEAR });
      expect(countStarts(governor, T0 + YEAR)).toBe(1);
      expect(governor.view(account)).toMatchObject({ state: "canary", canary: "n0" });
    },
  );

  test("by its login is one only after a fresh process", () => {
    for (const cause of ["auth", "cloud_credential"]) {
      const governor = running(3);
      refuse(governor, "s0", T0, { cause });
      refuse(governor, "s1", T0, { cause });
      expect(governor.view(account)?.state).toBe("closed");
      expect(ask(governor, "fresh", T0 + HOUR)).toEqual({ ok: true, isCanary: true });
      refuse(governor, "fresh", T0 + HOUR, { cause });
      expect(governor.view(account)).toMatchObject({ state: "stopped", why: cause });
      const told = running(1);
      refuse(told, "s0", T0, { cause, isRepeat: true });
      expect(told.view(account)?.state).toBe("stopped");
    }
  });

  test("by a person says why, and no other account is", () => {
    const governor = running(1);
    governor.stop({ account, why: "holiday", nowMs: T0 });
    expect(governor.view(account)).toMatchObject({ state: "stopped", why: "holiday" });
    expect(governor.ask({ account: "__proto__", sessionId: "s", nowMs: T0 }).ok).toBe(true);
    expect(governor.view("nobody")).toBeUndefined();
  });

  test("clearing takes a wait away, and leaves a canary that is out", () => {
    const governor = running(1);
    refuse(governor, "s0", T0, plan(T0 + 5 * HOUR));
    governor.clear({ account, nowMs: T0 + 1 });
    expect(countStarts(governor, T0 + 1)).toBe(1);
    governor.clear({ account, nowMs: T0 + 2 });
    expect(countStarts(governor, T0 + 2)).toBe(1); // the canary itself asks again
    governor.proof(news("n0", T0 + 3));
    expect(governor.view(account)?.state).toBe("open");
  });
});

describe("what is lost", () => {
  test("a process that never begins gives its place back", () => {
    const governor = createGovernor({ random: () => 0.5 });
    for (let index = 0; index < 4; index++) ask(governor, `s${index}`, T0 + index * 1_000);
    for (const id of ["s1", "s2", "s3"]) governor.started(news(id, T0 + 5_000));
    const full = { ok: false, why: "concurrency", notBeforeMs: T0 + 180_000 };
    expect(ask(governor, "x", T0 + 6_000)).toEqual(full);
    expect(ask(governor, "x", T0 + 180_000).ok).toBe(true);
    expect(governor.view(account)?.admitted).toEqual(["s1", "s2", "s3", "x"]);
    governor.started(news("x", T0 + 180_000));
    expect(ask(governor, "y", T0 + HOUR)).toEqual({ ...full, notBeforeMs: null });
  });

  test("a canary that says nothing makes way after its time, and may still prove", () => {
    const governor = running(1);
    refuse(governor, "s0", T0, { cause: "plan_window" });
    ask(governor, "c1", T0 + HOUR);
    governor.started(news("c1", T0 + HOUR));
    expect(ask(governor, "c2", T0 + HOUR)).toEqual({
      ok: false,
      why: "canary",
      notBeforeMs: T0 + HOUR + 600_000,
    });
    expect(ask(governor, "c2", T0 + HOUR + 600_000)).toEqual({ ok: true, isCanary: true });
    governor.proof(news("c1", T0 + HOUR + 600_001));
    expect(governor.view(account)).toMatchObject({ state: "open", admitted: ["c1", "c2"] });
    expect(governor.view(account)?.canary).toBeUndefined();
  });

  test("a restored governor knows whom it had let in, and shares nothing with the snapshot", () => {
    const governor = running(2);
    refuse(governor, "s0", T0, plan(T0 + HOUR));
    ask(governor, "c", T0 + 2 * HOUR);
    const snapshot = governor.snapshot();
    const text = JSON.stringify(snapshot);
    governor.proof(news("c", T0 + 2 * HOUR));
    expect(JSON.stringify(snapshot)).toBe(text);
    const restored = createGovernor({ random: () => 0.5, snapshot: JSON.parse(text) });
    expect(restored.view(account)).toMatchObject({ state: "canary", canary: "c", admitted: ["s1", "c"] });
    expect(ask(restored, "c", T0 + 2 * HOUR)).toEqual({ ok: true, isCanary: true });
    expect(ask(restored, "x", T0 + 2 * HOUR)).toMatchObject({ ok: false, why: "canary" });
  });
});

describe("a clock that jumps", () => {
  test("a laptop that slept 8 h wakes one canary, and few sessions of an open account", () => {
    const closed = running(3);
    refuse(closed, "s0", T0, { cause: "plan_window" });
    expect(countStarts(closed, T0 + 8 * HOUR)).toBe(1);
    expect(countStarts(running(2), T0 + 8 * HOUR)).toBeLessThanOrEqual(2);
  });

  test("what was counted in a wrong year is over one step after the clock is right", () => {
    for (const verdict of [
      { cause: "plan_window" },
      { cause: "plan_window", retryAfterMs: 600_000 },
      plan(T0 + YEAR + 600_000, "retry_after"),
      plan(T0 + YEAR + 600_000, "text"),
    ]) {
      const governor = running(2, () => 0.999);
      ask(governor, "x", T0 + YEAR);
      refuse(governor, "s0", T0 + YEAR, verdict);
      expect(ask(governor, "s0", T0)).toMatchObject({ ok: false, why: "closed" });
      expect(countStarts(governor, T0 + 900_000)).toBe(1);
    }
  });

  test("back and forth never makes an instant that a machine stated earlier", () => {
    const governor = running(2);
    refuse(governor, "s0", T0, plan(T0 + 4 * HOUR));
    for (const nowMs of [T0 - 24 * HOUR, T0, T0 + 2 * HOUR, T0 - 3 * HOUR, T0 + 4 * HOUR - 1])
      expect(ask(governor, "x", nowMs)).toEqual({
        ok: false,
        why: "closed",
        notBeforeMs: T0 + 4 * HOUR + 1_000,
      });
    // a canary of a wrong year is told a time that is past there: it holds all the same
    expect(ask(governor, "x", T0 + YEAR)).toEqual({ ok: true, isCanary: true });
    refuse(governor, "x", T0 + YEAR, plan(T0 + 4 * HOUR));
    expect(ask(governor, "x", T0 + HOUR)).toMatchObject({ notBeforeMs: T0 + 4 * HOUR + 1_000 });
  });

  test("a clock that is put back by years closes nothing for years, and forgets nothing that was stated", () => {
    const governor = running(2);
    refuse(governor, "s0", T0, plan(T0 + 4 * HOUR));
    const notBeforeMs = T0 - YEAR + 4 * HOUR + 1_000;
    for (const nowMs of [T0 - YEAR, notBeforeMs - 1])
      expect(ask(governor, "x", nowMs)).toEqual({ ok: false, why: "closed", notBeforeMs });
    expect(governor.view(account)).toMatchObject({ untilMs: notBeforeMs });
    // it was right before, and is again
    expect(ask(governor, "x", T0)).toMatchObject({ ok: false, notBeforeMs: T0 + 4 * HOUR + 1_000 });
    expect(ask(governor, "x", T0 + 4 * HOUR + 1_000)).toEqual({ ok: true, isCanary: true });
  });

  test("starts go on after the clock was put back", () => {
    const governor = createGovernor({ random: () => 0.5 });
    ask(governor, "s0", T0 + YEAR);
    expect(ask(governor, "s1", T0)).toEqual({ ok: false, why: "pace", notBeforeMs: T0 + 1_000 });
    expect(ask(governor, "s1", T0 + 1_000).ok).toBe(true);
  });
});
