/**
 * Why recovery cannot work.
 * - `LEDGER_NEWER`: a newer Kedge wrote the ledger
 * - `LEDGER_NOT_USABLE`: the ledger cannot be opened, read or written: no room, no rights, damage
 * - `LEASE_LOST`: another process has taken over; what was under way was not written
 * - `JOB_INVALID`: a caller said something of a job that cannot be; nothing was written
 * - `SPOOL_NOT_USABLE`: the spool cannot be read
 */
export type RecoveryErrorCode =
  | "LEDGER_NEWER"
  | "LEDGER_NOT_USABLE"
  | "LEASE_LOST"
  | "JOB_INVALID"
  | "SPOOL_NOT_USABLE";

const BRAND = Symbol.for("kedge.RecoveryError");

/** Broken ground. What went wrong with a session is data, never this. Recognise it by {@link isRecoveryError}. */
export class RecoveryError extends Error {
  override readonly name = "RecoveryError";
  readonly code: RecoveryErrorCode;
  readonly [BRAND] = true;

  constructor(code: RecoveryErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Whether something is a {@link RecoveryError}, of this copy of Kedge or another. */
export function isRecoveryError(error: unknown): error is RecoveryError {
  return typeof error === "object" && error !== null && BRAND in error;
}
