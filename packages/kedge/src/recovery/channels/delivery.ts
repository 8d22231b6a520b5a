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

/** The whole of a try ends within this time, ms. */
export const ATTEMPT_MS = 15_000;
