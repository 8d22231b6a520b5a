/** What no policy loosens, over random policies, verdicts and facts: policies that a file can say, and ones that none can. */
import { expect, test } from "vitest";
import {
  boundsOf,
  decide,
  isRuledCause,
  type Plan,
  type PlanInput,
  POLICY_ACTIONS,
  type Policy,
} from "../../src/recovery/policy/index.ts";
import { parsePolicy } from "../../src/recovery/policy/parse-policy.ts";
import { createZone } from "../../src/recovery/reset-zone.ts";
import { CAUSES, type KnownCause } from "../../src/recovery/verdict.ts";
import fc from "../support/fast-check.ts";
import { inputs, policyOf } from "./policy-cases.ts";

const rule = fc.record(
  {
    action: fc.constantFrom(...POLICY_ACTIONS),
    attempts: fc.constantFrom(0, 1, 2, 3, 100),
    backoff: fc.constantFrom({}, { base: "1s" }, { cap: "1m" }, { base: "1h", cap: "24h" }),
    otherwise: fc.constantFrom("hold", "give_up"),
    nudge: fc.constant("Go on."),
  },
  { requiredKeys: [] },
);

const wake = fc.constantFrom(
  { from: "22:00", to: "06:00" },
  { from: "02:00", to: "02:30" },
  { from: "00:00", to: "23:59" },
);

/** Files as people may write them; some are not sound, and left out. */
const files = fc.record(
  {
    causes: fc.dictionary(fc.constantFrom("*", ...CAUSES.filter(isRuledCause)), rule, { maxKeys: 5 }),
    attempts: fc.constantFrom(0, 3, 1_000),
    zone: fc.constantFrom("UTC", "Europe/Berlin", "Asia/Kolkata", "America/St_Johns"),
    hours: fc.record({ total: fc.constantFrom("1m", "12h", "90d"), wake }, { requiredKeys: [] }),
    max_park: fc.constantFrom("1m", "5h", "31d"),
    money: fc.record({ job_usd: fc.constant(3), account_day_usd: fc.constant(3) }, { requiredKeys: [] }),
    models: fc.constantFrom({}, { "*": "claude-c" }, { "claude-a": "claude-b" }),
    degraded: fc.constantFrom("fail", "pass"),
  },
  { requiredKeys: [] },
);

const sound = files.map((file) => parsePolicy(file)).filter((reading) => reading.ok);

/** What no file can say: any action for any cause, and any number of tries. */
const wild: fc.Arbitrary<Policy> = fc
  .tuple(sound, fc.constantFrom(...POLICY_ACTIONS), fc.boolean(), fc.constantFrom("UTC", "no zone"))
  .map(([{ policy }, action, isNamed, zone]) => {
    const causes = Object.fromEntries(
      CAUSES.map((cause) => [cause, { ...policy.causes[cause], action, isNamed, attempts: 1e9 }]),
    ) as Policy["causes"];
    return { ...policy, zone, causes, models: { "*": "claude-c" } };
  });

/** Reading a file takes longer than deciding, so that each serves many cases. */
const made = fc.sample(
  fc.oneof(
    sound.map(({ policy }) => policy),
    wild,
  ),
  500,
);
const policies = fc.constantFrom(...made);

interface Case extends PlanInput {
  readonly policy: Policy;
  readonly plan: Plan;
  readonly cause: KnownCause;
  /** Tries because of this cause. */
  readonly own: number;
}

function always(name: string, check: (one: Case) => void): void {
  test(name, () => {
    fc.assert(
      fc.property(policies, inputs, (policy, input) => {
        const { verdict, job } = input;
        const cause = CAUSES.find((known) => known === verdict.cause) ?? "unknown";
        const own = Object.hasOwn(job.attemptsByCause, verdict.cause)
          ? job.attemptsByCause[verdict.cause]
          : 0;
        check({ ...input, policy, plan: decide(policy, input), cause, own: own ?? 0 });
      }),
      { numRuns: 5_000 },
    );
  });
}

const TRIES: readonly Plan["action"][] = ["resume", "restart", "smaller_steps", "fallback_model", "fork"];
const isTry = ({ action }: Plan): boolean => TRIES.includes(action);

always(
  "spend, billing, organisation and account state stop the account and are never tried",
  ({ plan, cause }) => {
    if (!["spend", "billing", "organisation", "account_state"].includes(cause)) return;
    expect(["hold", "give_up"]).toContain(plan.action);
    expect(plan).toMatchObject({
      stopsAccount: true,
      needsPerson: true,
      notBeforeMs: null,
      chargesAttempt: false,
    });
  },
);

always("a credential gets one new process, then the account stops", ({ plan, cause, own, verdict }) => {
  if (cause !== "auth" && cause !== "cloud_credential") return;
  if (isTry(plan))
    expect(own < 1 && !verdict.isRepeat && ["resume", "restart"].includes(plan.action)).toBe(true);
  else expect(plan.stopsAccount || plan.action === "nothing").toBe(true);
  if (!(own < 1) || verdict.isRepeat) expect(plan.stopsAccount).toBe(true);
});

always("nothing else stops an account", ({ plan, cause }) => {
  if (boundsOf(cause).stops?.startsWith("account") !== true) expect(plan.stopsAccount).toBe(false);
});

const WAYS: Readonly<Partial<Record<KnownCause, readonly Plan["action"][]>>> = {
  poisoned: ["fork"],
  broken_content: ["fork"],
  too_large: ["smaller_steps", "fork", "fallback_model"],
  refused: ["fork", "fallback_model"],
  invalid_request: ["fork", "smaller_steps", "fallback_model"],
  model_not_found: ["fallback_model"],
};

always("a session that is done stops, unless the policy names a way on; twice at most", (one) => {
  const { plan, cause, own, policy } = one;
  const ways = WAYS[cause];
  if (ways === undefined) {
    expect(plan.stopsSession).toBe(false);
    return;
  }
  if (plan.action === "nothing") return;
  if (isTry(plan)) {
    expect(ways).toContain(plan.action);
    expect(own).toBeLessThan(2);
    // A stand-in for an unknown model is named in `models`.
    if (plan.action === "fallback_model") expect(Object.values(policy.models)).toContain(plan.model);
    if (cause !== "model_not_found") expect(policy.causes[cause].action).toBe(plan.action);
    expect(plan.stopsSession).toBe(plan.action === "fork");
  } else expect(plan).toMatchObject({ stopsSession: true, notBeforeMs: null });
});

always("a credibly stated reset is never undercut", ({ plan, verdict: { reset }, cause }) => {
  if (plan.notBeforeMs === null || reset?.isPlausible !== true || !(reset.atMs > 0)) return;
  if (plan.action === "fallback_model" && cause === "model_limit") return;
  expect(plan.notBeforeMs).toBeGreaterThanOrEqual(reset.atMs);
});

always("a wait is for a time that somebody stated, and only then", ({ plan, verdict: { reset } }) => {
  if (plan.action !== "wait") return;
  expect(reset?.isPlausible).toBe(true);
  expect(plan.notBeforeMs).toBeGreaterThan(reset?.atMs ?? Number.POSITIVE_INFINITY);
});

always("a mere delay is of 1 s to 24 h", ({ plan, verdict, cause }) => {
  const { reset, atMs } = verdict;
  if (plan.notBeforeMs === null || reset?.isPlausible !== true || reset.from !== "retry_after") return;
  if (!(reset.atMs > 0) || (plan.action === "fallback_model" && cause === "model_limit")) return;
  expect(plan.notBeforeMs - atMs).toBeGreaterThanOrEqual(1_000);
  expect(reset.atMs - atMs).toBeLessThanOrEqual(86_400_000);
});

always("tries charge an attempt, and parks and ends none", ({ plan }) => {
  expect(plan.chargesAttempt).toBe(isTry(plan));
  expect(plan.notBeforeMs === null).toBe(!isTry(plan) && plan.action !== "wait");
});

always("a subagent needs nothing, unless its account is done", ({ plan, verdict, cause }) => {
  if (!verdict.isSubagent || cause === "none") return;
  if (plan.stopsAccount) expect(["hold", "give_up"]).toContain(plan.action);
  else expect(plan).toMatchObject({ action: "nothing", stopsSession: false });
});

always("what has ended stays so", ({ plan, cause, policy }) => {
  if (isRuledCause(cause)) return;
  expect(plan).toMatchObject({
    action: "nothing",
    notBeforeMs: null,
    stopsAccount: false,
    stopsSession: false,
  });
  expect(plan.needsPerson).toBe(cause === "degraded" && policy.degraded === "fail");
});

always("an unknown cause gets one try, and none after the same answer", ({ plan, cause, own, verdict }) => {
  if (cause !== "unknown" || !isTry(plan)) return;
  expect(own < 1 && !verdict.isRepeat).toBe(true);
});

always("a cut answer goes on twice at most", ({ plan, cause, own, job }) => {
  if (cause !== "cut_answer" || !isTry(plan)) return;
  expect(own).toBeLessThan(2);
  if (plan.action === "smaller_steps") expect(job.continues).toBeLessThan(2);
});

always("limits of tries, time and money hold, and a number that is none counts as used up", (one) => {
  const { plan, policy, job, account, nowMs } = one;
  if (plan.notBeforeMs === null) return;
  if (isTry(plan)) expect(job.attempts).toBeLessThan(policy.attempts);
  if (policy.money.jobUsd !== null) expect(job.costUsd).toBeLessThan(policy.money.jobUsd);
  const isRich = policy.money.accountDayUsd === null || account.costTodayUsd < policy.money.accountDayUsd;
  if (!isRich && nowMs > 0) expect(plan.notBeforeMs).toBeGreaterThan(nowMs);
  if (job.startedMs > 0) expect(plan.notBeforeMs).toBeLessThanOrEqual(job.startedMs + policy.totalMs);
});

always("sessions are woken in the hours for it, on the clocks of the zone", ({ plan, policy }) => {
  const { wakeHours } = policy;
  if (plan.notBeforeMs === null || wakeHours === null) return;
  const { hour, minute } = (createZone(policy.zone) ?? createZone("UTC"))?.wallAt(plan.notBeforeMs) ?? {};
  const now = (hour ?? 0) * 60 + (minute ?? 0);
  const { fromMinute, toMinute } = wakeHours;
  const isWithin =
    fromMinute < toMinute ? now >= fromMinute && now < toMinute : now >= fromMinute || now < toMinute;
  expect(isWithin).toBe(true);
});

always("it is one plain sentence, and says nothing of the failure's texts", ({ plan }) => {
  expect(plan.why).toMatch(/^[A-Z][^\n]{5,200}\.$/);
  expect(plan.why).not.toMatch(/\. [A-Z]|undefined|NaN/);
});

test("the ways are as the table has them", () => {
  for (const [cause, ways] of Object.entries(WAYS))
    expect(boundsOf(cause as KnownCause)).toMatchObject({ may: ways, stops: "session", most: 2 });
});

test("the files of these tests are sound often enough to prove something", () => {
  const all = fc.sample(files, 400);
  expect(all.filter((file) => parsePolicy(file).ok).length).toBeGreaterThan(40);
  expect(policyOf({}).attempts).toBe(20);
});
