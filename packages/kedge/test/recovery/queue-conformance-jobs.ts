/** What goes in, what comes out, and in which order. */
import { describe, expect, test } from "vitest";
import { claim, drain, job, type MakeQueueWorld, START_MS } from "./queue-world.ts";

export function testJobs(makeWorld: MakeQueueWorld): void {
  describe("jobs", () => {
    test("are kept as they were given, over another connection", async () => {
      const world = makeWorld();
      const given = job({
        ...{ key: "k", batch: "b", account: "a", sessionKey: "s", priority: 7, notBeforeMs: START_MS + 5 },
        payload: { argv: ["-p", "naïve 😀\n"], deep: [null, true, 0.5, { "": "" }] },
      });
      {
        await using queue = await world.open();
        expect(await queue.add([given])).toEqual([{ key: "k", isNew: true }]);
      }
      await using queue = await world.open();
      expect(await queue.get("k")).toEqual({
        ...{ position: expect.any(Number), key: "k", batch: "b", account: "a", sessionKey: "s", priority: 7 },
        ...{ payload: given.payload, progress: null },
        ...{ state: "queued", dueMs: START_MS + 5, why: null, owner: null, cancelWhy: null },
        ...{ attempts: 0, claims: 0, deaths: 0, token: 0, holder: null },
        ...{ addedMs: START_MS, changedMs: START_MS, endedMs: null },
      });
      expect(await queue.get("other")).toBeNull();
      expect(await queue.attempts("other")).toEqual([]);
    });

    test("of one key are one, in one call, in the next, and after the end", async () => {
      await using queue = await makeWorld().open();
      const [first, second] = [job({ key: "k", payload: 1 }), job({ key: "k", payload: 2 })];
      expect(await queue.add([first, second, job({ key: "l" })])).toEqual([
        { key: "k", isNew: true },
        { key: "k", isNew: false },
        { key: "l", isNew: true },
      ]);
      expect(await queue.add([second])).toEqual([{ key: "k", isNew: false }]);
      expect((await queue.get("k"))?.payload).toBe(1);
      expect(await drain(queue)).toEqual(["k", "l"]);
      expect(await queue.add([second])).toEqual([{ key: "k", isNew: false }]);
      expect(await queue.get("k")).toMatchObject({ state: "done", payload: 1 });
    });

    test("come many at once", async () => {
      await using queue = await makeWorld().open();
      const jobs = Array.from({ length: 2_345 }, () => job());
      expect((await queue.add(jobs)).every(({ isNew }) => isNew)).toBe(true);
      expect((await queue.add([])).length).toBe(0);
      expect((await queue.stats()).states.queued).toBe(2_345);
    });

    test("start in the order of priority, due time, and coming", async () => {
      await using queue = await makeWorld().open();
      await queue.add([
        job({ key: "low", priority: -1 }),
        job({ key: "late", notBeforeMs: START_MS }),
        job({ key: "early-1", notBeforeMs: START_MS - 5 }),
        job({ key: "early-2", notBeforeMs: START_MS - 5 }),
        job({ key: "high", priority: 1, notBeforeMs: START_MS }),
      ]);
      expect(await drain(queue)).toEqual(["high", "early-1", "early-2", "late", "low"]);
    });

    test("start at their time, and not before", async () => {
      const world = makeWorld();
      await using queue = await world.open();
      await queue.add([job({ notBeforeMs: START_MS + 1_000 })]);
      world.nowMs += 999;
      expect(await queue.claim({ holder: "w" })).toBeNull();
      world.nowMs += 1;
      expect(await queue.claim({ holder: "w" })).not.toBeNull();
    });

    test("of closed accounts do not start, and wait as they are", async () => {
      await using queue = await makeWorld().open();
      await queue.add([job({ key: "a", account: "x" }), job({ key: "b", account: "y" })]);
      expect(await drain(queue, ["x", "z"])).toEqual(["b"]);
      expect(await queue.get("a")).toMatchObject({ state: "queued", claims: 0 });
      expect(await drain(queue, ["z"])).toEqual(["a"]);
    });

    test("of one session run one after the other", async () => {
      await using queue = await makeWorld().open();
      await queue.add([
        job({ key: "a", sessionKey: "s" }),
        job({ key: "b", sessionKey: "s" }),
        job({ key: "c" }),
      ]);
      const first = await claim(queue);
      const other = await claim(queue, "w-2");
      expect([first.job.key, other.job.key]).toEqual(["a", "c"]);
      expect(await queue.claim({ holder: "w-3" })).toBeNull();
      await queue.park(first.lease, { untilMs: START_MS + 60_000, why: "limit" });
      expect((await claim(queue)).job.key).toBe("b");
    });

    test("are listed page by page, and found by what they are", async () => {
      await using queue = await makeWorld().open();
      const jobs = Array.from({ length: 25 }, (_, at) =>
        job({ account: `a-${at % 2}`, ...(at < 5 ? { batch: "b" } : {}), sessionKey: `s-${at}` }),
      );
      await queue.add(jobs);
      const first = await queue.list({}, { limit: 10 });
      const second = await queue.list({}, { limit: 15, after: first.jobs.at(-1)?.position ?? 0 });
      expect([first.hasMore, second.hasMore]).toEqual([true, false]);
      expect([...first.jobs, ...second.jobs].map(({ key }) => key)).toEqual(jobs.map(({ key }) => key));
      const found = async (filter: Parameters<typeof queue.list>[0]) =>
        (await queue.list(filter)).jobs.length;
      expect(await found({ account: "a-1" })).toBe(12);
      expect(await found({ batch: "b" })).toBe(5);
      expect(await found({ sessionKey: "s-7" })).toBe(1);
      expect(await found({ states: ["running"] })).toBe(0);
      await claim(queue);
      expect(await found({ states: ["running", "failed"], batch: "b" })).toBe(1);
    });

    test("are counted by state, account and batch, with the next due time", async () => {
      const world = makeWorld();
      await using queue = await world.open();
      const empty = { queued: 0, running: 0, parked: 0, done: 0, degraded: 0, failed: 0, cancelled: 0 };
      expect(await queue.stats()).toEqual({ states: empty, nextDueMs: null, byAccount: [], byBatch: [] });
      const later = START_MS + 60_000;
      await queue.add([
        job({ key: "a", account: "x", batch: "b", priority: 9 }),
        job({ key: "b", account: "x", batch: "b", notBeforeMs: later + 5 }),
        job({ key: "c", account: "y", notBeforeMs: later }),
      ]);
      expect((await claim(queue)).job.key).toBe("a");
      expect(await queue.stats()).toEqual({
        states: { ...empty, queued: 2, running: 1 },
        nextDueMs: later,
        byAccount: [
          { account: "x", states: { ...empty, queued: 1, running: 1 }, nextDueMs: later + 5 },
          { account: "y", states: { ...empty, queued: 1 }, nextDueMs: later },
        ],
        byBatch: [
          { batch: null, states: { ...empty, queued: 1 }, nextDueMs: later },
          { batch: "b", states: { ...empty, queued: 1, running: 1 }, nextDueMs: later + 5 },
        ],
      });
      expect((await queue.stats({ account: "y" })).states).toEqual({ ...empty, queued: 1 });
      expect((await queue.stats({ batch: "b" })).byAccount).toHaveLength(1);
    });
  });
}
