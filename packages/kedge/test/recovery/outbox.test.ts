/** The outbox: what is told is told at least once, in order, never twice at once, and given up only where that can be seen. */
import { afterEach, describe, expect, test } from "vitest";
import { type Outbox, openOutbox } from "../../src/recovery/alerts/outbox.ts";
import { drainAlerts, type SendingChannel } from "../../src/recovery/alerts/sender.ts";
import type { Delivery } from "../../src/recovery/channels/delivery.ts";
import type { AlertMessage } from "../../src/recovery/incidents/alert-message.ts";
import type { AlertRules } from "../../src/recovery/incidents/alert-rules.ts";
import { createZone, type Zone } from "../../src/recovery/reset-zone.ts";
import { DAY, HOUR, MINUTE, makeIncidents, RULES, SECOND, START } from "./incident-world.ts";

const LIMIT = { cause: "plan_window", window: "five_hour" } as const;
const zone = createZone("UTC") as Zone;

/** A receiver that is up or down as the test says. */
interface Receiver extends SendingChannel {
  readonly got: AlertMessage[];
  answer: (message: AlertMessage) => Delivery | Promise<Delivery>;
}

function receiver(name: string): Receiver {
  const own: Receiver = {
    ...{ name, rule: "r1", minIntervalMs: 0, got: [] },
    answer: () => ({ outcome: "delivered" }),
    async send(message) {
      const delivery = await own.answer(message);
      if (delivery.outcome === "delivered") own.got.push(message);
      return delivery;
    },
  };
  return own;
}

const DOWN: Delivery = { outcome: "retry", why: "the request failed: ECONNREFUSED" };

async function makeOutbox(rules: AlertRules = RULES) {
  const world = await makeIncidents(rules);
  const open = async (holder = "h"): Promise<Outbox> => {
    const moment = { now: () => world.nowMs, zone };
    const outbox = await openOutbox({ stateDir: world.folder, rules, moment, holder, random: () => 0.5 });
    closers.push(outbox);
    return outbox;
  };
  const outbox = await open();
  const team = receiver("team");
  return {
    ...{ world, outbox, team, open },
    /** Lets time go by, and sends what is due every few seconds. */
    async pass(forMs: number, everyMs: number, channels: readonly SendingChannel[] = [team]) {
      for (const endMs = world.nowMs + forMs; world.nowMs < endMs; ) {
        world.nowMs += everyMs;
        await drainAlerts({ outbox, channels, withinMs: 60_000 });
      }
    },
  };
}

const closers: AsyncDisposable[] = [];
afterEach(async () => {
  for (const each of closers.splice(0)) await each[Symbol.asyncDispose]();
});

const kinds = (messages: readonly AlertMessage[]): readonly string[] => messages.map(({ kind }) => kind);

describe("delivery", () => {
  test("tells an incident from its beginning to its end, each message once", async () => {
    const { world, team, pass } = await makeOutbox();
    await world.fail({ ...LIMIT, atMs: world.nowMs, resetMs: HOUR });
    await pass(10 * MINUTE, 5 * SECOND);
    await world.fail({ ...LIMIT, session: "s2", atMs: world.nowMs });
    await pass(50 * MINUTE, 5 * SECOND);
    await world.prove({ sessionId: "s1" });
    await pass(MINUTE, 5 * SECOND);
    expect(kinds(team.got)).toEqual(["open", "update", "resolve"]);
    expect(new Set(team.got.map(({ id }) => id)).size).toBe(3);
    expect(new Set(team.got.map(({ incident }) => incident?.dedupKey)).size).toBe(1);
  });

  test("says what is known when it is sent", async () => {
    const { world, team, pass } = await makeOutbox();
    await world.fail({ ...LIMIT, atMs: world.nowMs, resetMs: HOUR });
    world.nowMs += 20 * SECOND;
    await world.fail({ ...LIMIT, session: "s2", atMs: world.nowMs, resetMs: HOUR });
    await pass(MINUTE, SECOND);
    expect(team.got).toMatchObject([
      { title: "5-hour limit used up on account a: 2 sessions stopped", incident: { sessions: 2 } },
    ]);
  });

  test("is tried again with the same message and id until the receiver is back, and then told what came since", async () => {
    const { world, outbox, team, pass } = await makeOutbox();
    const tried: AlertMessage[] = [];
    team.answer = (message) => {
      tried.push(message);
      return DOWN;
    };
    await world.fail({ ...LIMIT, atMs: world.nowMs });
    await pass(2 * HOUR, 5 * SECOND);
    expect(tried.length).toBeGreaterThan(5);
    expect(tried.length).toBeLessThan(20);
    for (const message of tried) expect(message).toEqual(tried[0]);
    await world.fail({ ...LIMIT, session: "s2", atMs: world.nowMs });
    team.answer = () => ({ outcome: "delivered" });
    await pass(HOUR, 5 * SECOND);
    expect(team.got.map(({ kind, incident }) => [kind, incident?.sessions])).toEqual([
      ["open", 1],
      ["update", 2],
    ]);
    expect(await outbox.channel(team)).toMatchObject({ failures: 0, error: null });
  });

  test("asks a receiver that is down ever more seldom, and no sooner than it wants", async () => {
    const { world, team, pass } = await makeOutbox();
    const at: number[] = [];
    team.answer = () => {
      at.push(world.nowMs - START);
      return at.length === 1 ? { ...DOWN, afterMs: 10 * MINUTE } : DOWN;
    };
    await world.fail({ ...LIMIT, atMs: world.nowMs });
    await pass(2 * HOUR, SECOND);
    const gaps = at.slice(1).map((each, index) => each - (at[index] ?? 0));
    expect(gaps[0]).toBe(10 * MINUTE);
    expect(gaps.slice(1, 5)).toEqual([30 * SECOND, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE]);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(18 * MINUTE);
  });

  test("after 75 hours tells what lasts, and what is over in one message", async () => {
    const { world, team, pass } = await makeOutbox();
    team.answer = () => DOWN;
    await world.fail({ cause: "billing", atMs: world.nowMs });
    for (const account of ["name:b", "name:c", "name:d"]) {
      await world.fail({ ...LIMIT, account, atMs: world.nowMs });
      await pass(10 * MINUTE, MINUTE);
      await world.prove({ sessionId: "s1", account });
    }
    await pass(75 * HOUR, 10 * MINUTE);
    team.answer = () => ({ outcome: "delivered" });
    await pass(HOUR, MINUTE);
    expect(kinds(team.got).toSorted()).toEqual(["digest", "open"]);
    expect(team.got.find(({ kind }) => kind === "digest")).toMatchObject({
      title: "3 incidents began and ended before this could be told",
    });
  });

  test("is given up after 80 hours, and by a receiver that refuses, where it can be seen", async () => {
    const { world, outbox, team, pass } = await makeOutbox();
    team.answer = () => DOWN;
    await world.fail({ cause: "billing", atMs: world.nowMs });
    await pass(81 * HOUR, 10 * MINUTE);
    expect((await outbox.list({ open: true })).map(({ kind, state, error }) => [kind, state, error])).toEqual(
      [["open", "dead", "given up after 80 h: the request failed: ECONNREFUSED"]],
    );
    expect(await outbox.retry({ channel: "team" })).toBe(1);
    team.answer = () => ({ outcome: "delivered" });
    await pass(MINUTE, SECOND);
    expect(kinds(team.got)).toEqual(["open"]);
    team.answer = () => ({ outcome: "refused", why: "HTTP 400" });
    await world.fail({ ...LIMIT, account: "name:b", atMs: world.nowMs });
    await pass(MINUTE, SECOND);
    expect((await outbox.list({ open: true }))[0]).toMatchObject({ state: "dead", error: "HTTP 400" });
  });

  test("ends for a receiver that wants nothing any more, until it is configured anew", async () => {
    const { world, outbox, team, pass } = await makeOutbox();
    team.answer = () => ({ outcome: "gone", why: "HTTP 410" });
    await world.fail({ ...LIMIT, atMs: world.nowMs });
    await pass(MINUTE, SECOND);
    team.answer = () => ({ outcome: "delivered" });
    await world.fail({ cause: "billing", account: "name:b", atMs: world.nowMs });
    await pass(DAY, HOUR);
    expect(team.got).toEqual([]);
    expect(await outbox.channel(team)).toMatchObject({ gone_ms: expect.any(Number), error: "HTTP 410" });
    const anew = { ...team, rule: "r2" };
    await pass(MINUTE, SECOND, [anew]);
    // What it had refused as another one lasts still, and is told it as well.
    expect(team.got.map(({ kind, incident }) => [kind, incident?.cause])).toEqual([
      ["open", "billing"],
      ["open", "plan_window"],
    ]);
    expect((await outbox.list()).map(({ state }) => state)).toEqual(["sent", "sent", "dropped"]);
  });

  test("begins anew with a receiver that is configured anew, though nothing waits for it", async () => {
    const { world, outbox, team, pass } = await makeOutbox();
    team.answer = () => ({ outcome: "refused", why: "HTTP 400" });
    await world.fail({ cause: "billing", atMs: world.nowMs });
    await pass(10 * MINUTE, MINUTE);
    expect(await outbox.nextDue(team)).toBeNull();
    team.answer = () => ({ outcome: "delivered" });
    await pass(MINUTE, 10 * SECOND, [{ ...team, rule: "r2" }]);
    expect(kinds(team.got)).toEqual(["open"]);
  });

  test("of a channel that nobody serves any more is given up in the end", async () => {
    const { world, outbox } = await makeOutbox();
    await world.fail({ cause: "billing", atMs: world.nowMs });
    world.nowMs += 79 * HOUR;
    await outbox.sweep();
    expect(await outbox.list({ open: true })).toMatchObject([{ state: "waiting" }]);
    world.nowMs += 2 * HOUR;
    await outbox.sweep();
    expect((await outbox.list({ open: true })).at(-1)).toMatchObject({
      ...{ state: "dead", error: "given up after 80 h: nobody has sent it" },
    });
  });

  test("of one channel waits for no other, and sends one message at a time", async () => {
    const rules = { ...RULES, routes: [{ channels: ["team", "slow"] }] };
    const { world, outbox, team } = await makeOutbox(rules);
    const slow = receiver("slow");
    let underWay = 0;
    let most = 0;
    const { promise, resolve } = Promise.withResolvers<void>();
    slow.answer = async () => {
      most = Math.max(most, ++underWay);
      await promise;
      underWay--;
      return { outcome: "delivered" };
    };
    for (const account of ["name:a", "name:b", "name:c"])
      await world.fail({ ...LIMIT, account, atMs: world.nowMs });
    world.nowMs += MINUTE;
    const both = [1, 2, 3].map(() => drainAlerts({ outbox, channels: [team, slow], withinMs: 60_000 }));
    await expect.poll(() => team.got.length).toBe(3);
    expect(slow.got).toEqual([]);
    resolve();
    await Promise.all(both);
    await drainAlerts({ outbox, channels: [slow], withinMs: 60_000 });
    expect([slow.got.length, most]).toEqual([3, 1]);
  });

  test("keeps the pause that a channel needs between two messages", async () => {
    const { world, team, pass } = await makeOutbox();
    const paced = { ...team, minIntervalMs: SECOND };
    const at: number[] = [];
    team.answer = () => {
      at.push(world.nowMs);
      return { outcome: "delivered" };
    };
    for (let account = 0; account < 20; account++)
      await world.fail({ ...LIMIT, account: `name:${account}`, atMs: world.nowMs });
    await pass(2 * MINUTE, 250, [paced]);
    expect(at).toHaveLength(20);
    for (const [index, each] of at.slice(1).entries())
      expect(each - (at[index] ?? 0)).toBeGreaterThanOrEqual(SECOND);
  });
});

describe("a sender that dies", () => {
  test("leaves its message to another one, which tells it again with the same id; the dead one settles nothing", async () => {
    const { world, outbox, team, open } = await makeOutbox();
    await world.fail({ ...LIMIT, atMs: world.nowMs });
    world.nowMs += MINUTE;
    const claimed = await outbox.claim(team);
    const other = await open("other");
    expect(await other.claim(team)).toBeNull();
    world.nowMs += 61 * SECOND;
    const again = await other.claim(team);
    expect(again?.message).toEqual(claimed?.message);
    if (claimed === null || again === null) throw new Error("Expected both to have had it");
    expect(await outbox.settle(claimed, { outcome: "delivered" }, 0)).toBe(false);
    expect(await other.settle(again, { outcome: "delivered" }, 0)).toBe(true);
    expect((await other.list()).map(({ state, attempts }) => [state, attempts])).toEqual([["sent", 2]]);
  });

  test("and a clock that is put back by years keep nobody waiting for years", async () => {
    const { world, outbox, team } = await makeOutbox();
    await world.fail({ ...LIMIT, atMs: world.nowMs });
    world.nowMs += MINUTE;
    await outbox.claim(team);
    world.nowMs -= 3_650 * DAY;
    world.nowMs += 2 * MINUTE;
    expect(await outbox.claim(team)).toBeNull(); // not due by this clock
    world.nowMs = START + 2 * MINUTE;
    expect(await outbox.claim(team)).not.toBeNull();
  });
});

describe("quiet hours", () => {
  const quiet = { fromMinute: 22 * 60, toMinute: 7 * 60, zone: "UTC" };

  test("put off what is not critical to their end, and nothing else", async () => {
    const { world, team, pass } = await makeOutbox({ ...RULES, quiet });
    world.nowMs = Date.parse("2026-11-21T23:00:00Z");
    await world.fail(
      { ...LIMIT, atMs: world.nowMs },
      { cause: "billing", atMs: world.nowMs, account: "name:b" },
    );
    await pass(7 * HOUR, 5 * MINUTE);
    expect(team.got.map(({ incident }) => incident?.cause)).toEqual(["billing"]);
    await pass(90 * MINUTE, 5 * MINUTE);
    expect(team.got.map(({ incident }) => incident?.cause)).toEqual(["billing", "plan_window"]);
  });
});

test("a process that ends waits for no others, and leaves what may be over before anybody needs to know", async () => {
  const { world, outbox, team } = await makeOutbox();
  await world.fail(
    { cause: "billing", atMs: world.nowMs },
    { ...LIMIT, account: "name:b", atMs: world.nowMs },
    { cause: "overload", atMs: world.nowMs },
  );
  await outbox.hasten(["team"]);
  expect(await drainAlerts({ outbox, channels: [team], withinMs: 10_000 })).toBe(2);
  expect(team.got.map(({ incident }) => incident?.cause)).toEqual(["billing", "plan_window"]);
});

test("a channel is tried with a message of its own", async () => {
  const { outbox, team } = await makeOutbox();
  const id = await outbox.addTest("team");
  await drainAlerts({ outbox, channels: [team], withinMs: 10_000 });
  expect(team.got).toMatchObject([{ id, kind: "test", title: "This is a test of the channel team" }]);
});
