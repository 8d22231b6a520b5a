import type * as z from "zod";
import { type ConfigIssue, type ConfigProblem, describeIssue } from "../../config/index.ts";
import { toProblems } from "../config-problems.ts";
import { CAUSES, type KnownCause } from "../verdict.ts";
import { boundsOf, ENDED_CAUSES, neverWords } from "./cause-bounds.ts";
import { POLICY_ACTIONS } from "./policy.ts";

export { createProblem } from "../../config/index.ts";

/** One thing that is wrong with a policy. */
export type PolicyProblem = ConfigProblem;

/** Says an issue of a policy. */
export function describePolicyIssue(issue: z.core.$ZodRawIssue): string | undefined {
  return describeIssue(issue, { describeKey });
}

function describeKey(key: string, known: readonly string[]): string | undefined {
  return known.includes("overload") && ENDED_CAUSES.some((ended) => ended === key)
    ? `expected a cause that a policy can decide, got ${key}, which always ends as it is`
    : undefined;
}

/** Makes problems of the issues of a policy. */
export function toPolicyProblems(issues: readonly ConfigIssue[]): readonly PolicyProblem[] {
  return toProblems(issues, boundReason);
}

/** Why a cause does not allow what other causes do. */
function boundReason({ path, code, input }: ConfigIssue): string {
  const [top, name, field] = path;
  const cause: KnownCause | undefined = CAUSES.find((known) => known === name);
  if (top !== "causes" || cause === undefined || path.length !== 3) return "";
  const isRefused = field === "action" && POLICY_ACTIONS.some((action) => action === input);
  const isOver = field === "attempts" && code === "too_big" && boundsOf(cause).most < 100;
  return isRefused || isOver
    ? ` (${neverWords(cause)
        .replace(/\.$/, "")
        .replace(/^Never/, "never")})`
    : "";
}
