/** How a job is given back, put aside and ended, and what that costs it. */
import { describe, expect, test } from "vitest";
import { TAKEOVER_MS } from "../../src/recovery/queue/job-keeper.ts";
import type { Park } from "../../src/recovery/queue/job-runner.ts";
import { claim, drain, job, type MakeQueueWorld, pass, START_MS } from "./queue-world.ts";

const LATER_MS = START_MS + 3_600_000;

export function testEnds(makeWorld: MakeQueueWorld): void {
  describe("a holder", () => {
    test("parks a job until an instant, a hundred times, at no charge", async () => {
      const world = makeWorld();
      await using queue = await world.open();
      await queue.add([job({ key: "k" })]);
      for (let at = 1; at <= 100; at++) {
        const { lease } = await claim(queue);
        const untilMs = world.nowMs + 60_000;
        const parked = await queue.park(lease, {
          untilMs,
          why: "limit",
          failureId: `f_${at}`,
          sessionId: "s",
        });
        expect(parked).toMatchObject({
          state: "parked",
          dueMs: untilMs,
          why: "limit",
          attempts: 0,
          holder: null,
        });
        world.nowMs = untilMs - 1;
        expect(await queue.claim({ holder: "w" })).toBeNull();
        world.nowMs = untilMs;
      }
      const attempts = await queue.attempts("k");
      expect(attempts).toHaveLength(100);
      expect(attempts.at(-1)).toMatchObject({
        ...{ number: 100, outcome: "parked", why: "limit", isCharged: false },
        ...{ failureId: "f_100", sessionId: "s", endedMs: expect.any(Number) },
      });
    });

    test("parks a job without a time for an owner, who wakes it", async () => {
      const world = makeWorld();
      await using queue = await world.open();
      await queue.add([job({ key: "k" })]);
      const park = { untilMs: null, owner: "incident-1", why: "billing" };
      await queue.park((await claim(queue)).lease, park);
      await pass(world, queue, TAKEOVER_MS);
      world.nowMs += 10 * 365 * 86_400_000;
      expect(await queue.claim({ holder: "w" })).toBeNull();
      const owned = await queue.list({ owner: "incident-1" });
      expect(owned.jobs.map(({ key, state, dueMs }) => [key, state, dueMs])).toEqual([["k", "parked", null]]);
      expect(await queue.wake(["k", "x"], { why: "paid" })).toEqual([
        { key: "k", result: "changed" },
        { key: "x", result: "unknown" },
      ]);
      expect(await queue.get("k")).toMatchObject({ state: "queued", owner: null, why: "paid", attempts: 0 });
      expect(await drain(queue)).toEqual(["k"]);
    });

    test("may not park a job that nobody would wake", async () => {
      await using queue = await makeWorld().open();
      await queue.add([job({ key: "k" })]);
      const { lease } = await claim(queue);
      const park = { untilMs: null, why: "?" } as unknown as Park;
      await expect(queue.park(lease, park)).rejects.toMatchObject({ code: "JOB_INVALID" });
      expect(await queue.get("k")).toMatchObject({ state: "running" });
    });

    test.each([
      [true, 1],
      [false, 0],
    ])("puts a job back, charged: %s", async (isCharged, attempts) => {
      const world = makeWorld();
      await using queue = await world.open();
      await queue.add([job({ key: "k" })]);
      const { lease } = await claim(queue);
      const back = await queue.requeue(lease, { isCharged, why: "500", notBeforeMs: START_MS + 1_000 });
      expect(back).toMatchObject({ state: "queued", attempts, dueMs: START_MS + 1_000, why: "500" });
      expect(await queue.claim({ holder: "w" })).toBeNull();
      world.nowMs += 1_000;
      const again = await claim(queue);
      expect(again.job).toMatchObject({ attempts, claims: 2, why: null });
      expect((await queue.attempts("k"))[0]).toMatchObject({ outcome: "requeued", isCharged });
      expect(await queue.requeue(again.lease, { isCharged, why: "500" })).toMatchObject({
        dueMs: world.nowMs,
      });
    });

    test.each([
      ["done", 1, null],
      ["degraded", 1, "half of it"],
      ["failed", 1, "poison"],
      ["cancelled", 0, "no more"],
    ] as const)("ends a job as %s", async (state, attempts, why) => {
      const world = makeWorld();
      await using queue = await world.open();
      await queue.add([job({ key: "k" })]);
      const { lease } = await claim(queue);
      world.nowMs += 500;
      if (state === "done") await queue.finish(lease);
      else if (state === "failed") await queue.fail(lease, { why });
      else await queue.finish(lease, { state, why });
      const endedMs = START_MS + 500;
      const ended = await queue.get("k");
      expect(ended).toMatchObject({ state, attempts, why, endedMs, dueMs: null, holder: null });
      expect(await queue.attempts("k")).toMatchObject([
        { outcome: state, why, endedMs, isCharged: attempts === 1 },
      ]);
      expect(await queue.wake(["k"])).toEqual([{ key: "k", result: "ended" }]);
      expect(await queue.cancel(["k"], "x")).toEqual([{ key: "k", result: "ended" }]);
      await pass(world, queue, TAKEOVER_MS);
      expect(await queue.get("k")).toEqual(ended);
    });
  });

  describe("anybody", () => {
    test("cancels a job that waits, at once", async () => {
      await using queue = await makeWorld().open();
      await queue.add([job({ key: "queued" }), job({ key: "parked", priority: 1 })]);
      await queue.park((await claim(queue)).lease, { untilMs: null, owner: "o", why: "w" });
      const keys = ["queued", "parked", "x"];
      expect((await queue.cancel(keys, "no more")).map(({ result }) => result)).toEqual([
        "changed",
        "changed",
        "unknown",
      ]);
      for (const key of ["queued", "parked"])
        expect(await queue.get(key)).toMatchObject({
          ...{ state: "cancelled", why: "no more", endedMs: START_MS, dueMs: null, owner: null, attempts: 0 },
        });
      expect(await drain(queue)).toEqual([]);
    });

    test("cancels a job that runs as soon as its holder has let go, and not before", async () => {
      const world = makeWorld();
      await using queue = await world.open();
      for (const end of ["park", "requeue", "finish", "die", "done"] as const) {
        const [key, sessionKey] = [`k-${end}`, `s-${end}`];
        await queue.add([job({ key, sessionKey }), job({ key: `next-${end}`, sessionKey })]);
        const { lease } = await claim(queue);
        expect(await queue.cancel([key], "no more")).toEqual([{ key, result: "running" }]);
        expect(await queue.wake([key])).toEqual([{ key, result: "running" }]);
        // The agent works still: nothing else of its session may start.
        expect(await queue.claim({ holder: "w-2" })).toBeNull();
        expect(await queue.extend(lease)).toMatchObject({ state: "running", cancelWhy: "no more" });
        if (end === "park") await queue.park(lease, { untilMs: LATER_MS, why: "limit" });
        else if (end === "requeue") await queue.requeue(lease, { isCharged: false, why: "stopped" });
        else if (end === "finish") await queue.finish(lease, { state: "cancelled", why: "no more" });
        else if (end === "done") await queue.finish(lease);
        else await pass(world, queue, TAKEOVER_MS);
        expect(await queue.get(key)).toMatchObject({
          ...(end === "done"
            ? { state: "done", attempts: 1 }
            : { state: "cancelled", attempts: 0, why: "no more" }),
          ...{ cancelWhy: null, dueMs: null, holder: null, endedMs: expect.any(Number) },
        });
        expect(await drain(queue)).toEqual([`next-${end}`]);
      }
    });

    test("makes a job due earlier or later", async () => {
      const world = makeWorld();
      await using queue = await world.open();
      await queue.add([job({ key: "k", notBeforeMs: LATER_MS })]);
      await queue.wake(["k"], { notBeforeMs: START_MS + 1_000 });
      expect((await queue.stats()).nextDueMs).toBe(START_MS + 1_000);
      expect(await drain(queue)).toEqual([]);
      world.nowMs += 1_000;
      expect(await drain(queue)).toEqual(["k"]);
    });
  });
}
