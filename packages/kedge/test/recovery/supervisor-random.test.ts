/** Supervisors that are killed at any moment, several times in a row, beside busy neighbours. */
import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { createRandom, fuzzSeed } from "../support/random.ts";
import { inFull, needs } from "../support/requires.ts";
import type { DriverEnd } from "./supervisor-driver.ts";
import { inParallel, LEAP_MS, makeSupervisorWorld } from "./supervisor-world.ts";

/** Fewer than it takes to give a job up whose holders die. */
const KILLS_IN_A_ROW = 3;
/** About as long as a batch takes. */
const WITHIN_MS = 4_000;
/** Worlds at a time. */
const ROUNDS = 2;

function startBusyLoop(): void {
  const child = spawn(process.execPath, ["-e", "for (;;);"], { stdio: "ignore" });
  onTestFinished(() => void child.kill("SIGKILL"));
}

test("killed at any moment, again and again", {
  timeout: inFull({ normal: 300_000, full: 3_600_000 }),
}, async (context) => {
  // `flock` comes with it.
  needs(context, "setsid");
  const random = createRandom(fuzzSeed);
  const wanted = inFull({ normal: 6, full: 500 });
  for (let loops = inFull({ normal: 0, full: 2 }); loops > 0; loops--) startBusyLoop();
  const newRounds = () =>
    Array.from({ length: ROUNDS }, (_, index) => ({
      isBatch: index % 2 === 0,
      waitsMs: Array.from({ length: KILLS_IN_A_ROW }, () => random.below(WITHIN_MS)),
    }));
  let killed = 0;
  const play = async ({ isBatch, waitsMs }: ReturnType<typeof newRounds>[number]): Promise<void> => {
    const world = await makeSupervisorWorld({ items: isBatch ? ["a", "b", "c"] : ["a"], isBatch });
    const lives: DriverEnd[] = [];
    for (const waitMs of waitsMs) {
      const driver = world.start(world.plan({ leapsMs: lives.length === 0 ? 0 : LEAP_MS }));
      await Promise.race([driver.ended, sleep(waitMs)]);
      driver.kill("SIGKILL");
      const life = await driver.ended;
      lives.push(life);
      if (life.code === null) killed++;
    }
    const last = await world.start(world.plan({ leapsMs: LEAP_MS })).ended;
    expect([last.code, last.lines.at(-1)]).toEqual([0, expect.objectContaining({ end: "over" })]);
    await world.check().catch((cause: unknown) => {
      const said = [...lives, last].flatMap(({ lines }) => [...lines, { type: "ended" }]);
      throw new Error(`${waitsMs}:\n${said.map((line) => JSON.stringify(line)).join("\n")}`, { cause });
    });
    await world.close();
  };
  // Some come to their end before they are killed, and do not count.
  while (killed < wanted) await inParallel(newRounds(), play);
});
