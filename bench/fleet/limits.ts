import { createLimiter } from "../../packages/kedge/src/model-api/index.ts";

/** Limits of one account. */
export interface AccountLimits {
  /** Requests a minute, refilling all the time. */
  readonly perMinute: number;
  /** Requests that the full bucket holds. */
  readonly burst: number;
  /** A window of a plan; without one, only the bucket limits. */
  readonly window?: { readonly durationMs: number; readonly requests: number };
  /** From `atMs` on, the bucket refills so many times as fast. Only without a window. */
  readonly change?: { readonly atMs: number; readonly factor: number };
}

/** One request that was not admitted. */
export interface Refused {
  readonly isOfWindow: boolean;
  /** Ms until the limit lets a request pass, unless others come before it. */
  readonly waitMs: number;
}

/** Asks for one request: a refusal, or undefined when it was admitted. A refused one is charged nothing. */
export type Door = () => Refused | undefined;

/**
 * Opens the model API's own limiter for one account.
 *
 * Its buckets hold one minute's worth, and ours hold less: so its clock runs faster, by which a minute of its own is the time in which
 * the burst refills. Windows are stretched by the same factor, and what it says is turned back into our time. A rate that changes is a
 * clock that changes its speed, which keeps the bucket as full as it was.
 */
export function openDoor({ perMinute, burst, window, change }: AccountLimits, now: () => number): Door {
  if (window && change) throw new RangeError("Expected no change of the rate beside a window");
  const speed = perMinute / burst;
  const speedAt = (nowMs: number) => (change && nowMs >= change.atMs ? speed * change.factor : speed);
  const turn = (nowMs: number): number => {
    if (!change || nowMs < change.atMs) return nowMs * speed;
    return change.atMs * speed + (nowMs - change.atMs) * speed * change.factor;
  };
  const limits = {
    key: "*",
    requests_per_minute: burst,
    ...(window && {
      windows: [
        { name: "five_hour", duration_ms: Math.round(window.durationMs * speed), requests: window.requests },
      ],
    }),
  };
  const limiter = createLimiter({ limits: [limits], clock: { now: () => turn(now()) } });
  return () => {
    const admission = limiter.admit({ key: "account", inputTokens: 0 });
    if (admission.admitted) {
      admission.done(0);
      return undefined;
    }
    // a whole ms more, so that nobody comes early by what is lost in rounding
    const waitMs = Math.ceil(admission.retryAfterMs / speedAt(now())) + 1;
    return { isOfWindow: admission.reason === "five_hour", waitMs };
  };
}
