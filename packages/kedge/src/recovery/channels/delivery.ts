/** What came of one try to deliver a message. */
export type Delivery =
  | { readonly outcome: "delivered" }
  /** Not now: the same message may be taken later. */
  | {
      readonly outcome: "retry";
      /** One line, without addresses and secrets. */
      readonly why: string;
      /** What the receiver asks for, ms; within 1 s and 24 h. */
      readonly afterMs?: number;
    }
  /** Never: this message is not taken, others may be. */
  | { readonly outcome: "refused"; readonly why: string }
  /** The receiver wants nothing any more. */
  | { readonly outcome: "gone"; readonly why: string };

/** After this time a try is given up, ms: with {@link CLEANUP_MS}, all of it is over within 15 seconds. */
export const WORK_MS = 13_000;

/** What a try may need to clean up after itself, ms: a program has a second to end by itself, and is killed within another. */
export const CLEANUP_MS = 2_000;
