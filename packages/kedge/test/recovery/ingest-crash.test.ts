/** Whatever kills an ingester, and when: nothing is lost, nothing invented, nothing counted twice. */
import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { createRandom, fuzzSeed } from "../support/random.ts";
import { failureInput, makeRecovery, type RecoveryWorld } from "../support/recovery-world.ts";
import { inFull } from "../support/requires.ts";

const script = new URL("../fixtures/recovery/ingest-once.ts", import.meta.url).pathname;

/** Runs an ingester in a process of its own; its exit code, or null when it was killed. */
function ingest(world: RecoveryWorld, step: number, killAfterMs?: number): Promise<number | null> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [script, world.stateDir, String(step)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    if (killAfterMs !== undefined)
      child.stdout.once("data", () => void sleep(killAfterMs).then(() => child.kill("SIGKILL")));
    child.on("close", (code) => resolve(code));
  });
}

function fill(world: RecoveryWorld, count: number, round: number): void {
  for (let at = 0; at < count; at++)
    world.leave(
      `${round}-${at}`,
      "failure",
      failureInput({ session_id: `s-${round}-${at % 3}`, prompt_id: `p-${at}` }),
    );
}

/** Takes the rest in, and holds everything to what was left in the spool. */
async function settle(world: RecoveryWorld, expected: number): Promise<void> {
  const ledger = await world.ledger();
  // The one that was killed may still have the right to write, for its time.
  world.now = Date.now() + 60_000;
  const ingester = await world.ingester(ledger);
  await ingester.drain();
  await ingester.close();
  const { failures } = await ledger.failures({ limit: expected + 1 });
  expect(failures).toHaveLength(expected);
  expect(readdirSync(join(world.stateDir, "spool/new"))).toEqual([]);
  const stats = await ledger.stats({ fromMs: 0, untilMs: world.now });
  expect(stats.failures).toBe(expected);
  await ledger.close();
}

test("killed before or behind each step", async () => {
  let step = 1;
  for (; step < 200; step++) {
    const world = makeRecovery();
    fill(world, 7, step);
    const code = await ingest(world, step);
    await settle(world, 7);
    if (code === 7) break; // there are fewer steps
    expect(code).toBeNull();
  }
  expect(step).toBeGreaterThan(10);
  expect(step).toBeLessThan(200);
}, 120_000);

test(
  "killed at any moment, again and again over one spool",
  async () => {
    const rounds = inFull({ normal: 8, full: 500 });
    const random = createRandom(fuzzSeed);
    const world = makeRecovery();
    let expected = 0;
    let kills = 0;
    for (let round = 1; round <= rounds; round++) {
      fill(world, 40, round);
      expected += 40;
      if ((await ingest(world, 0, random.below(60))) === null) kills++;
    }
    await settle(world, expected);
    expect(kills).toBeGreaterThan(rounds / 10);
  },
  inFull({ normal: 60_000, full: 600_000 }),
);
