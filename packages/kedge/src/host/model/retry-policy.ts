import type { Failure } from "../../protocol/index.ts";

/** How often and how long a session tries one request again within its turn. Longer waits are for whoever runs the session. */
export interface RetryPolicy {
  /** Requests after the first; default 10. */
  readonly maxRetries: number;
  /** Delay before the first retry, in ms; it doubles with each; default 500. */
  readonly firstDelayMs: number;
  /** Longest delay of our own choice, in ms; default 32,000. */
  readonly maxDelayMs: number;
  /** A longer `retry-after` ends the turn at once, in ms; default 60,000. */
  readonly maxRetryAfterMs: number;
  /** No retry begins later than this after the first request began, in ms; default 10 minutes. */
  readonly budgetMs: number;
}

export const DEFAULT_RETRIES: RetryPolicy = {
  maxRetries: 10,
  firstDelayMs: 500,
  maxDelayMs: 32_000,
  maxRetryAfterMs: 60_000,
  budgetMs: 600_000,
};

/**
 * How long to wait before the next request, in ms; null when there is to be none.
 *
 * Half of the delay is random, so that sessions that failed together do not come back together. What the server asks for is the least,
 * with up to a tenth added for the same reason.
 *
 * @param state.attempts requests that were sent, at least 1
 * @param state.elapsedMs since the first of them began
 * @param random 0 to 1
 */
export function nextDelay(
  failure: Failure,
  state: { readonly attempts: number; readonly elapsedMs: number },
  { policy, random }: { readonly policy: RetryPolicy; readonly random: number },
): number | null {
  if (!failure.retryable || state.attempts > policy.maxRetries) return null;
  const { retryAfterMs = 0 } = failure;
  if (retryAfterMs > policy.maxRetryAfterMs) return null;
  const own = Math.min(policy.firstDelayMs * 2 ** (state.attempts - 1), policy.maxDelayMs);
  const delay = Math.max(own * (0.5 + random / 2), retryAfterMs * (1 + random / 10));
  return state.elapsedMs + delay > policy.budgetMs ? null : Math.round(delay);
}
