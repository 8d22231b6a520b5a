import type { ScenarioProblem } from "./scenario-problems.ts";

/**
 * Why a server could not be started.
 * - `SCENARIO_INVALID`: the scenario has problems; see `problems`
 * - `PORT_IN_USE`: another program listens on the port
 * - `LISTEN_FAILED`: the system does not let the port be used; see `cause`
 */
export type ModelApiErrorCode = "SCENARIO_INVALID" | "PORT_IN_USE" | "LISTEN_FAILED";

const BRAND = Symbol.for("kedge.ModelApiError");

/** A server could not be started. Recognise it by {@link isModelApiError}. */
export class ModelApiError extends Error {
  override readonly name = "ModelApiError";
  readonly code: ModelApiErrorCode;
  readonly [BRAND] = true;
  /** What is wrong with the scenario; empty for the other codes. */
  readonly problems: readonly ScenarioProblem[];

  constructor(
    code: ModelApiErrorCode,
    message: string,
    options: { readonly cause?: unknown; readonly problems?: readonly ScenarioProblem[] } = {},
  ) {
    super(message, { cause: options.cause });
    this.code = code;
    this.problems = options.problems ?? [];
  }
}

/** Whether something is a {@link ModelApiError}, of this copy of Kedge or another. */
export function isModelApiError(error: unknown): error is ModelApiError {
  return typeof error === "object" && error !== null && BRAND in error;
}
