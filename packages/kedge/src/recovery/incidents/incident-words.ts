import { adviceFor } from "../advice.ts";
import type { Verdict } from "../verdict.ts";
import { ALARM_WORDS, isAlarm } from "./alarms.ts";
import type { Resolution } from "./incident.ts";

const ENDINGS: Readonly<Record<Resolution, string>> = {
  proof: "A request that began after it was answered.",
  work_over: "The work that it stopped is over for good.",
  person: "Somebody has said that it is over.",
  expired: "Nothing more was heard of it, neither good nor bad.",
  other_cause: "It turned out to be something else.",
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

/** What a person can do about an incident, in one or two sentences. */
export function incidentAdvice(verdict: Verdict): string {
  return isAlarm(verdict.cause) ? ALARM_WORDS[verdict.cause].advice : adviceFor(verdict).forPeople;
}
