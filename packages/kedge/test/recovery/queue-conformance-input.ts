/** What is refused at the edge, and what is made fit. */
import { describe, expect, test } from "vitest";
import { MAX_PAYLOAD_CHARS, MAX_PROGRESS_CHARS, type NewJob } from "../../src/recovery/queue/job.ts";
import type { JobQueue } from "../../src/recovery/queue/job-queue.ts";
import { type JobRunner, MAX_WHY_CHARS } from "../../src/recovery/queue/job-runner.ts";
import { claim, job, type MakeQueueWorld } from "./queue-world.ts";

const circle: Record<string, unknown> = {};
circle.self = circle;

const WRONG_JOBS: readonly [string, object][] = [
  ...[undefined, "", 7, "a\0b", "a\nb", "\ud800", "x".repeat(513)].flatMap((value) =>
    ["key", "account", "sessionKey"].map((name): [string, object] => [name, { [name]: value }]),
  ),
  ["batch", { batch: "" }],
  ["batch", { batch: null }],
  ...[undefined, () => 1, 1n, circle, "x".repeat(MAX_PAYLOAD_CHARS)].map((payload): [string, object] => [
    "payload",
    { payload },
  ]),
  ...[undefined, null, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 8.64e15 + 1, "1"].map(
    (notBeforeMs): [string, object] => ["notBeforeMs", { notBeforeMs }],
  ),
  ...[0.5, 1_001, -1_001, "1", Number.NaN].map((priority): [string, object] => ["priority", { priority }]),
];

type WrongCall = readonly [string, (queue: JobQueue, lease: never) => Promise<unknown>];

/** Calls that no type would let through, of a job that runs. */
const WRONG_CALLS: readonly WrongCall[] = [
  ["add", (queue) => queue.add("jobs" as never)],
  ["add", (queue) => queue.add([null as never])],
  ["wake", (queue) => queue.wake([""])],
  ["wake", (queue) => queue.wake(["k"], { notBeforeMs: -1 })],
  ["cancel", (queue) => queue.cancel("k" as never, "why")],
  ["cancel", (queue) => queue.cancel(["k"], " ")],
  ["claim", (queue) => queue.claim({} as never)],
  ["claim", (queue) => queue.claim(undefined as never)],
  ["claim", (queue) => queue.claim({ holder: "w", closedAccounts: [1] as never })],
  ["extend", (queue) => queue.extend({ key: "k", holder: "w-1", token: 0.5 })],
  ["extend", (queue) => queue.extend(null as never)],
  ["claim", (queue) => queue.claim({ holder: "w", key: "" })],
  ["claim", (queue) => queue.claim({ holder: "w", batch: null as never })],
  ["extend", (queue, lease) => queue.extend(lease, { sessionId: "" })],
  ["extend", (queue, lease) => queue.extend(lease, null as never)],
  ...[-0.01, Number.NaN, Number.POSITIVE_INFINITY, "1", null].map(
    (costUsd): WrongCall => ["extend", (queue, lease) => queue.extend(lease, { costUsd: costUsd as never })],
  ),
  ...[() => 1, 1n, circle, "x".repeat(MAX_PROGRESS_CHARS)].map(
    (progress): WrongCall => [
      "extend",
      (queue, lease) => queue.extend(lease, { sessionId: "new", progress: progress as never }),
    ],
  ),
  ["park", (queue, lease) => queue.park(lease, { why: "w" } as never)],
  ["park", (queue, lease) => queue.park(lease, { untilMs: Number.NaN, why: "w" })],
  ["park", (queue, lease) => queue.park(lease, { untilMs: 1 } as never)],
  ["requeue", (queue, lease) => queue.requeue(lease, { why: "w" } as never)],
  [
    "requeue",
    (queue, lease) => queue.requeue(lease, { why: "w", isCharged: true, notBeforeMs: "1" as never }),
  ],
  ["finish", (queue, lease) => queue.finish(lease, { state: "queued" } as never)],
  ["finish", (queue, lease) => queue.finish(lease, { state: "degraded" } as never)],
  ["finish", (queue, lease) => queue.finish(lease, { failureId: 1 } as never)],
  ["finish", (queue, lease) => queue.finish(lease, { costUsd: -1 })],
  ["park", (queue, lease) => queue.park(lease, { untilMs: 1, why: "w", cause: "" })],
  ["fail", (queue, lease) => queue.fail(lease, { why: "w", action: 7 as never })],
  ["requeue", (queue, lease) => queue.requeue(lease, { why: "w", isCharged: true, progress: 1n as never })],
  ["fail", (queue, lease) => queue.fail(lease, {} as never)],
  ["get", (queue) => queue.get("")],
  ["attempts", (queue) => queue.attempts(1 as never)],
  ["list", (queue) => queue.list({ states: ["new" as never] })],
  ["list", (queue) => queue.list({ account: "" })],
  ["list", (queue) => queue.list({}, { limit: 0 })],
  ["list", (queue) => queue.list({}, { after: -1 })],
  ["stats", (queue) => queue.stats({ batch: 1 as never })],
  ["ready", (queue) => queue.ready({ key: "" })],
  ["ready", (queue) => queue.ready({ batch: 1 as never })],
  ["ready", (queue) => queue.ready({ closedAccounts: "a" as never })],
  ["ready", (queue) => queue.ready({ limit: 0 })],
  ["ready", (queue) => queue.ready({ limit: 1_001 })],
  ["running", (queue) => queue.running({ account: "" })],
  ["spent", (queue) => queue.spent({ account: "a" } as never)],
  ["spent", (queue) => queue.spent({ account: "", sinceMs: 0 })],
  ["wakeOwned", (queue) => queue.wakeOwned({} as never)],
  ["wakeOwned", (queue) => queue.wakeOwned({ owner: "o", batch: "" })],
  ["wakeOwned", (queue) => queue.wakeOwned({ owner: "o", why: "" })],
  ["forget", (queue) => queue.forget(-1)],
  ["forget", (queue) => queue.forget("1" as never)],
];

export function testInput(makeWorld: MakeQueueWorld): void {
  describe("what no job can be", () => {
    test("is refused with the place, together with the jobs beside it", async () => {
      await using queue = await makeWorld().open();
      for (const [name, wrong] of WRONG_JOBS) {
        const jobs = [job(), { ...job(), ...wrong } as NewJob];
        const refused = { code: "JOB_INVALID", message: expect.stringContaining(`(jobs[1].${name})`) };
        await expect(
          queue.add(jobs),
          JSON.stringify([name, String(Object.values(wrong))]).slice(0, 80),
        ).rejects.toMatchObject(refused);
      }
      expect((await queue.list()).jobs).toEqual([]);
    });

    test.each(WRONG_CALLS)("is refused in %s (%#)", async (_, call) => {
      await using queue = await makeWorld().open();
      await queue.add([job({ key: "k" })]);
      const { job: before, lease } = await claim(queue);
      await expect(call(queue, lease as never)).rejects.toMatchObject({ code: "JOB_INVALID" });
      expect(await queue.get("k")).toEqual(before);
      expect(await queue.attempts("k")).toMatchObject([{ sessionId: null, costUsd: null }]);
    });

    test("as a reason is cut and cleaned instead, because a holder has to be heard", async () => {
      const world = makeWorld();
      await using queue = await world.open();
      const parked = async (why: string): Promise<string | null> => {
        await queue.add([job()]);
        const { lease } = await claim(queue);
        const { why: kept } = await queue.fail(lease, { why });
        expect((await queue.attempts(lease.key))[0]?.why).toBe(kept);
        return kept;
      };
      expect(await parked("a\0b\ud800")).toBe("ab\ufffd");
      expect(await parked("x".repeat(MAX_WHY_CHARS + 1))).toBe("x".repeat(MAX_WHY_CHARS));
      expect(await parked(`token ${world.secret} refused`)).not.toContain(world.secret);
      const half = await parked(`${"x".repeat(MAX_WHY_CHARS - 9)}${world.secret}`);
      expect(half).not.toContain(world.secret.slice(0, 9));
    });
  });

  test("a closed queue says so, and closes twice", async () => {
    const queue = await makeWorld().open();
    await queue.close();
    await queue.close();
    const calls: readonly ((queue: JobRunner & JobQueue) => Promise<unknown>)[] = [
      (own) => own.add([job()]),
      (own) => own.claim({ holder: "w" }),
      (own) => own.sweep(),
      (own) => own.stats(),
      (own) => own.ready(),
      (own) => own.forget(0),
    ];
    for (const call of calls) await expect(call(queue)).rejects.toMatchObject({ code: "LEDGER_NOT_USABLE" });
  });
}
