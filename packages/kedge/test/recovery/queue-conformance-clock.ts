/** The clock is set, by hours and by years, and the machine sleeps. */
import { describe, expect, test } from "vitest";
import { TAKEOVER_MS } from "../../src/recovery/queue/job-keeper.ts";
import { EXTEND_EVERY_MS, JOB_LEASE_MS } from "../../src/recovery/queue/job-runner.ts";
import { claim, job, type MakeQueueWorld, pass } from "./queue-world.ts";

const HOUR_MS = 3_600_000;
const YEARS_MS = 10 * 365 * 24 * HOUR_MS;
const JUMPS: readonly [string, number][] = [
  ["a second ahead", 1_000],
  ["a second back", -1_000],
  ["an hour ahead", HOUR_MS],
  ["an hour back", -HOUR_MS],
  ["ten years ahead", YEARS_MS],
  ["ten years back", -YEARS_MS],
];

export function testClock(makeWorld: MakeQueueWorld): void {
  describe.each(JUMPS)("a clock set %s", (_, jumpMs) => {
    test("takes no job from a holder that lives, and starts none twice", async () => {
      const world = makeWorld();
      await using queue = await world.open();
      await pass(world, queue, 3_000);
      await queue.add([job({ key: "k" })]);
      const { lease } = await claim(queue);
      for (let round = 0; round < 5; round++) {
        expect(await pass(world, queue, EXTEND_EVERY_MS)).toEqual([]);
        world.nowMs += jumpMs;
        expect(await queue.sweep()).toMatchObject({ requeued: [], failed: [] });
        expect(await queue.claim({ holder: "w-2" })).toBeNull();
        await queue.extend(lease);
        world.nowMs -= round % 2 === 0 ? jumpMs : 0;
      }
      expect(await queue.finish(lease)).toMatchObject({ state: "done", claims: 1 });
    });

    test("delays the takeover of a dead holder's job by a lease at most", async () => {
      const world = makeWorld();
      await using queue = await world.open();
      await pass(world, queue, 3_000);
      await queue.add([job({ key: "k" })]);
      await claim(queue);
      await pass(world, queue, 2_000);
      world.nowMs += jumpMs;
      expect(await pass(world, queue, TAKEOVER_MS - 2_000)).toEqual(["k"]);
      expect((await claim(queue, "w-2")).job.claims).toBe(2);
    });

    test("delays no wait by more than a lease, and starts what waits once", async () => {
      const world = makeWorld();
      await using queue = await world.open();
      await pass(world, queue, 3_000);
      const waitMs = 60_000;
      await queue.add([job({ key: "added", notBeforeMs: world.nowMs + waitMs }), job({ key: "parked" })]);
      await queue.park((await claim(queue)).lease, { untilMs: world.nowMs + waitMs, why: "limit" });
      await queue.add([job({ key: "now", notBeforeMs: world.nowMs })]);
      world.nowMs += jumpMs;
      const started: string[] = [];
      for (let waitedMs = 0; waitedMs < waitMs + JOB_LEASE_MS; waitedMs += 1_000) {
        await pass(world, queue, 1_000);
        const claimed = await queue.claim({ holder: "w" });
        if (claimed === null) {
          // Whoever sleeps until the next due time sleeps no longer than was asked for, either.
          const { nextDueMs } = await queue.stats();
          if (nextDueMs !== null) expect(nextDueMs - world.nowMs).toBeLessThan(waitMs + JOB_LEASE_MS);
          continue;
        }
        // Set back, nothing comes early but what was due already.
        if (jumpMs < 0 && claimed.job.key !== "now") expect(waitedMs).toBeGreaterThan(waitMs - 2_000);
        started.push(claimed.job.key);
        await queue.finish(claimed.lease);
      }
      expect(started.sort()).toEqual(["added", "now", "parked"]);
    });
  });

  describe("a machine that sleeps", () => {
    test("wakes with its holders, whoever comes first", async () => {
      const world = makeWorld();
      await using queue = await world.open();
      await pass(world, queue, 3_000);
      await queue.add([job({ key: "k" })]);
      const { lease } = await claim(queue);
      world.nowMs += 8 * HOUR_MS;
      expect(await queue.sweep()).toMatchObject({ requeued: [] });
      expect(await queue.extend(lease)).toMatchObject({ state: "running" });
    });

    test("has what fell due meanwhile at once", async () => {
      const world = makeWorld();
      await using queue = await world.open();
      await queue.sweep();
      await queue.add([job({ key: "k", notBeforeMs: world.nowMs + HOUR_MS })]);
      world.nowMs += 8 * HOUR_MS;
      expect((await claim(queue)).job.key).toBe("k");
    });

    test("has jobs of holders that died with it within a lease of its start", async () => {
      const world = makeWorld();
      {
        await using queue = await world.open();
        await queue.add([job({ key: "k" })]);
        await claim(queue);
      }
      world.nowMs += 8 * HOUR_MS;
      await using queue = await world.open();
      expect(await pass(world, queue, TAKEOVER_MS)).toEqual(["k"]);
    });
  });
}
