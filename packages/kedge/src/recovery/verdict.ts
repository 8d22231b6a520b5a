import type { FailureKind } from "../protocol/index.ts";
import type { Evidence, Witness } from "./evidence.ts";

/** Everything that a failure can turn out to be, as far as it has a name. */
export const CAUSES = [
  "plan_window",
  "model_limit",
  "request_rate",
  "server_throttle",
  "spend",
  "billing",
  "auth",
  "cloud_credential",
  "organisation",
  "account_state",
  "overload",
  "server",
  "connection",
  "poisoned",
  "broken_content",
  "too_large",
  "refused",
  "cut_answer",
  "malformed_answer",
  "invalid_request",
  "model_not_found",
  "lost_session",
  "lost_writes",
  "not_begun",
  "dead_process",
  "stall",
  "lost_result",
  "false_success",
  "degraded",
  "interrupted",
  "stopped_by_policy",
  "none",
  "unknown",
] as const;

/** A cause from {@link CAUSES}. */
export type KnownCause = (typeof CAUSES)[number];

/** A cause as records may carry it: a known one, or one that a later version names. */
export type Cause = KnownCause | (string & {});

/**
 * How sure a verdict is.
 *
 * - `certain`: a status, a header, an error code, an exit code or a structured event says so, and nothing had to be inferred.
 * - `likely`: the agent's text says so, or one inference was made from structured facts.
 * - `guess`: nobody said so; it is what remains, or what the agent's coarse kind alone suggests.
 */
export type Confidence = "certain" | "likely" | "guess";

/** How far a cause reaches: what else fails for as long as it lasts. */
export type Scope = "account" | "model" | "session" | "provider" | "machine" | "none";

/** What decided a verdict. */
export interface Basis {
  /** Who said it; missing when nobody said anything. */
  readonly witness?: Witness;
  /** The field of {@link Evidence} that decided. */
  readonly field?: keyof Evidence;
  /** One sentence for people, without any text of the agent or the API in it. */
  readonly words: string;
}

/** How exactly a reset time was stated. An hour or a day without more means its first minute, whose end is taken. */
export type Precision = "exact" | "minute" | "hour" | "day";

/** When a limit is said to end. Always somebody's statement, never made up. */
export interface Reset {
  /** Epoch ms UTC. Of a time stated to the minute it is the minute's end. Never more than 2 minutes before the failure. */
  readonly atMs: number;
  /** Where it was read: `rate_limit_event`, `statusline`, the header's name, `retry_after`, `text`, … */
  readonly from: string;
  readonly precision: Precision;
  /** Whether its window can last so long. Where false, nobody should wait for it: look again by hand or by a probe. */
  readonly isPlausible: boolean;
  /** The zone in which a clock time was resolved (IANA name or offset), for times read from texts. */
  readonly zone?: string;
  /** The zone that was to be used and that nobody knows: `zone` is another one then. */
  readonly unknownZone?: string;
  /** The words it was read from, cleaned and bounded, for times read from texts. */
  readonly text?: string;
}

/** What recovery concludes a failure really was. Plain data, as it goes into the ledger. */
export interface Verdict {
  readonly cause: Cause;
  readonly confidence: Confidence;
  readonly basis: Basis;
  /** The truthful failure kind, by the protocol's reading; `unknown` also where no failure of the API was seen. */
  readonly kind: FailureKind;
  /** The kind as the agent said it: coarse, and wrong for some statuses. */
  readonly agentKind?: FailureKind;
  /** Whether it may pass without anybody changing anything, so that waiting or one more try can help. */
  readonly isTransient: boolean;
  readonly scope: Scope;
  /** Whether a subagent failed while its main loop goes on. */
  readonly isSubagent: boolean;
  /** Whether the process reported success (exit 0) for a turn that failed. */
  readonly isGreenExit: boolean;
  /** Whether `previous` was the same answer, with no real one between: trying once more has not helped. */
  readonly isRepeat: boolean;
  /** When it happened: epoch ms UTC by the most trusted witness. */
  readonly atMs: number;
  /** The limit that refused, for the incident's key: `five_hour`, `seven_day`, `seven_day_opus`, … Only with limits. */
  readonly window?: string;
  readonly reset?: Reset;
  /** HTTP status of the last answer. */
  readonly status?: number;
  readonly model?: string;
  /** As in {@link Evidence}. */
  readonly lastAnswerId?: string;
  /**
   * The same for two failures that are the same answer: status (or kind), and a hash of the text without request ids and blanks.
   * Only for comparing; two different texts may share it once in 2^53.
   */
  readonly signature?: string;
}

/** What judging needs besides the evidence. */
export interface JudgeOptions {
  /** Epoch ms: the time of judging. Only whether a session stalls is measured from it. */
  readonly nowMs: number;
  /** IANA name of the zone that the machine had when the failure happened: for texts that name none. */
  readonly zone: string;
  /**
   * The verdict before this one in the same session. Whether an answer came between the two is told by `hasAnswerBefore` or
   * `lastAnswerId` of the evidence; where nobody tells, the two must lie within an hour to count as the same. Of subagents nothing
   * is compared: each has a history of its own.
   */
  readonly previous?: Verdict;
  /** A running session without a sign of life for this long stalls. Default: 600,000 (the agent's own watchdog). */
  readonly stallAfterMs?: number;
}
