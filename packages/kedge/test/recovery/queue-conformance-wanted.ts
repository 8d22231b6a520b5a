/** Which jobs could be taken, and taking those alone that are asked for. */
import { describe, expect, test } from "vitest";
import { TAKEOVER_MS } from "../../src/recovery/queue/job-keeper.ts";
import type { JobQueue } from "../../src/recovery/queue/job-queue.ts";
import type { ReadyFilter } from "../../src/recovery/queue/job-reader.ts";
import { claim, drain, job, type MakeQueueWorld, pass, START_MS } from "./queue-world.ts";

const keysOf = async (queue: JobQueue, filter?: ReadyFilter) =>
  (await queue.ready(filter)).map(({ key }) => key);

export function testWanted(makeWorld: MakeQueueWorld): void {
  describe("what is ready", () => {
    test("is what could be taken, in that order, and no more", async () => {
      const world = makeWorld();
      await using queue = await world.open();
      expect(await queue.ready()).toEqual([]);
      await queue.add([
        job({ key: "busy", priority: 9, sessionKey: "s" }),
        job({ key: "beside", priority: 8, sessionKey: "s" }),
        job({ key: "high", priority: 1, notBeforeMs: START_MS, batch: "b" }),
        job({ key: "first", sessionKey: "t", batch: "b", account: "x" }),
        job({ key: "second", sessionKey: "t", account: "x" }),
        job({ key: "future", notBeforeMs: START_MS + 1_000, batch: "b" }),
        job({ key: "parked", priority: 7 }),
        job({ key: "owned", priority: 6 }),
        job({ key: "gone" }),
      ]);
      const { lease } = await claim(queue);
      for (const key of ["parked", "owned"]) {
        const taken = await queue.claim({ holder: "w", key });
        const until = key === "parked" ? { untilMs: START_MS + 500 } : { untilMs: null, owner: "o" };
        await queue.park(taken?.lease ?? lease, { ...until, why: "limit" });
      }
      await queue.cancel(["gone"], "no more");
      expect(await keysOf(queue)).toEqual(["high", "first", "second"]);
      expect(await keysOf(queue, { batch: "b" })).toEqual(["high", "first"]);
      expect(await keysOf(queue, { key: "second" })).toEqual(["second"]);
      expect(await keysOf(queue, { key: "second", batch: "b" })).toEqual([]);
      expect(await keysOf(queue, { closedAccounts: ["x", "z"] })).toEqual(["high"]);
      expect(await keysOf(queue, { limit: 2 })).toEqual(["high", "first"]);
      for (const key of ["busy", "beside", "future", "parked", "owned", "gone", "other"])
        expect([key, await keysOf(queue, { key })]).toEqual([key, []]);
      world.nowMs += 1_000;
      await queue.finish(lease);
      const ready = await queue.ready();
      const [first] = ready;
      expect(first).toEqual(await queue.get(first?.key ?? ""));
      expect(await drain(queue)).toEqual(ready.map(({ key }) => key));
      expect(ready.map(({ key }) => key)).toEqual(["beside", "parked", "high", "first", "second", "future"]);
    });

    test("changes nothing, and is a hundred unless more are asked for", async () => {
      await using queue = await makeWorld().open();
      await queue.add(Array.from({ length: 1_001 }, () => job()));
      const before = await queue.stats();
      expect((await queue.ready()).length).toBe(100);
      expect((await queue.ready({ limit: 1_000 })).length).toBe(1_000);
      expect(await queue.stats()).toEqual(before);
    });

    test("comes by the queue's own time where the clock was set back", async () => {
      const world = makeWorld();
      await using queue = await world.open();
      await pass(world, queue, 3_000);
      await queue.add([job({ key: "k", notBeforeMs: world.nowMs + 5_000 })]);
      world.nowMs -= 3_600_000;
      await pass(world, queue, 4_000);
      expect(await queue.ready()).toEqual([]);
      await pass(world, queue, 5_000);
      expect(await keysOf(queue)).toEqual(["k"]);
    });
  });

  describe("who asks for one job, or for those of a batch", () => {
    test("gets no other, whatever would be next", async () => {
      await using queue = await makeWorld().open();
      await queue.add([
        job({ key: "next", priority: 9 }),
        job({ key: "mine", batch: "b" }),
        job({ key: "late", batch: "b", priority: -1 }),
        job({ key: "other", batch: "c", priority: 1 }),
      ]);
      const take = async (wanted: { key?: string; batch?: string; closedAccounts?: string[] }) =>
        (await queue.claim({ holder: "w", ...wanted }))?.job.key;
      expect(await take({ batch: "d" })).toBeUndefined();
      expect(await take({ batch: "b", closedAccounts: ["a-1"] })).toBeUndefined();
      expect(await take({ key: "late", batch: "c" })).toBeUndefined();
      expect(await take({ key: "late" })).toBe("late");
      expect(await take({ key: "late" })).toBeUndefined();
      expect(await take({ batch: "b" })).toBe("mine");
      expect(await take({ batch: "b" })).toBeUndefined();
      expect(await take({})).toBe("next");
      expect(await take({ key: "other", batch: "c" })).toBe("other");
    });

    test("gets nothing while it may not start: not due, running, its session running, ended", async () => {
      const world = makeWorld();
      await using queue = await world.open();
      await queue.add([
        job({ key: "k", sessionKey: "s", notBeforeMs: START_MS + 1_000 }),
        job({ key: "l", sessionKey: "s" }),
      ]);
      const take = () => queue.claim({ holder: "w", key: "k" });
      expect(await take()).toBeNull();
      world.nowMs += 1_000;
      const beside = await queue.claim({ holder: "w", key: "l" });
      expect(await take()).toBeNull();
      if (beside !== null) await queue.finish(beside.lease);
      const own = await take();
      expect(own).toMatchObject({ job: { key: "k", state: "running" }, lease: { key: "k", token: 1 } });
      expect(await take()).toBeNull();
      if (own !== null) await queue.park(own.lease, { untilMs: null, owner: "o", why: "w" });
      expect(await take()).toBeNull();
      await queue.wake(["k"]);
      const again = await take();
      if (again !== null) await queue.fail(again.lease, { why: "poison" });
      expect([again?.lease.token, await take()]).toEqual([2, null]);
    });
  });

  test("what runs is told whole, of one account or of all", async () => {
    const world = makeWorld();
    await using queue = await world.open();
    expect(await queue.running()).toEqual([]);
    const jobs = Array.from({ length: 1_100 }, (_, at) => job({ account: `a-${at % 2}`, payload: at }));
    await queue.add(jobs);
    const keys = jobs.map(({ key }) => key);
    // Not in the order of their places.
    for (const key of keys.toReversed()) await queue.claim({ holder: "w", key });
    expect(await queue.running()).toEqual(keys);
    expect(await queue.running({ account: "a-1" })).toEqual(keys.filter((_, at) => at % 2 === 1));
    expect(await queue.running({ account: "z" })).toEqual([]);
    expect(await pass(world, queue, TAKEOVER_MS)).toEqual(keys);
    expect(await queue.running()).toEqual([]);
  });
}
