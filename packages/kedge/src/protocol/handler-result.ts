import type { HandlerType } from "./descriptor.ts";
import type { JsonObject } from "./json.ts";

/** How one handler ended, as whoever ran it saw it. */
export interface HandlerEnding {
  /** What ran; default `command`. */
  readonly type?: HandlerType;
  /** Exit code of a process; 0 for a handler that answered in another way; null when it did not exit by itself. */
  readonly exitCode: number | null;
  /** The signal that ended it. */
  readonly signal?: string | null;
  /** Ended at its time limit. Whatever it printed until then says nothing. */
  readonly isTimedOut?: boolean;
  /** Ended because the session no longer wanted the answer. */
  readonly isCancelled?: boolean;
  /** It never began (no such file, no connection) or failed outside of itself; a sentence for people. */
  readonly failure?: string;
  /** Decoded as UTF-8, with U+FFFD for what is not. */
  readonly stdout: string;
  readonly stderr: string;
  /** `stdout` lacks its end because a limit cut it: it is then never read as JSON. */
  readonly isStdoutCut?: boolean;
}

/** What the configuration says about reading an answer. */
export interface ReadingOptions {
  /** What a handler that failed means: `block` closes the gate. Default `continue`. */
  readonly onFailure?: "continue" | "block";
}

/** What one handler did. */
export interface HandlerResult {
  /**
   * - `ok`: it answered, or had nothing to say
   * - `blocked`: it refused; `decision` is `deny`
   * - `failed`: it gave no usable answer; `error` says why
   * - `timed_out`, `cancelled`: it was ended
   */
  readonly status: "ok" | "blocked" | "failed" | "timed_out" | "cancelled";
  /** The handler's own answer. `deny` is a block, whatever a block does for the event. */
  readonly decision: "deny" | "defer" | "ask" | "allow" | "none";
  /** Text that goes with the decision; clean and bounded. */
  readonly reason?: string;
  /**
   * Where the reason comes from. `default` is a fixed text in place of one that JSON did not give; an exit 2 with nothing
   * on stderr is `stderr` with a fixed text.
   */
  readonly reasonFrom?: "json" | "stderr" | "default";
  /** `continue: false`, where the event knows it. */
  readonly stop?: { readonly reason?: string };
  /** Text for the model, from `additionalContext` or plain stdout; clean and bounded. */
  readonly contexts: readonly string[];
  /** What else it answered. */
  readonly effects: Effects;
  /** Why there is no usable answer. Also set beside a block that stands in spite of it. */
  readonly error?: ResultError;
  /** The handler asked to go on in the background. */
  readonly isBackground: boolean;
  /** Texts that were cut, whole, for whoever wants to store them (D8). */
  readonly cuts: readonly { readonly field: string; readonly whole: string }[];
}

/** Answers beside the decision. Only those that the event knows are ever set. */
export interface Effects {
  readonly updatedInput?: JsonObject;
  readonly updatedToolOutput?: unknown;
  readonly updatedMcpToolOutput?: unknown;
  /** PermissionRequest. */
  readonly updatedPermissions?: readonly JsonObject[];
  readonly interrupt?: boolean;
  /** PermissionDenied. */
  readonly retry?: boolean;
  /** Elicitation and ElicitationResult. */
  readonly elicitation?: { readonly action: "accept" | "decline" | "cancel"; readonly content?: JsonObject };
  readonly displayContent?: string;
  readonly worktreePath?: string;
  readonly sessionTitle?: string;
  readonly initialUserMessage?: string;
  readonly watchPaths?: readonly string[];
  readonly reloadSkills?: boolean;
  readonly suppressOriginalPrompt?: boolean;
  readonly systemMessage?: string;
  readonly terminalSequence?: string;
}

/** Why a handler gave no usable answer. */
export interface ResultError {
  /**
   * - `exit_code`: neither 0 nor 2, and no JSON on stdout
   * - `signal`: killed
   * - `start`: never began, or failed outside of itself
   * - `not_json`: stdout begins and ends like JSON and is none (http: any body that is no JSON object)
   * - `too_large`: cut, too long or too deep to be read
   * - `schema`: JSON with a value of the wrong type
   * - `wrong_event`: an answer for another event
   * - `duplicate_key`: a permission whose JSON has a key twice
   * - `time_out`, `cancelled`
   */
  readonly code:
    | "exit_code"
    | "signal"
    | "start"
    | "not_json"
    | "too_large"
    | "schema"
    | "wrong_event"
    | "duplicate_key"
    | "time_out"
    | "cancelled";
  /** One clean line. */
  readonly message: string;
}
