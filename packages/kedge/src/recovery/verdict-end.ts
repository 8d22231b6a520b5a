import type { Evidence } from "./evidence.ts";
import type { Confidence, KnownCause } from "./verdict.ts";
import { because, type Finding } from "./verdict-finding.ts";
import type { Joined } from "./verdict-join.ts";
import { findText, REQUEST_TEXTS } from "./verdict-texts.ts";

/** Terminal reasons of turns that a limit, a hook or a person's setting ended, not the API. */
const POLICY_REASONS: readonly string[] = [
  "stop_hook_prevented",
  "hook_stopped",
  "prompt_blocked",
  "command_refused",
  "tool_deferred",
  "tool_deferred_unavailable",
  "max_turns",
  "budget_exhausted",
  "structured_output_retry_exhausted",
];

const ABORT_REASONS: readonly string[] = ["aborted_streaming", "aborted_tools"];

/** Ends of a session that a person chose. */
export const CHOSEN_ENDS: readonly string[] = ["clear", "logout", "prompt_input_exit", "resume"];

/** What a watcher says of a session that it ended because nothing came any more. */
export const STALLED = "stalled";

/** What a watcher says of a session that is there and gives no sign of life: nobody ended it. */
export const SILENT = "silent";

/** What a watcher says of a session whose process is gone, though nothing said that it ended. */
export const GONE = "gone";

/** The same where nothing was under way: its last turn was over. */
export const GONE_IDLE = "gone_idle";

/** Exit codes with which our own host ends where it cannot begin: a wrong call, settings, files, or a sandbox that is not there. */
const NOT_BEGUN: readonly number[] = [64, 65, 66, 69];

/** With which it ends where it cannot keep its transcript. */
const NOT_KEPT = 74;

/** A run that is over sooner and has said nothing has not worked. */
const HOLLOW_MS = 10_000;
const SIGINT = 2;
const DEFAULT_STALL_MS = 600_000;

/** When it is, for what can only be told from silence. */
export interface StallOptions {
  readonly nowMs: number;
  readonly stallAfterMs?: number;
}

/**
 * Says how a turn ended of which no failure of the API is known: by its terminal reason, by what the process did, and by silence.
 *
 * A missing result is certain only where the process's parent says that none came; where merely no result is among the
 * evidence, it is likely.
 */
export function judgeEnd(joined: Joined, options: StallOptions): Finding {
  const isThere = joined.believed.some(({ witness }) => witness === "result");
  const hasResult = isThere || joined.facts.hasResult?.value === true;
  return (
    judgeEvent(joined) ??
    judgeReason(joined) ??
    (hasResult ? judgeResult(joined) : judgeProcess(joined, options))
  );
}

function judgeEvent({ facts, believed }: Joined): Finding | undefined {
  const events = believed.map(({ event }) => event);
  if (events.includes("session_writes_lost")) {
    const words = "The agent's stream says that its transcript could not be written.";
    return {
      cause: "lost_writes",
      confidence: "certain",
      basis: { witness: "stream", field: "event", words },
    };
  }
  if (facts.isError === undefined && events.includes("worker_shutting_down")) {
    const words = "The agent's stream says that it was shut down.";
    return {
      cause: "interrupted",
      confidence: "likely",
      basis: { witness: "stream", field: "event", words },
    };
  }
  // An agent that is told to end may say that it was interrupted.
  const isUnsaid = facts.isError === undefined || ABORT_REASONS.includes(facts.terminalReason?.value ?? "");
  const watched = isUnsaid ? judgeWatched(believed) : undefined;
  if (watched !== undefined) return watched;
  const text = findText(REQUEST_TEXTS, facts.message?.value);
  const hasFailed = facts.isError?.value === true || (facts.exitCode?.value ?? 0) !== 0;
  if (text?.cause !== "lost_session" || !hasFailed) return undefined;
  return { cause: "lost_session", confidence: "likely", basis: because(facts, "message", text.says) };
}

/** What a watcher's words mean, the surest first. That nothing comes is only likely a stall: a model may think for long. */
const WATCHED: readonly (readonly [
  event: string,
  cause: KnownCause,
  confidence: Confidence,
  words: string,
])[] = [
  [
    ...([STALLED, "stall", "certain"] as const),
    "Whoever watched the session says that it gave no sign of life for too long, and ended it.",
  ],
  [
    ...([GONE, "dead_process", "certain"] as const),
    "Whoever watched the session says that its process is gone, and nothing said that it ended.",
  ],
  [
    // Nothing was lost but a prompt: a terminal that was closed, or a machine that was shut down.
    ...([GONE_IDLE, "interrupted", "certain"] as const),
    "Whoever watched the session says that its process is gone, and nothing said that it ended; its last turn was over.",
  ],
  [
    ...([SILENT, "stall", "likely"] as const),
    "Whoever watches the session says that it gives no sign of life, and that its process is still there.",
  ],
];

function judgeWatched(believed: readonly Evidence[]): Finding | undefined {
  const said = believed.filter(({ witness }) => witness === "watcher").map(({ event }) => event);
  const found = WATCHED.find(([event]) => said.includes(event));
  if (found === undefined) return undefined;
  const [, cause, confidence, words] = found;
  return { cause, confidence, basis: { witness: "watcher", field: "event", words } };
}

function judgeReason({ facts }: Joined): Finding | undefined {
  const reason = facts.terminalReason?.value ?? "";
  const basis = because(facts, "terminalReason");
  if (POLICY_REASONS.includes(reason)) return { cause: "stopped_by_policy", confidence: "certain", basis };
  if (ABORT_REASONS.includes(reason)) return { cause: "interrupted", confidence: "certain", basis };
  return undefined;
}

function judgeResult({ facts }: Joined): Finding {
  const { isError, exitCode, answerLength, turns, durationMs, permissionDenials } = facts;
  const isGreen = (exitCode?.value ?? 0) === 0;
  if (isError?.value === true) {
    const basis = because(facts, "isError", "that the turn failed, and not why");
    return { cause: isGreen ? "false_success" : "unknown", confidence: isGreen ? "certain" : "guess", basis };
  }
  const isHollow = answerLength?.value === 0 || turns?.value === 0;
  if (isGreen && isHollow && (durationMs?.value ?? 0) <= HOLLOW_MS) {
    const field = answerLength?.value === 0 ? "answerLength" : "turns";
    return { cause: "false_success", confidence: "likely", basis: because(facts, field) };
  }
  if ((permissionDenials?.value.length ?? 0) > 0) {
    const basis = because(facts, "permissionDenials", "that calls were not permitted");
    return { cause: "degraded", confidence: "certain", basis };
  }
  if (isError === undefined)
    return { cause: "none", confidence: "guess", basis: because(facts, "hasResult", "that a result came") };
  return {
    cause: "none",
    confidence: "certain",
    basis: because(facts, "isError", "that the turn went well"),
  };
}

function judgeProcess(joined: Joined, options: StallOptions): Finding {
  const { facts } = joined;
  const { exitCode, signal, endReason } = facts;
  const isTold = facts.hasResult?.value === false;
  const confidence = isTold ? "certain" : "likely";
  if (signal?.value === "SIGINT" || exitCode?.value === 128 + SIGINT) {
    const field = signal ? "signal" : "exitCode";
    return { cause: "interrupted", confidence: "likely", basis: because(facts, field) };
  }
  if (signal !== undefined)
    return { cause: "dead_process", confidence: "certain", basis: because(facts, "signal") };
  const isChosen = CHOSEN_ENDS.includes(endReason?.value ?? "");
  if (isChosen && !exitCode?.value) {
    return { cause: "none", confidence: "likely", basis: because(facts, "endReason") };
  }
  if (exitCode?.value === 0) {
    return {
      cause: "lost_result",
      confidence,
      basis: because(facts, "exitCode", "exit code 0, and no result came"),
    };
  }
  const own = judgeOwnHost(joined);
  if (own !== undefined) return own;
  if (exitCode !== undefined) {
    const isKilled = exitCode.value > 128 && exitCode.value < 160;
    return {
      cause: "dead_process",
      confidence: isKilled ? confidence : "likely",
      basis: because(facts, "exitCode"),
    };
  }
  return judgeSilence(joined, options);
}

/** Our own host says by its exit code what another try would not mend. */
function judgeOwnHost({ facts, believed }: Joined): Finding | undefined {
  const code = facts.exitCode?.value ?? 0;
  if (!believed.some(({ witness, agent }) => witness === "process" && agent === "kedge")) return undefined;
  const basis = because(facts, "exitCode");
  if (code === NOT_KEPT) return { cause: "lost_writes", confidence: "likely", basis };
  if (!NOT_BEGUN.includes(code) || facts.lastEventAtMs !== undefined) return undefined;
  return { cause: "not_begun", confidence: "certain", basis };
}

function judgeSilence({ facts }: Joined, { nowMs, stallAfterMs = DEFAULT_STALL_MS }: StallOptions): Finding {
  const { lastEventAtMs, isRunning } = facts;
  if (isRunning?.value === true && lastEventAtMs && nowMs - lastEventAtMs.value >= stallAfterMs) {
    const basis = because(facts, "lastEventAtMs", "that nothing came for long while the session runs");
    return { cause: "stall", confidence: "likely", basis };
  }
  if (isRunning?.value === true)
    return { cause: "none", confidence: "guess", basis: because(facts, "isRunning") };
  const field = facts.endReason ? "endReason" : "message";
  return {
    cause: "unknown",
    confidence: "guess",
    basis: because(facts, field, "nothing that tells what happened"),
  };
}
