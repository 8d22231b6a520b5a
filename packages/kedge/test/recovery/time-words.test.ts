/** Times as people read them. */
import { expect, test } from "vitest";
import { createZone, type Zone } from "../../src/recovery/reset-zone.ts";
import { atTime, shortTime } from "../../src/recovery/time-words.ts";

/** Sat 21 Nov 2026, 23:14 in Berlin. */
const NOW = Date.parse("2026-11-21T22:14:00Z");
const zone = createZone("Europe/Berlin") as Zone;

test.each([
  ["2026-11-21T22:45:00Z", "23:45", "at 23:45"],
  ["2026-11-22T00:14:00Z", "tomorrow 01:14", "tomorrow 01:14"],
  ["2026-11-20T11:00:00Z", "yesterday 12:00", "yesterday 12:00"],
  ["2026-11-24T11:00:00Z", "Tue 12:00", "Tue 12:00"],
  ["2026-12-24T11:00:00Z", "24 Dec 12:00", "24 Dec 12:00"],
  ["2027-01-02T11:00:00Z", "2027-01-02 12:00", "2027-01-02 12:00"],
])("%s is %s, and in a sentence: %s", (at, short, sentence) => {
  const time = shortTime(Date.parse(at), { now: () => NOW, zone });
  expect([time, atTime(time)]).toEqual([short, sentence]);
});
