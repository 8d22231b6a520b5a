import { describe, expect, test } from "vitest";
import type { ModelFailure } from "../../../src/host/model/model-failure.ts";
import { DEFAULT_RETRIES, nextDelay } from "../../../src/host/model/retry-policy.ts";
import fc from "../../support/fast-check.ts";

const failure = (more: Partial<ModelFailure> = {}): ModelFailure => ({
  ...{ kind: "server_error", retryable: true, recordedAgentKind: "server_error", attempts: 1, model: "m" },
  ...more,
});
const at = (
  attempts: number,
  more: Partial<ModelFailure> = {},
  { random = 1, elapsedMs = 0 } = {},
): number | null => nextDelay(failure(more), { attempts, elapsedMs }, { policy: DEFAULT_RETRIES, random });

describe("the delay before the next request", () => {
  test("doubles from half a second to 32 s, and half of it is random", () => {
    expect([1, 2, 3, 7, 10].map((attempts) => at(attempts))).toEqual([500, 1_000, 2_000, 32_000, 32_000]);
    expect([1, 2, 3].map((attempts) => at(attempts, {}, { random: 0 }))).toEqual([250, 500, 1_000]);
  });

  test("is never shorter than the server asks, with up to a tenth more", () => {
    expect([0, 1].map((random) => at(1, { retryAfterMs: 20_000 }, { random }))).toEqual([20_000, 22_000]);
    expect(at(10, { retryAfterMs: 1_000 }, { random: 1 })).toBe(32_000);
  });

  test.for([
    ["what cannot pass", at(1, { retryable: false })],
    ["the eleventh retry", at(11)],
    ["a delay that the server asks for and that is over a minute", at(1, { retryAfterMs: 60_001 })],
    ["one that would end after the budget", at(1, {}, { elapsedMs: 599_600 })],
  ] as const)("is not for %s", ([, delay]) => expect(delay).toBeNull());

  test("is a whole number within its bounds, and all of them together within the budget", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({ random: fc.double({ min: 0, max: 1, noNaN: true }), retryAfterMs: fc.nat(70_000) }),
          { maxLength: 30 },
        ),
        (steps) => {
          let elapsedMs = 0;
          for (const [index, { random, retryAfterMs }] of steps.entries()) {
            const delay = at(index + 1, { retryAfterMs }, { random, elapsedMs });
            if (delay === null) return;
            expect(Number.isInteger(delay)).toBe(true);
            expect(delay).toBeGreaterThanOrEqual(retryAfterMs);
            expect(delay).toBeLessThanOrEqual(66_000);
            elapsedMs += delay;
          }
          expect(steps.length).toBeLessThanOrEqual(DEFAULT_RETRIES.maxRetries);
          expect(elapsedMs).toBeLessThanOrEqual(DEFAULT_RETRIES.budgetMs);
        },
      ),
    );
  });
});
