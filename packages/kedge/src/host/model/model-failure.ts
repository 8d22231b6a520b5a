import type { ApiAnswer, Failure } from "../../protocol/index.ts";

/** A request that failed for good, with what is known of it. */
export interface ModelFailure extends Failure {
  /** Requests that were sent for it. */
  readonly attempts: number;
  /** Of the last one. */
  readonly requestId?: string;
  readonly model: string;
  /** The model that was wanted, where `model` is the one that was asked in its place. */
  readonly insteadOf?: string;
  /** How the connection was lost, if that was it. */
  readonly loss?: Extract<ApiAnswer, { type: "connection" }>["reason"];
  /** A word on the connection, such as ECONNREFUSED. */
  readonly detail?: string;
}
