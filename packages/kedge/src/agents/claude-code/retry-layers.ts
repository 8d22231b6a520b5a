/** What of a session's configuration decides how often a failing request is sent before a failure is recorded. */
export interface RetryLayers {
  /** Requests for one model: the first and its retries. Infinity with the retry watchdog. */
  readonly tries: number;
  /** Models that are tried one after the other. */
  readonly models: number;
  /** `tries` times `models`. */
  readonly product: number;
  /** How it comes to that, for people. */
  readonly text: string;
}

const DEFAULT_RETRIES = 10;

/** Higher numbers count as this. */
const MAX_RETRIES = 15;

/**
 * Reads the layers of retries that can be seen.
 *
 * @param env environment of the agent, with `env` of its settings
 * @param fallbackModel value of the setting
 * @source Claude Code settings reference; the cap from its changelog
 */
export function readRetryLayers(
  env: Readonly<Record<string, string | undefined>>,
  fallbackModel: unknown,
): RetryLayers {
  const given = env.CLAUDE_CODE_MAX_RETRIES;
  const isGiven = given !== undefined && /^\d{1,9}$/.test(given.trim());
  const retries = isGiven ? Math.min(Number(given), MAX_RETRIES) : DEFAULT_RETRIES;
  const isWatched = /^(?:1|true|yes|on)$/i.test(env.CLAUDE_CODE_RETRY_WATCHDOG?.trim() ?? "");
  const tries = isWatched ? Number.POSITIVE_INFINITY : retries + 1;
  const fallbacks = Array.isArray(fallbackModel)
    ? fallbackModel.length
    : typeof fallbackModel === "string"
      ? 1
      : 0;
  const models = 1 + Math.min(fallbacks, 3);
  const product = tries * models;
  const origin = isGiven ? `CLAUDE_CODE_MAX_RETRIES=${given.trim()}` : "the default";
  const each = isWatched
    ? "no bound on rate limits and overload (CLAUDE_CODE_RETRY_WATCHDOG)"
    : `${tries} for each model (1 + ${retries}, ${origin})`;
  const times = models === 1 ? "" : `, ${models} models (fallbackModel)`;
  const sum = isWatched ? "" : `: at most ${product} requests before a failure is recorded`;
  return { tries, models, product, text: `${each}${times}${sum}` };
}
