import { describe, expect, it } from "vitest";
import {
  describeBatch,
  type ItemOutcome,
  reportBatch,
  summarise,
  toJsonReport,
} from "../../src/recovery/batch/index.ts";
import { JOB_STATES } from "../../src/recovery/queue/job.ts";
import { createRedactor } from "../../src/redact/index.ts";
import fc from "../support/fast-check.ts";
import { outcome } from "./batch-cases.ts";

const T0 = Date.UTC(2026, 2, 3, 4, 5, 6);

const of = (count: number, given: Partial<ItemOutcome>): readonly ItemOutcome[] =>
  Array.from({ length: count }, () => outcome(given));

const done = { state: "done" } as const;
const failed = { state: "failed", cause: "auth", needsPerson: true } as const;
const parked = { state: "parked" } as const;
const waiting = { state: "parked", needsPerson: true } as const;

const CASES: readonly (readonly [sentence: string, exitCode: number, items: readonly ItemOutcome[]])[] = [
  ["done: 0 of 0 done", 0, []],
  ["done: 2 of 2 done", 0, of(2, done)],
  ["done: 1 of 1 done", 0, of(1, { ...done, needsPerson: true })],
  ["parked: 1 of 2 done, 1 goes on later", 75, [...of(1, done), ...of(1, parked)]],
  [
    "parked: 0 of 4 done, 1 failed, 3 go on later",
    75,
    [...of(1, failed), ...of(1, parked), ...of(1, { state: "queued" }), ...of(1, { state: "running" })],
  ],
  ["parked: 0 of 2 done, 1 goes on later, 1 waits for a person", 75, [...of(1, parked), ...of(1, waiting)]],
  [
    "degraded: 6 of 8 done, 1 failed, 1 waits for a person",
    1,
    [...of(6, done), ...of(1, failed), ...of(1, waiting)],
  ],
  ["degraded: 1 of 2 done, 1 cancelled", 1, [...of(1, done), ...of(1, { state: "cancelled" })]],
  ["degraded: 0 of 2 done, 1 done in part, 1 failed", 1, [...of(1, { state: "degraded" }), ...of(1, failed)]],
  [
    "failed: 0 of 4 done, 1 failed, 1 cancelled, 2 wait for a person",
    1,
    [
      ...of(1, failed),
      ...of(1, { state: "cancelled" }),
      ...of(1, waiting),
      ...of(1, { state: "queued", needsPerson: true }),
    ],
  ],
];

describe("summing up a batch", () => {
  it.each(CASES)("%s", (sentence, exitCode, items) => {
    const summary = summarise(items);
    expect(describeBatch(summary)).toBe(sentence);
    expect(summary.exitCode).toBe(exitCode);
    expect(sentence.startsWith(summary.state)).toBe(true);
  });

  it("adds costs up without endless fractions, and says null where nobody told", () => {
    expect(summarise([outcome({ costUsd: 0.1 }), outcome({ costUsd: 0.2 }), outcome()]).costUsd).toBe(0.3);
    expect(summarise([outcome({ costUsd: 0 })]).costUsd).toBe(0);
    expect(summarise([outcome(), outcome({ costUsd: Number.NaN })]).costUsd).toBeNull();
  });

  it("takes from the first start to the last end, and never less than nothing", () => {
    const at = (startedMs: number | null, endedMs: number | null) => outcome({ startedMs, endedMs });
    expect(summarise([at(5_000, 6_000), at(2_000, null), at(null, null)]).durationMs).toBe(4_000);
    expect(summarise([at(5_000, 1_000)]).durationMs).toBe(0);
    expect(summarise([at(5_000, null)]).durationMs).toBeNull();
    expect(summarise([]).durationMs).toBeNull();
  });

  it("says when something goes on by itself", () => {
    const items = [
      outcome({ ...parked, dueMs: 9_000 }),
      outcome({ ...parked, dueMs: 7_000 }),
      outcome({ ...waiting, dueMs: 1_000 }),
      outcome({ ...failed, dueMs: 1_000 }),
    ];
    expect(summarise(items).nextDueMs).toBe(7_000);
    expect(summarise(items.slice(2)).nextDueMs).toBeNull();
  });

  it("has room for 200,000 items", () => {
    expect(summarise(of(200_000, done))).toMatchObject({ done: 200_000, durationMs: 61_500 });
  });

  it("counts every item once, and ends with 0 only when all are done", () => {
    const item = fc.record({ state: fc.constantFrom(...JOB_STATES), needsPerson: fc.boolean() });
    fc.assert(
      fc.property(fc.array(item, { maxLength: 8 }), (items) => {
        const summary = summarise(items.map(outcome));
        const { counts, total, remaining, waiting: waits, exitCode } = summary;
        expect(Object.values(counts).reduce((a, b) => a + b, 0)).toBe(total);
        expect(remaining + waits).toBe(counts.parked + counts.queued + counts.running);
        expect(exitCode === 0).toBe(items.every(({ state }) => state === "done"));
        expect(exitCode === 75).toBe(remaining > 0);
        const told = [...describeBatch(summary).matchAll(/(?<=[:,] )(\d+) /g)].map(([, count]) =>
          Number(count),
        );
        expect(told.reduce((a, b) => a + b, 0)).toBe(total);
      }),
    );
  });
});

describe("the JSON report", () => {
  it("is versioned, has the names of other JSON, and says every time twice", () => {
    const item = outcome({
      ...{ state: "parked", why: "until the reset", cause: "plan_window", attempts: 2, parks: 1 },
      ...{ endedMs: null, dueMs: T0 + 3_600_000, sessionId: "s1", costUsd: 0.5, answer: "Done." },
      failures: [{ id: "f1", cause: "plan_window", atMs: T0 + 1_000, action: "wait" }],
    });
    expect(toJsonReport(reportBatch([item]), { name: "nightly" })).toEqual({
      ...{ version: 1, name: "nightly", state: "parked", exitCode: 75, done: 0, total: 1 },
      counts: { done: 0, degraded: 0, failed: 0, cancelled: 0, parked: 1, queued: 0, running: 0 },
      ...{ remaining: 1, waiting: 0, costUsd: 0.5, durationMs: null },
      ...{ nextDueAt: "2026-03-03T05:05:06.000Z", nextDueAtMs: T0 + 3_600_000 },
      items: [
        {
          ...{ key: "fix-login", state: "parked", why: "until the reset", cause: "plan_window" },
          ...{ attempts: 2, parks: 1, startedAt: "2026-03-03T04:05:06.000Z", startedAtMs: T0 },
          ...{ endedAt: null, endedAtMs: null },
          ...{ dueAt: "2026-03-03T05:05:06.000Z", dueAtMs: T0 + 3_600_000 },
          ...{ needsPerson: false, sessionId: "s1", costUsd: 0.5, answer: "Done." },
          failures: [
            {
              id: "f1",
              cause: "plan_window",
              at: "2026-03-03T04:05:07.000Z",
              atMs: T0 + 1_000,
              action: "wait",
            },
          ],
        },
      ],
    });
  });

  it("has null for what is not known, and for an instant that no calendar holds", () => {
    const report = toJsonReport(reportBatch([outcome({ startedMs: 1e300, endedMs: null })]), { name: "n" });
    expect(report).toMatchObject({
      items: [
        { answer: null, why: null, sessionId: null, startedAt: null, startedAtMs: 1e300, endedAt: null },
      ],
    });
  });

  it("holds no secret in its texts, and every key and id as it is", () => {
    const token = `ghp_${"a1B2c3D4e5F6".repeat(3)}`;
    const item = outcome({
      ...{ key: "4ad7d75ae5f39e0c", state: "failed", why: `used ${token}`, answer: "it is tr0ub4dor" },
      ...{ sessionId: "0b5fdc1e-4a4e-4c55-8f3e-0d9c7c2f1a00" },
      failures: [{ id: "f1", cause: "auth", atMs: T0, action: `hold ${token}` }],
    });
    const redactor = createRedactor({ known: [{ name: "DB_PASSWORD", value: "tr0ub4dor" }] });
    const text = JSON.stringify(toJsonReport(reportBatch([item], { redactor }), { name: "n" }));
    expect(text).not.toMatch(/a1B2c3|tr0ub4dor/);
    expect(text).toContain('"4ad7d75ae5f39e0c"');
    expect(text).toContain('"0b5fdc1e-4a4e-4c55-8f3e-0d9c7c2f1a00"');
    expect(JSON.stringify(toJsonReport(reportBatch([item]), { name: "n" }))).not.toContain("a1B2c3");
  });
});
