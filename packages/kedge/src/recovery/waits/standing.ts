import type { Verdict } from "../verdict.ts";
import type { Wait } from "./wait-files.ts";
import type { WaitFinding } from "./wait-finding.ts";

/** How a session that waits stands. */
export type Standing =
  | {
      readonly kind: "new";
      readonly wait: Wait;
      /** Epoch ms. */
      readonly seenMs: number;
    }
  | Due
  /** It was told to go on, or to go away. */
  | { readonly kind: "told"; readonly wait: Wait };

/** A session that is woken when its time has come. */
export interface Due {
  readonly kind: "due";
  readonly wait: Wait;
  readonly verdict: Verdict;
  readonly failureId: string | null;
  readonly account: string;
  /** Epoch ms: not before. */
  readonly dueMs: number;
  /** What the wake is counted as. */
  readonly word: string;
  /** Whether it is counted already. */
  readonly isCounted: boolean;
  readonly nudge: string;
  readonly why: string;
}

/** How a session stands from now on, and what became of it. */
export interface Step {
  readonly standing: Standing;
  readonly found: readonly WaitFinding[];
}

/** A failure of a session that waits, judged. */
export type Judged = Pick<Due, "wait" | "verdict" | "account" | "failureId">;
