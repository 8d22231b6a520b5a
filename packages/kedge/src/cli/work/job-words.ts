import {
  accountWords,
  atTime,
  causeWords,
  clockOf,
  countOf,
  describeCause,
  fromNow,
  isKnownCause,
  type JobState,
  type SupervisorEvent,
  shortTime,
} from "../../recovery/index.ts";
import type { Moment } from "../moment.ts";

/** States of a job in plain words. */
export const STATE_WORDS: Readonly<Record<JobState, string>> = {
  queued: "waits",
  running: "runs",
  parked: "parked",
  done: "done",
  degraded: "done in part",
  failed: "failed",
  cancelled: "cancelled",
};

/** An instant with its seconds: `15:12:07`; with the day where it is another one. */
export function clockTime(atMs: number, moment: Moment): string {
  const { second } = moment.zone.wallAt(atMs);
  return `${shortTime(atMs, moment)}:${String(second).padStart(2, "0")}`;
}

/** When something goes on: `at 15:12:07, in 12 min`, `tomorrow 00:12:07, in 9 h`. */
export function whenWords(atMs: number, moment: Moment): string {
  return atMs - moment.now() < 1_000 ? "now" : `${atTime(clockTime(atMs, moment))}, ${fromNow(atMs, moment)}`;
}

/** One event as a line for people; null for what is not worth one. */
export function eventWords(event: SupervisorEvent, moment: Moment): string | null {
  switch (event.type) {
    case "started": {
      const what = event.isResumed ? "resumed" : "started";
      const canary = event.isCanary ? ", first and alone, to see whether the account works again" : "";
      return `attempt ${event.attempt}: session ${event.sessionId.slice(0, SHORT_ID)} ${what}${canary}`;
    }
    case "failed": {
      const { verdict, failureId, attempt } = event;
      const status = verdict.status === undefined ? [] : [String(verdict.status)];
      const sure = verdict.confidence === "certain" ? [] : [verdict.confidence];
      const details = [...status, ...sure, ...(failureId === null ? [] : [failureId.slice(0, SHORT_ID + 2)])];
      return `attempt ${attempt} failed: ${causeWords(verdict.cause)} (${details.join(", ")}); ${planWords(event)}`;
    }
    case "changed":
      return changedWords(event, moment);
    case "drift":
      return `${event.drift.words}${event.drift.action === "warn" ? " It goes on, as the policy says." : ""}`;
    case "notice":
    case "lost":
      return event.words;
    case "account": {
      const { view } = event;
      if (view.state === "stopped")
        return `${accountWords(event.account)} is stopped: ${causeWords(view.why ?? "")}. Nothing more is sent on it`;
      if (view.state === "closed" && view.untilMs !== undefined && view.untilMs > moment.now())
        return `${accountWords(event.account)} is closed (${causeWords(view.why ?? "")}): one session goes first ${whenWords(view.untilMs, moment)}`;
      return null;
    }
    case "progress":
      return null;
  }
}

/** Digits of ids that tell them apart in a screenful of lines; commands take the beginning of an id. */
const SHORT_ID = 8;

/** What is done, without the meaning of the cause, which has been said in fewer words. */
function planWords({ verdict, plan }: SupervisorEvent & { readonly type: "failed" }): string {
  const meaning = isKnownCause(verdict.cause)
    ? describeCause(verdict.cause).meaning.replace(/\.$/, ": ")
    : "";
  return (plan.why.startsWith(meaning) ? plan.why.slice(meaning.length) : plan.why).replace(/\.$/, "");
}

function changedWords(
  { state, why, dueMs }: SupervisorEvent & { readonly type: "changed" },
  moment: Moment,
): string | null {
  if (state === "running") return null;
  if (state === "queued" && dueMs !== null)
    return dueMs - moment.now() < 1_000 ? null : `goes on ${whenWords(dueMs, moment)}`;
  if (state === "parked")
    return dueMs === null ? "parked until a person acts" : `parked: goes on ${whenWords(dueMs, moment)}`;
  return `${STATE_WORDS[state]}${why === null ? "" : `: ${why}`}`;
}

/** How long something takes, in digits: `4:07`, `1:02:09`. */
export function stopwatch(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  const two = (value: number): string => String(value).padStart(2, "0");
  const minutes = Math.floor(seconds / 60);
  return minutes < 60
    ? `${minutes}:${two(seconds % 60)}`
    : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
}

/** `3 answers, 2 tool results`. */
export function progressWords(answers: number, toolResults: number): string {
  return [countOf(answers, "answer"), ...(toolResults > 0 ? [countOf(toolResults, "tool result")] : [])].join(
    ", ",
  );
}

/** The clock of now, for the beginning of a line. */
export function nowClock({ now, zone }: Moment): string {
  const wall = zone.wallAt(now());
  return `${clockOf(wall)}:${String(wall.second).padStart(2, "0")}`;
}

/** Why a session is not let in, in plain words. */
export const WAIT_WORDS: Readonly<Record<string, string>> = {
  stopped: "the account is stopped",
  closed: "waits for a limit",
  canary: "another session looks first whether the account works again",
  concurrency: "waits for a place on its account",
  pace: "waits a moment",
  money: "has no money left for today",
};

/** What was done about a failure, in the fewest words. */
export const ACTION_WORDS: Readonly<Record<string, string>> = {
  resume: "resumed",
  restart: "begun anew",
  smaller_steps: "asked for smaller steps",
  fallback_model: "another model",
  fork: "copy from before",
  wait: "parked to the reset",
  hold: "held for you",
  give_up: "given up",
  nothing: "left",
};
