import { describe, expect, test } from "vitest";
import { type Action, adviceFor } from "../../src/recovery/advice.ts";
import { CAUSES, type KnownCause, type Reset, type Verdict } from "../../src/recovery/verdict.ts";
import { describeCause } from "../../src/recovery/verdict-causes.ts";
import { judgeFailure } from "../../src/recovery/verdict-judge.ts";
import { AT_MS } from "./verdict-cases.ts";

const RESET: Reset = { atMs: AT_MS + 1000, from: "rate_limit_event", precision: "exact", isPlausible: true };

const verdict = (cause: Verdict["cause"], more: Partial<Verdict> = {}): Verdict => ({
  ...judgeFailure([], { nowMs: AT_MS, zone: "UTC" }),
  cause,
  ...more,
});

const TABLE: Readonly<Record<KnownCause, readonly [action: Action, otherwise?: Action]>> = {
  plan_window: ["wait_until_reset"],
  model_limit: ["use_fallback_model", "wait_until_reset"],
  request_rate: ["retry_with_backoff", "ask_person"],
  server_throttle: ["retry_with_backoff", "ask_person"],
  spend: ["stop_account"],
  billing: ["stop_account"],
  auth: ["one_fresh_process", "stop_account"],
  cloud_credential: ["one_fresh_process", "stop_account"],
  organisation: ["stop_account"],
  account_state: ["stop_account"],
  overload: ["retry_with_backoff", "use_fallback_model"],
  server: ["retry_with_backoff", "ask_person"],
  connection: ["retry_with_backoff", "ask_person"],
  poisoned: ["fork_or_rewind", "new_session"],
  broken_content: ["new_session"],
  too_large: ["compact_or_split", "new_session"],
  refused: ["stop_session"],
  cut_answer: ["continue_smaller", "ask_person"],
  malformed_answer: ["retry_once", "ask_person"],
  invalid_request: ["stop_session"],
  model_not_found: ["use_fallback_model", "stop_session"],
  lost_session: ["new_session"],
  lost_writes: ["ask_person"],
  not_begun: ["ask_person"],
  dead_process: ["resume", "ask_person"],
  stall: ["end_and_resume", "ask_person"],
  lost_result: ["inspect_transcript", "ask_person"],
  false_success: ["retry_once", "ask_person"],
  degraded: ["ask_person"],
  interrupted: ["ask_person", "resume"],
  stopped_by_policy: ["nothing"],
  none: ["nothing"],
  unknown: ["retry_once", "ask_person"],
};

test.each(CAUSES)("%s has its default action, and a sentence or two for people", (cause) => {
  const isTransient = describeCause(cause).isTransient;
  const advice = adviceFor(verdict(cause, { reset: RESET, isTransient }));
  expect([advice.action, ...(advice.otherwise ? [advice.otherwise] : [])]).toEqual(TABLE[cause]);
  expect(advice.forPeople.match(/[.!?](?: |$)/g)?.length).toBeLessThanOrEqual(2);
  expect(advice.forPeople).toMatch(/^[A-Z].{10,160}\.$/);
  expect(advice.needsPerson).toBe(["ask_person", "stop_account", "stop_session"].includes(advice.action));
});

describe("what a cause alone does not tell", () => {
  test.each<[Verdict["cause"], Partial<Verdict>, Action]>([
    ["plan_window", {}, "wait_without_time"],
    ["plan_window", { reset: { ...RESET, isPlausible: false } }, "wait_without_time"],
    ["auth", { isRepeat: true }, "stop_account"],
    ["cloud_credential", { isRepeat: true }, "stop_account"],
    ["unknown", { isRepeat: true }, "ask_person"],
    ["malformed_answer", { isRepeat: true }, "ask_person"],
    ["server", { isRepeat: true, isTransient: true }, "retry_with_backoff"],
    ["connection", { isTransient: false }, "ask_person"],
    ["server", { isSubagent: true, scope: "provider" }, "nothing"],
    ["plan_window", { isSubagent: true, scope: "account", reset: RESET }, "wait_until_reset"],
    ["a_cause_of_tomorrow", {}, "retry_once"],
    ["constructor", {}, "retry_once"],
  ])("%s with %j: %s", (cause, more, action) => {
    expect(adviceFor(verdict(cause, more)).action).toBe(action);
  });

  test("a model's limit without a time is parked without one", () => {
    expect(adviceFor(verdict("model_limit"))).toMatchObject({
      action: "use_fallback_model",
      otherwise: "wait_without_time",
    });
  });
});
