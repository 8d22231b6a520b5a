import { isRuledCause } from "../policy/cause-bounds.ts";
import type { CauseRule, Policy } from "../policy/policy.ts";
import type { ResumeRules } from "../policy/watch.ts";
import { CAUSES, type KnownCause } from "../verdict.ts";

/** The policy for sessions that Kedge did not start: the user's, within the bounds that are named for them. */
export function boundedPolicy(policy: Policy, resume: ResumeRules): Policy {
  const { attempts, jobUsd, hours, causes } = resume;
  const rules = CAUSES.map((cause): readonly [KnownCause, CauseRule] => {
    const rule = policy.causes[cause];
    const isNamed = !isRuledCause(cause) || causes.includes(cause);
    return [
      cause,
      isNamed
        ? { ...rule, attempts: Math.min(rule.attempts, attempts) }
        : { ...rule, action: "hold", attempts: 0 },
    ];
  });
  return {
    ...policy,
    causes: Object.fromEntries(rules) as Record<KnownCause, CauseRule>,
    attempts: Math.min(policy.attempts, attempts),
    money: { ...policy.money, jobUsd: Math.min(policy.money.jobUsd ?? jobUsd, jobUsd) },
    wakeHours: hours ?? policy.wakeHours,
  };
}
