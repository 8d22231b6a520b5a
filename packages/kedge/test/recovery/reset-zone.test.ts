import { describe, expect, test } from "vitest";
import { isPlausible } from "../../src/recovery/reset-window.ts";
import { addDays, asUtc, createZone, type WallTime } from "../../src/recovery/reset-zone.ts";

const wall = (text: string): WallTime => {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = text.split(/\D/).map(Number);
  return { year, month, day, hour, minute, second };
};

describe("a time of the clock is the instants at which it is shown", () => {
  test.each<[zone: string, time: string, ...instants: string[]]>([
    ["UTC", "2026-02-10 12:00:30", "2026-02-10T12:00:30Z"],
    ["Europe/Paris", "2026-10-25 02:30:15", "2026-10-25T00:30:15Z", "2026-10-25T01:30:15Z"],
    ["Europe/Paris", "2026-10-25 03:00:00", "2026-10-25T02:00:00Z"],
    ["Europe/Paris", "2026-03-29 02:30:15", "2026-03-29T01:30:15Z"],
    ["Europe/Paris", "2026-03-29 01:59:59", "2026-03-29T00:59:59Z"],
    ["Australia/Lord_Howe", "2026-04-05 01:45:00", "2026-04-04T14:45:00Z", "2026-04-04T15:15:00Z"],
    ["Australia/Lord_Howe", "2026-10-04 02:15:00", "2026-10-03T15:45:00Z"],
    ["America/St_Johns", "2026-11-01 01:15:00", "2026-11-01T03:45:00Z", "2026-11-01T04:45:00Z"],
    ["+05:45", "2026-02-10 00:00:00", "2026-02-09T18:15:00Z"],
  ])("%s %s", (name, time, ...instants) => {
    const zone = createZone(name);
    const found = zone?.instantsOf(wall(time)).map((at) => new Date(at).toISOString());
    expect(found).toEqual(instants.map((at) => new Date(at).toISOString()));
  });
});

test.each<[name: string, known: string | undefined]>([
  ["Asia/Kolkata", "Asia/Kolkata"],
  ["z", "UTC"],
  ["GMT", "UTC"],
  ["utc-3", "-03:00"],
  ["GMT+0530", "+05:30"],
  ["PDT", "-07:00"],
  ["CET", "CET"],
  ["BST", undefined],
  ["IST", undefined],
  ["Mars/Olympus", undefined],
  ["+99:00", undefined],
  ["", undefined],
  ["__proto__", undefined],
  ["toString", undefined],
])("the zone %j is %j", (name, known) => {
  expect(createZone(name)?.name).toBe(known);
});

test("days are counted over the ends of months and years", () => {
  expect(addDays(wall("2028-02-28 01:02:03"), 1)).toEqual(wall("2028-02-29 01:02:03"));
  expect(addDays(wall("2026-12-31 01:02:03"), 1)).toEqual(wall("2027-01-01 01:02:03"));
  expect(addDays(wall("2026-03-01 01:02:03"), -1)).toEqual(wall("2026-02-28 01:02:03"));
  expect(new Date(asUtc(wall("2026-03-01 01:02:03"))).toISOString()).toBe("2026-03-01T01:02:03.000Z");
});

test.each<[window: string | undefined, afterMs: number, isCredible: boolean]>([
  ["five_hour", 18_900_000, true],
  ["five_hour", 18_900_001, false],
  ["seven_day", 608_400_000, true],
  ["seven_day", 608_400_001, false],
  ["seven_day_opus", 608_400_000, true],
  [undefined, 608_400_000, true],
  ["tomorrows_window", 608_400_001, false],
  ["daily", 90_000_000, true],
  ["daily", 90_000_001, false],
  ["monthly", 31 * 86_400_000, true],
  ["monthly", 32 * 86_400_000, false],
  ["five_hour", -120_000, true],
  ["five_hour", -120_001, false],
])("a window %s that ends after %s ms: %s", (window, afterMs, isCredible) => {
  expect(isPlausible(window, afterMs)).toBe(isCredible);
});

test.each([
  ["Antarctica/Casey", "2020-10-03T16:00:59Z", "2020-10-04 00:00:59"],
  ["Antarctica/Casey", "2020-10-03T16:01:00Z", "2020-10-04 03:01:00"],
  ["America/Goose_Bay", "2010-11-07T03:00:59Z", "2010-11-07 00:00:59"],
  ["America/Goose_Bay", "2010-11-07T03:01:00Z", "2010-11-06 23:01:00"],
  ["Africa/Monrovia", "1972-01-07T00:44:29Z", "1972-01-06 23:59:59"],
  ["Africa/Monrovia", "1972-01-07T00:44:30Z", "1972-01-07 00:44:30"],
] as const)("the clocks of %s show at %s: %s", (name, at, shown) => {
  const zone = createZone(name);
  // What was answered a moment before is no answer for now.
  zone?.wallAt(Date.parse(at) - 60_000);
  expect(zone?.wallAt(Date.parse(at))).toEqual(wall(shown));
});
