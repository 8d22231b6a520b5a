/** Who may run a job, until when, and what is refused to who may no longer. */
import { describe, expect, test } from "vitest";
import { MAX_DEATHS, TAKEOVER_MS } from "../../src/recovery/queue/job-keeper.ts";
import type { JobQueue } from "../../src/recovery/queue/job-queue.ts";
import { type ClaimedJob, EXTEND_EVERY_MS, JOB_LEASE_MS } from "../../src/recovery/queue/job-runner.ts";
import { claim, drain, job, type MakeQueueWorld, pass, START_MS } from "./queue-world.ts";

const news = { progress: "zombie", costUsd: 1_000 };

/** Everything that a holder may write. */
const WRITES: readonly [string, (queue: JobQueue, lease: ClaimedJob["lease"]) => Promise<unknown>][] = [
  ["extend", (queue, lease) => queue.extend(lease, { sessionId: "zombie", ...news })],
  ["park", (queue, lease) => queue.park(lease, { untilMs: START_MS, why: "zombie", ...news })],
  ["requeue", (queue, lease) => queue.requeue(lease, { isCharged: true, why: "zombie", ...news })],
  ["finish", (queue, lease) => queue.finish(lease, news)],
  ["fail", (queue, lease) => queue.fail(lease, { why: "zombie", ...news })],
];

async function snapshot(queue: JobQueue, key: string): Promise<unknown> {
  return [await queue.get(key), await queue.attempts(key), await queue.stats()];
}

export function testLeases(makeWorld: MakeQueueWorld): void {
  describe("leases", () => {
    test("show who runs a job, and since when", async () => {
      await using queue = await makeWorld().open();
      await queue.add([job({ key: "k" })]);
      const { job: claimed, lease } = await claim(queue, "host:1");
      expect(lease).toEqual({ key: "k", holder: "host:1", token: claimed.token });
      expect(claimed).toEqual(await queue.get("k"));
      expect(claimed).toMatchObject({
        state: "running",
        holder: "host:1",
        claims: 1,
        attempts: 0,
        dueMs: null,
      });
      await queue.extend(lease, { sessionId: "uuid" });
      expect(await queue.attempts("k")).toEqual([
        {
          ...{ number: 1, holder: "host:1", token: lease.token, startedMs: START_MS, endedMs: null },
          ...{ outcome: null, why: null, isCharged: false, failureId: null, sessionId: "uuid" },
          ...{ costUsd: null, cause: null, action: null },
        },
      ]);
    });

    test("hold as long as the holder says so in time", async () => {
      const world = makeWorld();
      await using queue = await world.open();
      await queue.add([job({ key: "k" })]);
      const { lease } = await claim(queue);
      for (let at = 0; at < 40; at++) {
        expect(await pass(world, queue, EXTEND_EVERY_MS)).toEqual([]);
        await queue.extend(lease);
      }
      expect(await queue.finish(lease)).toMatchObject({ state: "done", attempts: 1, claims: 1, deaths: 0 });
    });

    test("hold for a lease and not much longer, and then anybody has the job, with a greater token", async () => {
      const world = makeWorld();
      await using queue = await world.open();
      await using other = await world.open();
      await pass(world, other, 5_000);
      await queue.add([job({ key: "k" })]);
      const { lease } = await claim(queue);
      expect(await pass(world, other, JOB_LEASE_MS - 2_000)).toEqual([]);
      expect(await other.claim({ holder: "w-2" })).toBeNull();
      expect(await pass(world, other, TAKEOVER_MS - JOB_LEASE_MS + 2_000)).toEqual(["k"]);
      expect(await other.get("k")).toMatchObject({
        ...{ state: "queued", attempts: 0, deaths: 1, holder: null, dueMs: expect.any(Number) },
        why: expect.stringContaining("w-1"),
      });
      const second = await claim(other, "w-2");
      expect(second.lease.token).toBeGreaterThan(lease.token);
      expect(await other.attempts("k")).toMatchObject([
        { number: 1, holder: "w-1", outcome: "died", isCharged: false, endedMs: expect.any(Number) },
        { number: 2, holder: "w-2", outcome: null, endedMs: null },
      ]);
    });

    test.each(WRITES)("refuse %s once they are lost, and nothing is written", async (_, write) => {
      const world = makeWorld();
      await using queue = await world.open();
      await queue.add([job({ key: "k" })]);
      const lost = { code: "LEASE_LOST" };
      const { lease } = await claim(queue);
      for (const wrong of [
        { ...lease, token: lease.token + 1 },
        { ...lease, holder: "w-2" },
        { ...lease, key: "other" },
      ])
        await expect(write(queue, wrong)).rejects.toMatchObject(lost);
      await pass(world, queue, TAKEOVER_MS);
      const swept = await snapshot(queue, "k");
      await expect(write(queue, lease)).rejects.toMatchObject(lost);
      expect(await snapshot(queue, "k")).toEqual(swept);
      // Of the same name: a process that was started again.
      const second = await claim(queue);
      const taken = await snapshot(queue, "k");
      await expect(write(queue, lease)).rejects.toMatchObject(lost);
      expect(await snapshot(queue, "k")).toEqual(taken);
      await queue.finish(second.lease);
      const ended = await snapshot(queue, "k");
      for (const old of [lease, second.lease]) await expect(write(queue, old)).rejects.toMatchObject(lost);
      expect(await snapshot(queue, "k")).toEqual(ended);
    });

    test("that nobody took over are still good, however late", async () => {
      const world = makeWorld();
      await using queue = await world.open();
      await queue.add([job()]);
      const { lease } = await claim(queue);
      world.nowMs += 3_600_000;
      expect(await queue.extend(lease)).toMatchObject({ state: "running" });
      expect(await queue.finish(lease)).toMatchObject({ state: "done" });
    });

    test("of a job whose every holder dies end with the job, which says so", async () => {
      const world = makeWorld();
      await using queue = await world.open();
      await queue.add([job({ key: "k" })]);
      for (let death = 1; death <= MAX_DEATHS; death++) {
        expect(await queue.get("k")).toMatchObject({ state: "queued", deaths: death - 1 });
        await claim(queue, `w-${death}`);
        await pass(world, queue, TAKEOVER_MS);
      }
      expect(await queue.get("k")).toMatchObject({
        ...{ state: "failed", deaths: MAX_DEATHS, attempts: 0, holder: null, dueMs: null },
        why: expect.stringContaining(`${MAX_DEATHS} holders in a row`),
      });
      const attempts = await queue.attempts("k");
      expect(attempts.map(({ outcome }) => outcome)).toEqual(Array(MAX_DEATHS).fill("died"));
      expect(await drain(queue)).toEqual([]);
    });

    test("of a holder that gives the job back make up for those that died", async () => {
      const world = makeWorld();
      await using queue = await world.open();
      await queue.add([job({ key: "k" })]);
      for (let round = 0; round < 3; round++) {
        for (let death = 1; death < MAX_DEATHS; death++) {
          await claim(queue);
          await pass(world, queue, TAKEOVER_MS);
        }
        await queue.requeue((await claim(queue)).lease, { isCharged: false, why: "survived" });
      }
      expect(await queue.get("k")).toMatchObject({ state: "queued", deaths: 0, attempts: 0 });
    });
  });
}
