import type { Evidence, RateLimitFacts } from "../../src/recovery/evidence.ts";
import type { Verdict } from "../../src/recovery/verdict.ts";

export const AT_MS = Date.UTC(2026, 9, 5, 12, 0, 0);
const HOUR_MS = 3_600_000;

/** Evidence of one witness at noon. */
export function evidence(witness: Evidence["witness"], said: Partial<Evidence> = {}): Evidence {
  return { witness, atMs: AT_MS, seenAtMs: AT_MS, agent: "claude-code", sessionId: "s1", ...said };
}

export interface VerdictCase {
  readonly name: string;
  readonly said: readonly Evidence[];
  readonly expected: Partial<Verdict>;
}

const limit = (rateLimit: RateLimitFacts): Evidence =>
  evidence("stream", { event: "rate_limit_event", rateLimit });
const hook429 = (message?: string, more: Partial<Evidence> = {}): Evidence =>
  evidence("stop_failure_hook", { kind: "rate_limit", ...(message !== undefined && { message }), ...more });
const result = (said: Partial<Evidence>): Evidence => evidence("result", said);
const exit = (said: Partial<Evidence>): Evidence => evidence("process", said);
const inHours = (hours: number): number => AT_MS + hours * HOUR_MS;

/** Which limit a 429 was, and when it ends. */
const LIMITS: readonly VerdictCase[] = [
  ...[
    ["anthropic-ratelimit-unified-5h-reset", "plan_window", "five_hour"],
    ["anthropic-ratelimit-unified-7d-reset", "plan_window", "seven_day"],
    ["anthropic-ratelimit-unified-reset", "plan_window"],
    ["anthropic-ratelimit-unified-7d_opus-reset", "model_limit", "7d_opus"],
    ["anthropic-ratelimit-input-tokens-reset", "request_rate"],
  ].map(([resetFrom = "", cause = "", window]) => ({
    name: `our own host, with the reset of ${resetFrom}`,
    said: [
      evidence("stop_failure_hook", {
        agent: "kedge",
        kind: "rate_limit",
        status: 429,
        message: "API Error: Request rejected (429) · This request would exceed your account's rate limit.",
        resetAtMs: AT_MS + 60_000,
        resetFrom,
      }),
    ],
    expected: {
      cause,
      confidence: "certain" as const,
      ...(window !== undefined && { window }),
      reset: { atMs: AT_MS + 60_000, from: resetFrom, precision: "exact" as const, isPlausible: true },
    },
  })),
  {
    name: "a header's time before a text, whoever says them",
    said: [
      result({ status: 429, isError: true, message: "You've hit your session limit · resets 4pm" }),
      evidence("telemetry", { resetAtMs: AT_MS + 60_000, resetFrom: "anthropic-ratelimit-unified-5h-reset" }),
    ],
    expected: {
      cause: "plan_window",
      reset: {
        atMs: AT_MS + 60_000,
        from: "anthropic-ratelimit-unified-5h-reset",
        precision: "exact",
        isPlausible: true,
      },
    },
  },
  {
    name: "a rejected window of the event, with its reset",
    said: [limit({ status: "rejected", window: "five_hour", resetAtMs: inHours(3) }), hook429("x")],
    expected: {
      cause: "plan_window",
      confidence: "certain",
      window: "five_hour",
      scope: "account",
      isTransient: true,
      reset: { atMs: inHours(3), from: "rate_limit_event", precision: "exact", isPlausible: true },
    },
  },
  {
    name: "the event's window before the text's time",
    said: [
      limit({ status: "rejected", window: "five_hour", resetAtMs: inHours(3) }),
      hook429("You've hit your session limit · resets 4pm"),
    ],
    expected: {
      cause: "plan_window",
      reset: { atMs: inHours(3), from: "rate_limit_event", precision: "exact", isPlausible: true },
    },
  },
  {
    name: "of two rejected windows the later",
    said: [
      limit({ status: "rejected", window: "five_hour", resetAtMs: inHours(3) }),
      limit({ status: "rejected", window: "seven_day", resetAtMs: inHours(50) }),
    ],
    expected: {
      cause: "plan_window",
      window: "seven_day",
      reset: { atMs: inHours(50), from: "rate_limit_event", precision: "exact", isPlausible: true },
    },
  },
  {
    name: "of one window the newest word",
    said: [
      limit({ status: "rejected", window: "five_hour", resetAtMs: inHours(3) }),
      { ...limit({ status: "rejected", window: "five_hour", resetAtMs: inHours(2) }), atMs: AT_MS + 1000 },
    ],
    expected: {
      reset: { atMs: inHours(2), from: "rate_limit_event", precision: "exact", isPlausible: true },
    },
  },
  {
    name: "a window that cannot last so long is implausible",
    said: [limit({ status: "rejected", window: "five_hour", resetAtMs: inHours(6) })],
    expected: {
      reset: { atMs: inHours(6), from: "rate_limit_event", precision: "exact", isPlausible: false },
    },
  },
  {
    name: "rejected windows of headers, by their short names",
    said: [
      evidence("proxy", {
        status: 429,
        rateLimit: {
          status: "rejected",
          window: "five_hour",
          windows: {
            "5h": { status: "rejected", resetAtMs: inHours(1) },
            "7d": { status: "allowed", resetAtMs: inHours(99) },
          },
          overage: { status: "rejected", resetAtMs: inHours(200) },
        },
      }),
    ],
    expected: {
      cause: "plan_window",
      window: "five_hour",
      reset: {
        atMs: inHours(1),
        from: "anthropic-ratelimit-unified-reset",
        precision: "exact",
        isPlausible: true,
      },
    },
  },
  {
    name: "a rejected week of one model",
    said: [limit({ status: "rejected", window: "seven_day_opus", resetAtMs: inHours(9) }), hook429("x")],
    expected: { cause: "model_limit", confidence: "certain", scope: "model", window: "seven_day_opus" },
  },
  {
    name: "seven_day_sonnet is a model's too",
    said: [limit({ status: "rejected", window: "seven_day_sonnet" })],
    expected: { cause: "model_limit", confidence: "certain" },
  },
  {
    name: "weekly_scoped is a model's too",
    said: [limit({ status: "rejected", window: "weekly_scoped" })],
    expected: { cause: "model_limit", confidence: "certain" },
  },
  {
    name: "rejected over all with both windows open is a model's, likely",
    said: [
      evidence("proxy", {
        status: 429,
        rateLimit: {
          status: "rejected",
          window: "seven_day_overage_included",
          resetAtMs: inHours(20),
          windows: { five_hour: { status: "allowed" }, seven_day: { status: "allowed" } },
        },
      }),
    ],
    expected: { cause: "model_limit", confidence: "likely", window: "seven_day_overage_included" },
  },
  {
    name: "one open window proves nothing",
    said: [
      evidence("proxy", {
        status: 429,
        rateLimit: { status: "rejected", window: "new_name", windows: { five_hour: { status: "allowed" } } },
      }),
    ],
    expected: { cause: "plan_window", confidence: "likely" },
  },
  {
    name: "spent overage is the plan's",
    said: [
      evidence("proxy", {
        status: 429,
        rateLimit: {
          status: "rejected",
          window: "overage",
          windows: { five_hour: { status: "allowed" }, seven_day: { status: "allowed" } },
        },
      }),
    ],
    expected: { cause: "plan_window", confidence: "likely", window: "overage" },
  },
  {
    name: "credits required",
    said: [limit({ status: "rejected", window: "five_hour", errorCode: "credits_required" }), hook429("x")],
    expected: { cause: "spend", confidence: "certain", isTransient: false },
  },
  {
    name: "a bucket of an API key",
    said: [
      evidence("telemetry", {
        status: 429,
        resetAtMs: AT_MS + 20_000,
        resetFrom: "anthropic-ratelimit-requests-reset",
        shouldRetry: false,
      }),
    ],
    expected: {
      cause: "request_rate",
      confidence: "certain",
      reset: {
        atMs: AT_MS + 20_000,
        from: "anthropic-ratelimit-requests-reset",
        precision: "exact",
        isPlausible: true,
      },
    },
  },
  {
    name: "a bucket has room for a request long before it is full again",
    said: [
      evidence("telemetry", {
        status: 429,
        retryAfterMs: 1_200,
        resetAtMs: AT_MS + 58_000,
        resetFrom: "anthropic-ratelimit-requests-reset",
      }),
    ],
    expected: {
      cause: "request_rate",
      confidence: "certain",
      reset: { atMs: AT_MS + 1_200, from: "retry_after", precision: "exact", isPlausible: true },
    },
  },
  {
    name: "a forbidden retry is about money",
    said: [
      evidence("proxy", { status: 429, shouldRetry: false }),
      hook429("API Error: Request rejected (429) · Rate limited"),
    ],
    expected: { cause: "spend", confidence: "likely", scope: "account" },
  },
  {
    name: "a forbidden retry beside a named window is the plan's",
    said: [
      evidence("proxy", { status: 429, shouldRetry: false }),
      hook429("You've hit your session limit · resets 3pm"),
    ],
    expected: { cause: "plan_window", confidence: "likely", window: "five_hour" },
  },
  {
    name: "limits that are all open",
    said: [
      limit({ status: "allowed_warning", window: "seven_day" }),
      hook429("API Error: Request rejected (429) · x"),
    ],
    expected: { cause: "server_throttle", confidence: "likely" },
  },
  {
    name: "a bare rate_limit is a guess, without a time",
    said: [hook429()],
    expected: { cause: "server_throttle", confidence: "guess", isTransient: true, scope: "provider" },
  },
  {
    name: "a throttle that says when to come back",
    said: [
      hook429("Server is temporarily limiting requests (not your usage limit)", { retryAfterMs: 42_000 }),
    ],
    expected: {
      cause: "server_throttle",
      reset: { atMs: AT_MS + 42_000, from: "retry_after", precision: "exact", isPlausible: true },
    },
  },
  {
    name: "the kedge host says all of it itself",
    said: [
      evidence("stop_failure_hook", {
        agent: "kedge",
        kind: "rate_limit",
        status: 429,
        errorType: "rate_limit_error",
        message: "API Error: Request rejected (429) · This request would exceed your account's rate limit.",
        resetAtMs: inHours(4),
        resetFrom: "anthropic-ratelimit-unified-5h-reset",
        rateLimit: { status: "rejected", window: "5h", resetAtMs: inHours(4) },
      }),
    ],
    expected: {
      cause: "plan_window",
      confidence: "certain",
      kind: "rate_limit",
      window: "five_hour",
      reset: {
        atMs: inHours(4),
        from: "anthropic-ratelimit-unified-5h-reset",
        precision: "exact",
        isPlausible: true,
      },
    },
  },
  {
    name: "the status line's full window",
    said: [
      evidence("statusline", {
        rateLimit: {
          windows: {
            five_hour: { utilization: 1, resetAtMs: inHours(2) },
            seven_day: { utilization: 0.4, resetAtMs: inHours(90) },
          },
        },
      }),
      hook429("You've hit your limit"),
    ],
    expected: {
      cause: "plan_window",
      window: "five_hour",
      reset: { atMs: inHours(2), from: "statusline", precision: "exact", isPlausible: true },
    },
  },
  {
    name: "a reset that had passed is none",
    said: [limit({ status: "rejected", window: "five_hour", resetAtMs: AT_MS - 121_000 })],
    expected: { cause: "plan_window" },
  },
  {
    name: "a status beside a lost connection: there was an answer",
    said: [result({ status: 500, apiError: "connection_failed", isError: true })],
    expected: { cause: "server", confidence: "certain" },
  },
  {
    name: "a chosen end of a process that failed",
    said: [exit({ exitCode: 1 }), evidence("session_end_hook", { endReason: "clear" })],
    expected: { cause: "dead_process", confidence: "likely" },
  },
  {
    name: "credits that come next month are credible",
    said: [limit({ status: "rejected", resetAtMs: inHours(20 * 24), errorCode: "credits_required" })],
    expected: {
      cause: "spend",
      reset: { atMs: inHours(20 * 24), from: "rate_limit_event", precision: "exact", isPlausible: true },
    },
  },
  {
    name: "of two stated delays the newer, not the longer",
    said: [
      evidence("proxy", { status: 529, retryAfterMs: 60_000 }),
      { ...evidence("proxy", { status: 529, retryAfterMs: 10_000 }), atMs: AT_MS + 1000 },
    ],
    expected: {
      cause: "overload",
      reset: { atMs: AT_MS + 11_000, from: "retry_after", precision: "exact", isPlausible: true },
    },
  },
  {
    name: "overage among the windows is none of them",
    said: [
      limit({
        status: "rejected",
        window: "five_hour",
        resetAtMs: inHours(1),
        windows: { overage: { status: "rejected", resetAtMs: inHours(90) } },
      }),
    ],
    expected: {
      window: "five_hour",
      reset: { atMs: inHours(1), from: "rate_limit_event", precision: "exact", isPlausible: true },
    },
  },
  {
    name: "the windows of the most trusted witness only",
    said: [
      limit({ status: "rejected", window: "five_hour", resetAtMs: inHours(1) }),
      evidence("proxy", { rateLimit: { status: "rejected", window: "seven_day", resetAtMs: inHours(90) } }),
    ],
    expected: {
      window: "five_hour",
      reset: { atMs: inHours(1), from: "rate_limit_event", precision: "exact", isPlausible: true },
    },
  },
  {
    name: "a 429 stays a limit, whatever the agent's kind",
    said: [result({ status: 429, isError: true }), evidence("stop_failure_hook", { kind: "billing_error" })],
    expected: { cause: "server_throttle", kind: "rate_limit", agentKind: "billing_error" },
  },
  ...textLimits(),
];

/** Limits of which only a text speaks. */
function textLimits(): readonly VerdictCase[] {
  const rows: readonly (readonly [text: string, cause: string, window?: string])[] = [
    ["You've hit your limit · resets 2pm", "plan_window"],
    ["You've hit your session limit · resets 3:45pm", "plan_window", "five_hour"],
    ["You've hit your weekly limit · resets Mon 12:00am", "plan_window", "seven_day"],
    ["You've hit your 5-hour limit", "plan_window", "five_hour"],
    ["5-hour limit reached ∙ resets 3am", "plan_window", "five_hour"],
    ["Weekly limit reached ∙ resets Oct 9 at 3pm", "plan_window", "seven_day"],
    ["Claude AI usage limit reached|1791212400", "plan_window"],
    ["You're out of extra usage · resets 1:30pm", "plan_window"],
    ["You've hit your org's monthly usage limit", "plan_window", "monthly"],
    ["You’ve hit your organization’s monthly usage limit", "plan_window", "monthly"],
    ["You've hit your monthly limit · resets Mar 1, 2am", "plan_window", "monthly"],
    ["You've hit your org's limit · resets 2am", "plan_window"],
    ["You've hit your team's weekly limit", "plan_window", "seven_day"],
    ["You've reached your Opus limit", "model_limit"],
    ["You've reached your Fable 5 limit", "model_limit"],
    ["You've hit your Opus weekly limit · resets Mon 9am", "model_limit", "seven_day"],
    ["Opus weekly limit reached ∙ resets Mon 9am", "model_limit", "seven_day"],
    ["spend limit reached (daily; resets 2026-10-06 00:00 UTC)", "spend", "daily"],
    ["Your monthly spending limit has been reached", "spend", "monthly"],
    ["You have exceeded your per-minute rate limit", "request_rate"],
    ["Server is temporarily limiting requests (not your usage limit) · Rate limited", "server_throttle"],
  ];
  return rows.map(([text, cause, window]) => ({
    name: text,
    said: [hook429(text)],
    expected: { cause, confidence: "likely", ...(window !== undefined && { window }) },
  }));
}

/** Kinds, and words of the result, that name a cause. */
const NAMES: readonly VerdictCase[] = [
  ["overloaded", "overload", "certain"],
  ["server_error", "server", "guess"],
  ["authentication_failed", "auth", "certain"],
  ["oauth_org_not_allowed", "organisation", "certain"],
  ["account_on_hold", "account_state", "certain"],
  ["verification_required", "account_state", "certain"],
  ["cloud_credential_error", "cloud_credential", "certain"],
  ["billing_error", "billing", "certain"],
  ["invalid_request", "invalid_request", "guess"],
  ["model_not_found", "model_not_found", "certain"],
  ["max_output_tokens", "cut_answer", "certain"],
  ["unknown", "unknown", "guess"],
  ["something_new", "unknown", "guess"],
].map(([kind = "", cause = "", confidence]) => ({
  name: `the kind ${kind} alone`,
  said: [evidence("stop_failure_hook", { kind })],
  expected: {
    cause,
    confidence,
    agentKind: kind,
    kind: kind === "something_new" ? "unknown" : kind,
  } as Partial<Verdict>,
}));

const REASONS: readonly VerdictCase[] = [
  ["prompt_too_long", "too_large", "certain"],
  ["blocking_limit", "too_large", "certain"],
  ["rapid_refill_breaker", "too_large", "certain"],
  ["image_error", "broken_content", "certain"],
  ["malformed_tool_use_exhausted", "malformed_answer", "certain"],
  ["api_error", "unknown", "guess"],
  ["model_error", "unknown", "guess"],
  ["turn_setup_failed", "unknown", "guess"],
  ["stop_hook_prevented", "stopped_by_policy", "certain"],
  ["hook_stopped", "stopped_by_policy", "certain"],
  ["tool_deferred", "stopped_by_policy", "certain"],
  ["tool_deferred_unavailable", "stopped_by_policy", "certain"],
  ["max_turns", "stopped_by_policy", "certain"],
  ["budget_exhausted", "stopped_by_policy", "certain"],
  ["structured_output_retry_exhausted", "stopped_by_policy", "certain"],
  ["prompt_blocked", "stopped_by_policy", "certain"],
  ["aborted_streaming", "interrupted", "certain"],
  ["aborted_tools", "interrupted", "certain"],
].map(([terminalReason = "", cause = "", confidence]) => ({
  name: `a result that ended by ${terminalReason}`,
  said: [result({ terminalReason, isError: true })],
  expected: { cause, confidence } as Partial<Verdict>,
}));

/** Ends without an event, and results that must not be believed as they are. */
const ENDS: readonly VerdictCase[] = [
  { name: "nothing at all", said: [], expected: { cause: "unknown", confidence: "guess", atMs: AT_MS } },
  {
    name: "a good result",
    said: [result({ isError: false, terminalReason: "completed", answerLength: 9 }), exit({ exitCode: 0 })],
    expected: { cause: "none", confidence: "certain", isGreenExit: false, scope: "none" },
  },
  {
    name: "a green exit with a status",
    said: [result({ isError: true, status: 429, terminalReason: "api_error" }), exit({ exitCode: 0 })],
    expected: { cause: "server_throttle", isGreenExit: true },
  },
  {
    name: "a status beside is_error false",
    said: [result({ isError: false, status: 529 }), exit({ exitCode: 0 })],
    expected: { cause: "overload", isGreenExit: true },
  },
  {
    name: "exit 0 with is_error and no more",
    said: [result({ isError: true }), exit({ exitCode: 0 })],
    expected: { cause: "false_success", confidence: "certain", isGreenExit: true },
  },
  {
    name: "exit 1 with is_error and no more",
    said: [result({ isError: true }), exit({ exitCode: 1 })],
    expected: { cause: "unknown", isGreenExit: false },
  },
  {
    name: "an empty answer within seconds",
    said: [result({ isError: false, answerLength: 0, durationMs: 900 }), exit({ exitCode: 0 })],
    expected: { cause: "false_success", confidence: "likely" },
  },
  {
    name: "no turn within seconds",
    said: [result({ isError: false, turns: 0, durationMs: 900 }), exit({ exitCode: 0 })],
    expected: { cause: "false_success", confidence: "likely" },
  },
  {
    name: "an empty answer after long work",
    said: [result({ isError: false, answerLength: 0, durationMs: 60_000 }), exit({ exitCode: 0 })],
    expected: { cause: "none" },
  },
  {
    name: "denials with exit 0",
    said: [result({ isError: false, answerLength: 9, permissionDenials: ["Bash"] }), exit({ exitCode: 0 })],
    expected: { cause: "degraded", confidence: "certain", isGreenExit: true },
  },
  {
    name: "no denials",
    said: [result({ isError: false, answerLength: 9, permissionDenials: [] })],
    expected: { cause: "none" },
  },
  {
    name: "a signal",
    said: [exit({ signal: "SIGKILL" })],
    expected: { cause: "dead_process", confidence: "certain" },
  },
  {
    name: "137 without a result",
    said: [exit({ exitCode: 137, hasResult: false })],
    expected: { cause: "dead_process", confidence: "certain" },
  },
  {
    name: "143 without a result",
    said: [exit({ exitCode: 143, hasResult: false })],
    expected: { cause: "dead_process", confidence: "certain" },
  },
  {
    name: "143, nobody says whether a result came",
    said: [exit({ exitCode: 143 })],
    expected: { cause: "dead_process", confidence: "likely" },
  },
  {
    name: "143 with an aborted result",
    said: [exit({ exitCode: 143 }), result({ isError: true, terminalReason: "aborted_tools" })],
    expected: { cause: "interrupted", confidence: "certain" },
  },
  {
    name: "143 after a good result",
    said: [exit({ exitCode: 143 }), result({ isError: false })],
    expected: { cause: "none" },
  },
  {
    name: "SIGINT",
    said: [exit({ signal: "SIGINT" })],
    expected: { cause: "interrupted", confidence: "likely" },
  },
  { name: "130", said: [exit({ exitCode: 130, hasResult: false })], expected: { cause: "interrupted" } },
  {
    name: "exit 1 without a result",
    said: [exit({ exitCode: 1, hasResult: false })],
    expected: { cause: "dead_process", confidence: "likely" },
  },
  {
    name: "exit 0 without a result, by the parent",
    said: [exit({ exitCode: 0, hasResult: false })],
    expected: { cause: "lost_result", confidence: "certain", isGreenExit: true },
  },
  {
    name: "exit 0 without a result among the evidence",
    said: [exit({ exitCode: 0 })],
    expected: { cause: "lost_result", confidence: "likely" },
  },
  {
    name: "exit 0 that a person chose",
    said: [exit({ exitCode: 0 }), evidence("session_end_hook", { endReason: "prompt_input_exit" })],
    expected: { cause: "none", confidence: "likely" },
  },
  {
    name: "the end of a one-shot session",
    said: [exit({ exitCode: 0, hasResult: false }), evidence("session_end_hook", { endReason: "other" })],
    expected: { cause: "lost_result" },
  },
  {
    name: "only a session's end",
    said: [evidence("session_end_hook", { endReason: "other" })],
    expected: { cause: "unknown", confidence: "guess" },
  },
  {
    name: "a missing session",
    said: [exit({ exitCode: 1, hasResult: false, message: "No conversation found with session ID: x" })],
    expected: { cause: "lost_session", confidence: "likely" },
  },
  {
    name: "silence for ten minutes",
    said: [evidence("watcher", { isRunning: true, lastEventAtMs: AT_MS - 600_000 })],
    expected: { cause: "stall", confidence: "likely" },
  },
  {
    name: "silence for less",
    said: [evidence("watcher", { isRunning: true, lastEventAtMs: AT_MS - 599_999 })],
    expected: { cause: "none", confidence: "guess" },
  },
  {
    name: "silence of a dead process",
    said: [evidence("watcher", { isRunning: false, lastEventAtMs: 1 })],
    expected: { cause: "unknown" },
  },
  {
    name: "silence after a result is rest",
    said: [
      evidence("watcher", { isRunning: true, lastEventAtMs: 1 }),
      result({ isError: false, answerLength: 1 }),
    ],
    expected: { cause: "none" },
  },
  {
    name: "lost writes",
    said: [evidence("stream", { event: "session_writes_lost" })],
    expected: { cause: "lost_writes", scope: "machine" },
  },
  ...[64, 65, 66, 69].map((exitCode) => ({
    name: `our own host that cannot begin, ${exitCode}`,
    said: [exit({ agent: "kedge", exitCode, hasResult: false, message: "Expected something else." })],
    expected: { cause: "not_begun", confidence: "certain", isTransient: false } as const,
  })),
  {
    name: "our own host that began",
    said: [exit({ agent: "kedge", exitCode: 69, hasResult: false, lastEventAtMs: 1 })],
    expected: { cause: "dead_process" },
  },
  {
    name: "our own host that cannot write its transcript",
    said: [exit({ agent: "kedge", exitCode: 74, hasResult: false })],
    expected: { cause: "lost_writes", confidence: "likely" },
  },
  {
    name: "another agent with such a code",
    said: [exit({ agent: "claude-code", exitCode: 64, hasResult: false })],
    expected: { cause: "dead_process" },
  },
  {
    name: "our own host that does not find the session",
    said: [
      exit({
        ...{ agent: "kedge", exitCode: 66, hasResult: false },
        message: `No conversation found with session ID ${"1".repeat(8)} in this project.`,
      }),
    ],
    expected: { cause: "lost_session" },
  },
  {
    name: "a shut-down worker",
    said: [evidence("stream", { event: "worker_shutting_down" }), exit({ exitCode: 143 })],
    expected: { cause: "interrupted", confidence: "likely" },
  },
  {
    name: "a refusal by its stop reason",
    said: [evidence("telemetry", { stopReason: "refusal" })],
    expected: { cause: "refused", confidence: "certain", kind: "invalid_request" },
  },
  {
    name: "a cut answer that went on",
    said: [result({ isError: false, stopReason: "max_tokens", answerLength: 5 })],
    expected: { cause: "none" },
  },
  {
    name: "a lost connection of our own host",
    said: [evidence("stop_failure_hook", { agent: "kedge", kind: "server_error", connection: "idle" })],
    expected: { cause: "connection", confidence: "certain", isTransient: true },
  },
  {
    name: "TLS of our own host",
    said: [evidence("stop_failure_hook", { agent: "kedge", kind: "server_error", connection: "tls" })],
    expected: { cause: "connection", isTransient: false },
  },
  {
    name: "TLS by its text",
    said: [
      evidence("stop_failure_hook", {
        kind: "server_error",
        message: "API Error: Unable to connect to API (EPROTO)",
      }),
    ],
    expected: { cause: "connection", isTransient: false },
  },
  ...["The socket connection was closed unexpectedly.", "socket hang up", "fetch failed"].map((text) => ({
    name: text,
    said: [evidence("stop_failure_hook", { kind: "server_error", message: `API Error: ${text}` })],
    expected: { cause: "connection", isTransient: true },
  })),
  {
    name: "thinking blocks that were changed",
    said: [
      evidence("stop_failure_hook", {
        kind: "unknown",
        message:
          "API Error: 400 messages.7.content.12: `thinking` or `redacted_thinking` blocks in the latest assistant message cannot be modified.",
      }),
    ],
    expected: { cause: "broken_content", kind: "invalid_request" },
  },
  {
    name: "a failed subagent",
    said: [evidence("stop_failure_hook", { kind: "server_error", subagent: { id: "a1", type: "Explore" } })],
    expected: { cause: "server", isSubagent: true },
  },
];

/** Witnesses that differ: the one that is trusted more is believed, field by field. */
const DISPUTES: readonly VerdictCase[] = [
  {
    name: "529 by the stream, server_error by the hook",
    said: [
      evidence("stream", { event: "api_retry", kind: "overloaded", status: 529, attempts: 9 }),
      evidence("stop_failure_hook", { kind: "server_error" }),
    ],
    expected: { cause: "overload", kind: "overloaded", agentKind: "server_error", status: 529 },
  },
  {
    name: "a 500 on the way to a 401",
    said: [
      evidence("stream", { event: "api_retry", kind: "server_error", status: 500 }),
      evidence("stop_failure_hook", { kind: "authentication_failed" }),
    ],
    expected: { cause: "auth" },
  },
  {
    name: "a 529 that passed",
    said: [
      evidence("stream", { event: "api_retry", kind: "overloaded", status: 529 }),
      result({ isError: false, answerLength: 5 }),
    ],
    expected: { cause: "none" },
  },
  {
    name: "a 529 that was being retried when somebody stopped it",
    said: [
      evidence("stream", { event: "api_retry", kind: "overloaded", status: 529 }),
      result({ isError: true, terminalReason: "aborted_streaming" }),
    ],
    expected: { cause: "interrupted" },
  },
  {
    name: "an agent that is still retrying",
    said: [evidence("stream", { event: "api_retry", kind: "overloaded", status: 529 })],
    expected: { cause: "overload", status: 529 },
  },
  {
    name: "the result's 401 before the transcript's text",
    said: [
      result({ status: 401, isError: true }),
      evidence("transcript", { message: "You've hit your limit · resets 3pm", kind: "rate_limit" }),
    ],
    expected: { cause: "auth", status: 401 },
  },
  {
    name: "the transcript's status before the hook's text",
    said: [evidence("transcript", { status: 529 }), hook429("API Error: Request rejected (429) · x")],
    expected: { cause: "overload" },
  },
  {
    name: "an unknown witness is not believed",
    said: [evidence("screen", { status: 401 }), hook429()],
    expected: { cause: "server_throttle", confidence: "guess" },
  },
  {
    name: "a window that was rejected beside a 529",
    said: [
      limit({ status: "rejected", window: "five_hour", resetAtMs: inHours(1) }),
      result({ status: 529, isError: true }),
    ],
    expected: { cause: "overload" },
  },
  {
    name: "a rejected window of a turn that went well",
    said: [
      limit({ status: "rejected", window: "five_hour", resetAtMs: inHours(1) }),
      result({ isError: false, answerLength: 3 }),
    ],
    expected: { cause: "none" },
  },
  {
    name: "a status of a number that is none",
    said: [evidence("transcript", { status: 4290 }), hook429()],
    expected: { cause: "server_throttle", confidence: "guess" },
  },
];

export const CASES: readonly VerdictCase[] = [...LIMITS, ...NAMES, ...REASONS, ...ENDS, ...DISPUTES];
