/** Incidents that come back though they were over: by a clock that was put back since, and for those who were no channel at that moment. */
import { describe, expect, test } from "vitest";
import type { AlertRoute } from "../../src/recovery/incidents/alert-rules.ts";
import { DAY, HOUR, MINUTE, makeIncidents, RULES, SECOND, START } from "./incident-world.ts";

const YEAR = 365 * DAY;

/** A limit that was told of, and that is over. */
async function overWorld(routes: readonly AlertRoute[] = RULES.routes) {
  const world = await makeIncidents({ ...RULES, routes });
  await world.fail({ cause: "plan_window", atMs: START, resetMs: 5 * HOUR });
  world.nowMs += MINUTE;
  expect(await world.deliver()).toHaveLength(1);
  await world.prove({ sessionId: "s1" });
  expect((await world.deliver()).map((line) => line.split(" ")[0])).toEqual(["resolve"]);
  return world;
}

describe.each([
  ["looked after in between", true],
  ["before anybody looked", false],
])("after the clock was put back by ten years, %s", (_, isSwept) => {
  test("it is open again, is told so, and ends in its time", async () => {
    const world = await overWorld();
    world.nowMs -= 10 * YEAR;
    if (isSwept) await world.sweep();
    world.nowMs += SECOND;
    await world.fail({ cause: "plan_window", atMs: world.nowMs, session: "s2" });
    const [incident, ...others] = await world.incidents();
    expect(others).toEqual([]);
    expect(incident).toMatchObject({ resolved_ms: null, last_ms: world.nowMs });
    expect((incident?.until_ms ?? 0) - world.nowMs).toBeLessThanOrEqual(5 * HOUR);
    expect((incident?.ends_ms ?? 0) - world.nowMs).toBeLessThanOrEqual(DAY + 5 * HOUR);
    world.nowMs += 10 * MINUTE;
    expect((await world.deliver()).map((line) => line.split(" ")[0])).toEqual(["update"]);
    world.nowMs += 2 * DAY;
    await world.sweep();
    expect(await world.incidents()).toMatchObject([{ resolution: "expired" }]);
  });
});

test("one that was open when the clock was put back, and is heard of before anybody looked, ends in its time", async () => {
  const world = await makeIncidents();
  await world.fail({ cause: "plan_window", atMs: START, resetMs: 5 * HOUR });
  world.nowMs -= 10 * YEAR;
  await world.fail({ cause: "plan_window", atMs: world.nowMs, session: "s2" });
  const [incident] = await world.incidents();
  expect((incident?.until_ms ?? 0) - world.nowMs).toBeLessThanOrEqual(5 * HOUR);
  world.nowMs += 2 * DAY;
  await world.sweep();
  expect(await world.incidents()).toMatchObject([{ resolution: "expired" }]);
});

test("one whose end was stated ten years ahead, by a failure that is none any more, ends in its time", async () => {
  const world = await makeIncidents();
  await world.fail({ cause: "plan_window", atMs: START });
  world.nowMs += 10 * YEAR;
  const [ahead] = await world.fail({
    cause: "plan_window",
    atMs: world.nowMs,
    resetMs: MINUTE,
    session: "s2",
  });
  await world.note([{ ...(ahead && { before: ahead }) }]);
  world.nowMs -= 10 * YEAR;
  await world.sweep();
  expect(await world.incidents()).toMatchObject([{ resolved_ms: null, until_ms: null }]);
  world.nowMs += 2 * DAY;
  await world.sweep();
  expect(await world.incidents()).toMatchObject([{ resolution: "expired" }]);
});

test("who was told that it is over, and was no channel when it came back, hears of it once it is one again", async () => {
  const routes: AlertRoute[] = [{ channels: ["team"] }];
  const world = await overWorld(routes);
  routes.splice(0, 1);
  await world.fail({ cause: "plan_window", atMs: world.nowMs + SECOND, session: "s2" });
  world.nowMs += 10 * MINUTE;
  await world.sweep();
  routes.push({ channels: ["team"] });
  await world.sweep();
  await world.sweep();
  world.nowMs += SECOND;
  expect((await world.deliver()).map((line) => line.split(" ")[0])).toEqual(["update"]);
  await world.sweep();
  expect(await world.deliver()).toEqual([]);
});
