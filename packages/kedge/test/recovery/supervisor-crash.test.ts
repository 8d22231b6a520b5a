/** Whatever kills a supervisor, and at which step: no item is lost, none is done twice, and no session ever runs twice at once. */
import { expect, test } from "vitest";
import { inFull, needs } from "../support/requires.ts";
import { inParallel, LEAP_MS, makeSupervisorWorld } from "./supervisor-world.ts";

const CASES = [
  { what: "one run", isBatch: false, items: ["a"], normal: 4 },
  { what: "a batch of three", isBatch: true, items: ["a", "b", "c"], normal: 4 },
] as const;

for (const { what, isBatch, items, normal } of CASES)
  test(`${what}: killed before or behind a step, and taken over`, {
    timeout: inFull({ normal: 300_000, full: 3_600_000 }),
  }, async (context) => {
    // `flock` comes with it.
    needs(context, "setsid");
    const whole = await makeSupervisorWorld({ items, isBatch });
    const { code, lines } = await whole.start(whole.plan()).ended;
    expect(code).toBe(0);
    await whole.check();
    const steps = Number(lines.at(-1)?.steps);
    const count = inFull({ normal, full: steps });
    let killed = 0;
    const kill = async (index: number): Promise<void> => {
      const world = await makeSupervisorWorld({ items, isBatch });
      const at = 1 + Math.floor((index * steps) / count);
      const end = { at, signal: "SIGKILL" } as const;
      const first = await world.start(world.plan({ end })).ended;
      // How often it looked around is never quite the same.
      if (first.code === null) killed++;
      else expect(first.code).toBe(0);
      // Agents that are left behind are met at work, or have ended without anybody who looked.
      if (index % 2 === 1) await world.agentsGone();
      const next = await world.start(world.plan({ leapsMs: LEAP_MS })).ended;
      expect([at, next.code, next.lines.at(-1)]).toEqual([at, 0, expect.objectContaining({ end: "over" })]);
      await world.check().catch((cause: unknown) => {
        const said = [...first.lines, { type: "killed" }, ...next.lines].map((line) => JSON.stringify(line));
        throw new Error(`Killed at step ${at} of ${steps}:\n${said.join("\n")}`, { cause });
      });
      await world.close();
    };
    await inParallel(
      Array.from({ length: count }, (_, index) => index),
      kill,
    );
    expect(killed).toBeGreaterThan(0.8 * count);
    expect(steps).toBeGreaterThan(100);
  });
