/** Incidents: what opens one, who is in it, when it is told, and what ends it. */
import { describe, expect, test } from "vitest";
import { dedupKey, forgottenKey } from "../../src/recovery/incidents/incident-key.ts";
import { readLedgerId } from "../../src/recovery/ledger/ledger-id.ts";
import { DAY, failureOf, HOUR, MINUTE, makeIncidents, RULES, SECOND, START } from "./incident-world.ts";

const LIMIT = { cause: "plan_window", window: "five_hour" } as const;

describe("one incident for all that one cause stops", () => {
  test("forty sessions of one account that meet one limit are one incident, one alert, and one all-clear", async () => {
    const world = await makeIncidents();
    for (let session = 0; session < 40; session++) {
      world.nowMs = START + session * 250;
      await world.fail({ ...LIMIT, session: `s${session}`, atMs: world.nowMs, resetMs: HOUR });
    }
    const [incident, ...others] = await world.incidents();
    expect(others).toEqual([]);
    expect(incident).toMatchObject({ failures: 40, sessions: 40, severity: "warning", owner: "kedge" });
    expect(incident?.until_ms).toBe(START + 39 * 250 + HOUR);
    expect(await world.deliver()).toEqual([]);
    world.nowMs = START + 45 * SECOND;
    expect(await world.deliver()).toEqual([`open ${incident?.id} team`]);
    world.nowMs = START + HOUR + 2 * MINUTE;
    expect(await world.deliver()).toEqual([]);
    const over = await world.prove({ sessionId: "s7" });
    expect(over).toMatchObject([{ id: incident?.id, resolution: "proof", recovered: 1 }]);
    expect(await world.deliver()).toEqual([`resolve ${incident?.id} team`]);
  });

  test("ten thousand failures in a minute are one alert, one update and one all-clear", async () => {
    const world = await makeIncidents();
    const told: string[] = [];
    for (let second = 0; second < 60; second++) {
      world.nowMs = START + second * SECOND;
      const burst = Array.from({ length: 167 }, (_, at) => ({
        ...LIMIT,
        ...{ session: `s${second}-${at}`, atMs: world.nowMs },
      }));
      await world.fail(...burst);
      told.push(...(await world.deliver()));
    }
    for (let minute = 1; minute < 120; minute++) {
      world.nowMs = START + minute * MINUTE;
      told.push(...(await world.deliver()));
    }
    await world.prove({ sessionId: "s1-1" });
    told.push(...(await world.deliver()));
    const [incident] = await world.incidents();
    expect(incident).toMatchObject({ failures: 10_020, sessions: 10_020 });
    expect(told).toEqual(["open", "update", "resolve"].map((kind) => `${kind} ${incident?.id} team`));
  });

  test.each([
    ["account", { account: "name:b" }],
    ["window", { window: "seven_day" }],
    ["cause", { cause: "spend" }],
  ] as const)("another %s is another incident", async (_, other) => {
    const world = await makeIncidents();
    await world.fail({ ...LIMIT, atMs: START }, { ...LIMIT, session: "s2", ...other, atMs: START });
    expect(await world.incidents()).toHaveLength(2);
  });

  test("what a provider suffers is one incident whoever pays, each model's capacity apart", async () => {
    const world = await makeIncidents();
    const overload = { cause: "overload", atMs: START } as const;
    await world.fail(
      ...["name:a", "name:b", null].map((account) => ({ ...overload, account, model: "opus" })),
      { ...overload, model: "haiku" },
      { cause: "server", atMs: START, model: "opus" },
      { cause: "server", atMs: START, model: "haiku", account: "name:b" },
    );
    const found = (await world.incidents()).map(({ account, cause, failures }) => [account, cause, failures]);
    expect(found).toEqual([
      ["provider", "overload", 3],
      ["provider", "overload", 1],
      ["provider", "server", 2],
    ]);
  });

  test("the same mistake in many sessions of a project is one incident, which ends when all of them go on", async () => {
    const world = await makeIncidents();
    const broken = { cause: "model_not_found", atMs: START } as const;
    await world.fail({ ...broken, session: "s1" }, { ...broken, session: "s2" });
    await world.fail({ ...broken, session: "s3", project: "shop" });
    expect((await world.incidents()).map(({ project, sessions }) => [project, sessions])).toEqual([
      ["site", 2],
      ["shop", 1],
    ]);
    world.nowMs = START + MINUTE;
    expect(await world.prove({ sessionId: "s1" })).toEqual([]);
    expect(await world.prove({ sessionId: "s9" })).toEqual([]);
    expect(await world.prove({ sessionId: "s2" })).toMatchObject([{ project: "site" }]);
  });

  test("subagents, and causes of which nobody is told, open none", async () => {
    const world = await makeIncidents();
    await world.fail(
      { ...LIMIT, atMs: START, isSubagent: true },
      { cause: "interrupted", atMs: START },
      { cause: "stopped_by_policy", atMs: START },
    );
    expect(await world.incidents()).toEqual([]);
  });
});

describe("what is known later", () => {
  test("a failure that turns out to be another one moves, and an incident without any is over, untold", async () => {
    const world = await makeIncidents();
    const [before] = await world.fail({ cause: "unknown", id: "f-moves", atMs: START });
    const after = failureOf({ ...LIMIT, id: "f-moves", atMs: START });
    world.nowMs += SECOND;
    await world.note([{ ...(before && { before }), after }]);
    world.nowMs += MINUTE;
    const [first, second] = await world.incidents();
    expect(first).toMatchObject({ cause: "unknown", resolution: "other_cause" });
    expect(second).toMatchObject({ cause: "plan_window", failures: 1, resolved_ms: null });
    expect(await world.deliver()).toEqual([`open ${second?.id} team`]);
    // Judged anew once more, it counts once still.
    await world.note([{ before: after, after }]);
    expect((await world.incidents()).map(({ failures }) => failures)).toEqual([0, 1]);
  });

  test("a failure that is gone is counted no more, and its session only if it failed otherwise", async () => {
    const world = await makeIncidents();
    const rows = await world.fail({ ...LIMIT, atMs: START }, { ...LIMIT, atMs: START + SECOND });
    const [first, second] = rows;
    await world.note([{ ...(first && { before: first }) }]);
    expect(await world.incidents()).toMatchObject([{ failures: 1, sessions: 1, resolved_ms: null }]);
    await world.note([{ ...(second && { before: second }) }]);
    expect(await world.incidents()).toMatchObject([{ resolution: "other_cause" }]);
  });

  test("what happened before it was over belongs to it, however late it is heard of", async () => {
    const world = await makeIncidents();
    await world.fail({ ...LIMIT, atMs: START });
    world.nowMs += HOUR;
    await world.prove({ sessionId: "s1" });
    world.nowMs += DAY;
    await world.fail({ ...LIMIT, session: "late", atMs: START + 5 * SECOND });
    expect(await world.incidents()).toMatchObject([{ failures: 2, sessions: 2, resolution: "proof" }]);
  });

  test("one that comes back at once was never over; one that comes back later is a new one", async () => {
    const world = await makeIncidents();
    await world.fail({ ...LIMIT, atMs: START });
    world.nowMs = START + MINUTE;
    await world.deliver();
    await world.prove({ sessionId: "s1" });
    world.nowMs += MINUTE;
    await world.fail({ ...LIMIT, atMs: world.nowMs });
    const [incident] = await world.incidents();
    expect(incident).toMatchObject({ failures: 2, resolved_ms: null });
    // Its all-clear had not been sent yet, so that nobody was told anything that is wrong now.
    expect((await world.alerts()).map(({ kind, state }) => [kind, state])).toEqual([
      ["open", "sent"],
      ["resolve", "dropped"],
    ]);
    await world.prove({ sessionId: "s1", sinceMs: world.nowMs + 1 });
    await world.deliver();
    world.nowMs += MINUTE;
    await world.fail({ ...LIMIT, atMs: world.nowMs });
    world.nowMs += 10 * MINUTE;
    expect(await world.deliver(), "after an all-clear that was sent").toEqual([
      `update ${incident?.id} team`,
    ]);
    await world.prove({ sessionId: "s1" });
    world.nowMs += RULES.groupIntervalMs;
    await world.fail({ ...LIMIT, atMs: world.nowMs });
    expect(await world.incidents()).toHaveLength(2);
  });
});

describe("the end", () => {
  test("is a request that began after the last failure, and no other one", async () => {
    const world = await makeIncidents();
    world.nowMs = START + 2 * MINUTE;
    await world.fail({ ...LIMIT, atMs: START }, { ...LIMIT, session: "s2", atMs: START + MINUTE });
    expect(await world.prove({ sessionId: "s9", sinceMs: START + MINUTE })).toEqual([]);
    expect(await world.prove({ sessionId: "s9", account: "name:b" })).toEqual([]);
    expect(await world.prove({ sessionId: "s9", account: null })).toEqual([]);
    expect(await world.prove({ sessionId: "s9", sinceMs: START + MINUTE + 1 })).toHaveLength(1);
  });

  test("of a model's limit is an answer of that model", async () => {
    const world = await makeIncidents();
    await world.fail({ cause: "model_limit", model: "opus", atMs: START });
    world.nowMs += MINUTE;
    expect(await world.prove({ sessionId: "s1", model: "haiku" })).toEqual([]);
    expect(await world.prove({ sessionId: "s1" })).toEqual([]);
    expect(await world.prove({ sessionId: "s1", model: "opus" })).toHaveLength(1);
  });

  test("comes before anybody is told: then nobody is", async () => {
    const world = await makeIncidents();
    await world.fail({ cause: "server_throttle", atMs: START });
    world.nowMs = START + 9 * MINUTE;
    expect(await world.deliver()).toEqual([]);
    await world.prove({ sessionId: "s1" });
    world.nowMs = START + DAY;
    expect(await world.deliver()).toEqual([]);
    expect((await world.alerts()).map(({ state }) => state)).toEqual(["dropped"]);
  });

  test("says how long sessions stood still", async () => {
    const world = await makeIncidents();
    await world.fail({ ...LIMIT, session: "s1", atMs: START, costUsd: 0.5 });
    await world.fail({ ...LIMIT, session: "s2", atMs: START + MINUTE, costUsd: 0.25 });
    world.nowMs = START + HOUR;
    await world.prove({ sessionId: "s1" });
    expect(await world.incidents()).toMatchObject([{ lost_ms: HOUR + 59 * MINUTE, cost_usd: 0.75 }]);
  });

  test("comes for every incident, though nobody ever speaks of it again", async () => {
    const world = await makeIncidents();
    await world.fail(
      ...["plan_window", "overload", "billing", "poisoned", "stall", "lost_writes", "a_later_cause"].map(
        (cause, at) => ({ cause, session: `s${at}`, project: `p${at}`, atMs: START, resetMs: at * DAY }),
      ),
    );
    for (let day = 0; day < 25; day++) {
      world.nowMs = START + day * DAY;
      await world.sweep();
      await world.deliver();
    }
    const all = await world.incidents();
    expect(all.length).toBeGreaterThan(4);
    for (const incident of all) expect(incident.resolution, incident.cause).toBe("expired");
    expect((await world.alerts()).filter(({ state }) => state === "waiting")).toEqual([]);
  });
});

describe("what explains another", () => {
  test("silences it for as long as it lasts, in whatever order they open", async () => {
    for (const order of [
      ["billing", "stall"],
      ["stall", "billing"],
    ] as const) {
      const world = await makeIncidents();
      for (const cause of order) await world.fail({ cause, atMs: START });
      const all = await world.incidents();
      const billing = all.find(({ cause }) => cause === "billing");
      const stall = all.find(({ cause }) => cause === "stall");
      expect(stall?.explained_by).toBe(billing?.id);
      world.nowMs = START + MINUTE;
      expect(await world.deliver()).toEqual([`open ${billing?.id} team`]);
      await world.prove({ sessionId: "s9" });
      world.nowMs += MINUTE;
      const told = await world.deliver();
      expect(told).toEqual([`resolve ${billing?.id} team`, `open ${stall?.id} team`]);
    }
  });

  test("is of the same account, or of all", async () => {
    const world = await makeIncidents();
    await world.fail({ cause: "billing", atMs: START }, { cause: "stall", account: "name:b", atMs: START });
    await world.fail({ cause: "connection", atMs: START }, { cause: "server", atMs: START });
    const all = await world.incidents();
    expect(all.map(({ cause, explained_by }) => [cause, explained_by !== null])).toEqual([
      ["billing", false],
      ["stall", true],
      ["connection", false],
      ["server", true],
    ]);
  });
});

describe("what lasts", () => {
  test("and waits for a person is told again until somebody has acknowledged it", async () => {
    const world = await makeIncidents();
    await world.fail({ cause: "billing", atMs: START });
    const told: string[] = [];
    const pass = async (hours: number): Promise<void> => {
      for (let minute = 0; minute < hours * 60; minute += 10) {
        world.nowMs += 10 * MINUTE;
        await world.sweep();
        told.push(...(await world.deliver()).map((each) => each.split(" ")[0] ?? ""));
      }
    };
    await pass(9);
    expect(told).toEqual(["open", "reminder", "reminder"]);
    await world.write(({ build, run }, { nowMs }) =>
      run(build.updateTable("incident").set({ acknowledged_ms: nowMs })),
    );
    await pass(16);
    expect(told).toHaveLength(3);
    await pass(48);
    expect(told, "once a day all the same").toHaveLength(5);
  });
});

test("the dedup key is the same for the same incident of a ledger, another one in another, and tells nothing", () => {
  const key = JSON.stringify(["alarm", "dead_supervisor", ""]);
  expect(dedupKey(key, "one")).toBe(dedupKey(key, "one"));
  expect(dedupKey(key, "one")).not.toBe(dedupKey(key, "other"));
  expect(dedupKey(key, "one")).toMatch(/^kedge-[0-9a-f]{24}$/);
  // Forgotten, it is known by the same to whoever was told of it.
  const forgotten = forgottenKey(key, "one");
  expect(dedupKey(forgotten, "one")).toBe(dedupKey(key, "one"));
  expect(forgotten).not.toContain("dead_supervisor");
});

test("each ledger has an id of its own, which stays", async () => {
  const [one, other] = [await makeIncidents(), await makeIncidents()];
  const idOf = (world: typeof one) => world.write((statements) => readLedgerId(statements));
  expect(await idOf(one)).toMatch(/^[0-9a-f]{24}$/);
  expect(await idOf(one)).toBe(await idOf(one));
  expect(await idOf(one)).not.toBe(await idOf(other));
});
