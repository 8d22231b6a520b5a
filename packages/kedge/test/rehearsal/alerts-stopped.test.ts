/** Rows of the matrix, as people hear of them: accounts that a person has to see to are told as critical, again and again until somebody says so. */
import { describe, test } from "vitest";
import { QUICK } from "../recovery/supervise-world.ts";
import { DAY, HOUR, MINUTE, SECOND } from "./alerts-time.ts";
import { rehearse, TOOL } from "./alerts-world.ts";
import { FAILING } from "./failing-replies.ts";

const CALL = { tool: "Bash", input: { command: TOOL } };

describe.concurrent("stopped accounts, as they are told", () => {
  test("a login that expires: one fresh process, one critical alert, repeated every four hours until it is acknowledged, over by an answer only", {
    timeout: 60_000,
  }, async ({ expect }) => {
    await using rehearsal = await rehearse(
      { replies: [CALL, { ...FAILING.login, times: 2 }, { text: "Logged in." }] },
      { policy: QUICK },
    );
    const { told, pages, world, incidents } = rehearsal;
    const [key = ""] = await rehearsal.add({ name: "one" });
    expect(await rehearsal.supervise()).toBe("waiting");
    expect(world.requests().map(({ status }) => status)).toEqual([200, 401, 401]);
    await rehearsal.pass(9 * HOUR);
    expect(rehearsal.byIncident()).toEqual([["opened", "reminded", "reminded"]]);
    for (const [at, { atMs }] of told.slice(1).entries()) {
      expect(atMs - (told[at]?.atMs ?? 0)).toBeGreaterThanOrEqual(4 * HOUR);
      expect(atMs - (told[at]?.atMs ?? 0)).toBeLessThan(4 * HOUR + 10 * MINUTE);
    }
    for (const each of told)
      expect(each).toMatchObject({
        severity: "critical",
        title: expect.stringMatching(
          /^(?:Still: l|L)ogin refused on the account key:\w+: 1 session stopped$/,
        ),
        lines: {
          Verdict: expect.stringMatching(/^Login refused \((?:certain|likely)\)\. /),
          Next: "1 piece of work waits for you.",
          You: "The login was not accepted in a new process either. Work on this credential has stopped; log in again.",
        },
        incident: { needsPerson: true, failures: 2, sessions: 1 },
      });
    expect(pages.map(({ payload }) => payload?.severity)).toEqual(["critical", "critical", "critical"]);

    const [incident] = await rehearsal.cases();
    await incidents.acknowledge(incident?.id ?? "", "ulrike");
    // Seen to, and not over: once a day is enough.
    await rehearsal.pass(20 * HOUR);
    expect(told.slice(3)).toMatchObject([
      {
        type: "acknowledged",
        title: expect.stringMatching(/^Login refused on the account key:\w+: ulrike sees to it$/),
        lines: { You: "Nothing: ulrike sees to it." },
        incident: { acknowledgedBy: "ulrike", needsPerson: true },
      },
    ]);
    expect(pages.at(-1)).toEqual({
      ...{ routing_key: expect.any(String), event_action: "acknowledge" },
      dedup_key: pages[0]?.dedup_key,
    });
    await rehearsal.pass(6 * HOUR);
    expect(told.map(({ type }) => type)).toEqual([
      ...["opened", "reminded", "reminded", "acknowledged", "reminded"],
    ]);
    expect((told[4]?.atMs ?? 0) - (told[3]?.atMs ?? 0)).toBeGreaterThanOrEqual(DAY);
    expect(world.requests()).toHaveLength(3);

    // Somebody has logged in, and says so by going on.
    expect(await rehearsal.resume(key)).toBe("over");
    expect(told.map(({ type }) => type).slice(5)).toEqual(["resolved"]);
    expect(told[5]?.incident).toMatchObject({ resolution: "proof" });
    rehearsal.check();
  });

  test("a spending limit: told at once and as critical, not a request more, and over when somebody says so", {
    timeout: 60_000,
  }, async ({ expect }) => {
    await using rehearsal = await rehearse(
      { replies: [FAILING.spend] },
      { policy: QUICK, secret: [FAILING.spend.message] },
    );
    const { told, world, incidents } = rehearsal;
    await rehearsal.add(...["one", "two", "three"].map((name) => ({ name })));
    expect(await rehearsal.supervise({ concurrency: 1 })).toBe("waiting");
    await rehearsal.pass(HOUR);
    expect(await rehearsal.supervise({ concurrency: 1 })).toBe("waiting");
    expect(world.requests()).toHaveLength(1);
    expect(rehearsal.byIncident()).toEqual([["opened"]]);
    const [failed] = world.eventsOf("failed");
    expect((told[0]?.atMs ?? 0) - (failed?.atMs ?? 0)).toBeLessThan(40 * SECOND);
    expect(told[0]).toMatchObject({
      severity: "critical",
      title: expect.stringMatching(/^Spending limit reached on the account key:\w+: 1 session stopped$/),
      lines: {
        You: expect.stringMatching(/^A spending limit is reached\. Work on this account has stopped;/),
      },
      incident: { cause: "spend", needsPerson: true, sessions: 1, failures: 1 },
    });
    await incidents.resolve(told[0]?.incident.id ?? "", "The limit is raised.");
    await rehearsal.pass(MINUTE);
    expect(told.slice(1)).toMatchObject([
      {
        type: "resolved",
        lines: {
          Ended: "Somebody has said that it is over.",
          Note: "The limit is raised.",
          You: "1 piece of work waits for you. See kedge status.",
        },
        incident: { resolution: "person" },
      },
    ]);
    rehearsal.check();
  });
});
