import type { FailureKind } from "../protocol/index.ts";
import type { KnownCause, Scope } from "./verdict.ts";

/** What holds for every failure of one cause. */
export interface CauseFacts {
  /** What it is, in one sentence for people. */
  readonly meaning: string;
  /** Whether it may pass without anybody changing anything. */
  readonly isTransient: boolean;
  readonly scope: Scope;
  /** Truthful kinds that it may have; the first is taken where what was read is another. Empty: it is no failure of the API. */
  readonly kinds: readonly FailureKind[];
  /** Which stated times say when it ends: those of limits, only a stated delay, or none. */
  readonly reset: "limit" | "delay" | "none";
}

type Row = readonly [
  CauseFacts["meaning"],
  Scope,
  CauseFacts["isTransient"],
  CauseFacts["reset"],
  ...FailureKind[],
];

const ROWS: Readonly<Record<KnownCause, Row>> = {
  plan_window: ["A window of the subscription plan is used up.", "account", true, "limit", "rate_limit"],
  model_limit: ["The plan's limit for this model is used up.", "model", true, "limit", "rate_limit"],
  request_rate: [
    "The requests or tokens per minute of the API key are used up.",
    "account",
    true,
    "limit",
    "rate_limit",
  ],
  server_throttle: [
    "The server limits requests for now, whatever the plan has left.",
    "provider",
    true,
    "delay",
    "rate_limit",
  ],
  spend: [
    "A spending limit is reached, or credits are required.",
    "account",
    false,
    "limit",
    "rate_limit",
    "billing_error",
  ],
  billing: ["The account cannot pay.", "account", false, "limit", "billing_error"],
  auth: [
    "The credential is missing, wrong, expired or revoked.",
    "account",
    false,
    "none",
    "authentication_failed",
  ],
  cloud_credential: [
    "The credentials of the cloud platform could not be had.",
    "account",
    false,
    "none",
    "cloud_credential_error",
  ],
  organisation: [
    ...(["The organisation is disabled, or does not allow this login.", "account", false, "none"] as const),
    ...["authentication_failed", "oauth_org_not_allowed"],
  ],
  account_state: [
    ...(["The provider holds the account, or wants it verified.", "account", false, "none"] as const),
    ...["account_on_hold", "verification_required"],
  ],
  overload: ["The API has no capacity for the model at the moment.", "provider", true, "delay", "overloaded"],
  server: ["The API, or a gateway before it, failed.", "provider", true, "delay", "server_error"],
  connection: ["The connection to the API failed.", "machine", true, "delay", "server_error"],
  poisoned: [
    "The session's history is broken, so that every request fails.",
    "session",
    false,
    "none",
    "invalid_request",
  ],
  broken_content: [
    "The history holds a part that the API refuses.",
    "session",
    false,
    "none",
    "invalid_request",
  ],
  too_large: [
    "The request is too large for the model or the API.",
    "session",
    false,
    "none",
    "invalid_request",
  ],
  refused: ["The request was refused for what it asks.", "session", false, "none", "invalid_request"],
  cut_answer: [
    "The answer was cut by the output limit or the context window.",
    "session",
    true,
    "none",
    "max_output_tokens",
  ],
  malformed_answer: [
    "The model's tool call could not be read, again and again.",
    "session",
    true,
    "none",
    "unknown",
  ],
  invalid_request: [
    "The API does not accept the request as it is.",
    "session",
    false,
    "none",
    "invalid_request",
  ],
  model_not_found: [
    "The model does not exist for this account.",
    "session",
    false,
    "none",
    "model_not_found",
  ],
  lost_session: ["The session to resume does not exist.", "session", false, "none"],
  lost_writes: ["The agent could not write its transcript.", "machine", false, "none"],
  not_begun: ["The agent could not begin as it was called.", "session", false, "none"],
  dead_process: ["The agent's process ended before the turn did.", "session", true, "none"],
  stall: ["The session runs and gives no sign of life.", "session", true, "none"],
  lost_result: ["The process ended well and gave no result.", "session", true, "none"],
  false_success: ["The run reports success and has done nothing that can be seen.", "session", true, "none"],
  degraded: ["The run ended well, but calls in it were not permitted.", "session", false, "none"],
  interrupted: ["Somebody or something ended the turn from outside.", "session", true, "none"],
  stopped_by_policy: ["A limit or a hook of the user's ended the turn.", "session", false, "none"],
  none: ["Nothing failed.", "none", false, "none"],
  unknown: ["Nobody says what happened.", "session", false, "delay"],
};

/** What holds for a cause. */
export function describeCause(cause: KnownCause): CauseFacts {
  const [meaning, scope, isTransient, reset, ...kinds] = ROWS[cause];
  return { meaning, scope, isTransient, reset, kinds };
}
