/**
 * Everybody who can say something of a failure, most trusted first. What nobody in this list says is kept and never believed.
 *
 * An `api_retry` event of the stream is believed least, though it is structured: it tells of an attempt before the last.
 */
export const WITNESSES = [
  /** The agent's last `result` event: the end of a turn, as the agent itself has it. */
  "result",
  /** Another event of the agent's stream, named in `event`: `rate_limit_event`, `api_retry`, `session_writes_lost`, … */
  "stream",
  /** What the agent gives its status line: usage of both plan windows. */
  "statusline",
  /** Headers and statuses that a proxy of ours saw. */
  "proxy",
  /** What the agent exports of its requests. */
  "telemetry",
  /** The flagged assistant entry of the transcript, and the entries before it. */
  "transcript",
  /** The input of a StopFailure handler. */
  "stop_failure_hook",
  /** The input of a SessionEnd handler: says that a session ended, rarely why. */
  "session_end_hook",
  /** Whoever started the agent's process: exit code, signal, whether a result came. */
  "process",
  /** Whoever watches a session from outside: when it last gave a sign of life. */
  "watcher",
] as const;

/** A witness from {@link WITNESSES}; others may come, are kept, and decide nothing. */
export type Witness = (typeof WITNESSES)[number] | (string & {});

/** What the limits of the account are said to be. Times in epoch ms UTC. */
export interface RateLimitFacts {
  /** The overall word: `allowed`, `allowed_warning`, `rejected`; an open list. */
  readonly status?: string;
  /**
   * The window that decides: `rateLimitType` of the event, or the representative claim of the headers. `five_hour`, `seven_day`,
   * `seven_day_opus`, `seven_day_sonnet`, `overage`, …; an open list.
   */
  readonly window?: string;
  /** When the deciding window ends: `resetsAt` of the event, or `anthropic-ratelimit-unified-reset`. */
  readonly resetAtMs?: number;
  /** Used share of the deciding window: 1 is all of it. */
  readonly utilization?: number;
  /** What is said of each window, by the names above (`5h` and `7d` of the headers are `five_hour` and `seven_day`). */
  readonly windows?: Readonly<Record<string, LimitWindow>>;
  /** Spending beyond the plan. "rejected" on every account that may not buy more, so it names no cause. */
  readonly overage?: LimitWindow;
  /** `errorCode` of the event, such as `credits_required`. */
  readonly errorCode?: string;
}

/** One window of a plan. */
export interface LimitWindow {
  /** `allowed`, `allowed_warning`, `rejected`; an open list. */
  readonly status?: string;
  /** Used share: 1 is all of it. */
  readonly utilization?: number;
  /** When it ends, in epoch ms UTC. */
  readonly resetAtMs?: number;
}

/**
 * What one witness says of one failure: plain data, as it goes into the ledger. Every field but the first six is there only if this
 * witness said it; a missing one is silence, never a "no". All times are epoch ms UTC, all durations ms.
 */
export interface Evidence {
  /** Who says it. */
  readonly witness: Witness;
  /** When it happened, by the witness's own clock: the event's timestamp, or when it was written. */
  readonly atMs: number;
  /** When we took note of it. A spool that is replayed late has a late `seenAtMs` and an early `atMs`. */
  readonly seenAtMs: number;
  /** Which agent failed: `claude-code`, `kedge`; an open list. */
  readonly agent: string;
  /** The agent's id of the session. */
  readonly sessionId: string;
  /** The agent's own version, such as `2.1.329`. */
  readonly agentVersion?: string;
  /** The agent's id of the prompt (`prompt_id` of hooks, `prompt.id` of telemetry): it joins the witnesses of one failure. */
  readonly promptId?: string;
  /** The run of the agent's process that the witness watched, named by whoever started it: all that is said of one run belongs together. */
  readonly runId?: string;
  /** The subagent that failed, while the main loop goes on: `agent_id` and `agent_type` of hooks. */
  readonly subagent?: { readonly id: string; readonly type?: string };

  /** The event of the stream that this was read from, as the agent names it: `rate_limit_event`, `api_retry`, … */
  readonly event?: string;
  /** Failure kind as the agent says it: `error` of the hook input, of the flagged entry, of `api_retry`; an open list. */
  readonly kind?: string;
  /** HTTP status of the last answer: `api_error_status`, `apiErrorStatus`, `error_status`, `status_code`. */
  readonly status?: number;
  /** `error.type` of the API's body: `api_error_type` of the result. */
  readonly errorType?: string;
  /** The API's id of the request. */
  readonly requestId?: string;
  /** The model that was asked; never `<synthetic>`. */
  readonly model?: string;
  /** Requests that the agent sent before it gave up, or had sent by then. */
  readonly attempts?: number;
  /**
   * The rendered text or the error text: `last_assistant_message`, the flagged entry's text, `result` of a failed turn. Not redacted
   * here; who stores or sends evidence does that first.
   */
  readonly message?: string;
  /** `error_details` of the hook input: what the agent adds to the text, often the body that came. Other shapes than text as JSON. */
  readonly details?: string;
  /** `api_error` of the result: `usage_limit_reached`, `connection_failed`, `org_disabled_credential`, …; an open list. */
  readonly apiError?: string;
  /** `terminal_reason` of the result: `api_error`, `prompt_too_long`, `max_turns`, `aborted_streaming`, …; an open list. */
  readonly terminalReason?: string;
  /** `stop_reason` of the last answer: `refusal`, `max_tokens`, …; an open list. */
  readonly stopReason?: string;
  /** `is_error` of the result. False beside a failed status is believed less than the status. */
  readonly isError?: boolean;
  /** How a connection ended without an answer: `refused`, `reset`, `dns`, `tls`, `truncated`, `timeout`, `idle`; an open list. */
  readonly connection?: string;

  /** Least delay before the next request that the server asked for, counted from `atMs`. */
  readonly retryAfterMs?: number;
  /** When the limit that refused ends, if the witness gives an instant outside of `rateLimit`. */
  readonly resetAtMs?: number;
  /** Where `resetAtMs` was read: the header's name, `rate_limit_event`, `statusline`, … */
  readonly resetFrom?: string;
  /** Facts of a `rate_limit_event`, of the status line, or of `anthropic-ratelimit-unified-*` headers. */
  readonly rateLimit?: RateLimitFacts;
  /** The server's own word on a retry: `x-should-retry`. */
  readonly shouldRetry?: boolean;

  /** Exit code of the agent's process; 128 + n where a shell reports a signal. */
  readonly exitCode?: number;
  /** The signal that ended the process, such as `SIGKILL`. */
  readonly signal?: string;
  /** Whether a `result` event came before the process ended. Without it the presence of a `result` witness counts. */
  readonly hasResult?: boolean;
  /** Whether the process runs now, at `seenAtMs`. */
  readonly isRunning?: boolean;
  /** When the session last gave a sign of life: an event of its stream, a transcript entry. */
  readonly lastEventAtMs?: number;
  /** `reason` of SessionEnd: `clear`, `logout`, `prompt_input_exit`, `other`, …; an open list. */
  readonly endReason?: string;

  /** The last tool call before the failure, without what it was called with: a digest of its input, hex. */
  readonly lastTool?: { readonly name: string; readonly inputDigest: string };
  /** Names of tools whose calls nobody permitted, one for each call. */
  readonly permissionDenials?: readonly string[];
  /** The transcript's id of the last real (not synthetic) assistant entry before the failure. */
  readonly lastAnswerId?: string;
  /** Whether the model gave a real answer since the failure before this one of the session: says whether there was progress. */
  readonly hasAnswerBefore?: boolean;
  /** Answered requests of the turn: `num_turns`. */
  readonly turns?: number;
  /** Characters of the answer's text, blanks at its ends not counted. */
  readonly answerLength?: number;
  /** Duration of the turn, or of the process. */
  readonly durationMs?: number;
}
