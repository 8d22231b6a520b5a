import type { Limit } from "./limit-schema.ts";
import { createPlanWindow, type PlanWindow } from "./plan-window.ts";
import { createTokenBucket, type TokenBucket } from "./token-bucket.ts";

/** The limits of one credential, as they stand. */
export interface KeyLimits {
  readonly style: "api_key" | "subscription";
  readonly requests: TokenBucket | undefined;
  readonly inputTokens: TokenBucket | undefined;
  readonly outputTokens: TokenBucket | undefined;
  readonly concurrent: number | undefined;
  readonly windows: readonly PlanWindow[];
  /** Requests that are being answered. */
  running: number;
}

/** One limit that stands in the way of a request. */
export interface Refusal {
  /** Name of the limit: its key in the scenario, or the name of the window. */
  readonly reason: string;
  /** When it may be gone, in ms from now. */
  readonly waitMs: number;
}

/** A concurrent request may end at any time: asking again after a second is soon enough. */
const CONCURRENT_WAIT_MS = 1_000;

/** Makes limits that nothing has been charged to. */
export function createKeyLimits(limit: Limit, nowMs: number): KeyLimits {
  const bucket = (perMinute: number | undefined) =>
    perMinute === undefined ? undefined : createTokenBucket(perMinute, nowMs);
  return {
    style: limit.headers ?? (limit.windows ? "subscription" : "api_key"),
    requests: bucket(limit.requests_per_minute),
    inputTokens: bucket(limit.input_tokens_per_minute),
    outputTokens: bucket(limit.output_tokens_per_minute),
    concurrent: limit.concurrent_requests,
    windows: (limit.windows ?? []).map(createPlanWindow),
    running: 0,
  };
}

/** Lets time pass for all of them; `nowMs` never goes back. */
export function refillAll(limits: KeyLimits, nowMs: number): void {
  for (const each of [limits.requests, limits.inputTokens, limits.outputTokens, ...limits.windows])
    each?.refill(nowMs);
}

/** Finds every limit that stands in the way of a request; none means that it may pass. */
export function findRefusals(limits: KeyLimits, inputTokens: number, nowMs: number): Refusal[] {
  const refusals: Refusal[] = [];
  const ask = (reason: string, bucket: TokenBucket | undefined, amount: number): void => {
    // A request larger than the whole bucket never passes, not even through a full one.
    const waitMs = bucket?.waitMs(amount) ?? 0;
    if (bucket && (waitMs > 0 || amount > bucket.capacity)) refusals.push({ reason, waitMs });
  };
  ask("requests_per_minute", limits.requests, 1);
  ask("input_tokens_per_minute", limits.inputTokens, inputTokens);
  // What an answer will cost is not known: one token there lets it begin.
  ask("output_tokens_per_minute", limits.outputTokens, 1);
  if (limits.concurrent !== undefined && limits.running >= limits.concurrent)
    refusals.push({ reason: "concurrent_requests", waitMs: CONCURRENT_WAIT_MS });
  for (const window of limits.windows) {
    if (!window.isSpent()) continue;
    const waitMs = (window.resetAtMs() ?? nowMs) - nowMs;
    refusals.push({ reason: window.name, waitMs });
  }
  return refusals;
}
