/**
 * Many workers, killed, stopped and woken at any moment, a clock that is set, jobs that are added, woken and cancelled: in any order, against a
 * model that knows what may be.
 */
import { describe, test } from "vitest";
import { fuzzSeed, randomOfCase } from "../support/random.ts";
import { inFull } from "../support/requires.ts";
import { createSimulation } from "./queue-simulation.ts";
import type { MakeQueueWorld } from "./queue-world.ts";

export function testInterleavings(makeWorld: MakeQueueWorld): void {
  describe("any interleaving", () => {
    test(
      "loses nothing, invents nothing, runs no session twice at once, and charges what it should",
      async () => {
        const runs = inFull({ normal: 14, full: 600 });
        const only = process.env.KEDGE_QUEUE_CASE;
        for (let index = 0; index < runs; index++) {
          if (only !== undefined && Number(only) !== index) continue;
          const simulation = await createSimulation(makeWorld(), randomOfCase(fuzzSeed, index));
          try {
            for (let step = 0; step < 160; step++) await simulation.step();
            await simulation.settle();
          } catch (cause) {
            throw new Error(`Case ${index} of seed ${fuzzSeed}: ${simulation.trace().join("\n")}`, { cause });
          } finally {
            await simulation.close();
          }
        }
      },
      inFull({ normal: 120_000, full: 3_600_000 }),
    );
  });
}
