import { fillPolicy } from "./fill-policy.ts";
import { hideSecrets } from "./hide-secrets.ts";
import { createProblem, describePolicyIssue, toPolicyProblems } from "./policy-problems.ts";
import type { PolicyReading } from "./policy-reading.ts";
import { policySchema } from "./policy-schema.ts";

/** Reads a policy out of a value that somebody wrote: what `readPolicy` does, for those who have loaded zod. */
export function parsePolicy(value: unknown): PolicyReading {
  const clean = hideSecrets(value ?? {});
  const reading = policySchema.safeParse(clean.value, { error: describePolicyIssue, reportInput: true });
  const hidden = clean.problems.map(({ path }) => path);
  const others = reading.success ? [] : toPolicyProblems(reading.error.issues);
  const problems = [...clean.problems, ...others.filter(({ path }) => !hidden.includes(path))];
  if (problems.length > 0) return { ok: false, problems };
  if (!reading.success) return { ok: false, problems: [createProblem([], "expected a policy")] };
  return { ok: true, ...fillPolicy(reading.data) };
}
