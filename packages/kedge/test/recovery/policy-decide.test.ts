import { describe, expect, it, test } from "vitest";
import { boundsOf, decide, defaultPolicy, type Plan } from "../../src/recovery/policy/index.ts";
import { CAUSES, type KnownCause } from "../../src/recovery/verdict.ts";
import { DAY, HOUR, inputOf, MINUTE, NOW, planOf, resetIn, verdictOf } from "./policy-cases.ts";

type Row = readonly [
  first: Plan["action"],
  tries: number,
  stops?: "account" | "session" | "account in the end",
];

/** What is done about each cause without a file, a reset being stated: a new cause fails here until it is decided. */
const DEFAULTS: Readonly<Record<KnownCause, Row>> = {
  plan_window: ["wait", 0],
  model_limit: ["wait", 0],
  request_rate: ["resume", 8],
  server_throttle: ["resume", 8],
  spend: ["hold", 0, "account"],
  billing: ["hold", 0, "account"],
  auth: ["resume", 1, "account in the end"],
  cloud_credential: ["resume", 1, "account in the end"],
  organisation: ["hold", 0, "account"],
  account_state: ["hold", 0, "account"],
  overload: ["resume", 10],
  server: ["resume", 5],
  connection: ["resume", 8],
  poisoned: ["hold", 0, "session"],
  broken_content: ["hold", 0, "session"],
  too_large: ["hold", 0, "session"],
  refused: ["hold", 0, "session"],
  cut_answer: ["smaller_steps", 2],
  malformed_answer: ["resume", 1],
  invalid_request: ["hold", 0, "session"],
  model_not_found: ["hold", 0, "session"],
  lost_session: ["restart", 1],
  lost_writes: ["hold", 0],
  not_begun: ["hold", 0],
  dead_process: ["resume", 3],
  stall: ["resume", 2],
  lost_result: ["resume", 1],
  false_success: ["resume", 1],
  degraded: ["nothing", 0],
  interrupted: ["hold", 0],
  stopped_by_policy: ["nothing", 0],
  none: ["nothing", 0],
  unknown: ["resume", 1],
};

describe("without a file", () => {
  test.each(CAUSES)("%s has its action, its number of tries, and its end", (cause) => {
    const [action, tries, stops] = DEFAULTS[cause];
    const verdict = verdictOf(cause, { reset: resetIn(HOUR) });
    const after = (own: number): Plan =>
      decide(
        defaultPolicy(),
        inputOf(verdict, {
          job: { attempts: own, attemptsByCause: { [cause]: own }, startedMs: NOW, costUsd: 0, continues: 0 },
        }),
      );
    const first = after(0);
    expect(first).toMatchObject({
      action,
      chargesAttempt: tries > 0,
      stopsAccount: stops === "account",
      stopsSession: stops === "session",
      needsPerson: action === "hold" || cause === "degraded",
    });
    for (let own = 1; own < tries; own += 1)
      expect(after(own)).toMatchObject({ action, chargesAttempt: true });
    if (tries > 0)
      expect(after(tries)).toMatchObject({
        action: "hold",
        notBeforeMs: null,
        stopsAccount: stops === "account in the end",
      });
    expect(first.why).toMatch(/^[A-Z][^\n]{10,170}\.$/);
    expect(first.why.match(/\. /)).toBeNull();
  });

  it("takes a cause that a later version names for one careful try", () => {
    const verdict = verdictOf("sun_spots");
    expect(planOf({}, verdict)).toMatchObject({ action: "resume", chargesAttempt: true });
    const job = { attempts: 1, attemptsByCause: { sun_spots: 1 }, startedMs: NOW, costUsd: 0, continues: 0 };
    expect(planOf({}, verdict, { job })).toMatchObject({ action: "hold", needsPerson: true });
  });

  it("does not try what nobody understands again when the same answer came twice, whatever the file names", () => {
    const file = { causes: { unknown: { action: "resume", attempts: 1 } } };
    expect(planOf(file, verdictOf("unknown")).action).toBe("resume");
    expect(planOf(file, verdictOf("unknown", { isRepeat: true })).action).toBe("hold");
  });

  it("leaves a failed subagent alone, but stops an account that is done", () => {
    for (const cause of CAUSES) {
      const plan = planOf({}, verdictOf(cause, { isSubagent: true }));
      const isDone = boundsOf(cause).stops === "account";
      expect(plan.action, cause).toBe(isDone ? "hold" : "nothing");
      expect(plan.stopsAccount, cause).toBe(isDone);
    }
  });

  it("does not try again where advice says that it does not help, unless the file names it", () => {
    const broken = verdictOf("connection", { isTransient: false });
    expect(planOf({}, broken).action).toBe("hold");
    expect(planOf({ causes: { "*": { attempts: 5 } } }, broken).action).toBe("hold");
    expect(planOf({ causes: { connection: { action: "resume" } } }, broken).action).toBe("resume");
  });
});

describe("when", () => {
  const due = (file: unknown, ...rest: Parameters<typeof inputOf>): number | null =>
    planOf(file, ...rest).notBeforeMs;

  it.each([
    ["a window of a plan: 1 to 2 minutes after its reset", "plan_window", {}, 60_000 + 30_000],
    ["a time from a text: the same", "request_rate", { precision: "minute", from: "text" }, 60_000 + 30_000],
    ["an instant of a machine: 0 to 2 s after it", "request_rate", {}, 1_000],
  ] as const)("%s", (_, cause, more, lateMs) => {
    expect(due({}, verdictOf(cause, { reset: resetIn(HOUR, more) }))).toBe(NOW + HOUR + lateMs);
  });

  it.each([0, 1, 2, 3, 9])("backs off by doubling, with full jitter, to the cap: try %i", (own) => {
    const job = { attempts: 0, attemptsByCause: { overload: own }, startedMs: NOW, costUsd: 0, continues: 0 };
    const at = (share: number): number | null =>
      due({ causes: { overload: { backoff: { base: "1m", cap: "6m" } } } }, verdictOf("overload"), {
        ...{ job, random: () => share },
      });
    const most = Math.min(6 * MINUTE, MINUTE * 2 ** own);
    expect([at(0), at(0.5), at(1)]).toEqual([NOW, NOW + most / 2, NOW + most]);
  });

  it("counts a wait of under a minute as a try, so that none goes round for nothing", () => {
    const verdict = verdictOf("plan_window", { reset: resetIn(20_000) });
    expect(planOf({}, verdict)).toMatchObject({ action: "resume", chargesAttempt: true });
    const job = {
      attempts: 5,
      attemptsByCause: { plan_window: 5 },
      startedMs: NOW,
      costUsd: 0,
      continues: 0,
    };
    expect(planOf({}, verdict, { job })).toMatchObject({ action: "hold" });
  });

  it.each([
    ["none is stated", {}],
    ["it is not credible", { reset: resetIn(6 * HOUR, { isPlausible: false }) }],
    ["it is no number", { reset: resetIn(Number.NaN) }],
    ["a mere delay is of over a day", { reset: resetIn(25 * HOUR, { from: "retry_after" }) }],
  ])("waits for no reset where %s", (_, more) => {
    expect(planOf({}, verdictOf("plan_window", more))).toMatchObject({
      ...{ action: "hold", notBeforeMs: null, needsPerson: true, chargesAttempt: false },
    });
  });

  it.each([
    [-5_000, 1_000],
    [0, 1_000],
    [500, 1_000],
    [30_000, 30_000],
    [DAY, DAY],
  ])("takes a stated delay of %i ms as %i ms", (stated, waited) => {
    const reset = resetIn(stated, { from: "retry_after" });
    expect(due({}, verdictOf("server", { reset }), { random: () => 0 })).toBe(NOW + waited);
  });

  it("puts nothing aside for longer than max_park, measured from the failure where the clock went back", () => {
    const verdict = verdictOf("plan_window", { reset: resetIn(5 * HOUR) });
    expect(planOf({ max_park: "4h" }, verdict).action).toBe("hold");
    expect(planOf({ max_park: "6h" }, verdict).action).toBe("wait");
    expect(planOf({ max_park: "6h" }, verdict, { nowMs: NOW - 2 * HOUR }).action).toBe("wait");
  });

  it("ends when the job would last too long", () => {
    const verdict = verdictOf("plan_window", { reset: resetIn(5 * HOUR) });
    expect(planOf({ hours: { total: "5h" } }, verdict)).toMatchObject({ action: "hold", notBeforeMs: null });
    expect(planOf({ hours: { total: "6h" } }, verdict)).toMatchObject({ action: "wait" });
  });

  it.each([
    ["within", "11:00", "13:00", "UTC", NOW],
    ["later today", "20:00", "23:00", "UTC", NOW + 8 * HOUR],
    ["tomorrow", "08:00", "11:00", "UTC", NOW + 20 * HOUR],
    ["over midnight, within", "22:00", "12:30", "UTC", NOW],
    ["over midnight, before", "22:00", "07:00", "UTC", NOW + 10 * HOUR],
    ["over midnight, not in the minute of the end", "22:00", "12:00", "UTC", NOW + 10 * HOUR],
    ["in another zone", "14:00", "15:00", "Europe/Berlin", NOW + HOUR],
    ["not in the minute of the end", "10:00", "12:00", "UTC", NOW + 22 * HOUR],
  ])("wakes in the hours for it: %s", (_, from, to, zone, at) => {
    const file = { zone, hours: { wake: { from, to } } };
    expect(due(file, verdictOf("overload"), { random: () => 0 })).toBe(at);
    // others a little later, so that not all wake at once, and still within
    const late = due(file, verdictOf("overload"), { random: () => 1 }) ?? 0;
    expect(late).toBeGreaterThan(at);
    expect(late).toBeLessThanOrEqual(at + 2 * MINUTE);
  });

  it("finds hours that the clocks skip on the next day", () => {
    const nowMs = Date.parse("2027-03-28T00:00:00Z"); // in Berlin 02:00 to 03:00 is skipped an hour later
    const file = { zone: "Europe/Berlin", hours: { wake: { from: "02:00", to: "03:00" } } };
    const plan = planOf(file, verdictOf("overload", { atMs: nowMs }), {
      ...{ nowMs, random: () => 0 },
      job: { attempts: 0, attemptsByCause: {}, startedMs: nowMs, costUsd: 0, continues: 0 },
    });
    expect(plan.notBeforeMs).toBe(Date.parse("2027-03-29T00:00:00Z"));
  });
});

describe("money", () => {
  const job = { attempts: 0, attemptsByCause: {}, startedMs: NOW, costUsd: 5, continues: 0 };

  it("ends the job when its own is used up, whatever would be done", () => {
    for (const cause of ["overload", "plan_window", "cut_answer"] as const) {
      const verdict = verdictOf(cause, { reset: resetIn(HOUR) });
      expect(planOf({ money: { job_usd: 5 } }, verdict, { job })).toMatchObject({ action: "hold" });
      expect(planOf({ money: { job_usd: 5.01 } }, verdict, { job }).notBeforeMs).not.toBeNull();
      const odd = { ...job, costUsd: Number.NaN };
      expect(planOf({ money: { job_usd: 5 } }, verdict, { job: odd }).action).toBe("hold");
    }
  });

  it("puts a wake off to the account's next day in the policy's zone, and keeps the action", () => {
    const file = {
      ...{ zone: "Asia/Tokyo", money: { account_day_usd: 10 }, causes: { poisoned: { action: "fork" } } },
      accounts: { big: { env: ["BIG_KEY"], day_usd: 100 } },
    };
    const at = Date.parse("2026-11-21T15:00:00Z"); // midnight in Tokyo
    for (const [cause, action] of [
      ["overload", "resume"],
      ["poisoned", "fork"],
    ] as const) {
      const spent = { account: { costTodayUsd: 10 }, random: () => 0 };
      expect(planOf(file, verdictOf(cause), spent)).toMatchObject({ action, notBeforeMs: at });
      const big = { account: { costTodayUsd: 10, name: "big" }, random: () => 0 };
      expect(planOf(file, verdictOf(cause), big)).toMatchObject({ action, notBeforeMs: NOW });
    }
  });
});

describe("actions", () => {
  const models = { "claude-a": "claude-b", "*": "claude-c" };

  it.each([
    ["claude-a", "claude-b"],
    ["claude-x", "claude-c"],
    [undefined, "claude-c"],
    ["constructor", "claude-c"],
  ])("goes on with the model that stands in for %s", (model, other) => {
    const verdict = verdictOf("model_limit", { reset: resetIn(5 * HOUR), ...(model && { model }) });
    const plan = planOf({ models }, verdict);
    expect(plan).toMatchObject({ action: "fallback_model", model: other, chargesAttempt: true });
    // the limit is the other model's
    expect(plan.notBeforeMs).toBeLessThan(NOW + HOUR);
  });

  it("does not go before a delay that holds for every model", () => {
    const file = { models, causes: { overload: { action: "fallback_model" } } };
    const plan = planOf(file, verdictOf("overload", { reset: resetIn(HOUR, { from: "retry_after" }) }));
    expect(plan.action).toBe("fallback_model");
    expect(plan.notBeforeMs).toBeGreaterThanOrEqual(NOW + HOUR);
  });

  it("has nothing that stands in for itself", () => {
    const verdict = verdictOf("model_limit", { model: "claude-c", reset: resetIn(5 * HOUR) });
    expect(planOf({ models }, verdict)).toMatchObject({ action: "wait", chargesAttempt: false });
    const missing = verdictOf("model_not_found", { model: "claude-c" });
    expect(planOf({ models }, missing)).toMatchObject({ action: "hold", stopsSession: true });
  });

  it("forks twice where the file names it, and the session itself stops", () => {
    const file = { causes: { poisoned: { action: "fork" } } };
    const after = (own: number): Plan =>
      planOf(file, verdictOf("poisoned", { isRepeat: own > 0 }), {
        job: { attempts: own, attemptsByCause: { poisoned: own }, startedMs: NOW, costUsd: 0, continues: 0 },
      });
    expect([after(0), after(1), after(2)].map(({ action }) => action)).toEqual(["fork", "fork", "hold"]);
    expect(after(0).stopsSession).toBe(true);
  });

  it("does not fork, shrink or replace for all causes at once: a session that stops has to be named", () => {
    for (const action of ["fork", "smaller_steps", "fallback_model", "resume"])
      for (const cause of ["poisoned", "too_large", "refused", "invalid_request"] as const)
        expect(planOf({ models, causes: { "*": { action } } }, verdictOf(cause)).action).toBe("hold");
  });

  it("counts continues that others asked for", () => {
    const job = { attempts: 0, attemptsByCause: {}, startedMs: NOW, costUsd: 0, continues: 2 };
    expect(planOf({}, verdictOf("cut_answer"), { job }).action).toBe("hold");
  });

  it("ends as the rule says, and tells a person where it holds", () => {
    const file = { causes: { "*": { attempts: 0, otherwise: "give_up" }, spend: { action: "hold" } } };
    expect(planOf(file, verdictOf("server"))).toMatchObject({ action: "give_up", needsPerson: false });
    expect(planOf(file, verdictOf("spend"))).toMatchObject({ action: "hold", needsPerson: true });
    expect(planOf(file, verdictOf("billing"))).toMatchObject({ action: "give_up", needsPerson: true });
  });

  it("says to check first what is done, to ask for smaller steps, or what the file says", () => {
    expect(planOf({}, verdictOf("dead_process")).nudge).toContain("Check what is already done");
    expect(planOf({}, verdictOf("cut_answer")).nudge).toContain("smaller steps");
    expect(planOf({ nudge: "Go on." }, verdictOf("server")).nudge).toBe("Go on.");
    const own = { causes: { server: { nudge: "Look." } }, nudge: "Go on." };
    expect(planOf(own, verdictOf("server")).nudge).toBe("Look.");
    expect(planOf({}, verdictOf("spend"))).not.toHaveProperty("nudge");
  });

  it("has a person look at calls that were not permitted, unless the file lets them pass", () => {
    expect(planOf({}, verdictOf("degraded"))).toMatchObject({ action: "nothing", needsPerson: true });
    expect(planOf({ degraded: "pass" }, verdictOf("degraded"))).toMatchObject({ needsPerson: false });
  });
});
