/** Rows of the matrix, as people hear of them: ends of limits in nights in which the clocks change, at midnight, and in zones of half an hour. */
import { describe, test } from "vitest";
import { QUICK } from "../recovery/supervise-world.ts";
import { MINUTE, SECOND } from "./alerts-time.ts";
import { rehearse } from "./alerts-world.ts";

interface ClockCase {
  readonly what: string;
  /** Of this machine. */
  readonly zone: string;
  readonly now: string;
  readonly text: string;
  /** When it ends: the end of the minute that was named. */
  readonly until: string;
  readonly next: RegExp;
  readonly since: RegExp;
}

const CASES: readonly ClockCase[] = [
  {
    what: "an hour that is skipped lies between",
    zone: "Europe/Berlin",
    now: "2027-03-28T00:50:00Z",
    text: "You've hit your session limit · resets 3:30am (Europe/Berlin)",
    until: "2027-03-28T01:31:00Z",
    next: /^It is said to end at 03:31, in 4[01] min\. 1 piece of work goes on from 03:3[23]/,
    since: /^Sun 28 Mar 2027, 01:5\d:\d\d, 3\d s ago; 1 failure\.$/,
  },
  {
    what: "an hour that comes twice lies between",
    zone: "Europe/Berlin",
    now: "2027-10-31T00:20:00Z",
    text: "You've hit your session limit · resets 3:30am (Europe/Berlin)",
    until: "2027-10-31T02:31:00Z",
    next: /^It is said to end at 03:31, in 2 h\. 1 piece of work goes on from 03:3[23]/,
    since: /^Sun 31 Oct 2027, 02:2\d:\d\d, 3\d s ago; 1 failure\.$/,
  },
  {
    what: "the last minute of a day",
    zone: "UTC",
    now: "2027-01-05T22:40:00Z",
    text: "You've hit your session limit · resets 11:59pm (UTC)",
    until: "2027-01-06T00:00:00Z",
    next: /^It is said to end tomorrow 00:00, in 1 h\. 1 piece of work goes on from tomorrow 00:0[12]/,
    since: /^Tue 5 Jan 2027, 22:4\d:\d\d, 3\d s ago; 1 failure\.$/,
  },
  {
    what: "a zone of half an hour that nobody named",
    zone: "Asia/Kolkata",
    now: "2027-01-05T13:10:00Z",
    text: "You've hit your session limit · resets 9:15pm",
    until: "2027-01-05T15:46:00Z",
    next: /^It is said to end at 21:16, in 3 h\. 1 piece of work goes on from 21:1[78]/,
    since: /^Tue 5 Jan 2027, 18:4\d:\d\d, 3\d s ago; 1 failure\.$/,
  },
];

describe.concurrent("times, as they are told", () => {
  test.for(CASES)(
    "$what: the instant is exact, and so are the words",
    {
      timeout: 60_000,
    },
    async ({ zone, now, text, until, next, since }, { expect }) => {
      const limit = { status: 429, message: text, times: 1 };
      await using rehearsal = await rehearse(
        { replies: [limit, { text: "Done." }] },
        { policy: QUICK, zone },
      );
      const { told, world } = rehearsal;
      rehearsal.setNow(Date.parse(now));
      const [key = ""] = await rehearsal.add({ name: "one" });
      expect(await rehearsal.supervise({ patienceMs: MINUTE })).toBe("waiting");
      await rehearsal.pass(MINUTE);
      expect(rehearsal.byIncident()).toEqual([["opened"]]);
      expect(new Date(Number(told[0]?.incident.untilMs)).toISOString()).toBe(new Date(until).toISOString());
      expect(told[0]?.lines).toMatchObject({
        Next: expect.stringMatching(next),
        Since: expect.stringMatching(since),
      });
      const dueMs = (await world.ports.queue.get(key))?.dueMs ?? 0;
      expect(dueMs - Date.parse(until)).toBeGreaterThanOrEqual(MINUTE);
      expect(dueMs - Date.parse(until)).toBeLessThanOrEqual(2 * MINUTE + SECOND);
      rehearsal.check();
    },
  );
});
