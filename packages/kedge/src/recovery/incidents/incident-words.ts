import { type Action, adviceFor } from "../advice.ts";
import type { Verdict } from "../verdict.ts";
import { ALARM_WORDS, isAlarm } from "./alarms.ts";
import type { Resolution } from "./incident.ts";

const ENDINGS: Readonly<Record<Resolution, string>> = {
  proof: "A request that began after it was answered.",
  work_over: "The work that it stopped is over for good.",
  person: "Somebody has said that it is over.",
  expired: "Nothing more was heard of it, neither good nor bad.",
  other_cause: "It turned out to be something else.",
  gone: "What it was about is not there any more.",
};

/** How an incident ended, in a sentence. */
export function endingWords({
  cause,
  resolution,
}: {
  readonly cause: string;
  readonly resolution: Resolution | null;
}): string {
  if (resolution === null) return "It is over.";
  return isAlarm(cause) && resolution === "proof" ? ALARM_WORDS[cause].over : ENDINGS[resolution];
}

/** What Kedge does by itself, for as long as it has tries left: of no use to a person afterwards. */
const BY_ITSELF: readonly Action[] = [
  ...(["wait_until_reset", "retry_with_backoff", "retry_once", "one_fresh_process"] as const),
  "continue_smaller",
];

/** What is left to a person of an incident that does not go on by itself: what is advised for its first failure may be used up. */
export function leftAdvice(verdict: Verdict): string {
  const isUsedUp = verdict.cause === "lost_session" || BY_ITSELF.includes(adviceFor(verdict).action);
  return isUsedUp && !isAlarm(verdict.cause)
    ? "Nothing more is tried by itself. See to it, then let the work go on: kedge status says how."
    : incidentAdvice(verdict);
}

/** What a person can do about an incident, in one or two sentences. */
export function incidentAdvice(verdict: Verdict): string {
  return isAlarm(verdict.cause) ? ALARM_WORDS[verdict.cause].advice : adviceFor(verdict).forPeople;
}
