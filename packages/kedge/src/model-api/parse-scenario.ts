import { describeIssue } from "../config/index.ts";
import { type ScenarioProblem, toProblems } from "./scenario-problems.ts";
import { type Scenario, scenarioSchema } from "./scenario-schema.ts";

/** A scenario, or everything that is wrong with it. */
export type ScenarioReading =
  | { readonly ok: true; readonly scenario: Scenario }
  | { readonly ok: false; readonly problems: readonly ScenarioProblem[] };

/**
 * Reads a scenario out of a value that somebody wrote.
 *
 * A key that is not known is a problem, so that a mistyped one does not pass in silence. Nothing is thrown, whatever the value.
 *
 * @param value what a parser of YAML or JSON gave
 */
export function parseScenario(value: unknown): ScenarioReading {
  const reading = scenarioSchema.safeParse(value, {
    error: (issue) => describeIssue(issue),
    reportInput: true,
  });
  if (reading.success) return { ok: true, scenario: reading.data };
  return { ok: false, problems: toProblems(reading.error.issues) };
}
