import { expect, test } from "vitest";
import { toBars } from "../../src/cli/commands/chart-bars.ts";
import { createZone } from "../../src/recovery/index.ts";

const HOUR = 3_600_000;
const berlin = createZone("Europe/Berlin");

const hour = (at: string, failures: number) => ({
  ...{ hourMs: Date.parse(at), failures, quotaStops: 0, costUsd: 0, timeLostMs: 0 },
});

test.each([
  ["a year that nobody sees", "2026-11-01T00:00:00Z", "9999-12-31T00:00:00Z"],
  ["all years there are", "1970-01-01T00:00:00Z", "9999-12-31T00:00:00Z"],
])("until %s, the columns end with the last failure", (_, from, until) => {
  if (!berlin) throw new Error("expected a zone");
  const byHour = [hour("2026-11-02T10:00:00Z", 3), hour("2026-11-05T11:00:00Z", 1)];
  const stats = { fromMs: Date.parse(from), untilMs: Date.parse(until), byHour };
  const { bars, hours } = toBars(stats, berlin, 60);
  expect(bars.length * hours).toBeGreaterThanOrEqual(74);
  expect(bars.length).toBeLessThanOrEqual(60);
  expect(bars.reduce((sum, bar) => sum + bar.failures, 0)).toBe(4);
});

test("years between two failures are columns of their own, and counted without going through their hours", () => {
  if (!berlin) throw new Error("expected a zone");
  const byHour = [hour("1970-01-05T10:00:00Z", 2), hour("2026-11-05T11:00:00Z", 5)];
  const stats = { fromMs: 0, untilMs: Date.parse("2026-11-06T00:00:00Z"), byHour };
  const { bars, hours } = toBars(stats, berlin, 60);
  expect(hours).toBe(364 * 24);
  expect([bars[0]?.failures, bars.at(-1)?.failures, bars.length]).toEqual([2, 5, 58]);
  expect(bars.slice(1, -1).every(({ failures }) => failures === 0)).toBe(true);
  expect(bars[1]?.wall.year).toBe(1970);
});

test("days of a month are all there, in the month that clocks change too", () => {
  if (!berlin) throw new Error("expected a zone");
  const fromMs = Date.parse("2026-09-30T22:00:00Z"); // 1 October
  const untilMs = fromMs + (31 * 24 + 1) * HOUR;
  const byHour = [hour("2026-10-25T00:00:00Z", 1), hour("2026-10-25T01:00:00Z", 1)]; // twice two o'clock
  const { bars, hours } = toBars({ fromMs, untilMs, byHour }, berlin, 40);
  expect([hours, bars.length]).toEqual([24, 31]);
  expect(bars.map(({ wall }) => wall.day)).toEqual(Array.from({ length: 31 }, (_, at) => at + 1));
  expect(bars[24]?.failures).toBe(2);
});
