/** Quiet hours by the clocks of a zone: through midnight, to the minute, and in the nights in which clocks change. */
import { describe, expect, test } from "vitest";
import { quietUntil } from "../../src/recovery/alerts/quiet-hours.ts";
import { type AlertRules, DEFAULT_ALERTS } from "../../src/recovery/incidents/alert-rules.ts";
import { asUtc, createZone, type Zone } from "../../src/recovery/reset-zone.ts";
import fc from "../support/fast-check.ts";
import { makeTeller } from "./incident-teller.ts";
import { DAY, HOUR, MINUTE, makeIncidents, RULES, SECOND } from "./incident-world.ts";

const minuteOf = (clock: string): number => {
  const [hour, minute] = clock.split(":").map(Number);
  return (hour ?? 0) * 60 + (minute ?? 0);
};
const quietFrom = (from: string, to: string, zone: string) => ({
  ...{ fromMinute: minuteOf(from), toMinute: minuteOf(to), zone },
});
const at = (instant: string): number => Date.parse(instant);

describe("quiet hours end", () => {
  test.each([
    // Each minute of the edges.
    ["22:00", "07:00", "UTC", "2026-11-21T21:59:59.999Z", null],
    ["22:00", "07:00", "UTC", "2026-11-21T22:00:00Z", "2026-11-22T07:00:00Z"],
    ["22:00", "07:00", "UTC", "2026-11-21T23:59:59.999Z", "2026-11-22T07:00:00Z"],
    ["22:00", "07:00", "UTC", "2026-11-22T00:00:00Z", "2026-11-22T07:00:00Z"],
    ["22:00", "07:00", "UTC", "2026-11-22T06:59:59.999Z", "2026-11-22T07:00:00Z"],
    ["22:00", "07:00", "UTC", "2026-11-22T07:00:00Z", null],
    ["23:59", "00:00", "UTC", "2026-11-21T23:59:30Z", "2026-11-22T00:00:00Z"],
    ["23:59", "00:00", "UTC", "2026-11-22T00:00:00Z", null],
    ["00:00", "23:59", "UTC", "2026-11-21T12:00:00Z", "2026-11-21T23:59:00Z"],
    ["00:00", "23:59", "UTC", "2026-11-21T23:59:00Z", null],
    ["00:01", "00:00", "UTC", "2026-12-31T12:00:00Z", "2027-01-01T00:00:00Z"],
    ["12:00", "12:00", "UTC", "2026-11-21T12:00:00Z", null],
    // Zones that are no whole hours away.
    ["22:00", "07:00", "Asia/Kathmandu", "2026-11-21T16:15:00Z", "2026-11-22T01:15:00Z"],
    ["22:00", "07:00", "Asia/Kathmandu", "2026-11-21T16:14:59Z", null],
    ["22:00", "07:00", "Asia/Kolkata", "2026-11-21T16:30:00Z", "2026-11-22T01:30:00Z"],
    ["23:59", "00:01", "Pacific/Kiritimati", "2026-11-21T09:59:30Z", "2026-11-21T10:01:00Z"],
    // The night in which clocks go forward is an hour shorter, and that in which they go back an hour longer.
    ["22:00", "07:00", "Europe/Berlin", "2026-03-28T21:30:00Z", "2026-03-29T05:00:00Z"],
    ["22:00", "07:00", "Europe/Berlin", "2026-10-24T20:30:00Z", "2026-10-25T06:00:00Z"],
    ["22:00", "07:00", "America/New_York", "2026-03-08T03:30:00Z", "2026-03-08T11:00:00Z"],
    ["22:00", "07:00", "America/New_York", "2026-11-01T02:30:00Z", "2026-11-01T12:00:00Z"],
    // By half an hour only.
    ["22:00", "07:00", "Australia/Lord_Howe", "2026-10-03T12:00:00Z", "2026-10-03T20:00:00Z"],
    ["22:00", "07:00", "Australia/Lord_Howe", "2026-04-04T11:30:00Z", "2026-04-04T20:30:00Z"],
    // An end that clocks skip is the moment at which they do.
    ["22:00", "02:30", "Europe/Berlin", "2026-03-29T00:30:00Z", "2026-03-29T01:00:00Z"],
    ["22:00", "02:15", "Australia/Lord_Howe", "2026-10-03T15:00:00Z", "2026-10-03T15:30:00Z"],
    ["22:00", "00:30", "Africa/Cairo", "2026-04-23T21:00:00Z", "2026-04-23T22:00:00Z"],
    // An end that comes twice is the first one.
    ["22:00", "02:30", "Europe/Berlin", "2026-10-25T00:10:00Z", "2026-10-25T00:30:00Z"],
    ["22:00", "01:30", "America/New_York", "2026-11-01T05:10:00Z", "2026-11-01T05:30:00Z"],
  ] as const)("%s to %s in %s, at %s: %s", (from, to, zone, instant, end) => {
    const until = quietUntil(quietFrom(from, to, zone), at(instant));
    expect(until === null ? null : new Date(until).toISOString()).toBe(
      end === null ? null : new Date(end).toISOString(),
    );
  });

  test("nowhere without any, and in a zone that nobody knows", () => {
    expect(quietUntil(null, at("2026-11-21T23:00:00Z"))).toBeNull();
    expect(quietUntil(quietFrom("22:00", "07:00", "Mars/Base"), at("2026-11-21T23:00:00Z"))).toBeNull();
  });

  const nights = [
    ...["Europe/Berlin 2026-03-29", "Europe/Berlin 2026-10-25", "America/New_York 2026-03-08"],
    ...["America/New_York 2026-11-01", "Australia/Lord_Howe 2026-10-04", "Australia/Lord_Howe 2026-04-05"],
    ...["America/St_Johns 2026-03-08", "America/St_Johns 2026-11-01", "Africa/Cairo 2026-04-24"],
    ...["Asia/Kathmandu 2026-03-29", "UTC 2026-12-31"],
  ];
  /** Any time of day, and mostly one at which clocks change somewhere. */
  const clocks = fc.oneof(
    { weight: 3, arbitrary: fc.integer({ min: 0, max: 240 }) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 1_439 }) },
  );

  test("at the first moment that is not quiet, whatever the clocks do meanwhile", () => {
    // A shorter pause may be just what clocks skip: then it is quiet until the next one.
    const pauseOf = ({ fromMinute, toMinute }: { readonly fromMinute: number; readonly toMinute: number }) =>
      (fromMinute - toMinute + 1_440) % 1_440;
    const cases = fc
      .record({
        fromMinute: clocks,
        toMinute: clocks,
        night: fc.constantFrom(...nights),
        minutes: fc.integer({ min: -720, max: 720 }),
      })
      .filter((hours) => pauseOf(hours) > 60);
    let skipped = 0;
    fc.assert(
      fc.property(cases, ({ night, minutes, ...hours }) => {
        const [name = "", day = ""] = night.split(" ");
        const zone = createZone(name) as Zone;
        const startMs = at(`${day}T02:00:00Z`) + minutes * MINUTE;
        const until = quietUntil({ ...hours, zone: name }, startMs);
        const isQuiet = (instant: number): boolean => {
          const { hour, minute } = zone.wallAt(instant);
          const passed = hour * 60 + minute;
          const { fromMinute: from, toMinute: to } = hours;
          return from <= to ? passed >= from && passed < to : passed >= from || passed < to;
        };
        expect(until !== null).toBe(isQuiet(startMs));
        if (until === null) return;
        expect(until).toBeGreaterThan(startMs);
        expect(until - startMs).toBeLessThanOrEqual(DAY + HOUR);
        expect(isQuiet(until)).toBe(false);
        const offset = (instant: number): number => asUtc(zone.wallAt(instant)) - instant;
        if (offset(until) > offset(startMs)) skipped++;
        // Clocks that go back show hours again that were quiet or not: what was put off is not told for that.
        if (offset(until) < offset(startMs)) return;
        for (let instant = startMs; instant < until; instant += MINUTE)
          expect(isQuiet(instant), new Date(instant).toISOString()).toBe(true);
      }),
      { numRuns: 3_000 },
    );
    expect(skipped).toBeGreaterThan(50);
  });
});

describe("what is told in the night in which clocks change", () => {
  test.each([
    ["Europe/Berlin", "2026-03-28T21:30:00Z", "2026-03-29T05:00:00Z"],
    ["Europe/Berlin", "2026-10-24T20:30:00Z", "2026-10-25T06:00:00Z"],
    ["Australia/Lord_Howe", "2026-10-03T12:00:00Z", "2026-10-03T20:00:00Z"],
    ["Asia/Kathmandu", "2026-10-03T17:00:00Z", "2026-10-04T01:15:00Z"],
  ])("in %s from %s is critical; the rest comes at %s", async (zone, from, to) => {
    const rules: AlertRules = { ...RULES, causes: DEFAULT_ALERTS, quiet: quietFrom("22:00", "07:00", zone) };
    const world = await makeIncidents(rules);
    world.nowMs = at(from);
    await using team = await makeTeller(world, rules);
    await world.fail(
      { cause: "plan_window", atMs: world.nowMs, window: "five_hour" },
      { cause: "billing", atMs: world.nowMs, account: "name:b" },
    );
    const told: string[] = [];
    while (world.nowMs < at(to) + 10 * MINUTE) {
      world.nowMs += MINUTE;
      await team.tell();
      for (const { kind, incident } of team.take())
        if (kind === "open") told.push(`${incident?.cause} ${new Date(world.nowMs).toISOString()}`);
    }
    expect(told).toEqual([
      `billing ${new Date(at(from) + MINUTE).toISOString()}`,
      `plan_window ${new Date(to).toISOString()}`,
    ]);
  });

  test("an all-clear waits for the morning as well, and nobody is woken by what was over before it", async () => {
    const rules: AlertRules = { ...RULES, repeatMs: null, quiet: quietFrom("22:00", "07:00", "UTC") };
    const world = await makeIncidents(rules);
    world.nowMs = at("2026-11-21T21:55:00Z");
    await using team = await makeTeller(world, rules);
    await world.fail({ cause: "plan_window", atMs: world.nowMs, window: "five_hour" });
    world.nowMs += MINUTE;
    await team.tell();
    expect(team.take().map(({ kind }) => kind)).toEqual(["open"]);
    world.nowMs = at("2026-11-22T01:00:00Z");
    await world.prove({ sessionId: "s1" });
    await world.fail({ cause: "auth", atMs: world.nowMs, account: "name:b" });
    await world.fail({ cause: "plan_window", atMs: world.nowMs, account: "name:c" });
    world.nowMs += MINUTE;
    await team.tell();
    expect(team.take().map(({ incident }) => incident?.cause)).toEqual(["auth"]);
    world.nowMs += HOUR;
    await world.prove({ sessionId: "s1", account: "name:c" });
    world.nowMs = at("2026-11-22T06:59:59Z");
    await team.tell();
    expect(team.take()).toEqual([]);
    world.nowMs += SECOND;
    await team.tell();
    expect(team.take().map(({ kind, incident }) => [kind, incident?.account])).toEqual([
      ["resolve", "name:a"],
    ]);
  });
});
