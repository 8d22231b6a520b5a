import { describe, expect, it } from "vitest";
import { shells } from "./intake-world.ts";
import { AWAY, failure, makeWake, NUDGE, TIMER, until, woken } from "./wake-world.ts";

/** A timer with another rule for the failure, or with other bounds. */
const timer = (changes: Readonly<Record<string, string>>): readonly string[] => [
  "wait",
  ...TIMER.filter((word) => !Object.hasOwn(changes, word.slice(0, word.indexOf("=")))),
  ...Object.entries(changes).map(([name, value]) => `${name}=${value}`),
];

const secondsOf = (tries: string | null): readonly number[] =>
  (tries ?? "")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => Number(line.split(" ")[0]));

describe.each(shells)("a waiter without a supervisor, in %s", { concurrent: true }, (...shell) => {
  it("wakes after its pause, and counts it", async () => {
    await using world = makeWake();
    expect(await world.run({ shell })).toEqual(woken(NUDGE));
    expect(world.text("tries")).toMatch(/^\d{10} rate_limit\n$/);
    expect(world.names()).toHaveLength(1);
  });

  it("asks again and again at most as often as it is told, and then no more", async () => {
    await using world = makeWake();
    const args = timer({ rate_limit: "3/2/4" });
    const startS = Math.floor(Date.now() / 1_000);
    for (let round = 0; round < 3; round++) expect(await world.run({ shell, args })).toEqual(woken(NUDGE));
    expect(await world.run({ shell, args })).toEqual(AWAY);
    const [first = 0, second = 0, third = 0, ...more] = secondsOf(world.text("tries"));
    expect(more).toEqual([]);
    // Half of 2, 4 and, since 8 is too much, 4 seconds; clocks show whole ones, so that one may be missing.
    expect(first - startS).toBeGreaterThanOrEqual(1);
    expect([second - first, third - second].every((pause) => pause >= 1)).toBe(true);
    expect(third - startS).toBeGreaterThanOrEqual(4);
  });

  it.each([
    ["another kind of failure", failure({ error: "authentication_failed" }), timer({})],
    ["no tries", failure(), timer({ rate_limit: "0/2/4" })],
    ["a number that is none", failure(), timer({ rate_limit: "3/2/x" })],
    ["no bounds", failure(), ["wait", "rate_limit=3/2/4"]],
    ["a plan's limit", failure({ last_assistant_message: "You've hit your limit · resets 3am" }), timer({})],
    ["money", failure({ last_assistant_message: "Credit balance is too low" }), timer({})],
    ["all wakes used up", failure(), timer({ attempts: "1" })],
    ["all time used up", failure(), timer({ total: "60" })],
    ["hours of a zone that nobody knows", failure(), timer({ hours: "0000-2359@Nowhere/Else", limit: "4" })],
  ])("wakes nobody with %s", async (_, input, args) => {
    await using world = makeWake();
    world.say(
      "tries",
      "1795273366 overload\n".replace("1795273366", String(Math.floor(Date.now() / 1_000) - 100)),
    );
    expect(await world.run({ shell, args, input })).toEqual(AWAY);
    expect(world.names().filter((name) => !name.endsWith(".tries"))).toEqual([]);
    expect(world.text("tries")?.split("\n")).toHaveLength(2);
  });

  it("takes a throttle that is no limit of the plan for one", async () => {
    await using world = makeWake();
    const words = "API Error: Server is temporarily limiting requests (not your usage limit) · Rate limited";
    const input = failure({ last_assistant_message: words });
    expect(await world.run({ shell, input, args: timer({ rate_limit: "1/1/1" }) })).toEqual(woken(NUDGE));
  });

  it("has another text for a failure that needs one", async () => {
    await using world = makeWake();
    const args = timer({ max_output_tokens: "1/1/1", "nudge.max_output_tokens": "In smaller steps." });
    const input = failure({ error: "max_output_tokens" });
    expect(await world.run({ shell, args, input })).toEqual(woken("In smaller steps."));
  });

  it("wakes in its hours, and not in others", async () => {
    await using world = makeWake();
    const clock = (addMinutes: number): string =>
      new Date(Date.now() + addMinutes * 60_000).toISOString().slice(11, 16).replace(":", "");
    const now = timer({ rate_limit: "2/1/1", limit: "3", hours: `${clock(-60)}-${clock(60)}@<UTC>0` });
    expect(await world.run({ shell, args: now })).toEqual(woken(NUDGE));
    const later = timer({ rate_limit: "2/1/1", limit: "3", hours: `${clock(60)}-${clock(120)}@<UTC>0` });
    expect(await world.run({ shell, args: later })).toEqual(AWAY);
    const elsewhere = timer({
      rate_limit: "2/1/1",
      limit: "3",
      hours: `${clock(60)}-${clock(120)}@<+01>-01:30`,
    });
    expect(await world.run({ shell, args: elsewhere })).toEqual(woken(NUDGE));
  });

  it("wakes nobody where it cannot count", async () => {
    await using world = makeWake();
    const waiter = await world.waiter({ shell });
    // Nothing can be added to what is a folder.
    const { mkdirSync } = await import("node:fs");
    mkdirSync(`${world.stateDir}/waits/${world.names()[0]?.replace(".wait", ".tries")}`);
    expect(await waiter.done).toEqual(AWAY);
  });
});

describe.each(shells)("a waiter whose supervisor dies, in %s", { concurrent: true }, (...shell) => {
  it.each([
    ["falls silent", 46, false],
    ["is of another time", -100, false],
    ["ends in good order", 0, true],
  ])("goes by its own timer when it %s", async (_, agoS, hasEnded) => {
    await using world = makeWake();
    await world.beat();
    const waiter = await world.waiter({ shell });
    await world.beat(agoS, { hasEnded });
    expect(await waiter.done).toEqual(woken(NUDGE));
    expect(world.text("tries")).toMatch(/^\d{10} rate_limit\n$/);
  });

  it("waits for the next one where its timer wakes nobody", async () => {
    await using world = makeWake();
    await world.beat(40);
    const input = failure({ last_assistant_message: "You've hit your limit · resets 3am" });
    const waiter = await world.waiter({ shell, input });
    await world.beat(0, { hasEnded: true });
    // Long enough for it to have looked.
    const lookedMs = performance.now() + 8_000;
    await until(() => performance.now() > lookedMs);
    expect(waiter.hasProcesses()).toBe(true);
    await world.beat();
    world.say("go", "The limit has reset.");
    expect(await waiter.done).toEqual(woken("The limit has reset."));
    expect(world.names()).toEqual([]);
  });

  it("leaves it to a supervisor that has come to life again", async () => {
    await using world = makeWake();
    const waiter = await world.waiter({ shell, args: timer({ rate_limit: "3/3/3" }) });
    await world.beat();
    const dueMs = performance.now() + 5_000;
    await until(() => performance.now() > dueMs);
    expect(waiter.hasProcesses()).toBe(true);
    expect(world.text("tries")).toBeNull();
    world.say("stop", "");
    expect(await waiter.done).toEqual(AWAY);
  });
});
