import { describe, expect, test } from "vitest";
import { wakeHandlers } from "../../src/agents/index.ts";
import { defaultPolicy, liveTimer, readPolicy } from "../../src/recovery/index.ts";

async function timerOf(file: object) {
  const reading = await readPolicy(file);
  if (!reading.ok) throw new Error(JSON.stringify(reading.problems));
  return liveTimer(reading.policy);
}

const rulesOf = async (file: object): Promise<readonly string[]> =>
  (await timerOf(file)).rules.map(
    ({ error, attempts, baseS, capS }) => `${error} ${attempts} ${baseS} ${capS}`,
  );

describe("the timer of a waiter", () => {
  test("has the most careful tries and pauses of what a failure may be, and none for what no wake helps", () => {
    const { rules, ...rest } = liveTimer(defaultPolicy());
    expect(rules.map(({ error, attempts, baseS, capS }) => [error, attempts, baseS, capS])).toEqual([
      ["rate_limit", 8, 60, 900],
      ["overloaded", 10, 60, 900],
      ["server_error", 5, 60, 900],
      ["max_output_tokens", 2, 2, 60],
      ["unknown", 1, 30, 300],
    ]);
    expect(rest).toEqual({
      ...{ attempts: 20, totalS: 864_000, limitS: 86_400, nudge: defaultPolicy().nudge },
    });
    const nudges = Object.fromEntries(rules.map(({ error, nudge }) => [error, nudge]));
    expect(nudges.rate_limit).toBe(rest.nudge);
    expect(nudges.max_output_tokens).toContain("smaller steps");
  });

  test("follows the policy", async () => {
    expect(
      await rulesOf({
        causes: {
          overload: { attempts: 1 },
          connection: { backoff: { base: "2m", cap: "3m" } },
          request_rate: { action: "wait" },
          unknown: { action: "hold" },
          cut_answer: { action: "restart" },
        },
      }),
    ).toEqual(["overloaded 1 60 900", "server_error 1 120 900"]);
    expect(await rulesOf({ causes: { "*": { action: "hold" } } })).toEqual([]);
    expect(await rulesOf({ causes: { "*": { attempts: 0 } } })).toEqual([]);
    expect(await timerOf({ max_park: "90s", hours: { total: "2h" }, attempts: 3 })).toMatchObject({
      ...{ limitS: 90, totalS: 7_200, attempts: 3 },
    });
  });

  test.each([
    ["Europe/Berlin", "0830-1700@Europe/Berlin"],
    ["UTC", "0830-1700@<UTC>0"],
    ["+05:30", "0830-1700@<+0530>-05:30"],
    ["-03:00", "0830-1700@<-0300>+03:00"],
  ])("tells hours in %s as a shell reads them", async (zone, hours) => {
    expect(await timerOf({ zone, hours: { wake: { from: "08:30", to: "17:00" } } })).toMatchObject({ hours });
  });

  test("stands in the command of the handler, whatever is in its texts", async () => {
    const timer = await timerOf({
      ...{ nudge: 'It\'s "over":\n$(go) on', zone: "-03:00", max_park: "1h" },
      ...{
        hours: { wake: { from: "08:30", to: "17:00" } },
        causes: { "*": { attempts: 0 }, server: { attempts: 2 } },
      },
    });
    const { StopFailure, UserPromptSubmit, SessionEnd } = wakeHandlers("/it's/kedge-wake", timer);
    expect(StopFailure).toMatchObject({ type: "command", asyncRewake: true, timeout: 3_630 });
    expect(StopFailure.command).toBe(
      `exec '/it'\\''s/kedge-wake' wait limit=3600 total=864000 attempts=20 'hours=0830-1700@<-0300>+03:00' 'nudge=It'\\''s "over":\n$(go) on'`,
    );
    expect([UserPromptSubmit.command, SessionEnd.command]).toEqual([
      "exec '/it'\\''s/kedge-wake' typed",
      "exec '/it'\\''s/kedge-wake' over",
    ]);
  });
});
