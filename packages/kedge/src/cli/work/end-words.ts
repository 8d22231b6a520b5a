import { accountWords, causeWords, countOf, durationWords, type Job } from "../../recovery/index.ts";
import type { Moment } from "../moment.ts";
import { whenWords } from "./job-words.ts";

/** How the work stands, and what to do next. */
export function endWords(
  job: Job,
  how: {
    readonly moment: Moment;
    /** Null: it had ended before. */
    readonly tookMs: number | null;
    /** What its account was stopped for; null where it is not. */
    readonly stoppedBy: string | null;
    /** Whether somebody stopped this command. */
    readonly isStopped: boolean;
  },
): string {
  const { key, state, why, claims, holder } = job;
  const { tookMs, isStopped } = how;
  const attempts = countOf(claims, "attempt");
  const took = tookMs === null ? attempts : `${attempts}, ${durationWords(tookMs)}`;
  const reason = why === null ? "" : `: ${why}`;
  const goOn = `Go on with: kedge resume ${key}`;
  switch (state) {
    case "done":
      return `${key} ${tookMs === null ? "was done before" : "is done"} (${took})${why === null ? "" : `. ${why}`}`;
    case "running":
      return `${key} is still run by ${holder ?? "another process"}. Wait for it with: kedge resume ${key}`;
    case "queued":
    case "parked":
      return isStopped ? `${key} is put aside (${took}). ${goOn}` : openWords(job, how);
    default:
      return `${key} ${ENDED_WORDS[state]} (${took})${reason} More: kedge explain ${key}`;
  }
}

const ENDED_WORDS = {
  degraded: "is done in part",
  failed: "has failed",
  cancelled: "was cancelled",
} as const;

/** What is left for later, or for a person. */
function openWords(
  { key, why, dueMs, account }: Job,
  { moment, stoppedBy }: { readonly moment: Moment; readonly stoppedBy: string | null },
): string {
  if (stoppedBy !== null)
    return `${key} waits for you: ${accountWords(account)} is stopped (${causeWords(stoppedBy)}). See to it, then: kedge resume ${key}`;
  const reason = why === null ? "." : `: ${why}`;
  if (dueMs !== null)
    return `${key} is parked${reason} It goes on ${whenWords(dueMs, moment)}, when somebody runs it: kedge resume ${key}`;
  return `${key} waits for you${reason} Go on with: kedge resume ${key}`;
}
