import { FAILURE_KINDS, type FailureKind, readFailure } from "../protocol/index.ts";
import type { KnownCause } from "./verdict.ts";
import { describeCause } from "./verdict-causes.ts";
import { because, type Finding } from "./verdict-finding.ts";
import type { Facts, Joined } from "./verdict-join.ts";
import { judgeLimit, judgeWindows } from "./verdict-limits.ts";
import {
  bareText,
  type CauseText,
  findText,
  REQUEST_TEXTS,
  readStatusText,
  SERVER_TEXTS,
} from "./verdict-texts.ts";
import { readLimitWords } from "./verdict-windows.ts";

/** Terminal reasons of turns that a failure of the API or of the model ended. */
const API_REASONS: readonly string[] = [
  "api_error",
  "model_error",
  "prompt_too_long",
  "image_error",
  "malformed_tool_use_exhausted",
  "turn_setup_failed",
  "blocking_limit",
  "rapid_refill_breaker",
];

/** Words of the result that name a cause by themselves. */
const ERROR_CAUSES: Readonly<Record<string, KnownCause>> = {
  connection_failed: "connection",
  org_disabled_credential: "organisation",
  tool_history_mismatch: "poisoned",
  pdf_too_large: "too_large",
  max_output_tokens: "cut_answer",
  malformed_tool_use_exhausted: "malformed_answer",
};
const REASON_CAUSES: Readonly<Record<string, KnownCause>> = {
  prompt_too_long: "too_large",
  blocking_limit: "too_large",
  rapid_refill_breaker: "too_large",
  malformed_tool_use_exhausted: "malformed_answer",
};

/** Kinds with one meaning each: the agent's word for them names the cause. */
const KIND_CAUSES: Readonly<Record<string, KnownCause>> = {
  overloaded: "overload",
  authentication_failed: "auth",
  oauth_org_not_allowed: "organisation",
  account_on_hold: "account_state",
  verification_required: "account_state",
  billing_error: "billing",
  model_not_found: "model_not_found",
  max_output_tokens: "cut_answer",
  cloud_credential_error: "cloud_credential",
};
/** Kinds that a status cannot tell, so that the agent's word refines it. */
const FINER_KINDS: readonly FailureKind[] = [
  ...["oauth_org_not_allowed", "account_on_hold", "verification_required", "cloud_credential_error"],
  ...["billing_error", "max_output_tokens"],
];

/** Says what failure of the API it was; undefined when nobody speaks of one. */
export function judgeApi(joined: Joined): Finding | undefined {
  const { facts } = joined;
  if (!hasFailed(joined)) return undefined;
  const read = readKind(facts);
  const finding = judgeKind(joined, read);
  const { kinds } = describeCause(finding.cause);
  // An agent calls it what it likes; a kind is one of those that there are.
  const possible: readonly string[] = kinds.length === 0 ? FAILURE_KINDS : kinds;
  const kind = read.kind !== undefined && possible.includes(read.kind) ? read.kind : kinds[0];
  return { ...finding, ...(kind !== undefined && { kind }) };
}

// A status, a kind or an error code is believed even where the result says that all is well: a failure must not be lost.
function hasFailed({ facts, believed }: Joined): boolean {
  const { status, kind, apiError, connection, stopReason, terminalReason, isError } = facts;
  if ((status?.value ?? 0) >= 400 || kind || apiError || connection) return true;
  if (API_REASONS.includes(terminalReason?.value ?? "")) return true;
  const hasEndedWell = isError?.value === false || terminalReason !== undefined;
  if (isError?.value === true && terminalReason === undefined && readStatusText(facts.message?.value))
    return true;
  if (hasEndedWell) return false;
  if (readFailure({ type: "stop", stopReason: stopReason?.value ?? "" }, { nowMs: 0 })) return true;
  return readLimitWords(believed).some(({ isRejected, errorCode }) => isRejected || errorCode);
}

interface KindRead {
  readonly kind: FailureKind | undefined;
  /** The field that it was read from. */
  readonly field: "status" | "errorType" | "stopReason" | "connection" | "message" | "kind";
}

/** Reads the truthful kind: from the status, else from what else is structured, else from the text, else as the agent has it. */
function readKind(facts: Facts): KindRead {
  const said = facts.kind?.value;
  const words = bareText(facts.message?.value ?? "");
  const error = { type: facts.errorType?.value, message: words };
  const options = { nowMs: 0 };
  const stated = facts.status?.value;
  const status = stated !== undefined && stated >= 400 ? stated : readStatusText(facts.message?.value);
  if (status !== undefined) {
    const body = JSON.stringify({ type: "error", error });
    const read = readFailure({ type: "http", status, headers: {}, body }, options)?.kind;
    if (said !== undefined && FINER_KINDS.includes(said) && status !== 429 && read !== "overloaded") {
      return { kind: said, field: "kind" };
    }
    return { kind: read, field: status === stated ? "status" : "message" };
  }
  if (said !== undefined && FINER_KINDS.includes(said)) return { kind: said, field: "kind" };
  if (facts.errorType !== undefined) {
    const read = readFailure({ type: "stream_error", afterBlock: true, error }, options);
    return { kind: read?.kind, field: "errorType" };
  }
  if (facts.connection !== undefined) return { kind: "server_error", field: "connection" };
  const stopped = readFailure({ type: "stop", stopReason: facts.stopReason?.value ?? "" }, options);
  if (stopped !== undefined) return { kind: stopped.kind, field: "stopReason" };
  return { kind: said, field: "kind" };
}

function judgeKind(joined: Joined, read: KindRead): Finding {
  const { facts } = joined;
  const { kind } = read;
  if (kind === "rate_limit" || (facts.apiError?.value === "usage_limit_reached" && !facts.status)) {
    return judgeLimit(joined);
  }
  const named = judgeNames(facts);
  if (named !== undefined && read.field !== "status") return named;
  if (kind === "server_error") return judgeServer(facts, read);
  if (kind === "overloaded") return find(facts, "overload", read);
  if (named !== undefined) return named;
  const text = findText(REQUEST_TEXTS, facts.message?.value);
  if (text !== undefined && refines(text, kind)) return byText(facts, text);
  const cause = kind !== undefined && Object.hasOwn(KIND_CAUSES, kind) ? KIND_CAUSES[kind] : undefined;
  if (cause !== undefined) return find(facts, cause, read);
  if (kind === "invalid_request") return judgeRequest(facts, read);
  return judgeUnknown(joined, read);
}

/** What the result names, and what a stop reason or the size of a request says by itself. */
function judgeNames(facts: Facts): Finding | undefined {
  const error = facts.apiError?.value ?? "";
  const reason = facts.terminalReason?.value ?? "";
  if (Object.hasOwn(ERROR_CAUSES, error)) return certain(facts, ERROR_CAUSES[error], "apiError");
  if (facts.stopReason?.value === "refusal") return certain(facts, "refused", "stopReason");
  if (Object.hasOwn(REASON_CAUSES, reason)) return certain(facts, REASON_CAUSES[reason], "terminalReason");
  if (facts.status?.value === 413) return certain(facts, "too_large", "status");
  if (facts.errorType?.value === "request_too_large") return certain(facts, "too_large", "errorType");
  return undefined;
}

function judgeServer(facts: Facts, read: KindRead): Finding {
  if (read.field === "status" || read.field === "errorType") return find(facts, "server", read);
  if (read.field === "connection") {
    const isTransient = facts.connection?.value !== "tls";
    return { ...find(facts, "connection", read), isTransient };
  }
  const text = findText(SERVER_TEXTS, facts.message?.value);
  // a status that the text begins with says that there was an answer, so no connection was lost
  if (read.field === "message" && text?.cause !== "overload") return find(facts, "server", read);
  if (text !== undefined) return byText(facts, text);
  return { cause: "server", confidence: "guess", basis: because(facts, "kind") };
}

function judgeRequest(facts: Facts, read: KindRead): Finding {
  if (facts.terminalReason?.value === "image_error")
    return certain(facts, "broken_content", "terminalReason");
  if (read.field === "kind")
    return { cause: "invalid_request", confidence: "guess", basis: because(facts, "kind") };
  return find(facts, "invalid_request", read);
}

function judgeUnknown(joined: Joined, read: KindRead): Finding {
  const { facts } = joined;
  const windows =
    facts.kind || facts.status ? undefined : judgeWindows(joined, readLimitWords(joined.believed));
  if (windows !== undefined) return windows;
  const text = read.field === "status" ? undefined : findText(SERVER_TEXTS, facts.message?.value);
  if (text !== undefined) return byText(facts, text);
  if (facts.terminalReason?.value === "image_error")
    return certain(facts, "broken_content", "terminalReason");
  const field = [read.field, "kind", "apiError", "terminalReason"].find((one) => one in facts) ?? "message";
  return { cause: "unknown", confidence: "guess", basis: because(facts, field as keyof Facts) };
}

/** Whether a text may say more than a kind: only of what the kind leaves open. */
function refines({ cause }: CauseText, kind: FailureKind | undefined): boolean {
  if (kind === "authentication_failed") return cause === "organisation" || cause === "billing";
  if (kind === "billing_error") return cause === "spend";
  return kind === undefined || kind === "unknown" || kind === "invalid_request";
}

function byText(facts: Facts, { cause, says, isTransient }: CauseText): Finding {
  const basis = because(facts, "message", says);
  return { cause, confidence: "likely", basis, ...(isTransient !== undefined && { isTransient }) };
}

function find(facts: Facts, cause: KnownCause, { field }: KindRead): Finding {
  if (field !== "message") return { cause, confidence: "certain", basis: because(facts, field) };
  const status = readStatusText(facts.message?.value);
  const says = status === undefined ? undefined : `status ${status} in its text`;
  return { cause, confidence: "likely", basis: because(facts, field, says) };
}

function certain(facts: Facts, cause: KnownCause | undefined, field: keyof Facts): Finding {
  return { cause: cause ?? "unknown", confidence: "certain", basis: because(facts, field) };
}
