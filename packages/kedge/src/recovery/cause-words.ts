import { ALARM_WORDS, isAlarm } from "./incidents/alarms.ts";
import { CAUSES, type KnownCause } from "./verdict.ts";

/** Causes in the fewest words that are clear. */
const CAUSE_WORDS: Readonly<Record<KnownCause, string>> = {
  plan_window: "plan limit used up",
  model_limit: "model limit used up",
  request_rate: "key's rate limit",
  server_throttle: "server throttles",
  spend: "spending limit reached",
  billing: "account cannot pay",
  auth: "login refused",
  cloud_credential: "no cloud credentials",
  organisation: "organisation refuses",
  account_state: "account on hold",
  overload: "API overloaded",
  server: "API failed",
  connection: "connection failed",
  poisoned: "broken history",
  broken_content: "history has bad content",
  too_large: "request too large",
  refused: "request refused",
  cut_answer: "answer cut off",
  malformed_answer: "unreadable tool call",
  invalid_request: "request not accepted",
  model_not_found: "unknown model",
  lost_session: "session does not exist",
  lost_writes: "transcript not written",
  not_begun: "could not begin",
  dead_process: "process died",
  stall: "no sign of life",
  lost_result: "result is missing",
  false_success: "success without work",
  degraded: "calls not permitted",
  interrupted: "ended from outside",
  stopped_by_policy: "stopped by a rule",
  none: "nothing failed",
  unknown: "nobody says what",
};

/** Windows of a plan, by their names on the wire. */
const WINDOW_WORDS: Readonly<Record<string, string>> = {
  five_hour: "5-hour limit",
  seven_day: "weekly limit",
  seven_day_opus: "weekly Opus limit",
  seven_day_sonnet: "weekly Sonnet limit",
  daily: "daily limit",
  monthly: "monthly limit",
};

/** Whether a cause is one that this version has a name for. */
export function isKnownCause(cause: string): cause is KnownCause {
  return CAUSES.some((known) => known === cause);
}

/** A cause in plain words; one that a later version names keeps its name. */
export function causeWords(cause: string): string {
  if (isAlarm(cause)) return ALARM_WORDS[cause].name;
  return isKnownCause(cause) ? CAUSE_WORDS[cause] : cause.replaceAll("_", " ");
}

/** The name of a limit in plain words. */
export function windowWords(window: string): string {
  return Object.hasOwn(WINDOW_WORDS, window) ? (WINDOW_WORDS[window] ?? "") : `limit ${window}`;
}
