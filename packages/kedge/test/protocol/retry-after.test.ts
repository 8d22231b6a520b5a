import { describe, expect, test } from "vitest";
import {
  isPlanRejected,
  MAX_RETRY_AFTER_MS,
  MIN_RETRY_AFTER_MS,
  readHeader,
  readLimitReset,
  readRetryAfterMs,
  readShouldRetry,
} from "../../src/protocol/retry-after.ts";
import fc from "../support/fast-check.ts";

const nowMs = Date.UTC(2026, 9, 5, 12, 0, 0);
const DAY_MS = 86_400_000;
const epoch = (offsetMs: number): string => String((nowMs + offsetMs) / 1000);
const rfc3339 = (offsetMs: number): string => new Date(nowMs + offsetMs).toISOString();

describe("a stated delay is read strictly and kept within 1 s and 24 h", () => {
  test.each<[stated: string, expected: number | undefined]>([
    ["1", 1000],
    ["60", 60_000],
    ["0", 1000],
    ["007", 7000],
    [" 5\t", 5000],
    ["86400", MAX_RETRY_AFTER_MS],
    ["86401", MAX_RETRY_AFTER_MS],
    ["2147484", MAX_RETRY_AFTER_MS],
    ["1000000000000", MAX_RETRY_AFTER_MS],
    ["99999999999999999999", MAX_RETRY_AFTER_MS],
    ["9".repeat(400), MAX_RETRY_AFTER_MS],
    ["", undefined],
    ["  ", undefined],
    ["-5", undefined],
    ["+5", undefined],
    ["1.5", undefined],
    ["1e9", undefined],
    ["0x10", undefined],
    ["Infinity", undefined],
    ["NaN", undefined],
    ["120, 5", undefined],
    ["5 s", undefined],
    ["٣", undefined],
    ["soon", undefined],
    ["Mon, 05 Oct 2026 12:00:30 GMT", 30_000],
    ["Mon, 05 Oct 2026 12:00:00 GMT", 1000],
    ["Wed, 21 Oct 2015 07:28:00 GMT", 1000],
    ["Wed, 21 Oct 2099 07:28:00 GMT", MAX_RETRY_AFTER_MS],
    ["Monday, 05-Oct-26 12:01:00 GMT", 60_000],
    ["Sunday, 06-Nov-94 08:49:37 GMT", 1000],
    ["Mon Oct  5 12:02:00 2026", 120_000],
    ["Mon, 05 Oct 2026 12:00:60 GMT", 60_000],
    ["Mon, 30 Feb 2026 12:00:00 GMT", undefined],
    ["Mon, 05 Oct 2026 24:00:00 GMT", undefined],
    ["Mon, 05 Oct 2026 12:60:00 GMT", undefined],
    ["Mon, 5 Oct 2026 12:00:30 GMT", undefined],
    ["Mon, 05 Oct 2026 12:00:30 CEST", undefined],
    ["Mon, 05 Oct 2026 12:00:30", undefined],
    ["2026-10-05T12:00:30Z", undefined],
    ["12:00", undefined],
  ])("retry-after %j is %j ms", (stated, expected) => {
    expect(readRetryAfterMs({ "retry-after": stated }, nowMs)).toBe(expected);
  });

  test.each<[stated: string, expected: number | undefined]>([
    ["1500", 1500],
    ["1", 1000],
    ["0", 1000],
    ["100000000", MAX_RETRY_AFTER_MS],
    ["1500.5", undefined],
    ["-1", undefined],
    ["", undefined],
    ["Mon, 05 Oct 2026 12:00:30 GMT", undefined],
  ])("retry-after-ms %j is %j ms", (stated, expected) => {
    expect(readRetryAfterMs({ "retry-after-ms": stated }, nowMs)).toBe(expected);
  });

  test("retry-after-ms wins over retry-after when it can be read, and gives way when it cannot", () => {
    expect(readRetryAfterMs({ "retry-after-ms": "2500", "retry-after": "9" }, nowMs)).toBe(2500);
    expect(readRetryAfterMs({ "retry-after-ms": "soon", "retry-after": "9" }, nowMs)).toBe(9000);
  });

  test("a date with an unusable clock states nothing", () => {
    const headers = { "retry-after": "Mon, 05 Oct 2026 12:00:30 GMT" };
    expect(readRetryAfterMs(headers, Number.NaN)).toBeUndefined();
    expect(readRetryAfterMs({ "retry-after": "Monday, 05-Oct-26 12:01:00 GMT" }, Number.NaN)).toBeUndefined();
  });

  test("any header text gives nothing or a delay within the bounds", () => {
    const text = fc.oneof(fc.string(), fc.nat().map(String), fc.bigInt().map(String));
    fc.assert(
      fc.property(text, text, fc.double(), (after, afterMs, now) => {
        const delay = readRetryAfterMs({ "retry-after": after, "retry-after-ms": afterMs }, now);
        return delay === undefined || (delay >= MIN_RETRY_AFTER_MS && delay <= MAX_RETRY_AFTER_MS);
      }),
    );
  });
});

test.each<[stated: string | undefined, expected: boolean | undefined]>([
  ["true", true],
  ["false", false],
  [" True ", true],
  ["yes", undefined],
  ["1", undefined],
  ["true, false", undefined],
  ["", undefined],
  [undefined, undefined],
])("x-should-retry %j is %j", (stated, expected) => {
  expect(readShouldRetry({ "x-should-retry": stated })).toBe(expected);
});

test("only own headers that are strings are read", () => {
  expect(readHeader(Object.create({ "retry-after": "5" }), "retry-after")).toBeUndefined();
  expect(readHeader({}, "constructor")).toBeUndefined();
  expect(readHeader(JSON.parse('{"retry-after": ["5"]}'), "retry-after")).toBeUndefined();
});

const U = "anthropic-ratelimit-unified";

describe("the latest reset among exhausted limits wins", () => {
  test.each<[behaviour: string, headers: Record<string, string>, offsetMs?: number, from?: string]>([
    [
      "the overall reset of a rejected plan",
      { [`${U}-status`]: "rejected", [`${U}-reset`]: epoch(3_600_000) },
      3_600_000,
      `${U}-reset`,
    ],
    ["an overall reset without any status", { [`${U}-reset`]: epoch(60_000) }, 60_000, `${U}-reset`],
    ["an allowed plan has none", { [`${U}-status`]: "allowed", [`${U}-reset`]: epoch(60_000) }],
    ["a warning is not a rejection", { [`${U}-status`]: "allowed_warning", [`${U}-reset`]: epoch(60_000) }],
    [
      "two rejected windows: the later",
      {
        [`${U}-status`]: "rejected",
        [`${U}-reset`]: epoch(3_600_000),
        [`${U}-5h-status`]: "rejected",
        [`${U}-5h-reset`]: epoch(3_600_000),
        [`${U}-7d-status`]: "rejected",
        [`${U}-7d-reset`]: epoch(5 * DAY_MS),
      },
      5 * DAY_MS,
      `${U}-7d-reset`,
    ],
    [
      "an allowed window that ends later does not count",
      {
        [`${U}-5h-status`]: "rejected",
        [`${U}-5h-reset`]: epoch(3_600_000),
        [`${U}-7d-status`]: "allowed",
        [`${U}-7d-reset`]: epoch(5 * DAY_MS),
        [`${U}-7d-utilization`]: "1.01",
      },
      3_600_000,
      `${U}-5h-reset`,
    ],
    [
      "overage that resets later does not count",
      {
        [`${U}-status`]: "rejected",
        [`${U}-reset`]: epoch(3_600_000),
        [`${U}-overage-status`]: "rejected",
        [`${U}-overage-reset`]: epoch(6 * DAY_MS),
      },
      3_600_000,
      `${U}-reset`,
    ],
    [
      "a window of one model",
      {
        [`${U}-status`]: "rejected",
        [`${U}-5h-status`]: "allowed",
        [`${U}-5h-reset`]: epoch(3_600_000),
        [`${U}-7d_oi-status`]: "rejected",
        [`${U}-7d_oi-reset`]: epoch(2 * DAY_MS),
      },
      2 * DAY_MS,
      `${U}-7d_oi-reset`,
    ],
    [
      "a window without status that is wholly used",
      { [`${U}-7d_oi-utilization`]: "1", [`${U}-7d_oi-reset`]: epoch(DAY_MS) },
      DAY_MS,
      `${U}-7d_oi-reset`,
    ],
    [
      "a window without status that is partly used",
      { [`${U}-5h-utilization`]: "0.99", [`${U}-5h-reset`]: epoch(3_600_000) },
    ],
    ["a window that says nothing of its use", { [`${U}-5h-reset`]: epoch(3_600_000) }],
    [
      "an empty bucket of the API",
      {
        "anthropic-ratelimit-requests-remaining": "0",
        "anthropic-ratelimit-requests-reset": rfc3339(30_000),
        "anthropic-ratelimit-tokens-remaining": "100",
        "anthropic-ratelimit-tokens-reset": rfc3339(90_000),
      },
      30_000,
      "anthropic-ratelimit-requests-reset",
    ],
    [
      "two empty buckets: the later",
      {
        "anthropic-ratelimit-input-tokens-remaining": "0",
        "anthropic-ratelimit-input-tokens-reset": rfc3339(30_000),
        "anthropic-ratelimit-output-tokens-remaining": "0",
        "anthropic-ratelimit-output-tokens-reset": rfc3339(90_000),
      },
      90_000,
      "anthropic-ratelimit-output-tokens-reset",
    ],
    ["a bucket that says nothing of its rest", { "anthropic-ratelimit-tokens-reset": rfc3339(30_000) }],
    [
      "a rejected window whose reset cannot be read leaves the other",
      {
        [`${U}-5h-status`]: "rejected",
        [`${U}-5h-reset`]: epoch(3_600_000),
        [`${U}-7d-status`]: "rejected",
        [`${U}-7d-reset`]: "soon",
      },
      3_600_000,
      `${U}-5h-reset`,
    ],
    ["no headers", {}],
  ])("%s", (_, headers, offsetMs, from) => {
    const expected = offsetMs === undefined ? undefined : { resetAtMs: nowMs + offsetMs, resetFrom: from };
    expect(readLimitReset(headers, nowMs)).toEqual(expected);
  });
});

describe("a reset that cannot be is dropped, never made up", () => {
  test.each<[reset: string, offsetMs: number | undefined]>([
    [epoch(-120_000), -120_000],
    [epoch(-121_000), undefined],
    [epoch(8 * DAY_MS), 8 * DAY_MS],
    [epoch(8 * DAY_MS + 1000), undefined],
    ["4102444800", undefined],
    [String(nowMs + 60_000), undefined],
    ["0", undefined],
    ["-1", undefined],
    ["1.79e9", undefined],
    ["9".repeat(400), undefined],
    [rfc3339(60_000), undefined],
    ["", undefined],
  ])("the plan's reset %j is %j ms from now", (reset, offsetMs) => {
    const read = readLimitReset({ [`${U}-status`]: "rejected", [`${U}-reset`]: reset }, nowMs);
    expect(read?.resetAtMs).toBe(offsetMs === undefined ? undefined : nowMs + offsetMs);
  });

  test.each<[reset: string, offsetMs: number | undefined]>([
    ["2026-10-05T12:00:30Z", 30_000],
    ["2026-10-05t12:00:30z", 30_000],
    ["2026-10-05 12:00:30Z", 30_000],
    ["2026-10-05T12:00:30.123456789Z", 30_123],
    ["2026-10-05T14:00:30+02:00", 30_000],
    ["2026-10-05T06:30:30-05:30", 30_000],
    ["2026-10-05T12:00:30", undefined],
    ["2026-10-05", undefined],
    ["2026-02-30T12:00:30Z", undefined],
    ["2026-13-05T12:00:30Z", undefined],
    ["2026-10-05T25:00:30Z", undefined],
    ["2026-10-05T12:00:30+24:00", undefined],
    ["0001-01-01T00:00:00Z", undefined],
    ["Mon, 05 Oct 2026 12:00:30 GMT", undefined],
    [epoch(60_000), undefined],
  ])("a bucket's reset %j is %j ms from now", (reset, offsetMs) => {
    const headers = {
      "anthropic-ratelimit-tokens-remaining": "0",
      "anthropic-ratelimit-tokens-reset": reset,
    };
    const read = readLimitReset(headers, nowMs);
    expect(read?.resetAtMs).toBe(offsetMs === undefined ? undefined : nowMs + offsetMs);
  });

  test("a thirteenth month is not the next January", () => {
    const reset = "2026-13-01T00:00:00Z";
    const headers = {
      "anthropic-ratelimit-tokens-remaining": "0",
      "anthropic-ratelimit-tokens-reset": reset,
    };
    expect(readLimitReset(headers, Date.UTC(2027, 0, 1))).toBeUndefined();
  });

  test("with an unusable clock no reset is plausible", () => {
    expect(readLimitReset({ [`${U}-reset`]: epoch(60_000) }, Number.NaN)).toBeUndefined();
  });
});

test.each<[headers: Record<string, string>, expected: boolean]>([
  [{ [`${U}-status`]: "rejected" }, true],
  [{ [`${U}-status`]: "allowed", [`${U}-7d_oi-status`]: "rejected" }, true],
  [{ [`${U}-status`]: "allowed_warning" }, false],
  [{ [`${U}-status`]: "allowed", [`${U}-overage-status`]: "rejected" }, false],
  [{}, false],
])("%j: the plan refused is %j", (headers, expected) => {
  expect(isPlanRejected(headers)).toBe(expected);
});
