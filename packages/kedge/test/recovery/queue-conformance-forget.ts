/** Owners who wake what was parked for them, and jobs that are forgotten. */
import { describe, expect, test } from "vitest";
import { MAX_FORGOTTEN, TAKEOVER_MS } from "../../src/recovery/queue/job-keeper.ts";
import { claim, drain, job, type MakeQueueWorld, pass, START_MS } from "./queue-world.ts";

export function testForget(makeWorld: MakeQueueWorld): void {
  describe("an owner", () => {
    test("wakes all that was parked for it, of one batch or of all, and nothing else", async () => {
      const world = makeWorld();
      await using queue = await world.open();
      const park = async (key: string, owner: string | null, untilMs: number | null, batch?: string) => {
        await queue.add([job({ key, ...(batch !== undefined && { batch }) })]);
        const { lease } = await claim(queue);
        const until = owner === null ? { untilMs: untilMs ?? 0 } : { untilMs: untilMs as number, owner };
        await queue.park(lease, { ...until, why: "limit" });
      };
      const later = START_MS + 3_600_000;
      await park("a", "o", null, "b");
      await park("b", "o", later, "c");
      await park("c", "o", null);
      await park("d", "p", null, "b");
      await park("e", null, later, "b");
      await queue.add([job({ key: "f", notBeforeMs: later, batch: "b" })]);
      const others = async () => [await queue.get("d"), await queue.get("e"), await queue.get("f")];
      const before = await others();
      expect(await queue.wakeOwned({ owner: "x" })).toBe(0);
      expect(await queue.wakeOwned({ owner: "o", batch: "b", why: `paid ${world.secret}` })).toBe(1);
      expect(await queue.get("a")).toMatchObject({ state: "queued", owner: null, dueMs: world.nowMs });
      expect((await queue.get("a"))?.why).toMatch(/^paid (?!my-own)/);
      expect(await queue.wakeOwned({ owner: "o" })).toBe(2);
      expect(await queue.wakeOwned({ owner: "o" })).toBe(0);
      expect(await queue.get("b")).toMatchObject({ state: "queued", owner: null, dueMs: world.nowMs });
      expect(await others()).toEqual(before);
      expect(await drain(queue)).toEqual(["a", "b", "c"]);
    });
  });

  describe("a job that is forgotten", () => {
    test("has ended before that time, and takes its attempts and their money with it", async () => {
      const world = makeWorld();
      await using queue = await world.open();
      await queue.add(["late", "early", "open", "running"].map((key) => job({ key, account: "x" })));
      const take = async (key: string) => (await queue.claim({ holder: "w", key }))?.lease;
      for (const key of ["early", "late"]) {
        const lease = await take(key);
        if (lease !== undefined) await queue.finish(lease, { costUsd: 1 });
        world.nowMs += 1_000;
      }
      await take("running");
      expect(await queue.forget(START_MS)).toEqual([]);
      expect(await queue.forget(START_MS + 1)).toEqual(["early"]);
      expect([await queue.get("early"), await queue.attempts("early")]).toEqual([null, []]);
      expect(await queue.spent({ account: "x", sinceMs: 0 })).toBe(1);
      world.nowMs += 10 * 365 * 86_400_000;
      expect(await queue.forget(world.nowMs)).toEqual(["late"]);
      expect((await queue.list()).jobs.map(({ key }) => key)).toEqual(["open", "running"]);
      expect((await queue.stats()).states).toMatchObject({ queued: 1, running: 1, done: 0 });
    });

    test("goes with so many others at most, those first that ended first", async () => {
      const world = makeWorld();
      await using queue = await world.open();
      const jobs = Array.from({ length: MAX_FORGOTTEN + 5 }, () => job());
      await queue.add(jobs);
      const keys = jobs.map(({ key }) => key);
      const late = keys.slice(0, 3);
      await queue.cancel(keys.slice(3), "no more");
      world.nowMs += 1;
      await queue.cancel(late, "no more");
      expect(await queue.forget(world.nowMs + 1)).toEqual(keys.slice(3, 3 + MAX_FORGOTTEN));
      expect(await queue.forget(world.nowMs + 1)).toEqual([...keys.slice(3 + MAX_FORGOTTEN), ...late]);
      expect(await queue.forget(world.nowMs + 1)).toEqual([]);
    });

    test("gives its key free, but neither its place nor what its last holder could write", async () => {
      const world = makeWorld();
      await using queue = await world.open();
      await queue.add([job({ key: "k" })]);
      const { job: first, lease: zombie } = await claim(queue);
      await pass(world, queue, TAKEOVER_MS);
      await queue.finish((await claim(queue, "w-2")).lease);
      expect(await queue.forget(world.nowMs + 1)).toEqual(["k"]);
      await expect(queue.finish(zombie)).rejects.toMatchObject({ code: "LEASE_LOST" });
      for (let round = 0; round < 3; round++) {
        expect(await queue.add([job({ key: "k" })])).toEqual([{ key: "k", isNew: true }]);
        // Of the same name as the first one was.
        const { job: again, lease } = await claim(queue);
        expect(again).toMatchObject({ claims: 1, attempts: 0, deaths: 0, progress: null });
        expect(again.position).toBeGreaterThan(first.position);
        expect((await queue.list({}, { after: first.position })).jobs).toHaveLength(1);
        expect(lease.token).toBeGreaterThan(zombie.token);
        await expect(queue.finish(zombie)).rejects.toMatchObject({ code: "LEASE_LOST" });
        await queue.finish(lease);
        await queue.forget(world.nowMs + 1);
      }
    });
  });
}
