/**
 * Why a session cannot be.
 * - `SESSION_MISSING`: there is no transcript to resume
 * - `SESSION_EXISTS`: the id for a new session is taken
 * - `SESSION_IN_USE`: another process has it open
 * - `SESSION_CLOSED`: it was closed
 * - `OPTION_NOT_USABLE`: an option has a value that it cannot have
 * - `SANDBOX_UNAVAILABLE`: settings demand a sandbox, and there is none that works
 * - `TRANSCRIPT_NOT_WRITABLE`: the conversation cannot be kept, so it does not go on
 */
export type HostErrorCode =
  | "SESSION_MISSING"
  | "SESSION_EXISTS"
  | "SESSION_IN_USE"
  | "SESSION_CLOSED"
  | "OPTION_NOT_USABLE"
  | "SANDBOX_UNAVAILABLE"
  | "TRANSCRIPT_NOT_WRITABLE";

const BRAND = Symbol.for("kedge.HostError");

/** A mistake of the caller, or broken ground. What an API or a tool does wrong is a result, never this. */
export class HostError extends Error {
  override readonly name = "HostError";
  readonly code: HostErrorCode;
  readonly [BRAND] = true;

  constructor(code: HostErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Recognises the error across copies of this package. */
export function isHostError(value: unknown): value is HostError {
  return typeof value === "object" && value !== null && (value as { [BRAND]?: unknown })[BRAND] === true;
}
