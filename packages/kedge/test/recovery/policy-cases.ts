/** Verdicts, jobs and random policies for the tests of policies. */
import { adviceFor } from "../../src/recovery/advice.ts";
import { decide, type Plan, type PlanInput, type Policy } from "../../src/recovery/policy/index.ts";
import { parsePolicy } from "../../src/recovery/policy/parse-policy.ts";
import { CAUSES, type Reset, type Verdict } from "../../src/recovery/verdict.ts";
import { describeCause } from "../../src/recovery/verdict-causes.ts";
import { judgeFailure } from "../../src/recovery/verdict-judge.ts";
import fc from "../support/fast-check.ts";

/** Sat 21 Nov 2026, 12:00 UTC. */
export const NOW = Date.parse("2026-11-21T12:00:00Z");
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export const resetIn = (ms: number, more: Partial<Reset> = {}): Reset => ({
  ...{ atMs: NOW + ms, from: "rate_limit_event", precision: "exact", isPlausible: true },
  ...more,
});

export function verdictOf(cause: Verdict["cause"], more: Partial<Verdict> = {}): Verdict {
  const known = CAUSES.find((each) => each === cause) ?? "unknown";
  const { scope, isTransient } = describeCause(known);
  return {
    ...judgeFailure([], { nowMs: NOW, zone: "UTC" }),
    ...{ cause, scope, isTransient, atMs: NOW, isRepeat: false, isSubagent: false },
    ...more,
  };
}

export function inputOf(verdict: Verdict, more: Partial<PlanInput> = {}): PlanInput {
  return {
    verdict,
    job: { attempts: 0, attemptsByCause: {}, startedMs: NOW, costUsd: 0, continues: 0 },
    account: { costTodayUsd: 0 },
    nowMs: NOW,
    random: () => 0.5,
    ...more,
  };
}

/** A policy that has to be sound. */
export function policyOf(file: unknown): Policy {
  const reading = parsePolicy(file);
  if (!reading.ok) throw new Error(JSON.stringify(reading.problems));
  return reading.policy;
}

export const planOf = (file: unknown, verdict: Verdict, more: Partial<PlanInput> = {}): Plan =>
  decide(policyOf(file), inputOf(verdict, more));

/** Any verdict, sensible or not. */
const verdicts: fc.Arbitrary<Verdict> = fc
  .record({
    cause: fc.constantFrom<Verdict["cause"]>(...CAUSES, "a_later_cause", "__proto__"),
    isRepeat: fc.boolean(),
    isSubagent: fc.boolean(),
    isTransient: fc.boolean(),
    model: fc.option(fc.constantFrom("claude-a", "claude-b", "constructor"), { nil: undefined }),
    agoMs: fc.constantFrom(0, 1, MINUTE, DAY, -HOUR),
    reset: fc.option(
      fc.record({
        afterMs: fc.constantFrom(
          -MINUTE,
          0,
          1,
          5_000,
          2 * MINUTE,
          5 * HOUR,
          30 * HOUR,
          7 * DAY,
          1e12,
          Number.NaN,
        ),
        from: fc.constantFrom("rate_limit_event", "retry_after", "text"),
        precision: fc.constantFrom<Reset["precision"]>("exact", "minute"),
        isPlausible: fc.boolean(),
      }),
      { nil: undefined },
    ),
  })
  .map(({ agoMs, reset, model, cause, ...flags }) =>
    verdictOf(cause, {
      ...flags,
      atMs: NOW - agoMs,
      ...(model !== undefined && { model }),
      ...(reset && { reset: { ...reset, atMs: NOW - agoMs + reset.afterMs } }),
    }),
  );

/** Mostly few, so that most cases are not at an end already. */
const numbers = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(0, 1) },
  { weight: 1, arbitrary: fc.constantFrom(2, 5, 50, -1, 1e9, Number.NaN, Number.POSITIVE_INFINITY) },
);

/** Everything besides a verdict, numbers that are none included. */
export const inputs: fc.Arbitrary<PlanInput> = fc
  .record({
    verdict: verdicts,
    attempts: numbers,
    own: numbers,
    costUsd: numbers,
    continues: numbers,
    costTodayUsd: numbers,
    name: fc.option(fc.constantFrom("main", "__proto__"), { nil: undefined }),
    startedMs: fc.constantFrom(NOW, NOW - HOUR, NOW - 30 * DAY, NOW + HOUR, Number.NaN),
    nowMs: fc.constantFrom(NOW, NOW + DAY, NOW - 10 * 365 * DAY, NOW + 10 * 365 * DAY, Number.NaN),
    share: fc.constantFrom(0, 0.25, 0.999_999, 1, -1, 7, Number.NaN),
    hasAdvice: fc.boolean(),
  })
  .map(({ verdict, attempts, own, costUsd, continues, startedMs, costTodayUsd, name, share, ...rest }) => ({
    verdict,
    ...(rest.hasAdvice && { advice: adviceFor(verdict) }),
    job: { attempts, attemptsByCause: { [verdict.cause]: own }, startedMs, costUsd, continues },
    account: { costTodayUsd, ...(name !== undefined && { name }) },
    nowMs: rest.nowMs,
    random: () => share,
  }));
