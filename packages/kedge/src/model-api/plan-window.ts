import type { LimitWindow } from "./limit-schema.ts";

/** A window of a plan: it opens with its first request and resets as a whole. */
export interface PlanWindow {
  readonly name: string;
  /** Share that is used, 0 to 1 and above: the request that reaches the limit is still answered. */
  utilization(): number;
  isSpent(): boolean;
  /** Epoch ms; undefined while the window is not open. */
  resetAtMs(): number | undefined;
  /** Counts an admitted request, and opens the window where it is closed. */
  admit(nowMs: number, inputTokens: number): void;
  /** Counts what an answer cost. */
  charge(outputTokens: number): void;
  /** Lets time pass; `nowMs` never goes back. */
  refill(nowMs: number): void;
}

/** Makes a window that is not open yet. */
export function createPlanWindow({
  name,
  duration_ms: durationMs,
  tokens,
  requests,
}: LimitWindow): PlanWindow {
  const limit = tokens ?? requests ?? Number.POSITIVE_INFINITY;
  const isOfTokens = tokens !== undefined;
  let used = 0;
  let resetAt: number | undefined;
  return {
    name,
    utilization: () => used / limit,
    isSpent: () => used >= limit,
    resetAtMs: () => resetAt,
    admit: (nowMs, inputTokens) => {
      resetAt ??= nowMs + durationMs;
      used += isOfTokens ? inputTokens : 1;
    },
    charge: (outputTokens) => {
      // An answer that outlives its window costs the next one nothing before that is open.
      if (isOfTokens && resetAt !== undefined) used += outputTokens;
    },
    refill: (nowMs) => {
      if (resetAt === undefined || nowMs < resetAt) return;
      used = 0;
      resetAt = undefined;
    },
  };
}
