/** Rows of the matrix, as people hear of them: the limits of plans, of one model, and of two accounts at once. */
import { describe, test } from "vitest";
import { QUICK } from "../recovery/supervise-world.ts";
import { DAY, HOUR, MINUTE, SECOND } from "./alerts-time.ts";
import { rehearse, TOOL } from "./alerts-world.ts";
import { FAILING, planWindow } from "./failing-replies.ts";

const WORK = [{ tool: "Bash", input: { command: TOOL } }, { text: "Done." }];
const windowOf = (name: string, duration_ms: number, requests: number) => [
  { key: "*", windows: [{ name, duration_ms, requests }] },
];

describe.concurrent("limits, as they are told", () => {
  test("a plan's limit: told once after the group wait, with its end and what follows; over with the first answer after it", {
    timeout: 60_000,
  }, async ({ expect }) => {
    await using rehearsal = await rehearse(
      { limits: windowOf("five_hour", 5 * HOUR, 1), replies: WORK },
      { policy: QUICK },
    );
    await rehearsal.add({ name: "one" });
    expect(await rehearsal.supervise()).toBe("over");
    await rehearsal.pass(HOUR);

    const { told, world } = rehearsal;
    const [incident, ...others] = await rehearsal.cases();
    expect(others).toEqual([]);
    expect(rehearsal.byIncident()).toEqual([["opened", "resolved"]]);
    const [opened, resolved] = told;
    const failedMs = world.eventsOf("failed")[0]?.atMs ?? 0;
    expect((opened?.atMs ?? 0) - failedMs).toBeGreaterThanOrEqual(29 * SECOND);
    expect((opened?.atMs ?? 0) - failedMs).toBeLessThan(45 * SECOND);
    expect(opened).toMatchObject({
      severity: "warning",
      title: expect.stringMatching(/^5-hour limit used up on the account key:\w+: 1 session stopped$/),
      lines: {
        Stopped: expect.stringMatching(/^1 session in project \([\da-f]{8}\)\.$/),
        Verdict: expect.stringMatching(/^Plan limit used up \(certain\)\. /),
        Since: expect.stringMatching(/^\w{3} \d+ \w{3} \d{4}, \d\d:\d\d:\d\d, 3\d s ago; 1 failure\.$/),
        Next: expect.stringMatching(
          /^It is said to end (?:at|tomorrow) \d\d:\d\d, in 5 h\. 1 piece of work goes on from (?:tomorrow )?\d\d:\d\d/,
        ),
        You: "Nothing to do.",
      },
      incident: { cause: "plan_window", sessions: 1, needsPerson: false, untilMs: incident?.untilMs },
    });
    const proofMs = world.requests().at(-1)?.atMs ?? 0;
    expect(proofMs).toBeGreaterThanOrEqual(incident?.untilMs ?? Infinity);
    expect(resolved?.atMs).toBeGreaterThanOrEqual(proofMs);
    expect(resolved).toMatchObject({
      title: expect.stringMatching(/: over after 5 h [123] min$/),
      lines: { Ended: "A request that began after it was answered." },
      incident: { resolution: "proof" },
    });
    rehearsal.check();
  });

  test("eight sessions at one limit: one alert for all of them, and one all-clear with the first that goes on", {
    timeout: 120_000,
  }, async ({ expect }) => {
    await using rehearsal = await rehearse(
      { limits: windowOf("five_hour", 5 * HOUR, 4) },
      // Eight agents that start at once take their time: all of it counts as one moment here.
      { policy: { ...QUICK, alerts: { group_wait: "2m" } } },
    );
    const { world, told } = rehearsal;
    await rehearsal.add(...Array.from({ length: 8 }, (_, at) => ({ name: `s${at}` })));
    expect(await rehearsal.supervise({ concurrency: 8 })).toBe("over");
    await rehearsal.pass(HOUR);

    const refused = world.eventsOf("failed").length;
    expect(refused).toBeGreaterThan(0);
    expect(rehearsal.byIncident()).toEqual([["opened", "resolved"]]);
    expect(told[0]).toMatchObject({
      title: expect.stringContaining(refused === 1 ? ": 1 session stopped" : `: ${refused} sessions stopped`),
      lines: { Next: expect.stringMatching(/ 4 pieces of work .*, one of them first\.$/) },
      incident: { sessions: refused },
    });
    const resetMs = Number(told[0]?.incident.untilMs);
    const woken = world.eventsOf("started").filter(({ atMs }) => atMs >= resetMs);
    expect(woken.map(({ isCanary }) => isCanary)).toEqual([true, false, false, false]);
    expect(world.eventsOf("started")).toHaveLength(8 + refused);
    // Not when all are back, and not by the clock: by the canary's answer.
    expect(told[1]?.atMs).toBeLessThan((woken[2]?.atMs ?? 0) + 5 * SECOND);
    expect(told[1]?.incident).toMatchObject({ resolution: "proof", sessions: refused, failures: refused });
    rehearsal.check();
  });

  test("an end that is stated anew: nobody is told that it is over, and everybody that it ends later", {
    timeout: 60_000,
  }, async ({ expect }) => {
    const faults = [5 * 3_600, 1_800].map((seconds) => ({ times: 1, reply: planWindow(seconds) }));
    await using rehearsal = await rehearse({ faults }, { policy: QUICK });
    const { told } = rehearsal;
    await rehearsal.add({ name: "one" });
    expect(await rehearsal.supervise()).toBe("over");
    await rehearsal.pass(HOUR);
    expect(rehearsal.byIncident()).toEqual([["opened", "updated", "resolved"]]);
    const untils = told.map(({ incident }) => Number(incident.untilMs));
    expect((untils[1] ?? 0) - (untils[0] ?? 0)).toBeGreaterThan(30 * MINUTE);
    expect(told[1]).toMatchObject({
      title: expect.stringMatching(/^Still: plan limit used up on the account key:\w+: 1 session stopped$/),
      lines: { Next: expect.stringMatching(/^It is said to end .*, in (?:29|30) min\. /) },
      incident: { failures: 2, sessions: 1 },
    });
    expect(told[2]?.atMs).toBeGreaterThanOrEqual(untils[1] ?? Infinity);
    rehearsal.check();
  });

  test("a weekly limit: a reminder a day, nothing else, and nobody is woken for it", {
    timeout: 60_000,
  }, async ({ expect }) => {
    await using rehearsal = await rehearse(
      { limits: windowOf("seven_day", 70 * HOUR, 1), replies: WORK },
      { policy: QUICK },
    );
    const { world, told } = rehearsal;
    await rehearsal.add({ name: "one" });
    expect(await rehearsal.supervise({ patienceMs: MINUTE })).toBe("waiting");
    await rehearsal.pass(69 * HOUR);
    expect(world.requests().map(({ status }) => status)).toEqual([200, 429]);
    expect(rehearsal.byIncident()).toEqual([["opened", "reminded", "reminded"]]);
    const gaps = told.slice(1).map(({ atMs }, at) => atMs - (told[at]?.atMs ?? 0));
    for (const gap of gaps) {
      expect(gap).toBeGreaterThanOrEqual(DAY);
      expect(gap).toBeLessThan(DAY + 2 * HOUR);
    }
    expect(told.at(-1)).toMatchObject({
      title: expect.stringMatching(/^Still: weekly limit used up on .*: 1 session stopped$/),
      lines: {
        Next: expect.stringMatching(
          /^It is said to end (?:at|tomorrow) \d\d:\d\d, in 2\d h\. 1 piece of work goes on from /,
        ),
      },
    });
    expect(await rehearsal.supervise()).toBe("over");
    expect(rehearsal.byIncident()).toEqual([["opened", "reminded", "reminded", "resolved"]]);
    rehearsal.check();
  });

  test("one model's limit without a time: no time is told, a person is asked, and another model's answer proves nothing", {
    timeout: 60_000,
  }, async ({ expect }) => {
    const model = "claude-opus-5-5";
    await using rehearsal = await rehearse(
      { routes: [{ when: { model }, replies: [FAILING.model, { text: "Again." }] }] },
      { policy: QUICK, secret: [FAILING.model.message] },
    );
    const { told } = rehearsal;
    const [key = ""] = await rehearsal.add({ name: "one", args: ["--model", model] });
    expect(await rehearsal.supervise()).toBe("waiting");
    await rehearsal.pass(HOUR);
    await rehearsal.add({ name: "two", args: ["--model", "claude-sonnet-5-5"] });
    expect(await rehearsal.supervise()).toBe("waiting");
    expect(rehearsal.world.requests().map(({ status }) => status)).toEqual([429, 200]);
    await rehearsal.pass(HOUR);
    expect(rehearsal.byIncident()).toEqual([["opened"]]);
    const [opened] = told;
    expect(opened).toMatchObject({
      severity: "warning",
      lines: {
        Next: "1 piece of work waits for you.",
        You: expect.stringMatching(/^The limit for this model is used up\./),
      },
      incident: { cause: "model_limit", model, untilMs: null, untilFrom: null, needsPerson: true },
    });
    expect(await rehearsal.resume(key)).toBe("over");
    expect(rehearsal.byIncident()).toEqual([["opened", "resolved"]]);
    rehearsal.check();
  });

  test("two accounts at their limits at once: two incidents, each with its own key, its own end and its own all-clear", {
    timeout: 60_000,
  }, async ({ expect }) => {
    const accounts = Object.fromEntries(
      ["day", "night"].map((name) => [name, { env: { ANTHROPIC_API_KEY: `KEY_OF_${name.toUpperCase()}` } }]),
    );
    const keys = { day: "sk-ant-api03-day-0123456789", night: "sk-ant-api03-night-0123456789" };
    await using rehearsal = await rehearse(
      {
        limits: [
          { key: keys.day, windows: [{ name: "five_hour", duration_ms: 2 * HOUR, requests: 1 }] },
          { key: keys.night, windows: [{ name: "five_hour", duration_ms: 5 * HOUR, requests: 1 }] },
        ],
        replies: [...WORK.slice(0, 1), ...WORK],
      },
      {
        policy: { ...QUICK, accounts },
        env: { KEY_OF_DAY: keys.day, KEY_OF_NIGHT: keys.night },
        secret: Object.values(keys),
      },
    );
    const { told } = rehearsal;
    await rehearsal.add({ name: "a", account: "day" }, { name: "b", account: "night" });
    expect(await rehearsal.supervise()).toBe("over");
    await rehearsal.pass(HOUR);
    expect(rehearsal.byIncident()).toEqual([
      ["opened", "resolved"],
      ["opened", "resolved"],
    ]);
    const words = told.map(({ type, incident }) => `${type} ${incident.account}`);
    expect(words.slice(0, 2).toSorted()).toEqual(["opened name:day", "opened name:night"]);
    expect(words.slice(2)).toEqual(["resolved name:day", "resolved name:night"]);
    expect((told[3]?.atMs ?? 0) - (told[2]?.atMs ?? 0)).toBeGreaterThan(2 * HOUR);
    expect(new Set(told.map(({ incident }) => incident.dedupKey)).size).toBe(2);
    expect(told[0]?.title).toMatch(/^5-hour limit used up on account (?:day|night): 1 session stopped$/);
    rehearsal.check();
  });
});
