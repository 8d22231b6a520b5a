/**
 * What may be done about a failure, and when: the policy that a user writes, and the plan that follows from it.
 *
 * @module
 */
export { type AccountEnvironment, accountEnvironment, type Environment } from "./account-environment.ts";
export { accountKey } from "./account-key.ts";
export { boundsOf, type CauseBounds, isRuledCause, neverWords } from "./cause-bounds.ts";
export { decide, withoutFallback } from "./decide.ts";
export { formatDuration, parseDuration } from "./duration.ts";
export { defaultPolicy, type Origins } from "./fill-policy.ts";
export type { AccountFacts, JobFacts, Plan, PlanInput } from "./plan.ts";
export {
  type AccountRule,
  type Backoff,
  type CauseRule,
  type DriftAction,
  POLICY_ACTIONS,
  type Policy,
  type PolicyAction,
} from "./policy.ts";
export type { PolicyProblem } from "./policy-problems.ts";
export type { PolicyReading } from "./policy-reading.ts";
export { readPolicy } from "./read-policy.ts";
export { type PaymentFacts, sessionAccount } from "./session-account.ts";
export type { WakeHours } from "./wake-hours.ts";
export { startOfDay } from "./wake-time.ts";
