/** Ms in the span that a rate is stated for. */
const MINUTE_MS = 60_000;

/** A bucket that holds a minute's worth and refills all the time. It counts in whole numbers and so loses nothing. */
export interface TokenBucket {
  readonly capacity: number;
  /** Whole tokens that are there; negative when more was charged than there was. */
  remaining(): number;
  /** Ms until `amount` is there; until it is full for an amount that it never holds. 0 when it is there now. */
  waitMs(amount: number): number;
  take(amount: number): void;
  /** Lets time pass; `nowMs` never goes back. */
  refill(nowMs: number): void;
}

/** Makes a full bucket. */
export function createTokenBucket(perMinute: number, nowMs: number): TokenBucket {
  // In parts of a token: one ms brings `perMinute` of them.
  const full = perMinute * MINUTE_MS;
  let level = full;
  let at = nowMs;
  return {
    capacity: perMinute,
    remaining: () => Math.floor(level / MINUTE_MS),
    waitMs: (amount) => Math.max(0, Math.ceil((Math.min(amount * MINUTE_MS, full) - level) / perMinute)),
    take: (amount) => {
      level -= amount * MINUTE_MS;
    },
    refill: (nowMs) => {
      level = Math.min(full, level + (nowMs - at) * perMinute);
      at = nowMs;
    },
  };
}
