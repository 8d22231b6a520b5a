import {
  type Action,
  type Confidence,
  causeWords,
  type Reset,
  shortTime,
  windowWords,
} from "../../recovery/index.ts";
import type { Moment } from "../moment.ts";
import type { ShownFailure } from "./failure-shown.ts";

/** What a failure was: `5-hour limit used up`, `API failed (subagent)`. */
export function failureWords({ verdict }: Pick<ShownFailure, "verdict">): string {
  const { cause, window, isSubagent } = verdict;
  const isNamed = window !== undefined && (cause === "plan_window" || cause === "model_limit");
  const words = isNamed ? `${windowWords(window)} used up` : causeWords(cause);
  return isSubagent ? `${words} (subagent)` : words;
}

/** What comes next, in the fewest words; a time is that of the reset. */
const NEXT_WORDS: Readonly<Record<Action, string>> = {
  wait_until_reset: "wait",
  wait_without_time: "wait, no time known",
  retry_with_backoff: "retry",
  retry_once: "retry once",
  one_fresh_process: "one new process",
  use_fallback_model: "another model",
  stop_account: "a person: account",
  stop_session: "a person: session",
  fork_or_rewind: "fork the session",
  compact_or_split: "compact or split",
  new_session: "new session",
  continue_smaller: "smaller steps",
  end_and_resume: "end and resume",
  resume: "resume",
  inspect_transcript: "see transcript",
  ask_person: "a person",
  nothing: "nothing",
};

/** What next: `resets 15:45`, `was to reset 15:45`, `retry`, `a person: account`. */
export function nextWords({ verdict, advice }: ShownFailure, moment: Moment): string {
  const { action, otherwise } = advice;
  const { reset } = verdict;
  const when = reset?.isPlausible ? resetWords(reset, moment) : undefined;
  if (action === "wait_until_reset" && when !== undefined) return when;
  if (action === "retry_with_backoff" && reset && when !== undefined && reset.atMs > moment.now())
    return `retry from ${shortTime(statedTime(reset), moment)}`;
  if (action === "use_fallback_model" && otherwise === "wait_until_reset" && when !== undefined) return when;
  return NEXT_WORDS[action];
}

function resetWords(reset: Reset, moment: Moment): string {
  return `${reset.atMs > moment.now() ? "resets" : "reset was"} ${shortTime(statedTime(reset), moment)}`;
}

/** The time as it was stated: to wait for, a time to the minute is the end of that minute; to read, it is the minute. */
export function statedTime({ atMs, precision }: Reset): number {
  return precision === "exact" ? atMs : atMs - 60_000;
}

/** How sure a verdict is, in words. */
export const CONFIDENCE_WORDS: Readonly<Record<Confidence, string>> = {
  certain: "certain: it is stated, and nothing had to be inferred",
  likely: "likely: a text says so, or one thing was inferred",
  guess: "a guess: nobody says so, it is what remains",
};

/** Witnesses as people call them. */
const WITNESS_WORDS: Readonly<Record<string, string>> = {
  result: "agent's result",
  stream: "agent's stream",
  statusline: "status line",
  proxy: "proxy",
  telemetry: "telemetry",
  transcript: "transcript",
  stop_failure_hook: "StopFailure hook",
  session_end_hook: "SessionEnd hook",
  process: "process",
  watcher: "watcher",
};

/** Who says it. */
export function witnessWords(witness: string): string {
  return Object.hasOwn(WITNESS_WORDS, witness) ? (WITNESS_WORDS[witness] ?? "") : witness;
}

/** Characters of an id that lists show; commands take any beginning that is one failure's alone. */
const SHORT_ID = 8;

/** An id as lists show it. */
export function shortId(id: string, length = SHORT_ID): string {
  return id.slice(0, length);
}
