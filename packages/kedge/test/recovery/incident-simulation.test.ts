/** Whatever happens in whatever order: incidents are kept, ended, and told of as they should be. */
import { describe, test } from "vitest";
import type { AlertRules } from "../../src/recovery/incidents/alert-rules.ts";
import fc from "../support/fast-check.ts";
import { inFull } from "../support/requires.ts";
import { commands } from "./incident-commands.ts";
import { createSimulation } from "./incident-simulation.ts";
import { RULES } from "./incident-world.ts";

const NIGHT = { fromMinute: 22 * 60, toMinute: 7 * 60, zone: "Europe/Berlin" };
const RULE_SETS: readonly (readonly [name: string, rules: AlertRules])[] = [
  ["by default", RULES],
  ["with quiet hours, and without reminders", { ...RULES, quiet: NIGHT, repeatMs: null, remindMs: null }],
];

describe.each(RULE_SETS)("incidents %s", (_, rules) => {
  test("hold what they promise", { timeout: inFull({ normal: 120_000, full: 1_200_000 }) }, async () => {
    const scripts = fc.array(commands, { minLength: 1, maxLength: 60, size: "max" });
    const numRuns = inFull({ normal: 12, full: 120 });
    await fc.assert(
      fc.asyncProperty(scripts, async (script) => {
        const simulation = await createSimulation(rules);
        try {
          for (const command of script) await simulation.play(command);
          await simulation.settle();
        } finally {
          await simulation.close();
        }
      }),
      { numRuns, interruptAfterTimeLimit: inFull({ normal: 100_000, full: 1_100_000 }) },
    );
  });
});
