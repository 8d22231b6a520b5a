import type { KeyLimits, Refusal } from "./key-limits.ts";
import type { PlanWindow } from "./plan-window.ts";
import type { TokenBucket } from "./token-bucket.ts";

/** Response headers by lower-case name. */
export type LimitHeaders = Readonly<Record<string, string>>;

const PREFIX = "anthropic-ratelimit-";
const UNIFIED = `${PREFIX}unified-`;

/** The windows that have headers of their own. Any other shows only as the representative claim. */
const WINDOW_MARKS: Readonly<Record<string, string>> = { five_hour: "5h", seven_day: "7d" };

/**
 * Writes what the limits of a credential say after a request.
 *
 * @param refusals what stands in the way of the request; empty for an admitted one
 * @source Claude API reference, "Rate limits"; observed `anthropic-ratelimit-unified-*` headers
 */
export function writeLimitHeaders(
  limits: KeyLimits,
  refusals: readonly Refusal[],
  nowMs: number,
): LimitHeaders {
  const waitMs = Math.max(0, ...refusals.map((refusal) => refusal.waitMs));
  return {
    ...(limits.style === "api_key" ? bucketHeaders(limits, nowMs) : unifiedHeaders(limits, refusals)),
    ...(refusals.length > 0 && { "retry-after": String(Math.max(1, Math.ceil(waitMs / 1000))) }),
  };
}

function bucketHeaders({ requests, inputTokens, outputTokens }: KeyLimits, nowMs: number): LimitHeaders {
  const tokens = [inputTokens, outputTokens].filter((bucket) => bucket !== undefined);
  return {
    ...writeBuckets("requests", requests ? [requests] : [], nowMs),
    // Both kinds together, as the API sums them up.
    ...writeBuckets("tokens", tokens, nowMs),
    ...writeBuckets("input-tokens", inputTokens ? [inputTokens] : [], nowMs),
    ...writeBuckets("output-tokens", outputTokens ? [outputTokens] : [], nowMs),
  };
}

/** The reset of a bucket is the time when it is full again. */
function writeBuckets(name: string, buckets: readonly TokenBucket[], nowMs: number): LimitHeaders {
  if (buckets.length === 0) return {};
  const sum = (of: (bucket: TokenBucket) => number): string =>
    String(buckets.reduce((total, bucket) => total + of(bucket), 0));
  const fullAt = nowMs + Math.max(...buckets.map((bucket) => bucket.waitMs(bucket.capacity)));
  return {
    [`${PREFIX}${name}-limit`]: sum((bucket) => bucket.capacity),
    [`${PREFIX}${name}-remaining`]: sum((bucket) => Math.max(0, bucket.remaining())),
    [`${PREFIX}${name}-reset`]: new Date(wholeSeconds(fullAt) * 1000).toISOString().replace(".000Z", "Z"),
  };
}

function unifiedHeaders({ windows }: KeyLimits, refusals: readonly Refusal[]): LimitHeaders {
  const refusing = windows.filter(({ name }) => refusals.some(({ reason }) => reason === name));
  const resetOf = (window: PlanWindow): number => window.resetAtMs() ?? 0;
  // Of those that refuse, the last one to reset; else the one that is used most.
  const [claim] =
    refusing.length > 0
      ? refusing.toSorted((a, b) => resetOf(b) - resetOf(a))
      : windows.toSorted((a, b) => b.utilization() - a.utilization());
  const resetAt = claim?.resetAtMs();
  return {
    [`${UNIFIED}status`]: refusing.length > 0 ? "rejected" : "allowed",
    ...(resetAt !== undefined && { [`${UNIFIED}reset`]: String(wholeSeconds(resetAt)) }),
    ...(claim && { [`${UNIFIED}representative-claim`]: claim.name }),
    ...Object.assign({}, ...windows.map(writeWindow)),
  };
}

function writeWindow(window: PlanWindow): LimitHeaders {
  const mark = Object.hasOwn(WINDOW_MARKS, window.name) ? WINDOW_MARKS[window.name] : undefined;
  if (mark === undefined) return {};
  const resetAt = window.resetAtMs();
  return {
    [`${UNIFIED}${mark}-status`]: window.isSpent() ? "rejected" : "allowed",
    [`${UNIFIED}${mark}-utilization`]: String(Math.round(window.utilization() * 10_000) / 10_000),
    ...(resetAt !== undefined && { [`${UNIFIED}${mark}-reset`]: String(wholeSeconds(resetAt)) }),
  };
}

/** Rounded up: who waits until then must not be early. */
function wholeSeconds(epochMs: number): number {
  return Math.ceil(epochMs / 1000);
}
