/**
 * Codes of {@link HookError}.
 * - `ENGINE_CLOSED`: the engine was asked to do something after `close()`, or was closed before every handler of an event had answered
 * - `EVENT_UNKNOWN`: there is no hook event of that name
 * - `INPUT_NOT_JSON`: the input of an event cannot be written as JSON
 * - `SETTINGS_MISSING`: a settings file given by name does not exist
 * - `SETTINGS_NOT_USABLE`: settings given as text are broken, or managed settings are
 * - `STATE_NOT_USABLE`: the state folder cannot be used
 */
export type HookErrorCode =
  | "ENGINE_CLOSED"
  | "EVENT_UNKNOWN"
  | "INPUT_NOT_JSON"
  | "SETTINGS_MISSING"
  | "SETTINGS_NOT_USABLE"
  | "STATE_NOT_USABLE";

const BRAND = Symbol.for("kedge.HookError");

/** A mistake of the caller, or broken ground. What handlers do is never one. Recognise it by {@link isHookError}. */
export class HookError extends Error {
  override readonly name = "HookError";
  readonly code: HookErrorCode;
  readonly [BRAND] = true;

  constructor(code: HookErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Whether something is a {@link HookError}, of this copy of Kedge or another. */
export function isHookError(error: unknown): error is HookError {
  return typeof error === "object" && error !== null && BRAND in error;
}
