import type { Scenario } from "./fleet.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const work = { sessions: 200, requests: 25, serviceMs: 4_000, toolsMs: 6_000 };
const bucket = { perMinute: 300, burst: 40 };
const window = { durationMs: 20 * MINUTE_MS, requests: 2_000 };

/** What the targets are set for. */
export const MAIN: Scenario = { name: "200 sessions", ...work, accounts: [{ ...bucket, window }] };

/** What must not break what is tuned for the main one. */
export const OTHERS: readonly Scenario[] = [
  { name: "half the bucket", ...work, accounts: [{ perMinute: 150, burst: 20, window }] },
  { name: "no plan window", ...work, accounts: [bucket] },
  {
    name: "two accounts",
    ...work,
    accounts: [
      { ...bucket, window },
      { perMinute: 120, burst: 40, window: { ...window, requests: 1_000 } },
    ],
  },
  {
    name: "5 h windows, sessions over 12 h",
    ...work,
    accounts: [{ ...bucket, window: { durationMs: 5 * HOUR_MS, requests: 2_000 } }],
    arriveWithinMs: 12 * HOUR_MS,
  },
  {
    name: "bucket halves after 5 min",
    ...work,
    accounts: [{ ...bucket, change: { atMs: 5 * MINUTE_MS, factor: 0.5 } }],
  },
  {
    name: "bucket doubles after 5 min",
    ...work,
    accounts: [{ perMinute: 150, burst: 20, change: { atMs: 5 * MINUTE_MS, factor: 2 } }],
  },
];
