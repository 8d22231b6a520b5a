import type { JsonObject } from "../protocol/index.ts";
import type { ModelFailure } from "./model/model-failure.ts";
import type { TerminalReason } from "./result.ts";

type Loss = NonNullable<ModelFailure["loss"]>;

/** What people read of a lost connection, each with what to look at. */
const LOST: Readonly<Record<Loss, string>> = {
  refused: "Connection refused",
  reset: "Connection dropped",
  dns: "The API's address could not be found; check the network and DNS",
  tls: "No secure connection to the API; check certificates and proxies",
  truncated: "Connection lost in the middle of the answer",
  timeout: "The request took too long and was ended",
  no_first_byte: "No answer came, and the request was ended",
  idle: "The answer stalled, and the request was ended",
};

/** A failure in one sentence for people, as hooks get it in `last_assistant_message`. */
export function failureText(failure: ModelFailure): string {
  const { model, insteadOf } = failure;
  const words = wordsOf(failure);
  return insteadOf === undefined ? words : `${words} (${model}, asked in place of ${insteadOf})`;
}

function wordsOf(failure: ModelFailure): string {
  const { status, message, loss, detail, kind } = failure;
  if (loss !== undefined) return `API Error: ${LOST[loss]}${detail === undefined ? "" : ` (${detail})`}`;
  if (kind === "max_output_tokens")
    return "API Error: The answer was cut: the output limit, or the context window, is reached.";
  if (status === 429) return `API Error: Request rejected (429) · ${message ?? "no reason given"}`;
  const words = message ?? "the API gave no reason";
  const front = kind === "authentication_failed" ? "Failed to authenticate. " : "";
  return `${front}API Error: ${status === undefined ? "" : `${status} `}${words}`;
}

/** Whether the conversation does not fit into the context of the model. */
export function isPromptTooLong({ message = "", kind }: ModelFailure): boolean {
  const isTooLong =
    /prompt is too long|exceeds? the context window|input length and `?max_tokens`? exceed/i.test(message);
  return kind === "invalid_request" && isTooLong;
}

/** Terminal reason of a turn that a failure ended. */
export function terminalReasonOf(failure: ModelFailure): TerminalReason {
  return isPromptTooLong(failure) ? "prompt_too_long" : "api_error";
}

/**
 * Fields of a StopFailure input: those of the real agent, and under `kedge`, where nothing clashes, what it withholds.
 *
 * @source Claude Code hooks reference, "StopFailure"; recorded presence of `error_details`
 */
export function failureFields(failure: ModelFailure, lastTool: LastTool | null): JsonObject {
  const {
    status,
    requestId,
    attempts,
    retryAfterMs,
    resetAtMs,
    resetFrom,
    model,
    errorType,
    recordedAgentKind,
  } = failure;
  return {
    error: failure.kind,
    ...(failure.message === undefined ? {} : { error_details: `${status ?? ""} ${failure.message}`.trim() }),
    last_assistant_message: failureText(failure),
    kedge: withoutMissing({
      status,
      error_type: errorType,
      request_id: requestId,
      model,
      instead_of: failure.insteadOf,
      attempts,
      retryable: failure.retryable,
      retry_after_ms: retryAfterMs,
      resets_at_ms: resetAtMs,
      reset_from: resetFrom,
      connection: failure.loss,
      recorded_agent_error: recordedAgentKind,
      last_tool: lastTool && { name: lastTool.name, input_digest: lastTool.inputDigest },
    }),
  };
}

/** The last call that was made, without what it was called with. */
export interface LastTool {
  readonly name: string;
  /** SHA-256 of the input as JSON, its first 16 digits. */
  readonly inputDigest: string;
}

function withoutMissing(fields: Readonly<Record<string, unknown>>): JsonObject {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined && value !== null),
  );
}
