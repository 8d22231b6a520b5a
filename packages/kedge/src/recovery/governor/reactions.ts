import { CAUSES, type Cause, type KnownCause } from "../verdict.ts";

/**
 * What a cause means for the other sessions.
 *
 * - `stop`: nobody goes on until a person has seen to it
 * - `fresh_process`: one new process tries the login once more; when that fails too, `stop`
 * - `close`: a limit is used up: nobody goes on until it resets
 * - `slow_down`: too much at once: fewer sessions
 * - `none`: it is the session's own affair, or the network's
 */
export type Reaction = "stop" | "fresh_process" | "close" | "slow_down" | "none";

const REACTIONS: Readonly<Record<KnownCause, Reaction>> = {
  plan_window: "close",
  model_limit: "close",
  request_rate: "slow_down",
  server_throttle: "slow_down",
  overload: "slow_down",
  spend: "stop",
  billing: "stop",
  organisation: "stop",
  account_state: "stop",
  auth: "fresh_process",
  cloud_credential: "fresh_process",
  server: "none",
  connection: "none",
  poisoned: "none",
  broken_content: "none",
  too_large: "none",
  refused: "none",
  cut_answer: "none",
  malformed_answer: "none",
  invalid_request: "none",
  model_not_found: "none",
  lost_session: "none",
  lost_writes: "none",
  not_begun: "none",
  dead_process: "none",
  stall: "none",
  lost_result: "none",
  false_success: "none",
  degraded: "none",
  interrupted: "none",
  stopped_by_policy: "none",
  none: "none",
  unknown: "none",
};

/** Says what a cause means for the other sessions; one that a later version names concerns its own session only. */
export function reactionTo(cause: Cause): Reaction {
  const known = CAUSES.find((each) => each === cause);
  return known === undefined ? "none" : REACTIONS[known];
}

/** Whether a cause holds for one model only: a model's limit, and 529, which is told per model and uses no quota. */
export function isOfModel(cause: Cause): boolean {
  return cause === "model_limit" || cause === "overload";
}
