import type { Origins } from "./fill-policy.ts";
import type { Policy } from "./policy.ts";
import type { PolicyProblem } from "./policy-problems.ts";

/** A policy, or everything that is wrong with it. */
export type PolicyReading =
  | { readonly ok: true; readonly policy: Policy; readonly origins: Origins }
  | { readonly ok: false; readonly problems: readonly PolicyProblem[] };
