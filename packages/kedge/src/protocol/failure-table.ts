/**
 * Every failure kind with a name of its own. The wire's list is open: others may come and must be passed on.
 *
 * @source Claude Code hooks reference, "StopFailure"
 */
export const FAILURE_KINDS = [
  "rate_limit",
  "overloaded",
  "authentication_failed",
  "oauth_org_not_allowed",
  "account_on_hold",
  "verification_required",
  "billing_error",
  "invalid_request",
  "model_not_found",
  "server_error",
  "max_output_tokens",
  "cloud_credential_error",
  "unknown",
] as const;

/** A failure kind from {@link FAILURE_KINDS}. */
export type KnownFailureKind = (typeof FAILURE_KINDS)[number];

/** A failure kind as the wire may carry it: a known one, or any other string. */
export type FailureKind = KnownFailureKind | (string & {});

/** What each kind means, in one sentence. Kinds marked "not read" are never made from an API answer. */
export const FAILURE_MEANINGS: Readonly<Record<KnownFailureKind, string>> = {
  rate_limit: "A limit of the account is used up for now: requests, tokens, or a window of its plan.",
  overloaded: "The API has no capacity for the model at the moment, whatever the account has left.",
  authentication_failed: "The credential is missing, wrong, expired, revoked, or lacks the permission.",
  oauth_org_not_allowed: "The organization does not let subscription logins use the API.",
  account_on_hold: "The provider has put the account on hold (not read from API answers).",
  verification_required: "The provider wants the account verified first (not read from API answers).",
  billing_error:
    "The account cannot pay: no credit, a billing problem, or its own spending limit is reached.",
  invalid_request: "The request cannot succeed as it is: malformed, too large, broken history, or refused.",
  model_not_found: "The model, or the address that should serve it, does not exist for this account.",
  server_error: "The API, a gateway before it, or the connection to it failed.",
  max_output_tokens: "The answer was cut by the output limit or the end of the context window.",
  cloud_credential_error: "The credentials of a cloud platform could not be had (not read from API answers).",
  unknown: "The answer does not tell what happened.",
};

/** A kind of ours beside the one that Claude Code 2.1.329 was measured to report for the same answer. */
export interface KindPair {
  kind: KnownFailureKind;
  recorded: KnownFailureKind;
}

/**
 * Statuses with a meaning of their own. Any other 5xx is `server_error` in both; any other status is
 * `unknown`, unless the error type says more.
 *
 * 404 is `model_not_found` whatever the body, as the recorded agent has it: the model is the only resource
 * that a Messages request names. A wrong base address gives the same kind; its message tells the two apart.
 * 409 is a conflict on the server's side, which passes: the agent's own retry events call it `server_error`.
 */
export const STATUS_KINDS: Readonly<Record<number, KindPair>> = {
  400: { kind: "invalid_request", recorded: "unknown" },
  401: { kind: "authentication_failed", recorded: "authentication_failed" },
  402: { kind: "billing_error", recorded: "unknown" },
  403: { kind: "authentication_failed", recorded: "authentication_failed" },
  404: { kind: "model_not_found", recorded: "model_not_found" },
  408: { kind: "server_error", recorded: "unknown" },
  409: { kind: "server_error", recorded: "unknown" },
  413: { kind: "invalid_request", recorded: "invalid_request" },
  422: { kind: "invalid_request", recorded: "unknown" },
  429: { kind: "rate_limit", recorded: "rate_limit" },
  529: { kind: "overloaded", recorded: "server_error" },
};

/** Statuses that only say "the request was not accepted": a specific error type says more than they do. */
export const VAGUE_STATUSES: readonly number[] = [400, 422];

/** Statuses below 500 after which the same request may succeed; every 5xx is one too. */
export const RETRYABLE_STATUSES: readonly number[] = [408, 409, 429];

/** Kinds that may pass by themselves within a turn. */
export const TRANSIENT_KINDS: readonly FailureKind[] = ["rate_limit", "overloaded", "server_error"];

/** What `error.type` says happened. @source Claude API reference, "Errors" */
export const TYPE_KINDS: Readonly<Record<string, KnownFailureKind>> = {
  api_error: "server_error",
  authentication_error: "authentication_failed",
  billing_error: "billing_error",
  invalid_request_error: "invalid_request",
  not_found_error: "model_not_found",
  overloaded_error: "overloaded",
  permission_error: "authentication_failed",
  rate_limit_error: "rate_limit",
  request_too_large: "invalid_request",
  timeout_error: "server_error",
};

/** Stop reasons that end a turn as a failure. Any other one, unknown ones included, is no failure. */
export const STOP_KINDS: Readonly<Record<string, KnownFailureKind>> = {
  max_tokens: "max_output_tokens",
  model_context_window_exceeded: "max_output_tokens",
  refusal: "invalid_request",
};

/** A sentence of the API that says more than its status. It is looked for in the error's message only. */
export interface TextRule {
  pattern: RegExp;
  /** The statuses it counts for; without it, any status but 429, and errors that have none. */
  statuses?: readonly number[];
  kind?: KnownFailureKind;
  recorded?: KnownFailureKind;
}

/** Sentences in order of precedence. A rule without `kind` or `recorded` leaves that side to the status. */
export const TEXT_RULES: readonly TextRule[] = [
  { pattern: /credit balance is too low/i, kind: "billing_error", recorded: "billing_error" },
  // a spending limit that the customer set: no session of the account gets through before it is raised
  { pattern: /reached your specified API usage limits/i, kind: "billing_error" },
  {
    pattern: /OAuth authentication is currently not allowed for this organization/i,
    kind: "oauth_org_not_allowed",
    recorded: "oauth_org_not_allowed",
  },
  {
    // some gateways wrap this one in a 500; sending it again cannot help
    pattern: /prompt is too long|input length and `?max_tokens`? exceed|exceeds? the context window/i,
    statuses: [400, 413, 500],
    kind: "invalid_request",
    recorded: "invalid_request",
  },
  {
    // the credential belongs to an organization that is gone: it is not this one request that is wrong
    pattern: /organization has been disabled/i,
    statuses: [400],
    kind: "authentication_failed",
    recorded: "invalid_request",
  },
  {
    pattern: /x-api-key/i,
    statuses: [400],
    kind: "authentication_failed",
    recorded: "authentication_failed",
  },
  { pattern: /^invalid model name/i, statuses: [400], kind: "model_not_found" },
  {
    pattern: /\bimage (?:exceeds|dimensions exceed)|maximum of \d{1,9} PDF pages/i,
    statuses: [400],
    recorded: "invalid_request",
  },
  {
    pattern: /`tool_use` ids (?:were found without|must be unique)|unexpected `tool_use_id`/i,
    statuses: [400],
    recorded: "invalid_request",
  },
];
