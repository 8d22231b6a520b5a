/** Where the time comes from. */
export interface Clock {
  /** Epoch ms. */
  now(): number;
}

/** The real time. */
export const REAL_CLOCK: Clock = { now: () => Date.now() };
