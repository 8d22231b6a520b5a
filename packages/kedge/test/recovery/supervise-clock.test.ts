/** Clocks that jump while a supervisor works: real agents, and an API that goes by the true time. */
import { describe, test } from "vitest";
import { openSqliteQueue } from "../../src/recovery/index.ts";
import { createRedactor } from "../../src/redact/index.ts";
import { inFull } from "../support/requires.ts";
import { makeSupervise, QUICK, type SuperviseWorld, until } from "./supervise-world.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const YEAR_MS = 365 * 24 * HOUR_MS;

/** A refusal by a window of a plan that resets so many seconds later. */
const refusal = (afterS: number) => ({
  status: 429,
  headers: {
    "anthropic-ratelimit-unified-status": "rejected",
    "anthropic-ratelimit-unified-reset": `{epoch_s+${afterS}}`,
    "anthropic-ratelimit-unified-representative-claim": "five_hour",
  },
});
const done = { text: "Done." } as const;

/** Lets time go by as somebody looks around each two seconds, so that the queue's own time comes along. */
async function watchFor(world: SuperviseWorld, ms: number): Promise<void> {
  for (let passedMs = 0; passedMs < ms; passedMs += 2_000) {
    world.pass(2_000);
    await world.ports.queue.sweep();
  }
}

describe.concurrent("a machine that sleeps for 8 hours", () => {
  test("leaves a session that runs to its holder, whoever else looks", async ({ expect }) => {
    await using world = await makeSupervise({ replies: [{ ...done, delay_ms: 5_000 }] }, { policy: QUICK });
    await world.add({ key: world.key("a") });
    const other = await openSqliteQueue({
      ...{ stateDir: world.stateDir, redactor: createRedactor(), now: world.nowMs },
    });
    let looks = 0;
    const isOver = world.supervise({ onStanding: () => void looks++ });
    await until(() => world.requests().length > 0);
    world.pass(8 * HOUR_MS);
    const seen = looks;
    for (let sweeps = 0; sweeps < 3; sweeps++) {
      expect(await other.sweep()).toEqual({ requeued: [], failed: [], cancelled: [] });
      expect(await other.claim({ holder: "other" })).toBeNull();
    }
    await until(() => looks > seen + 1);
    expect(await isOver).toBe("over");
    await other.close();
    expect(world.requests()).toHaveLength(1);
    expect(world.eventsOf("lost")).toEqual([]);
    expect(await world.ports.queue.attempts(world.key("a"))).toMatchObject([{ outcome: "done" }]);
  }, 60_000);

  test("has one more session find out about a limit beside the canary at most", async ({ expect }) => {
    const scenario = { replies: [refusal(3_600), { ...done, delay_ms: 5_000, times: 2 }, done] };
    await using world = await makeSupervise(scenario, { policy: QUICK });
    await world.add({ key: world.key("a") });
    const isStopped = new AbortController();
    const first = world.supervise({ stop: isStopped.signal });
    await until(() => world.eventsOf("failed").length === 1);
    isStopped.abort();
    await first;
    await world.add({ key: world.key("b") }, { key: world.key("c") }, { key: world.key("d") });
    world.pass(HOUR_MS + 5 * MINUTE_MS);
    const isOver = world.supervise();
    await until(() => world.requests().length === 2);
    world.pass(8 * HOUR_MS);
    await until(() => world.requests().some(({ index, status }) => index === 2 && status === 200));
    expect(world.requests().length).toBeLessThanOrEqual(3);
    expect(await isOver).toBe("over");
    // Each once, and the one that was refused.
    expect(world.requests()).toHaveLength(5);
    const canaries = world.eventsOf("started").filter(({ isCanary }) => isCanary);
    expect(canaries.length).toBeGreaterThanOrEqual(1);
    expect(canaries.length).toBeLessThanOrEqual(2);
  }, 60_000);
});

describe.concurrent("a clock that is set", () => {
  test.for([
    ...inFull({ normal: [], full: [["back by an hour", -HOUR_MS] as const] }),
    ["back by ten years", -10 * YEAR_MS],
    ["ahead by ten years", 10 * YEAR_MS],
  ] as const)("%s during a backoff holds up nobody", { timeout: 60_000 }, async ([, byMs], { expect }) => {
    const scenario = { replies: [{ status: 529 }, done] };
    const causes = { overload: { backoff: { base: "4s", cap: "4s" } } };
    await using world = await makeSupervise(scenario, {
      policy: { causes, hours: { total: "30d" } },
      random: () => 0.999,
    });
    await world.add({ key: world.key("a") });
    let looks = 0;
    const isOver = world.supervise({ onStanding: () => void looks++ });
    await until(() => world.events.some((event) => event.type === "changed" && event.state === "queued"));
    // The clock is right until now.
    const atTrueMs = world.eventsOf("failed")[0]?.atMs ?? Number.NaN;
    world.setClock(byMs);
    const seen = looks;
    expect(await isOver).toBe("over");
    // The pause of 4 s, one step of the queue's own time, and the end of the session.
    expect(looks - seen).toBeLessThan(20);
    const [first, second] = world.requests();
    expect((second?.atMs ?? 0) - (first?.atMs ?? 0)).toBeGreaterThanOrEqual(1_000);
    expect(second?.atMs ?? 0).toBeGreaterThanOrEqual(byMs > 0 ? atTrueMs : atTrueMs + 2_500);
    expect(await world.ports.queue.attempts(world.key("a"))).toHaveLength(2);
  });

  test.for([
    ...inFull({ normal: [], full: [["an hour", -HOUR_MS, HOUR_MS] as const] }),
    ["ten years", -10 * YEAR_MS, 0],
  ] as const)(
    "back by %s during a park delays it by that hour at most",
    { timeout: inFull({ normal: 60_000, full: 300_000 }) },
    async ([, byMs, moreMs], { expect }) => {
      await using world = await makeSupervise({ replies: [refusal(300), done] }, { policy: QUICK });
      await world.add({ key: world.key("a") });
      let looks = 0;
      const isOver = world.supervise({ onStanding: () => void looks++ });
      await until(() => world.events.some((event) => event.type === "changed" && event.state === "parked"));
      const [first] = world.requests();
      world.setClock(byMs);
      const seen = looks;
      await until(() => looks > seen + 1);
      // The reset, its jitter, and a step of the queue's own time.
      await watchFor(world, 5 * MINUTE_MS + 2 * MINUTE_MS + moreMs + 4_000);
      expect(await isOver).toBe("over");
      expect(world.requests()).toHaveLength(2);
      expect(world.requests()[1]?.atMs).toBeGreaterThanOrEqual((first?.atMs ?? 0) + 300_000 - 1_000);
    },
  );

  test("ahead by ten years during a park costs one request, and a person is asked", async ({ expect }) => {
    await using world = await makeSupervise({ replies: [refusal(3_600)] }, { policy: QUICK });
    await world.add({ key: world.key("a") });
    const isOver = world.supervise();
    await until(() => world.events.some((event) => event.type === "changed" && event.state === "parked"));
    world.setClock(10 * YEAR_MS);
    expect(await isOver).toBe("waiting");
    expect(world.requests()).toHaveLength(2);
    expect(await world.ports.queue.get(world.key("a"))).toMatchObject({
      state: "parked",
      dueMs: null,
      owner: "person",
    });
  }, 60_000);
});
