import { describe, expect, test } from "vitest";
import { adviceFor } from "../../src/recovery/advice.ts";
import { type Evidence, WITNESSES } from "../../src/recovery/evidence.ts";
import { CAUSES, type Verdict } from "../../src/recovery/verdict.ts";
import { joinEvidence, rankOf } from "../../src/recovery/verdict-join.ts";
import { judgeFailure } from "../../src/recovery/verdict-judge.ts";
import fc from "../support/fast-check.ts";
import { threadMs } from "../support/fuzz.ts";
import { AT_MS, CASES } from "./verdict-cases.ts";
import { MEASURED } from "./verdict-measured.ts";

const options = { nowMs: AT_MS, zone: "Europe/Paris" };
const runs = { numRuns: 1500, seed: 20_261_005 };

const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 2 });
const times = fc.integer({ min: AT_MS - 86_400_000, max: AT_MS });
const resets = fc.integer({ min: AT_MS - 2 * 86_400_000, max: AT_MS + 9 * 86_400_000 });
const windowNames = fc.constantFrom("five_hour", "seven_day", "seven_day_opus", "overage", "5h", "new");
const words = fc.constantFrom("allowed", "allowed_warning", "rejected", "new");
const limitWindow = fc.record({
  status: maybe(words),
  utilization: maybe(fc.double({ min: 0, max: 2 })),
  resetAtMs: maybe(resets),
});

/** Evidence that could be, and much that contradicts itself. */
const evidenceArb: fc.Arbitrary<Evidence> = fc
  .record({
    witness: fc.constantFrom<Evidence["witness"]>(...WITNESSES, "screen"),
    atMs: times,
    seenAtMs: times,
    agent: fc.constantFrom("claude-code", "kedge"),
    sessionId: fc.constant("s1"),
    event: maybe(fc.constantFrom("api_retry", "rate_limit_event", "session_writes_lost")),
    kind: maybe(
      fc.constantFrom(
        "rate_limit",
        "server_error",
        "authentication_failed",
        "invalid_request",
        "unknown",
        "new",
      ),
    ),
    status: maybe(fc.constantFrom(200, 400, 401, 404, 413, 429, 500, 529)),
    errorType: maybe(fc.constantFrom("overloaded_error", "rate_limit_error", "billing_error")),
    message: maybe(
      fc.constantFrom(...MEASURED.map(({ text }) => text), "You've hit your session limit · resets 3pm"),
    ),
    apiError: maybe(fc.constantFrom("usage_limit_reached", "connection_failed", "new")),
    terminalReason: maybe(fc.constantFrom("api_error", "completed", "max_turns", "aborted_tools")),
    isError: maybe(fc.boolean()),
    retryAfterMs: maybe(fc.integer({ min: 0, max: 86_400_000 })),
    resetAtMs: maybe(resets),
    resetFrom: maybe(
      fc.constantFrom("anthropic-ratelimit-unified-5h-reset", "anthropic-ratelimit-tokens-reset", "other"),
    ),
    rateLimit: maybe(
      fc.record({
        status: maybe(words),
        window: maybe(windowNames),
        resetAtMs: maybe(resets),
        windows: maybe(fc.dictionary(windowNames, limitWindow)),
      }),
    ),
    shouldRetry: maybe(fc.boolean()),
    exitCode: maybe(fc.constantFrom(0, 1, 137, 143)),
    hasResult: maybe(fc.boolean()),
    subagent: maybe(fc.constant({ id: "a1" })),
    lastAnswerId: maybe(fc.constantFrom("m1", "m2")),
  })
  .map(
    (said) =>
      Object.fromEntries(
        Object.entries(said).filter(([, value]) => value !== undefined),
      ) as unknown as Evidence,
  );

const several = fc.array(evidenceArb, { maxLength: 6 });
const shuffled = several.chain((all) =>
  fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length })),
);

test("the order of the evidence never matters", () => {
  fc.assert(
    fc.property(shuffled, ([one, other]) => {
      expect(judgeFailure(other, options)).toEqual(judgeFailure(one, options));
    }),
    runs,
  );
});

test.each(CASES.filter(({ said }) => said.length > 1))(
  "$name: backwards and twice over the same",
  ({ said }) => {
    const verdict = judgeFailure(said, options);
    expect(judgeFailure(said.toReversed(), options)).toEqual(verdict);
    expect(judgeFailure([...said, ...said], options)).toEqual(verdict);
  },
);

test("a witness that is trusted less never changes a field that another gave", () => {
  // what is known only of an earlier attempt is taken away by an end that contradicts it: that is tested above
  const isEnd = (one: Evidence): boolean => one.event !== "api_retry";
  let checked = 0;
  fc.assert(
    fc.property(several, evidenceArb.filter(isEnd), (all, late) => {
      const ends = all.filter(isEnd);
      const { facts, believed } = joinEvidence(ends);
      if (believed.length === 0 || believed.some((one) => rankOf(one) >= rankOf(late))) return;
      checked++;
      expect(joinEvidence([...ends, late]).facts).toMatchObject(facts);
      const [before, after] = [judgeFailure(ends, options), judgeFailure([...ends, late], options)];
      for (const field of ["status", "agentKind", "lastAnswerId", "model"] as const) {
        if (before[field] !== undefined) expect(after[field]).toBe(before[field]);
      }
    }),
    { ...runs, numRuns: 4000 },
  );
  expect(checked).toBeGreaterThan(500);
});

test("a text never changes a reset that a machine gave", () => {
  const machine = CASES.filter(
    ({ expected }) => expected.reset !== undefined && expected.reset.from !== "text",
  );
  expect(machine.length).toBeGreaterThan(5);
  for (const { said } of machine) {
    const { reset } = judgeFailure(said, options);
    const text = {
      witness: "session_end_hook",
      atMs: AT_MS,
      seenAtMs: AT_MS,
      agent: "x",
      sessionId: "s1",
      message: "resets Mon 9am",
    };
    expect(judgeFailure([...said, text], options).reset).toEqual(reset);
  }
});

test("a reset is never earlier than 2 minutes before the failure, and nobody made it up", () => {
  fc.assert(
    fc.property(several, (all) => {
      const { reset } = judgeFailure(all, options);
      if (reset === undefined) return;
      expect(reset.atMs).toBeGreaterThanOrEqual(Math.min(...all.map(({ atMs }) => atMs)) - 120_000);
      const stated = all.flatMap(({ atMs, resetAtMs, retryAfterMs, rateLimit }) => [
        resetAtMs,
        retryAfterMs === undefined ? undefined : atMs + retryAfterMs,
        rateLimit?.resetAtMs,
        ...Object.values(rateLimit?.windows ?? {}).map((window) => window.resetAtMs),
      ]);
      if (reset.from !== "text") expect(stated).toContain(reset.atMs);
    }),
    runs,
  );
});

describe("never throws", () => {
  const isVerdict = (verdict: Verdict): void => {
    expect(CAUSES).toContain(verdict.cause);
    expect(adviceFor(verdict).forPeople.length).toBeGreaterThan(10);
    expect(() => JSON.stringify(verdict)).not.toThrow();
  };

  test("for anything in place of evidence", () => {
    fc.assert(
      fc.property(fc.array(fc.anything()), (all) => isVerdict(judgeFailure(all as Evidence[], options))),
      runs,
    );
  });

  test("for evidence with anything in its fields", () => {
    const fields = fc.constantFrom(
      ...[
        "message",
        "status",
        "rateLimit",
        "kind",
        "retryAfterMs",
        "resetAtMs",
        "subagent",
        "permissionDenials",
        "lastEventAtMs",
      ],
    );
    const odd = fc
      .tuple(evidenceArb, fc.dictionary(fields, fc.anything()))
      .map(([one, more]) => ({ ...one, ...more }) as unknown as Evidence);
    fc.assert(
      fc.property(fc.array(odd, { maxLength: 4 }), fc.string(), (all, zone) =>
        isVerdict(judgeFailure(all, { nowMs: AT_MS, zone })),
      ),
      runs,
    );
  });

  test("for texts that are long and made to be slow", () => {
    const texts = [
      "limit ",
      "hit your limit reached ",
      "a-",
      "connection ",
      "tool_use ",
      "(E",
      "`tool_use` blocks ",
      "reached the ",
    ];
    for (const text of texts) {
      const message = text.repeat(50_000);
      const began = threadMs();
      isVerdict(
        judgeFailure(
          [{ ...(CASES[0]?.said[0] as Evidence), kind: "rate_limit", message, rateLimit: {} }],
          options,
        ),
      );
      isVerdict(judgeFailure([{ ...(CASES[0]?.said[0] as Evidence), kind: "unknown", message }], options));
      expect(threadMs() - began).toBeLessThan(1_000);
    }
  });
});
