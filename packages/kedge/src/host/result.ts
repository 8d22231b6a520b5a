import type { JsonObject } from "../protocol/index.ts";
import type { Usage } from "./model/messages.ts";
import type { ModelFailure } from "./model/model-failure.ts";
import type { ModelSpending } from "./spending/spending.ts";

/**
 * Why a turn ended.
 *
 * `completed`, `stop_hook_prevented`, `hook_stopped`, `tool_deferred`, `max_turns`, `budget_exhausted`, `aborted_streaming` and `aborted_tools` are no
 * failures of the API; the others are.
 *
 * @source recorded values of Claude Code 2.1.329
 */
export type TerminalReason =
  | "completed"
  | "api_error"
  | "prompt_too_long"
  | "malformed_tool_use_exhausted"
  | "max_turns"
  | "budget_exhausted"
  | "stop_hook_prevented"
  | "hook_stopped"
  | "prompt_blocked"
  /** A command that was typed is none, or could not be done. */
  | "command_refused"
  | "tool_deferred"
  | "aborted_streaming"
  | "aborted_tools";

/** A tool call that was refused because nobody permitted it. */
export interface PermissionDenial {
  readonly toolName: string;
  readonly toolUseId: string;
  readonly toolInput: JsonObject;
}

/** How one turn ended: what a `-p` run prints. */
export interface TurnResult {
  /** True when the answer is not what was asked for: an API failure, a limit, an interrupt. */
  readonly isError: boolean;
  readonly subtype: "success" | "error_max_turns" | "error_max_budget_usd" | "error_during_execution";
  /** The last real answer; of a failed turn the failure in words. */
  readonly text: string;
  readonly terminalReason: TerminalReason;
  /** Of the last answer. */
  readonly stopReason: string | null;
  readonly failure?: ModelFailure;
  /** Requests that were answered. */
  readonly turns: number;
  readonly durationMs: number;
  /** Spent waiting for the API, retries included. */
  readonly apiMs: number;
  readonly usage: Usage;
  /** What the session has spent since it was opened, in all its requests: an estimate. */
  readonly spending: {
    /** US dollars; null when a model was asked whose price is not known. */
    readonly totalUsd: number | null;
    readonly models: readonly (ModelSpending & { readonly model: string; readonly contextWindow: number })[];
  };
  readonly permissionDenials: readonly PermissionDenial[];
  /** With `tool_deferred`: the call that waits for somebody's decision. */
  readonly deferredToolUse?: { readonly id: string; readonly name: string; readonly input: JsonObject };
  /** What people should know beside the answer, such as a loop that was ended. */
  readonly notices: readonly string[];
  /** `prompt`, or `wake` when a background handler made the session go on. */
  readonly origin: "prompt" | "wake";
}
