/** What holders say of their work, for the next one and for whoever counts the money. */
import { describe, expect, test } from "vitest";
import { MAX_PROGRESS_CHARS } from "../../src/recovery/queue/job.ts";
import { TAKEOVER_MS } from "../../src/recovery/queue/job-keeper.ts";
import type { JobQueue } from "../../src/recovery/queue/job-queue.ts";
import type { ClaimedJob, HolderNews } from "../../src/recovery/queue/job-runner.ts";
import { claim, job, type MakeQueueWorld, pass, START_MS } from "./queue-world.ts";

type Lease = ClaimedJob["lease"];
type Leave = (queue: JobQueue, lease: Lease, news: HolderNews) => Promise<unknown>;

const why = "as it came";
const WAYS: readonly [string, Leave][] = [
  ["park", (queue, lease, news) => queue.park(lease, { ...news, untilMs: START_MS, why })],
  ["requeue", (queue, lease, news) => queue.requeue(lease, { ...news, isCharged: true, why })],
  ["finish", (queue, lease, news) => queue.finish(lease, news)],
  ["finish in part", (queue, lease, news) => queue.finish(lease, { ...news, state: "degraded", why })],
  ["fail", (queue, lease, news) => queue.fail(lease, { ...news, why })],
];

export function testNews(makeWorld: MakeQueueWorld): void {
  describe("progress", () => {
    test("goes from holder to holder, through every end and over a death", async () => {
      const world = makeWorld();
      await using queue = await world.open();
      await queue.add([job({ key: "k" })]);
      const first = await claim(queue);
      expect(first.job.progress).toBeNull();
      const said = { step: 1, deep: [null, "naïve 😀\n", { "": 0.5 }] };
      expect(await queue.extend(first.lease, { progress: said })).toMatchObject({ progress: said });
      await queue.extend(first.lease);
      await queue.park(first.lease, { untilMs: START_MS, why });
      const second = await claim(queue);
      expect(second.job.progress).toEqual(said);
      await queue.requeue(second.lease, { isCharged: false, why, progress: [2] });
      const third = await claim(queue);
      expect(third.job.progress).toEqual([2]);
      await queue.extend(third.lease, { progress: 3 });
      await pass(world, queue, TAKEOVER_MS);
      const fourth = await claim(queue);
      expect(fourth.job.progress).toBe(3);
      await queue.extend(fourth.lease, { progress: null });
      expect((await queue.get("k"))?.progress).toBeNull();
    });

    test.each(WAYS)("is kept by %s, and of a job that was cancelled meanwhile too", async (_, leave) => {
      await using queue = await makeWorld().open();
      for (const isCancelled of [false, true]) {
        const key = `k-${isCancelled}`;
        await queue.add([job({ key })]);
        const { lease } = (await queue.claim({ holder: "w", key })) as ClaimedJob;
        if (isCancelled) await queue.cancel([key], "no more");
        await leave(queue, lease, { progress: { to: key }, costUsd: 0.25, sessionId: "uuid" });
        expect((await queue.get(key))?.progress).toEqual({ to: key });
        expect(await queue.attempts(key)).toMatchObject([{ costUsd: 0.25, sessionId: "uuid" }]);
      }
    });

    test("may be as long as is said, and no longer", async () => {
      await using queue = await makeWorld().open();
      await queue.add([job({ key: "k" })]);
      const { lease } = await claim(queue);
      const most = "x".repeat(MAX_PROGRESS_CHARS - 2);
      await queue.extend(lease, { progress: most });
      await expect(queue.extend(lease, { progress: `${most}y` })).rejects.toMatchObject({
        code: "JOB_INVALID",
        message: expect.stringContaining("(progress)"),
      });
      expect((await queue.get("k"))?.progress).toBe(most);
    });
  });

  describe("an attempt", () => {
    test("says which cause ended it, and what was decided", async () => {
      await using queue = await makeWorld().open();
      await queue.add([job({ key: "k" })]);
      const facts = { cause: "plan_window", action: "park", failureId: "f_1", sessionId: "s", costUsd: 1.5 };
      await queue.park((await claim(queue)).lease, { ...facts, untilMs: START_MS, why });
      await queue.finish((await claim(queue)).lease, { action: "none" });
      expect(await queue.attempts("k")).toMatchObject([
        facts,
        { cause: null, action: "none", failureId: null, sessionId: null, costUsd: null },
      ]);
    });

    test("costs what its holder said last, also when it died", async () => {
      const world = makeWorld();
      await using queue = await world.open();
      await queue.add([job({ key: "k" })]);
      const first = await claim(queue);
      for (const costUsd of [0, 0.5, 0.75]) await queue.extend(first.lease, { costUsd });
      await queue.extend(first.lease, { sessionId: "uuid" });
      await pass(world, queue, TAKEOVER_MS);
      const second = await claim(queue);
      await queue.extend(second.lease, { costUsd: 2 });
      await queue.requeue(second.lease, { isCharged: true, why });
      const third = await claim(queue);
      await queue.extend(third.lease, { costUsd: 4 });
      await queue.finish(third.lease, { costUsd: 3 });
      expect(await queue.attempts("k")).toMatchObject([
        { outcome: "died", costUsd: 0.75, sessionId: "uuid" },
        { outcome: "requeued", costUsd: 2 },
        { outcome: "done", costUsd: 3 },
      ]);
    });
  });

  test("what an account spent is what its attempts cost that began since", async () => {
    const world = makeWorld();
    await using queue = await world.open();
    const spent = (account: string, sinceMs = 0) => queue.spent({ account, sinceMs });
    expect(await spent("x")).toBe(0);
    const cost = async (account: string, costUsd?: number) => {
      const key = `${account}-${world.nowMs}`;
      await queue.add([job({ key, account })]);
      const { lease } = (await queue.claim({ holder: "w", key })) as ClaimedJob;
      if (costUsd !== undefined) await queue.extend(lease, { costUsd });
    };
    await cost("x", 0.5);
    await cost("y", 16);
    world.nowMs += 1_000;
    await cost("x", 0.25);
    world.nowMs += 1_000;
    await cost("x");
    world.nowMs += 1_000;
    await cost("x", 8);
    expect(await spent("x")).toBe(8.75);
    expect(await spent("x", START_MS)).toBe(8.75);
    expect(await spent("x", START_MS + 1)).toBe(8.25);
    expect(await spent("x", START_MS + 1_001)).toBe(8);
    expect(await spent("x", START_MS + 3_001)).toBe(0);
    expect(await spent("y")).toBe(16);
  });
}
