/** Plan windows that reset in hours and days: real agents, and a clock that the test moves. */
import { describe, test } from "vitest";
import { makeSupervise, QUICK, until } from "./supervise-world.ts";

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

describe.concurrent("a plan's window", () => {
  test.for([
    ["five_hour", 3 * HOUR_MS],
    ["seven_day", 72 * HOUR_MS],
  ] as const)(
    "of %s is waited for to its reset, and then one session goes first",
    { timeout: 60_000 },
    async ([name, durationMs], { expect }) => {
      const window = { name, duration_ms: durationMs, requests: 2 };
      await using world = await makeSupervise(
        { limits: [{ key: "*", windows: [window] }] },
        { policy: QUICK },
      );
      const keys = ["a", "b", "c", "d"].map(world.key);
      await world.add(...keys.map((key) => ({ key })));
      let looks = 0;
      const isOver = world.supervise({ onStanding: () => void looks++ });
      const { queue } = world.ports;
      const isWaiting = async () => {
        const { states } = await queue.stats();
        return states.done === 2 && states.running === 0 && states.parked > 0;
      };
      await until(isWaiting);
      const opened = world.requests()[0]?.atMs ?? 0;
      const resetMs = opened + durationMs;
      const parked = (await queue.list({ states: ["parked"] })).jobs;
      for (const { dueMs } of parked) {
        // Header resets are whole seconds.
        expect(dueMs).toBeGreaterThanOrEqual(resetMs + MINUTE_MS - 1_000);
        expect(dueMs).toBeLessThanOrEqual(resetMs + 2 * MINUTE_MS + 1_000);
      }
      const refused = world.requests().length;
      world.pass(durationMs - 10 * MINUTE_MS);
      const seen = looks;
      await until(() => looks >= seen + 3);
      expect(world.requests()).toHaveLength(refused);
      // The machine sleeps for hours beyond it.
      world.pass(8 * HOUR_MS);
      expect(await isOver).toBe("over");

      const later = world.requests().slice(refused);
      expect(later.map(({ status }) => status)).toEqual([200, 200]);
      for (const { atMs } of later) expect(atMs).toBeGreaterThanOrEqual(resetMs);
      const begun = world.events.filter(({ type }) => type === "started" || type === "progress").slice(-4);
      const [first, proof, second] = begun;
      expect(first).toMatchObject({ type: "started", isCanary: true });
      expect([proof?.type, second]).toMatchObject(["progress", { type: "started", isCanary: false }]);
      for (const key of keys) {
        const attempts = await queue.attempts(key);
        expect(await queue.get(key)).toMatchObject({ state: "done", attempts: 1 });
        for (const each of attempts.slice(0, -1))
          expect(each).toMatchObject({ outcome: "parked", isCharged: false });
      }
    },
  );
});
