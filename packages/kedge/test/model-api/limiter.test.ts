import { describe, expect, it } from "vitest";
import { createLimiter, type Limit, type Limiter } from "../../src/model-api/index.ts";
import { readLimitReset, readRetryAfterMs } from "../../src/protocol/retry-after.ts";
import fc from "../support/fast-check.ts";

const START = Date.UTC(2026, 0, 1);
const HOUR = 3_600_000;

/** A limiter with a clock that only the test moves. */
function createWorld(limit: Omit<Limit, "key">) {
  const clock = { at: START, now: () => clock.at };
  const limiter = createLimiter({ limits: [{ key: "*", ...limit }], clock });
  const ask = (inputTokens = 1, key = "a") => limiter.admit({ key, inputTokens });
  return { clock, limiter, ask };
}

/** Asks, and ends what was admitted; the answer costs so many tokens. */
function take(limiter: Limiter, inputTokens = 1, outputTokens = 0): boolean {
  const admission = limiter.admit({ key: "a", inputTokens });
  if (admission.admitted) admission.done(outputTokens);
  return admission.admitted;
}

describe("buckets", () => {
  it("hold a minute's worth, refill all the time, and say when to come back", () => {
    const { clock, limiter, ask } = createWorld({ requests_per_minute: 3 });
    expect([1, 2, 3].map(() => take(limiter))).toEqual([true, true, true]);
    expect(ask()).toMatchObject({ admitted: false, retryAfterMs: 20_000, reason: "requests_per_minute" });
    clock.at += 19_999;
    expect(ask()).toMatchObject({ admitted: false, retryAfterMs: 1 });
    clock.at += 1;
    expect(take(limiter)).toBe(true);
    expect(take(limiter)).toBe(false);
    clock.at += HOUR;
    expect([1, 2, 3, 4].map(() => take(limiter))).toEqual([true, true, true, false]);
  });

  it("charge input when a request begins, and output when its answer ends, once", () => {
    const { clock, ask } = createWorld({ input_tokens_per_minute: 100, output_tokens_per_minute: 60 });
    const first = ask(90);
    expect(first).toMatchObject({ headers: { "anthropic-ratelimit-input-tokens-remaining": "10" } });
    expect(ask(11)).toMatchObject({ admitted: false, reason: "input_tokens_per_minute", retryAfterMs: 600 });
    if (!first.admitted) throw new Error("expected an admission");
    first.done(120);
    first.done(1_000);
    // 60 beyond nothing: a minute until it is empty, a second for the first token.
    expect(ask(5)).toMatchObject({
      admitted: false,
      reason: "output_tokens_per_minute",
      retryAfterMs: 61_000,
    });
    clock.at += 61_000;
    expect(ask(5)).toMatchObject({ admitted: true });
  });

  it("never pass a request that is larger than the whole bucket", () => {
    const { clock, ask } = createWorld({ input_tokens_per_minute: 100 });
    expect(ask(101)).toMatchObject({ admitted: false, reason: "input_tokens_per_minute" });
    clock.at += HOUR;
    expect(ask(101)).toMatchObject({ admitted: false, headers: { "retry-after": "1" } });
    expect(ask(100)).toMatchObject({ admitted: true });
  });

  it("belong to one credential each; an entry of its own goes before the common one", () => {
    const clock = { now: () => START };
    const limits = [
      { key: "*", requests_per_minute: 1 },
      { key: "vip", requests_per_minute: 2 },
    ];
    const limiter = createLimiter({ limits, clock });
    const asked = ["a", "a", "b", "vip", "vip", "vip"].map(
      (key) => limiter.admit({ key, inputTokens: 1 }).admitted,
    );
    expect(asked).toEqual([true, false, true, true, true, false]);
    const own = createLimiter({ limits: [{ key: "vip", requests_per_minute: 1 }], clock });
    expect(own.admit({ key: "other", inputTokens: 1 })).toMatchObject({ admitted: true, headers: {} });
  });

  it("grant nothing for a clock that goes back and forth", () => {
    const { clock, limiter } = createWorld({ requests_per_minute: 2 });
    expect([take(limiter), take(limiter), take(limiter)]).toEqual([true, true, false]);
    for (let turn = 0; turn < 10; turn++) {
      clock.at -= HOUR;
      expect(take(limiter)).toBe(false);
      clock.at += HOUR;
      expect(take(limiter)).toBe(false);
    }
    clock.at += 30_000;
    expect([take(limiter), take(limiter)]).toEqual([true, false]);
  });
});

it("limits how many requests run at the same time", () => {
  const { ask } = createWorld({ concurrent_requests: 2 });
  const [first, second] = [ask(), ask()];
  expect(ask()).toMatchObject({
    admitted: false,
    reason: "concurrent_requests",
    headers: { "retry-after": "1" },
  });
  if (!first.admitted || !second.admitted) throw new Error("expected two admissions");
  first.done(0);
  first.done(0);
  expect([ask().admitted, ask().admitted]).toEqual([true, false]);
});

describe("windows", () => {
  const windows = [
    { name: "five_hour", duration_ms: 5 * HOUR, tokens: 100 },
    { name: "seven_day", duration_ms: 168 * HOUR, requests: 3 },
    { name: "seven_day_opus", duration_ms: 168 * HOUR, tokens: 1_000 },
  ];

  it("open with the first request and reset as a whole", () => {
    const { clock, limiter, ask } = createWorld({ windows: windows.slice(0, 1) });
    clock.at += HOUR;
    expect(take(limiter, 60, 30)).toBe(true);
    clock.at += HOUR;
    expect(take(limiter, 5, 50)).toBe(true);
    expect(ask()).toMatchObject({ admitted: false, reason: "five_hour", retryAfterMs: 4 * HOUR });
    clock.at += 4 * HOUR - 1;
    expect(ask()).toMatchObject({ admitted: false, retryAfterMs: 1 });
    clock.at += 1;
    expect(ask(7)).toMatchObject({ headers: { "anthropic-ratelimit-unified-5h-utilization": "0.07" } });
  });

  it("all have to allow; the claim is the last one to reset", () => {
    const { clock, limiter, ask } = createWorld({ windows });
    expect([take(limiter, 1), take(limiter, 1)]).toEqual([true, true]);
    expect(take(limiter, 200)).toBe(true);
    const reset = String((START + 168 * HOUR) / 1000);
    expect(ask()).toEqual({
      admitted: false,
      reason: "seven_day",
      retryAfterMs: 168 * HOUR,
      headers: {
        "retry-after": String(168 * 3600),
        "anthropic-ratelimit-unified-status": "rejected",
        "anthropic-ratelimit-unified-reset": reset,
        "anthropic-ratelimit-unified-representative-claim": "seven_day",
        "anthropic-ratelimit-unified-5h-status": "rejected",
        "anthropic-ratelimit-unified-5h-utilization": "2.02",
        "anthropic-ratelimit-unified-5h-reset": String((START + 5 * HOUR) / 1000),
        "anthropic-ratelimit-unified-7d-status": "rejected",
        "anthropic-ratelimit-unified-7d-utilization": "1",
        "anthropic-ratelimit-unified-7d-reset": reset,
      },
    });
    clock.at += 168 * HOUR;
    expect(ask()).toMatchObject({ headers: { "anthropic-ratelimit-unified-status": "allowed" } });
  });

  it("of one model show as the claim alone", () => {
    const { limiter, ask } = createWorld({ windows: windows.slice(2) });
    expect(take(limiter, 1_000)).toBe(true);
    const refusal = ask();
    expect(refusal).toMatchObject({
      headers: {
        "anthropic-ratelimit-unified-status": "rejected",
        "anthropic-ratelimit-unified-representative-claim": "seven_day_opus",
      },
    });
    expect(Object.keys(refusal.headers).filter((name) => /-(5h|7d)/.test(name))).toEqual([]);
  });
});

describe("headers", () => {
  it("of an API key are those of its buckets, with the time when each is full again", () => {
    const { ask } = createWorld({
      ...{ requests_per_minute: 60, input_tokens_per_minute: 1_000, output_tokens_per_minute: 600 },
    });
    expect(ask(500).headers).toEqual({
      "anthropic-ratelimit-requests-limit": "60",
      "anthropic-ratelimit-requests-remaining": "59",
      "anthropic-ratelimit-requests-reset": "2026-01-01T00:00:01Z",
      "anthropic-ratelimit-tokens-limit": "1600",
      "anthropic-ratelimit-tokens-remaining": "1100",
      "anthropic-ratelimit-tokens-reset": "2026-01-01T00:00:30Z",
      "anthropic-ratelimit-input-tokens-limit": "1000",
      "anthropic-ratelimit-input-tokens-remaining": "500",
      "anthropic-ratelimit-input-tokens-reset": "2026-01-01T00:00:30Z",
      "anthropic-ratelimit-output-tokens-limit": "600",
      "anthropic-ratelimit-output-tokens-remaining": "600",
      "anthropic-ratelimit-output-tokens-reset": "2026-01-01T00:00:00Z",
    });
  });

  it("of a plan that a bucket refuses say that the plan allows", () => {
    const { limiter, ask } = createWorld({
      requests_per_minute: 1,
      windows: [{ name: "five_hour", duration_ms: HOUR, tokens: 100 }],
    });
    expect(take(limiter)).toBe(true);
    expect(ask()).toMatchObject({
      admitted: false,
      headers: { "anthropic-ratelimit-unified-status": "allowed", "retry-after": "60" },
    });
  });
});

/** One thing that happens: time passes (or goes back), and a request comes. */
const step = fc.record({
  moveMs: fc.oneof(fc.integer({ min: 0, max: 90_000 }), fc.integer({ min: -200_000, max: 0 })),
  inputTokens: fc.integer({ min: 0, max: 120 }),
  outputTokens: fc.integer({ min: 0, max: 120 }),
});
const perMinute = fc.integer({ min: 1, max: 100 });

describe("whatever comes", () => {
  it("no span admits more than a full bucket and what refilled in it", () => {
    fc.assert(
      fc.property(perMinute, perMinute, fc.array(step, { maxLength: 60 }), (requests, tokens, steps) => {
        const { clock, limiter } = createWorld({
          requests_per_minute: requests,
          input_tokens_per_minute: tokens,
        });
        const admitted: { at: number; tokens: number }[] = [];
        let latest = START;
        for (const { moveMs, inputTokens } of steps) {
          clock.at += moveMs;
          latest = Math.max(latest, clock.at);
          if (take(limiter, inputTokens)) admitted.push({ at: latest, tokens: inputTokens });
        }
        for (const [from, first] of admitted.entries()) {
          let spent = 0;
          for (const [index, { at, tokens: used }] of admitted.slice(from).entries()) {
            spent += used;
            const minutes = (at - first.at) / 60_000;
            expect(index + 1).toBeLessThanOrEqual(requests + minutes * requests + 1e-9);
            expect(spent).toBeLessThanOrEqual(tokens + minutes * tokens + 1e-9);
          }
        }
      }),
    );
  });

  it("a window admits nothing once it is used up, until its reset", () => {
    const limit = fc.integer({ min: 1, max: 500 });
    fc.assert(
      fc.property(limit, fc.array(step, { maxLength: 60 }), (tokens, steps) => {
        const { clock, limiter } = createWorld({
          windows: [{ name: "five_hour", duration_ms: 300_000, tokens }],
        });
        let latest = START;
        let window = { openedAt: Number.NEGATIVE_INFINITY, used: 0 };
        for (const { moveMs, inputTokens, outputTokens } of steps) {
          clock.at += moveMs;
          latest = Math.max(latest, clock.at);
          const isOpen = latest < window.openedAt + 300_000;
          const admitted = take(limiter, inputTokens, outputTokens);
          expect(admitted).toBe(!isOpen || window.used < tokens);
          if (!admitted) continue;
          if (!isOpen) window = { openedAt: latest, used: 0 };
          window.used += inputTokens + outputTokens;
        }
      }),
    );
  });

  it("a refused request passes after the delay that was stated, and the headers say the same", () => {
    const windows = [{ name: "five_hour", duration_ms: 2 * HOUR, tokens: 300 }];
    const limit = fc.record({
      requests_per_minute: perMinute,
      input_tokens_per_minute: fc.integer({ min: 120, max: 500 }),
      output_tokens_per_minute: perMinute,
      windows: fc.constantFrom(undefined, windows),
    });
    fc.assert(
      fc.property(limit, fc.array(step, { maxLength: 40 }), ({ windows: plan, ...buckets }, steps) => {
        const { clock, limiter, ask } = createWorld({ ...buckets, ...(plan && { windows: plan }) });
        for (const { moveMs, inputTokens, outputTokens } of steps) {
          clock.at += Math.abs(moveMs);
          const answer = ask(inputTokens);
          if (answer.admitted) {
            answer.done(outputTokens);
            continue;
          }
          const { headers, retryAfterMs } = answer;
          const stated = readRetryAfterMs(headers, clock.at);
          expect(stated).toBe(Math.max(1, Math.ceil(retryAfterMs / 1000)) * 1000);
          const reset = readLimitReset(headers, clock.at);
          if (answer.reason === "five_hour") {
            // Whole seconds, rounded up: never early, and less than one late.
            expect(reset?.resetAtMs).toBeGreaterThanOrEqual(clock.at + retryAfterMs);
            expect(reset?.resetAtMs).toBeLessThan(clock.at + retryAfterMs + 1_000);
          }
          if (answer.reason === "requests_per_minute" && !plan)
            expect(reset?.resetAtMs).toBeGreaterThanOrEqual(clock.at + retryAfterMs);
          clock.at += retryAfterMs;
          expect(take(limiter, inputTokens, outputTokens)).toBe(true);
        }
      }),
    );
  });
});
