import { adviceFor } from "../advice.ts";
import { CAUSES, type KnownCause, type Verdict } from "../verdict.ts";
import { describeCause } from "../verdict-causes.ts";
import { allowedActions, boundsOf, type CauseBounds, isRuledCause } from "./cause-bounds.ts";
import { formatDuration } from "./duration.ts";
import type { Plan, PlanInput } from "./plan.ts";
import type { CauseRule, Policy, PolicyAction } from "./policy.ts";
import { statedReset } from "./stated-reset.ts";
import { afterReset, backoffMs, drawShare, nextDay, nextWake } from "./wake-time.ts";

/** A shorter wait is no park but a try after a pause: parks charge nothing, and would go round and round for nothing. */
const MIN_PARK_MS = 60_000;

const SMALLER_STEPS =
  "Go on in smaller steps: keep each answer short, and write large files in several parts.";

/** What deciding has at hand. */
interface Ground {
  readonly policy: Policy;
  readonly input: PlanInput;
  readonly cause: KnownCause;
  readonly rule: CauseRule;
  readonly bounds: CauseBounds;
  readonly nowMs: number;
}

/**
 * Says what to do about a failure, and when: the policy within the bounds of the cause. Pure and total; nothing is thrown, whatever
 * the numbers, and a cause that is not known is treated as `unknown`.
 *
 * No policy loosens these: what stops an account or a session stops it; a credibly stated reset is never undercut; a wait is never for
 * a time that nobody stated; parks charge no attempt; a subagent whose main session goes on needs nothing.
 */
export function decide(policy: Policy, input: PlanInput): Plan {
  const { verdict } = input;
  const cause = CAUSES.find((known) => known === verdict.cause) ?? "unknown";
  const nowMs = [input.nowMs, verdict.atMs].find((ms) => ms >= 0 && Number.isFinite(ms)) ?? 0;
  const bounds = boundsOf(cause);
  const ground: Ground = { policy, input, cause, rule: policy.causes[cause], bounds, nowMs };
  if (!isRuledCause(cause)) return leave(ground, verdict);
  if (bounds.stops === "account") return end(ground, "work on the account stops until a person acts");
  if (verdict.isSubagent && !isAccountDone(ground))
    return leave(ground, { ...verdict, cause: "none" }, "A subagent failed, and its main session goes on.");
  if (isAccountDone(ground)) return end(ground, "one new process has not helped, and the account stops");
  return act(ground, chooseAction(ground));
}

/** The same failure after the one new process that a credential gets. */
function isAccountDone({ bounds, input }: Ground): boolean {
  const { verdict } = input;
  return bounds.stops === "account_after_one" && (verdict.isRepeat || !(triesOf(input) < bounds.most));
}

/** The rule's action where the cause allows it. */
function chooseAction({ cause, rule, bounds, input }: Ground): PolicyAction {
  const action = allowedActions(cause).includes(rule.action) ? rule.action : bounds.action;
  if (action === "hold" || action === "give_up") return action;
  const { verdict, advice = adviceFor(verdict) } = input;
  const isCareful = advice.needsPerson && !rule.isNamed;
  // One try of something that nobody understands: the same answer again is no news.
  return isCareful || (cause === "unknown" && verdict.isRepeat) ? rule.otherwise : action;
}

function act(ground: Ground, action: PolicyAction): Plan {
  const { policy, input, cause, rule } = ground;
  switch (action) {
    case "hold":
    case "give_up":
      return end(ground, ENDS[action]);
    case "wait":
      return wait(ground);
    case "fallback_model": {
      const model = fallbackFor(policy, input.verdict.model);
      if (model !== undefined) return attempt(ground, action, model);
      const other = withoutFallback(cause, rule);
      return other === rule.otherwise ? end(ground, "no other model is named for it") : act(ground, other);
    }
    default:
      return attempt(ground, action);
  }
}

/** What is done in place of `fallback_model` where the policy names no model that stands in. */
export function withoutFallback(cause: KnownCause, { otherwise }: CauseRule): PolicyAction {
  if (boundsOf(cause).stops === "session") return otherwise;
  return cause === "model_limit" ? "wait" : "resume";
}

const ENDS = { hold: "it waits for a person", give_up: "the job is given up" } as const;

/** Parks to the reset that was stated. Without a credible one nobody makes one up. */
function wait(ground: Ground): Plan {
  const { input, nowMs } = ground;
  const { verdict } = input;
  const reset = statedReset(verdict);
  if (typeof reset !== "number") return end(ground, "nobody says credibly when it ends");
  if (reset - nowMs < MIN_PARK_MS) return attempt(ground, "resume");
  const dueMs = reset + afterReset(verdict, drawShare(input.random));
  return wake(ground, { action: "wait", dueMs, why: "it is parked until the time that was stated" });
}

function attempt(ground: Ground, action: PolicyAction, model?: string): Plan {
  const { policy, input, cause, rule, bounds, nowMs } = ground;
  const { verdict, job, random } = input;
  const own = triesOf(input);
  const tries = action === "smaller_steps" ? Math.max(own, job.continues) : own;
  const limit = Math.min(rule.attempts, bounds.most);
  if (!(tries < limit))
    return end(ground, limit > 0 ? `it was tried ${timesWords(limit)}` : "it is not tried");
  if (!(job.attempts < policy.attempts)) return end(ground, "the job's tries are used up");
  const pauseMs = backoffMs(rule.backoff, tries, drawShare(random));
  // The limit of one model says nothing about another.
  const isElsewhere = action === "fallback_model" && cause === "model_limit";
  const reset = isElsewhere ? null : statedReset(verdict);
  if (reset === "too_long") return end(ground, "the API asks for a pause of over a day");
  const floorMs = reset === null ? 0 : reset + afterReset(verdict, drawShare(random));
  return wake(ground, {
    action,
    dueMs: Math.max(nowMs + pauseMs, floorMs),
    why: `${HOW[action]}, try ${tries + 1} of ${limit}`,
    ...(model !== undefined && { model }),
  });
}

const HOW: Readonly<Record<PolicyAction, string>> = {
  resume: "the session is resumed",
  restart: "a new session takes over",
  smaller_steps: "the session goes on in smaller steps",
  fallback_model: "another model takes over",
  fork: "a copy from before the damage takes over",
  wait: "it waits",
  hold: "it waits",
  give_up: "it ends",
};

interface Waking {
  readonly action: PolicyAction;
  readonly dueMs: number;
  readonly why: string;
  readonly model?: string;
}

/** Puts a wake off to where money and hours allow it, or ends where they never do. */
function wake(ground: Ground, { action, dueMs, why, model }: Waking): Plan {
  const { policy, input, rule, bounds, cause, nowMs } = ground;
  const { job, account, random, verdict } = input;
  const { jobUsd } = policy.money;
  // A cost that is no number counts as too much: a limit of money fails closed.
  if (jobUsd !== null && !(job.costUsd < jobUsd)) return end(ground, "the job's money is used up");
  const dayUsd = dayLimit(policy, account.name);
  const isSpent = dayUsd !== null && !(account.costTodayUsd < dayUsd);
  const freshMs = isSpent ? nextDay(policy, nowMs) + Math.floor(drawShare(random) * 120_000) : 0;
  const paidMs = Math.max(Math.ceil(dueMs), freshMs);
  const atMs = nextWake(policy, paidMs, drawShare(random));
  const startedMs = Number.isFinite(job.startedMs) ? job.startedMs : nowMs;
  if (atMs === null || !(atMs <= startedMs + policy.totalMs))
    return end(ground, `the job would last over ${formatDuration(policy.totalMs)}`);
  // From the failure on where the clock went back since: a park is not longer for that.
  const sinceMs = verdict.atMs > nowMs ? verdict.atMs : nowMs;
  if (atMs - sinceMs > policy.maxParkMs)
    return end(ground, `it would be put aside for over ${formatDuration(policy.maxParkMs)}`);
  const put =
    atMs <= Math.ceil(dueMs) ? "" : isSpent ? ", when the account has money again" : ", in the hours for it";
  return {
    action,
    notBeforeMs: atMs,
    chargesAttempt: action !== "wait",
    stopsAccount: false,
    stopsSession: bounds.stops === "session" && action === "fork",
    needsPerson: false,
    why: sentence(cause, why + put),
    ...(model !== undefined && { model }),
    nudge: nudgeFor(policy, rule, action),
  };
}

/** Nothing is woken: it waits for a person or is given up, as the rule says. */
function end({ cause, rule, bounds }: Ground, why: string): Plan {
  const isNamed = rule.action === "hold" || rule.action === "give_up";
  const action = isNamed ? rule.action : rule.otherwise;
  const stopsAccount = bounds.stops === "account" || bounds.stops === "account_after_one";
  return {
    action: action === "give_up" ? "give_up" : "hold",
    notBeforeMs: null,
    chargesAttempt: false,
    stopsAccount,
    stopsSession: bounds.stops === "session",
    needsPerson: stopsAccount || action !== "give_up",
    why: sentence(cause, why),
  };
}

/** It has ended, well or as somebody wanted, and is left so. */
function leave({ policy }: Ground, { cause }: Pick<Verdict, "cause">, why?: string): Plan {
  const isDegraded = cause === "degraded" && policy.degraded === "fail";
  const words = isDegraded ? "a person looks whether the work is whole" : "there is nothing to do";
  return {
    action: "nothing",
    notBeforeMs: null,
    chargesAttempt: false,
    stopsAccount: false,
    stopsSession: false,
    needsPerson: isDegraded,
    why: why ?? sentence(cause as KnownCause, words),
  };
}

function triesOf({ verdict, job }: PlanInput): number {
  const { attemptsByCause } = job;
  return Object.hasOwn(attemptsByCause, verdict.cause) ? (attemptsByCause[verdict.cause] ?? 0) : 0;
}

function dayLimit({ accounts, money }: Policy, name: string | undefined): number | null {
  const own = name !== undefined && Object.hasOwn(accounts, name) ? accounts[name]?.dayUsd : undefined;
  return own ?? money.accountDayUsd;
}

/** The model that stands in for one; never the same. */
function fallbackFor({ models }: Policy, model: string | undefined): string | undefined {
  const named = model !== undefined && Object.hasOwn(models, model) ? models[model] : undefined;
  const found = named ?? (Object.hasOwn(models, "*") ? models["*"] : undefined);
  return found === model ? undefined : found;
}

function nudgeFor(policy: Policy, { nudge }: CauseRule, action: PolicyAction): string {
  if (nudge !== undefined) return nudge;
  return action === "smaller_steps" ? `${policy.nudge} ${SMALLER_STEPS}` : policy.nudge;
}

function sentence(cause: KnownCause, why: string): string {
  return `${describeCause(cause).meaning.replace(/\.$/, "")}: ${why}.`;
}

function timesWords(count: number): string {
  return count === 1 ? "once already" : `${count} times already`;
}
